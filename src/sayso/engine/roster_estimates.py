"""What the whole roster would say to each statement, and each unit, role and opinion group, with how sure that is.

Knows votes, the opinion space, the roster and who is in which group; knows no words and no thresholds.

Three doubts are drawn together: what a statement's votes leave open (`agreement_model`), where units, roles and their
silent people stand (`latent_places`, `cell_smoothing`), and what each single person would have said. A vote that was
cast is known and not drawn: when everybody voted, nothing is left open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sayso.engine.agreement_features import Features, features_of
from sayso.engine.agreement_model import Answers, fit_agreement
from sayso.engine.estimates import Share
from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.roster import UNKNOWN, Roster
from sayso.engine.roster_draws import GroupDraws, RosterDraws, sums_by
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

Draws: TypeAlias = NDArray[np.float32]

N_DRAWS = 300
MAX_VOTES = 2_000_000  # beyond, participants are sampled and the rest counted as silent: costs width, not truth
MAX_VOTES_FITTED = 3_000  # of one statement: more would narrow nothing that is seen
MAX_ENTRIES = 2_000_000  # participants × statements in one draw: 16 MB an array
MAX_WEIGHT = 3.0  # of a vote, in means of its statement's: bounds what a rare showing can do
FIRM = 0.7  # P(agree) from which someone counts as holding a view


@dataclass(frozen=True, eq=False)
class RosterEstimates:
    """Draws of the share that agrees if shown, passes counting as not agreeing.

    Attributes
    ----------
    roster : float32 [n_draws, n_statements]
    unit, role : float32 [n_draws, n_units or n_roles, n_statements]
        NaN where a unit or role has nobody.
    group : float32 [n_draws, n_groups, n_statements]
        Of the participants who stand in the group.
    parting : float32 [n_draws, n_statements]
        Four times the variance of P(agree) over the roster: 0 all alike, 1 half surely agree and half surely do not.
    holders : float32 [n_draws, n_statements]
        People of the roster expected to agree firmly (P ≥ .7).
    bounds_low, bounds_high : float64 [n_statements]
        The share if nobody, and if everybody, of those who took no part agreed: the bounds that silence leaves.
    weights : float64 [n_participants]
        For how many people of the roster each participant stands; 0 for those not on it, without a vote, or left out
        of a sample. They add up to the roster.
    n_people, n_took_part : int
    """

    roster: Draws
    unit: Draws
    role: Draws
    group: Draws
    parting: Draws
    holders: Draws
    bounds_low: FloatArray
    bounds_high: FloatArray
    weights: FloatArray
    n_people: int
    n_took_part: int


def share_of_draws(draws: NDArray[np.floating[Any]], *, confidence: float = 0.95) -> Share:
    """Mean and equal-tailed interval over the first axis of `draws`; NaN where the draws are.

    >>> share = share_of_draws(np.linspace(0, 1, 101)[:, None], confidence=0.9)
    >>> share.value.round(2).tolist(), share.low.round(2).tolist(), share.high.round(2).tolist()
    ([0.5], [0.04], [0.96])
    """
    tail = (1 - confidence) / 2
    # Weibull's positions: an interval from n draws covers what it says also when n is small.
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0, method="weibull")
    return Share(draws.mean(axis=0, dtype=np.float64), low.astype(np.float64), high.astype(np.float64))


def estimate_roster(
    votes: VoteMatrix,
    space: OpinionSpace,
    roster: Roster,
    *,
    rng: np.random.Generator,
    membership: IntArray | None = None,
    exposure: FloatArray | None = None,
    n_draws: int = N_DRAWS,
    progress: Callable[[float], None] | None = None,
) -> RosterEstimates:
    """Estimate what the whole roster would say.

    Parameters
    ----------
    votes : VoteMatrix
        The votes that `space` was fitted to, passes included.
    roster : Roster
        Who could have taken part. Participants that are not on it help to learn about statements, and are not counted.
    rng : numpy.random.Generator
    membership : int64 [n_participants], optional
        Opinion group, −1 for none.
    exposure : float64 [n_votes], optional
        Weights that undo the routing (`engine.exposure`), in the order of `votes`; bounded at MAX_WEIGHT means of the
        statement's. Without them the answers' dependence on place, unit and role accounts for who saw what.
    n_draws : int
        At least 2.
    progress : callable, optional
        Called after each draw with the share of draws done.

    Returns
    -------
    RosterEstimates

    Raises
    ------
    ValueError
        When sizes do not fit, a weight is not above 0, or nobody on the roster voted.

    Notes
    -----
    Assumes that, of people of one unit and role, those who took part and those who did not think alike; the bounds of
    silence assume nothing of those who took no part. Both guess what participants would say who were not shown a
    statement. Model-assisted poststratification, after Gelman and Little (1997) and Lax and Phillips (2009).
    O(n_draws · n_participants · n_statements · n_features), participants sampled so that a draw has at most 2 million
    entries and the fit 2 million votes.

    Examples
    --------
    Everybody of the north voted and agrees; of the south nobody, so little is known and the bounds are wide:

    >>> from sayso.engine.opinion_space import fit_opinion_space
    >>> votes = VoteMatrix.from_arrays(np.arange(30), np.zeros(30, dtype=int), np.ones(30, dtype=int))
    >>> roster = Roster(np.repeat([0, 1], 30), np.zeros(60, dtype=int), ("North", "South"), ("",), np.arange(30))
    >>> space = fit_opinion_space(votes, rng=np.random.default_rng(0))
    >>> found = estimate_roster(votes, space, roster, rng=np.random.default_rng(0))
    >>> share = share_of_draws(found.unit)
    >>> share.low[0].tolist(), bool(share.low[1] < 0.99), found.bounds_low.tolist(), found.bounds_high.tolist()
    ([1.0], True, [0.5], [1.0])
    """
    _check(votes, roster, membership, exposure, n_draws)
    n_took_part = int(np.sum(_is_counted(votes, roster)))
    kept = _sample(votes, rng)
    given = exposure
    if len(kept) < votes.n_participants:
        given = None if given is None else given[np.isin(votes.participant, kept)]
        votes, roster = votes.take_rows(kept), replace(roster, person=roster.person[kept])
        membership = None if membership is None else membership[kept]
    features = features_of(votes, space.loadings, space.positions[kept], roster)
    answers = _answers(votes, roster, features, given, rng)
    model = fit_agreement(answers, n_statements=votes.n_statements, n_units=roster.n_units, n_roles=roster.n_roles)
    rows = _rows(votes, roster, rng)
    draws = RosterDraws(votes, roster, features, model, rows)
    made = _gather(draws, _members(membership, rows), n_draws, n_took_part, rng, progress)
    weights = np.zeros(len(space.positions))
    weights[kept[rows]] = draws.weights
    return replace(made, weights=weights)


def _check(
    votes: VoteMatrix, roster: Roster, membership: IntArray | None, exposure: FloatArray | None, n_draws: int
) -> None:
    if len(roster.person) != votes.n_participants:
        raise ValueError(f"The roster knows {len(roster.person)} participants; the votes have {votes.n_participants}.")
    if membership is not None and len(membership) != votes.n_participants:
        raise ValueError(f"membership has {len(membership)} entries; the votes have {votes.n_participants} rows.")
    if exposure is not None and (len(exposure) != votes.n_votes or not np.all((exposure > 0) & (exposure < np.inf))):
        raise ValueError(f"exposure must hold {votes.n_votes} weights above 0.")
    if n_draws < 2:
        raise ValueError(f"n_draws is {n_draws}; an interval needs at least 2.")
    if not np.any(_is_counted(votes, roster)):
        raise ValueError("Nobody on the roster voted.")


def _answers(
    votes: VoteMatrix, roster: Roster, features: Features, exposure: FloatArray | None, rng: np.random.Generator
) -> Answers:
    """Votes by statement, at most MAX_VOTES_FITTED of each, drawn evenly."""
    order = np.argsort(votes.statement, kind="stable")
    if votes.seen().max(initial=0) > MAX_VOTES_FITTED:
        shuffled = rng.permutation(votes.n_votes)
        order = shuffled[np.argsort(votes.statement[shuffled], kind="stable")]
        first = np.searchsorted(votes.statement[order], np.arange(votes.n_statements))
        order = order[np.arange(len(order)) - first[votes.statement[order]] < MAX_VOTES_FITTED]
    statement, who = votes.statement[order], votes.participant[order]
    return Answers(
        agrees=(votes.stance[order] == 1).astype(np.float64),
        weight=np.ones(len(order)) if exposure is None else _bounded(exposure[order], statement, votes.n_statements),
        statement=statement,
        features=features.of_vote[order],
        unit=roster.unit_of_participants()[who],
        role=roster.role_of_participants()[who],
    )


def _bounded(weight: FloatArray, statement: IntArray, n_statements: int) -> FloatArray:
    """Weights cut at MAX_WEIGHT means of their statement, adding up to its effective number of votes (Kish 1965)."""
    n = np.maximum(np.bincount(statement, minlength=n_statements), 1)
    cut = np.minimum(weight, MAX_WEIGHT * (np.bincount(statement, weight, n_statements) / n)[statement])
    total = np.bincount(statement, cut, n_statements)
    squared = np.maximum(np.bincount(statement, cut**2, n_statements), 1e-300)
    bounded: FloatArray = cut * (total / squared)[statement]
    return bounded


def _is_counted(votes: VoteMatrix, roster: Roster) -> BoolArray:
    is_counted: BoolArray = (votes.votes_per_participant() > 0) & (roster.person != UNKNOWN)
    return is_counted


def _sample(votes: VoteMatrix, rng: np.random.Generator) -> IntArray:
    """All participants, or so many drawn evenly, in order, that they have about MAX_VOTES votes."""
    if votes.n_votes <= MAX_VOTES:
        return np.arange(votes.n_participants)
    n = round(votes.n_participants * MAX_VOTES / votes.n_votes)
    return np.sort(rng.choice(votes.n_participants, n, replace=False))


def _rows(votes: VoteMatrix, roster: Roster, rng: np.random.Generator) -> IntArray:
    """Participants on the roster who voted; beyond MAX_ENTRIES a sample, the rest of them then counted as silent."""
    known = np.flatnonzero(_is_counted(votes, roster))
    most = max(1_000, MAX_ENTRIES // max(votes.n_statements, 1))
    return known if len(known) <= most else np.sort(rng.choice(known, most, replace=False))


def _members(membership: IntArray | None, rows: IntArray) -> FloatArray:
    """Indicators float64 [n_rows, n_groups]."""
    if membership is None:
        return np.zeros((len(rows), 0))
    n_groups = int(membership.max(initial=-1)) + 1
    return np.eye(n_groups + 1)[membership[rows]][:, :n_groups]


def _gather(
    draws: RosterDraws,
    member: FloatArray,
    n_draws: int,
    n_took_part: int,
    rng: np.random.Generator,
    progress: Callable[[float], None] | None,
) -> RosterEstimates:
    roster, n_statements = draws.roster, draws.n_statements
    to_unit, to_role = sums_by(roster.cell_unit, roster.n_units), sums_by(roster.cell_role, roster.n_roles)
    unit_size, role_size = (to @ roster.cell_size.astype(np.float64) for to in (to_unit, to_role))
    weight = (draws.weights / draws.weights.sum()).astype(np.float32)
    shape = (n_draws, n_statements)
    everybody, parting, holders, heard = (np.empty(shape, dtype=np.float32) for _ in range(4))
    unit = np.empty((n_draws, roster.n_units, n_statements), dtype=np.float32)
    role = np.empty((n_draws, roster.n_roles, n_statements), dtype=np.float32)
    group = np.empty((n_draws, member.shape[1], n_statements), dtype=np.float32)
    groups = GroupDraws(draws, member)
    for number in range(n_draws):
        draw = draws.draw(rng)
        cells = draw.took_part + draw.silent
        everybody[number] = cells.sum(axis=0) / roster.n_people
        unit[number], role[number] = _share(to_unit @ cells, unit_size), _share(to_role @ cells, role_size)
        group[number] = groups.shares(draw, rng)
        parting[number] = 4 * (weight @ draw.squared - (weight @ draw.agree) ** 2)
        holders[number] = roster.n_people * (weight @ (draw.agree >= FIRM))
        heard[number] = draw.took_part.sum(axis=0) / len(draws.rows)
        if progress is not None:
            progress((number + 1) / n_draws)
    among_heard = share_of_draws(heard)
    loud = n_took_part / roster.n_people
    return RosterEstimates(
        everybody,
        unit,
        role,
        group,
        parting,
        holders,
        bounds_low=loud * among_heard.low,
        bounds_high=loud * among_heard.high + 1 - loud,
        weights=draws.weights,
        n_people=roster.n_people,
        n_took_part=n_took_part,
    )


def _share(count: FloatArray, size: FloatArray) -> FloatArray:
    share = np.full(count.shape, np.nan)
    some = size > 0
    share[some] = count[some] / size[some, None]
    return share
