"""Whose vote counts where, once statements are merged. Knows numbers only.

Nothing is moved when statements are merged: each vote stays with the words it was given on, and is carried from there
to what they were merged into, each time anew. So undoing a merge, in whatever order, gives back exactly what was.

The rule: a person's own vote on the statement that stands counts. Who gave none there is counted with their vote on
what was merged into it; of several, the one with the lowest number, and before what was merged into that one. Numbers
are drawn, so nobody can aim at being first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

V = TypeVar("V")


def root_of(statement: int, parents: Mapping[int, int]) -> int:
    """The statement that stands for this one: itself when it is not merged."""
    while (parent := parents.get(statement)) is not None:
        statement = parent
    return statement


def precedence(parents: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """For each statement in a merge, the one that stands for it and its place in the order of the rule, from 0.

    >>> precedence({2: 1, 3: 1, 4: 2})
    {1: (1, 0), 2: (1, 1), 4: (1, 2), 3: (1, 3)}
    """
    merged: dict[int, list[int]] = defaultdict(list)
    for statement, parent in parents.items():
        merged[parent].append(statement)
    found: dict[int, tuple[int, int]] = {}
    for root in sorted(set(merged) - set(parents)):
        waiting, place = [root], 0
        while waiting:
            statement = waiting.pop()
            found[statement] = (root, place)
            place += 1
            waiting += sorted(merged.get(statement, ()), reverse=True)
    return found


def carried(votes: Iterable[tuple[int, int, V]], parents: Mapping[int, int]) -> dict[tuple[int, int], V]:
    """(participant, statement that stands) → the vote that counts, from (participant, statement, vote) triples.

    Somebody answered 2, which was merged into 1, and somebody answered both:

    >>> carried([(7, 2, "agree"), (8, 2, "agree"), (8, 1, "pass")], {2: 1})
    {(7, 1): 'agree', (8, 1): 'pass'}
    """
    places = precedence(parents)
    found: dict[tuple[int, int], tuple[int, V]] = {}
    for participant, statement, vote in votes:
        root, place = places.get(statement, (statement, 0))
        before = found.get((participant, root))
        if before is None or place < before[0]:
            found[participant, root] = (place, vote)
    return {key: vote for key, (_, vote) in found.items()}
