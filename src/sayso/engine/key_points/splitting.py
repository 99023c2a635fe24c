"""How many say a key point in each part of the people: each opinion group, each unit.

Knows authors' parts as numbers. Writes down no cell that could point at few (`suppression`, `overlapping`): a key point
opens to its sources, so a share of a part ties words to that part, and the threshold is the one for words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sayso.engine.key_points.prevalence import prevalence_of
from sayso.engine.overlapping.singling_out import singles_out_few
from sayso.engine.suppression import cells_to_hide
from sayso.engine.votes import BoolArray, FloatArray, IntArray

LEAST = 10  # whatever the settings say


@dataclass(frozen=True, eq=False)
class Writers:
    """Part of each participant: opinion group and unit, −1 for none; int64 [n_participants].

    unit_told : bool [n_units], of which something may be told at all
    """

    group: IntArray
    n_groups: int
    unit: IntArray
    unit_told: BoolArray

    @classmethod
    def nowhere(cls, n_participants: int) -> Writers:
        """Nobody is in any part."""
        none = np.full(n_participants, -1)
        return cls(none, 0, none, np.zeros(0, dtype=bool))


@dataclass(frozen=True)
class Spoke:
    """People who wrote something on a topic.

    people : all of them
    by_group, by_unit : of each part; None where it may not be told
    """

    topic: str
    people: int
    by_group: tuple[int | None, ...]
    by_unit: tuple[int | None, ...]


@dataclass(frozen=True)
class PartSays:
    """share, low, high : of those of the part who wrote something; to whole percents, as the whole is told"""

    part: int
    people: int
    share: float
    low: float
    high: float


def spoke(topic: str, author: IntArray, writers: Writers, *, least: int) -> Spoke:
    """Count who wrote something, part by part, and hide what is small or follows by subtraction.

    Parameters
    ----------
    author : int64 [n]
        Row of each statement's author, −1 where unknown: a person of their own, in no part.
    least : int, people under which nothing is told; at least 10 whatever is asked

    Notes
    -----
    Groups and units told together could single out who is in the one and not in the other; then only units are told.
    O(n + n_parts), and `singles_out_few`.

    Examples
    --------
    >>> group, unit = np.array([0] * 12 + [1] * 12), np.array([0] * 12 + [1] * 9 + [2] * 3)
    >>> found = spoke("", np.arange(24), Writers(group, 2, unit, np.ones(3, dtype=bool)), least=10)
    >>> found.people, found.by_group, found.by_unit
    (24, (12, 12), (12, None, None))
    """
    least = max(LEAST, least)
    known = np.unique(author[author >= 0])
    people = len(known) + int((author < 0).sum())
    group, unit = writers.group[known], writers.unit[known]
    units = len(writers.unit_told)
    in_group = _told(group, writers.n_groups, people, least, frozenset())
    in_unit = _told(unit, units, people, least, frozenset(np.flatnonzero(~writers.unit_told).tolist()))
    group_told = np.array([*(n is not None for n in in_group), False])
    unit_told = np.array([*(n is not None for n in in_unit), False])
    one_each = np.ones(len(known), dtype=np.int64)
    # Those in no part are a part of their own, of which nothing is told.
    unit, group = np.where(unit < 0, units, unit), np.where(group < 0, writers.n_groups, group)
    if len(known) and singles_out_few(one_each, unit, group, unit_told, group_told, least=least):
        in_group = [None] * len(in_group)
    return Spoke(topic, people, tuple(in_group), tuple(in_unit))


def _told(part: IntArray, n_parts: int, whole: int, least: int, hidden: frozenset[int]) -> list[int | None]:
    counts = dict(enumerate(np.bincount(part[part >= 0], minlength=n_parts).tolist()))
    out = cells_to_hide(counts, whole, least, hidden)
    return [None if k in out else n for k, n in counts.items()]


def split(
    probability: FloatArray, says: BoolArray, author: IntArray, part: IntArray, people: Sequence[int | None]
) -> list[list[PartSays]]:
    """Of each key point, its share in each part that is told; as `prevalence_of` among the part's statements.

    Parameters
    ----------
    probability : float64 [n, k]
    says : bool [n, k]
    author : int64 [n]
    part : int64 [n_participants]
    people : of each part, from `spoke`; parts with None or nobody are left out
    """
    whose = np.where(author >= 0, part[author], -1) if len(part) else np.full(len(author), -1)
    found: list[list[PartSays]] = [[] for _ in range(probability.shape[1])]
    for number, n in enumerate(people):
        if not n:
            continue
        its = whose == number
        many = prevalence_of(probability[its], says[its], author[its])
        for k, told in enumerate(found):
            share, low, high = (round(float(value[k]), 2) for value in (many.share, many.low, many.high))
            told.append(PartSays(number, n, share, low, high))
    return found
