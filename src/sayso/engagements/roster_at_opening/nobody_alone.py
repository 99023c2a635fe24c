"""Attributes made as coarse as it takes that nobody is alone with them. Pure: knows numbers of people, no member.

k-anonymity by generalising and leaving out: P. Samarati, "Protecting respondents' identities in microdata release",
IEEE TKDE 13 (2001); L. Sweeney, "Achieving k-anonymity privacy protection using generalization and suppression",
IJUFKS 10 (2002). The optimum is NP-hard (Meyerson, Williams 2004); this is a fixed order of steps, the same for all.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

NONE = 0  # the unit of people without one; ids of rows begin at 1
LEFT_OUT_FIRST = ("language", "site", "role")
Tree = Mapping[int, int]  # unit → the unit above, NONE at the top


class Alike(NamedTuple):
    """What some people have in common."""

    unit: int = NONE
    role: str = ""
    site: str = ""
    language: str = ""


class Step(NamedTuple):
    """So many units up, these attributes left out."""

    up: int
    without: tuple[str, ...]


BLANK = Alike()


@dataclass(frozen=True)
class Coarse:
    """What became of whom.

    to : Alike → Alike, from each combination as it is to the one that is told
    sizes : Alike → people of each combination told
    placed_at : Alike → number of the step that was coarse enough; the last for those left over
    taken_along : those who had company enough, and are told as nothing because those left over had not
    """

    to: dict[Alike, Alike]
    sizes: dict[Alike, int]
    placed_at: dict[Alike, int]
    taken_along: frozenset[Alike] = frozenset()


def coarsen(people: Mapping[Alike, int], above: Tree, *, least: int, most: int = 100) -> Coarse:
    """The finest combinations, by the fixed order of `steps`, of which each has `least` people.

    Parameters
    ----------
    people : how many there are of each combination, attributes that are not kept being blank
    above : the tree of units, without circles; a unit that is not in it stands at the top
    least : people of whom something may be told together
    most : different units, and different values of each other attribute; the smallest units go to the unit above
        them first, the rarest values are left out

    Notes
    -----
    Each combination takes the first step at which it finds company enough, among those not yet placed and those placed
    as coarsely. Who is left at the end has nothing told; are they too few, the smallest combination joins them. With
    fewer than `least` people in all, nothing is told of anybody. O(combinations · depth · attributes).

    Examples
    --------
    Two wards under one house, and three porters in the second:

    >>> above = {1: 0, 2: 1, 3: 1}
    >>> people = {Alike(2, "nurse"): 9, Alike(2, "porter"): 2, Alike(3, "nurse"): 6, Alike(3, "porter"): 3}
    >>> sorted(coarsen(people, above, least=5).sizes.items())
    [(Alike(unit=1, role='porter', site='', language=''), 5), (Alike(unit=2, role='nurse', site='', language=''), 9), \
(Alike(unit=3, role='nurse', site='', language=''), 6)]
    """
    start = _few_enough(people, above, most)
    waiting = {alike for alike, n in people.items() if n}
    to: dict[Alike, Alike] = {}
    placed_at: dict[Alike, int] = {}
    sizes: Counter[Alike] = Counter()
    plan = list(steps(above))
    for number, step in enumerate(plan):
        then = {alike: coarser(start[alike], step, above) for alike in waiting}
        company = Counter(sizes)
        for alike, coarse in then.items():
            company[coarse] += people[alike]
        for alike, coarse in then.items():
            if company[coarse] >= least:
                to[alike], placed_at[alike] = coarse, number
                sizes[coarse] = company[coarse]
        waiting -= to.keys()
    return _with_the_rest(people, Coarse(to, dict(sizes), placed_at), waiting, least, len(plan) - 1)


def steps(above: Tree) -> Iterator[Step]:
    """From as it is to nothing: for each unit up, language, then site, then role are left out."""
    for up in range(_depth(above) + 1):
        for n in range(len(LEFT_OUT_FIRST) + 1):
            yield Step(up, LEFT_OUT_FIRST[:n])


def coarser(alike: Alike, step: Step, above: Tree) -> Alike:
    """
    >>> coarser(Alike(3, "nurse", "Hill"), Step(1, ("language", "site")), {3: 1, 1: 0})
    Alike(unit=1, role='nurse', site='', language='')
    """
    unit = alike.unit
    for _ in range(step.up):
        unit = above.get(unit, NONE)
    return alike._replace(unit=unit, **dict.fromkeys(step.without, ""))


def fitting(alike: Alike, told: frozenset[Alike], above: Tree) -> Alike:
    """For somebody who came later: by the same steps the first combination that is told already, else nothing."""
    return next((made for step in steps(above) if (made := coarser(alike, step, above)) in told), BLANK)


def _with_the_rest(people: Mapping[Alike, int], made: Coarse, rest: set[Alike], least: int, last: int) -> Coarse:
    """Who found no company, told as nothing; as long as they are too few, the smallest combination joins them."""
    to, placed_at = made.to | dict.fromkeys(rest, BLANK), made.placed_at | dict.fromkeys(rest, last)
    sizes, along = Counter(made.sizes), set()
    if rest:
        sizes[BLANK] += sum(people[alike] for alike in rest)
    while 0 < sizes[BLANK] < least and len(sizes) > 1:
        joins = min((n, alike) for alike, n in sizes.items() if alike != BLANK)[1]
        sizes[BLANK] += sizes.pop(joins)
        along |= {alike for alike, coarse in to.items() if coarse == joins}
        to |= dict.fromkeys(along, BLANK)
    return Coarse(to, {alike: n for alike, n in sizes.items() if n}, placed_at, frozenset(along))


def _few_enough(people: Mapping[Alike, int], above: Tree, most: int) -> dict[Alike, Alike]:
    """Each combination as it starts out, with no more than `most` units and values."""
    unit_to = _largest_units(people, above, most)
    common = {name: _most_common(people, name, most) for name in LEFT_OUT_FIRST}
    start = {}
    for alike in people:
        rare = {name: "" for name in LEFT_OUT_FIRST if getattr(alike, name) not in common[name]}
        start[alike] = alike._replace(unit=unit_to[alike.unit], **rare)
    return start


def _most_common(people: Mapping[Alike, int], name: str, most: int) -> set[str]:
    found: Counter[str] = Counter()
    for alike, n in people.items():
        found[getattr(alike, name)] += n
    return set(sorted(found, key=lambda value: (-found[value], value))[:most])


def _largest_units(people: Mapping[Alike, int], above: Tree, most: int) -> dict[int, int]:
    """Unit → the one that is told: the smallest go up, one after the other, until there are few enough."""
    size: Counter[int] = Counter()
    for alike, n in people.items():
        size[alike.unit] += n
    to = {unit: unit for unit in size}
    queue = [(n, unit) for unit, n in size.items() if unit != NONE]
    heapq.heapify(queue)
    while len(size) - (NONE in size) > most:
        n, unit = heapq.heappop(queue)
        if size.get(unit) != n:
            continue  # it has grown meanwhile and stands in the queue again
        higher = above.get(unit, NONE)
        to.setdefault(higher, higher)
        higher = _end(to, higher)
        higher = NONE if higher == unit else higher  # a circle of units
        to.setdefault(NONE, NONE)
        to[unit] = higher
        size[higher] += size.pop(unit)
        if higher != NONE:
            heapq.heappush(queue, (size[higher], higher))
    return {unit: _end(to, unit) for unit in to}


def _end(to: Mapping[int, int], unit: int) -> int:
    while to[unit] != unit:
        unit = to[unit]
    return unit


def _depth(above: Tree) -> int:
    """Steps from the lowest unit to nothing; at least 1, so that units outside the tree end there too."""
    deepest = 1
    for unit in above:
        depth = 0
        while unit != NONE and depth <= len(above):
            unit, depth = above.get(unit, NONE), depth + 1
        deepest = max(deepest, depth)
    return deepest
