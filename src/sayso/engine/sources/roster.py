"""How many people could have taken part: the number of people on a roster. Keeps nothing else of it."""

from __future__ import annotations

from collections.abc import Iterable

from sayso.engine.sources.problems import Findings, quoted
from sayso.engine.sources.tables import Batch


def count_members(file: str, batches: Iterable[Batch], findings: Findings) -> int:
    """Number of different `person_id`; empty and repeated ones go to `findings`."""
    first_row: dict[str, int] = {}
    for batch in batches:
        for row, written in zip(batch.rows, batch.columns["person_id"] or (), strict=True):
            person = written.strip()
            if person and person not in first_row:
                first_row[person] = row
                continue
            what = f"{quoted(person)} stands in row {first_row[person]} already." if person else "It is empty."
            findings.problem(file, row, "person_id", what, "Mend: one row a person, each with an id.")
    if not first_row and not findings.n_problems:
        findings.problem(file, None, None, "It lists nobody.", "Mend: give one row a person.")
    return len(first_row)
