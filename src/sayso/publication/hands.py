"""Raised hands: from how many on they are told, and what of them. Knows integers only.

Hands are nobody's votes. They were raised before others, at a table that counted them for itself; they are told beside
the votes, in one sum over rooms, and never of one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sayso.publication.counts import LEAST_FOR_SCORES, least_for_scores

Counts = tuple[int, int, int]  # agree, pass, disagree


@dataclass(frozen=True)
class Hands:
    """What may be told of one statement."""

    n_agree: int
    n_pass: int
    n_disagree: int
    n_rooms: int

    @property
    def total(self) -> int:
        return self.n_agree + self.n_pass + self.n_disagree


def hands_told(rooms: Iterable[Mapping[int, Counts]], least: int = LEAST_FOR_SCORES) -> dict[int, Hands]:
    """Statement → what may be told, from the sums of each room that is finished.

    A room counts for a statement from `least` raised hands on: as rooms are finished one after the other, two looks
    then never differ by fewer hands than that.

    >>> hands_told([{7: (9, 1, 2), 8: (2, 0, 1)}, {7: (3, 3, 0)}])
    {7: Hands(n_agree=12, n_pass=4, n_disagree=2, n_rooms=2)}
    """
    least = least_for_scores(least)
    told: dict[int, Hands] = {}
    for room in rooms:
        for statement, counts in room.items():
            if sum(counts) < least:
                continue
            before = told.get(statement, Hands(0, 0, 0, 0))
            told[statement] = Hands(
                before.n_agree + counts[0],
                before.n_pass + counts[1],
                before.n_disagree + counts[2],
                before.n_rooms + 1,
            )
    return told
