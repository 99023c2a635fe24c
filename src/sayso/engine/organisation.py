"""What the organisation would say, in the figures a snapshot tells: shares with their intervals, and silence's bounds.

Knows the roster and its estimates; knows no words, and not who may see what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sayso.engine.estimates import Share
from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.parts_told import PartsTold, parts_told
from sayso.engine.roster import Roster
from sayso.engine.roster_estimates import RosterEstimates, estimate_roster, share_of_draws
from sayso.engine.statement_kinds import KindProbabilities, kind_probabilities
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix


@dataclass(frozen=True, eq=False)
class Part:
    """A unit or a role, and how many of it are on the roster."""

    name: str
    n_people: int


@dataclass(frozen=True, eq=False)
class Organisation:
    """The figures for the whole roster.

    n_people, n_took_part : int
    units, roles : Part, one for each name; empty where the roster has one name or none
    seen : int64 [n_statements], votes of people on the roster
    agree : Share of float64 [n_statements]
    if_none, if_all : float64 [n_statements]
        The share that agrees if nobody, and if everybody, of those who took no part did.
    by_unit, by_role : Share of float64 [n_parts, n_statements]
    unit_seen, role_seen : int64 [n_parts, n_statements], votes of its people
    told : PartsTold, which of these figures may be written down
    kinds : KindProbabilities
    """

    n_people: int
    n_took_part: int
    units: tuple[Part, ...]
    roles: tuple[Part, ...]
    seen: IntArray
    agree: Share
    if_none: FloatArray
    if_all: FloatArray
    by_unit: Share
    by_role: Share
    unit_seen: IntArray
    role_seen: IntArray
    told: PartsTold
    kinds: KindProbabilities


def describe_organisation(
    votes: VoteMatrix,
    space: OpinionSpace,
    roster: Roster,
    membership: IntArray,
    *,
    rng: np.random.Generator,
    confidence: float = 0.95,
    common_ground_overall: float = 0.75,
    common_ground_group: float = 0.6,
    min_holders: int = 10,
    least_told: int = 5,
    progress: Callable[[float], None] | None = None,
) -> Organisation | None:
    """What `roster` would say to each statement; None when nobody on it voted.

    `membership` int64 [n_participants] is each one's opinion group, -1 for none; nothing of fewer than `least_told`
    people is meant to be told. Costs what `estimate_roster` costs.
    """
    took_part = (roster.person >= 0) & (votes.votes_per_participant() > 0)
    if not took_part.any():
        return None
    made = estimate_roster(votes, space, roster, rng=rng, membership=membership, progress=progress)
    unit, role = roster.unit_of_participants(), roster.role_of_participants()
    seen = _seen(votes, np.minimum(unit, 0), 1)[0]
    return Organisation(
        n_people=made.n_people,
        n_took_part=made.n_took_part,
        units=_parts(roster.unit_names, roster.unit),
        roles=_parts(roster.role_names, roster.role),
        seen=seen,
        agree=share_of_draws(made.roster, confidence=confidence),
        if_none=made.bounds_low,
        if_all=made.bounds_high,
        by_unit=share_of_draws(made.unit, confidence=confidence),
        by_role=share_of_draws(made.role, confidence=confidence),
        unit_seen=_seen(votes, unit, roster.n_units),
        role_seen=_seen(votes, role, roster.n_roles),
        told=_told(votes, roster, took_part, votes.seen() - seen, least_told),
        kinds=_kinds(made, common_ground_overall, common_ground_group, min_holders),
    )


def _kinds(made: RosterEstimates, overall: float, in_each_group: float, min_holders: int) -> KindProbabilities:
    return kind_probabilities(made, overall=overall, in_each_group=in_each_group, min_holders=min_holders)


def _told(votes: VoteMatrix, roster: Roster, took_part: BoolArray, beside: IntArray, least: int) -> PartsTold:
    cell, n_cells = roster.cell_of_participants(), len(roster.cell_size)
    voted = np.bincount(cell[took_part], minlength=n_cells)
    return parts_told(_seen(votes, cell, n_cells), voted, roster.cell_unit, roster.cell_role, beside, least=least)


def _parts(names: tuple[str, ...], number: IntArray) -> tuple[Part, ...]:
    if len(names) < 2:
        return ()
    people = np.bincount(number, minlength=len(names))
    return tuple(Part(name, int(people[k])) for k, name in enumerate(names))


def _seen(votes: VoteMatrix, part: IntArray, n_parts: int) -> IntArray:
    """Votes of each part on each statement, int64 [n_parts, n_statements]."""
    whose = part[votes.participant]
    cell = (whose * votes.n_statements + votes.statement)[whose >= 0]
    return np.bincount(cell, minlength=n_parts * votes.n_statements).reshape(n_parts, votes.n_statements)
