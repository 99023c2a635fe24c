"""Who could have taken part, from a roster's file: how many, and each one's unit and role. Keeps no names.

A person is a participant when the `person_id` is the participant's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sayso.engine.files.problems import Findings, counted, quoted
from sayso.engine.files.tables import Batch
from sayso.engine.roster import UNKNOWN, Roster

COLUMNS = ("person_id", "unit", "role")
MAX_PARTS = 500  # units, or roles: with more of them the column holds something else


@dataclass
class People:
    """The rows of a roster, in order."""

    ids: dict[str, int] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    has_parts: bool = False

    def roster_of(self, participant_ids: Sequence[str], findings: Findings) -> Roster | None:
        """The roster with its participants; None when it has neither units nor roles, or no participant is on it."""
        if not self.has_parts:
            return None
        person = np.array([self.ids.get(name, UNKNOWN) for name in participant_ids], dtype=np.int64)
        missing = int(np.sum(person == UNKNOWN))
        if missing == len(person):
            return None
        if missing:
            they = counted(missing, "participant is", "participants are")
            findings.notes.append(f"{they} not on the roster; the figures for the organisation leave them out.")
        unit_names, unit = _numbered(self.units)
        role_names, role = _numbered(self.roles)
        return Roster(unit, role, unit_names, role_names, person)


def read_people(file: str, batches: Iterable[Batch], findings: Findings) -> People:
    """Everybody once; empty and repeated ids, and columns that are no units or roles, go to `findings`."""
    people, first_row = People(), {}
    for batch in batches:
        units, roles = batch.columns.get("unit"), batch.columns.get("role")
        people.has_parts |= units is not None or roles is not None
        ids = batch.columns["person_id"] or ()
        for i, (row, written) in enumerate(zip(batch.rows, ids, strict=True)):
            person = written.strip()
            if person and person not in first_row:
                first_row[person] = row
                people.ids[person] = len(people.ids)
                people.units.append(units[i].strip() if units is not None else "")
                people.roles.append(roles[i].strip() if roles is not None else "")
                continue
            what = f"{quoted(person)} stands in row {first_row[person]} already." if person else "It is empty."
            findings.problem(file, row, "person_id", what, "Mend: one row a person, each with an id.")
    if not first_row and not findings.n_problems:
        findings.problem(file, None, None, "It lists nobody.", "Mend: give one row a person.")
    for column, values in (("unit", people.units), ("role", people.roles)):
        if (n := len(set(values))) > MAX_PARTS:
            mend = f"Mend: group them; {MAX_PARTS} are read at most."
            findings.problem(file, None, column, f"It has {n:,} different values.", mend)
    return people


def _numbered(names: list[str]) -> tuple[tuple[str, ...], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Names in order, and the number of each entry's."""
    found = sorted(set(names))
    place = {name: number for number, name in enumerate(found)}
    return tuple(found), np.array([place[name] for name in names], dtype=np.int64)
