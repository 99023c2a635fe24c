"""From the roster copied at opening to the engine's `Roster`: how many had which unit and role, and who of them voted.

Reads cells and participants' own copies, never a member. Both are written once, so a snapshot can be made again.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from sayso.engagements.models import Engagement, Participant, RosterCell
from sayso.engine.roster import UNKNOWN, Roster
from sayso.engine.votes import IntArray

Pair = tuple[str, str]  # unit and role


def load(engagement: Engagement, participant_ids: IntArray) -> Roster | None:
    """The roster with a place for each participant; None where none was copied."""
    people: Counter[Pair] = Counter()
    for unit, role, n in RosterCell.objects.filter(engagement=engagement).values_list("unit", "role", "n_people"):
        people[unit, role] += n
    if not people:
        return None
    rows = Participant.objects.filter(engagement=engagement).values_list("pk", "unit", "role", "came_by")
    pairs = {
        pk: None if came_by and (unit, role) not in people else (unit, role)
        for pk, unit, role, came_by in rows.iterator(chunk_size=20_000)
    }
    return seated(people, [pairs[pk] for pk in participant_ids.tolist()])


def seated(people: Counter[Pair], participants: list[Pair | None]) -> Roster:
    """A roster on which each participant has any one place of their unit and role: which one nobody knows.

    Somebody who came after the opening takes the place of one who did not come; only where there is none, one is added.
    None has no place: a sheet of paper whose unit and role nobody knows votes, and is told of no part of the roster.

    >>> roster = seated(Counter({("North", "nurse"): 3, ("South", "nurse"): 1}), [("South", "nurse")] * 2)
    >>> roster.n_people, roster.unit_names, roster.person.tolist()
    (5, ('North', 'South'), [3, 4])
    """
    size = people | Counter(pair for pair in participants if pair is not None)
    pairs = sorted(size)
    numbers = np.repeat(np.arange(len(pairs)), [size[pair] for pair in pairs])
    first = dict(zip(pairs, np.searchsorted(numbers, np.arange(len(pairs))).tolist(), strict=True))
    person, taken = [], Counter(first)
    for pair in participants:
        person.append(UNKNOWN if pair is None else taken[pair])
        if pair is not None:
            taken[pair] += 1
    units, unit_of = _numbered([unit for unit, _ in pairs])
    roles, role_of = _numbered([role for _, role in pairs])
    return Roster(unit_of[numbers], role_of[numbers], units, roles, np.array(person, dtype=np.int64))


def _numbered(names: list[str]) -> tuple[tuple[str, ...], IntArray]:
    found = sorted(set(names))
    return tuple(found), np.array([found.index(name) for name in names], dtype=np.int64)
