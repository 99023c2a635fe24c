"""Which statement somebody is asked next, and with what probability.

Nobody's group is certain, so a statement's need for a person is the sum over cells of need (see `routing_plan`) ×
probability that the person belongs there. While that is unclear, some draws go to the statements whose answer tells
most about it (mutual information of answer and cell). The rest is a floor: each open statement keeps a probability of
at least FLOOR / number of open ones, so weights by inverse probability (`exposure`) stay bounded.

Knows votes, the space and groups; knows nothing of texts or people.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.routing_plan import RoutingPlan, plan_routing
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

__all__ = ["RoutingPlan", "next_statement", "plan_routing", "routing_probabilities"]

FLOOR = 0.1  # of all draws are spread evenly over what is open
SHARPNESS = 3.0  # power of the need; 1 spreads draws thinly, and far above it all would get the same statement
PLACE_SHARE = 0.1  # of the other draws while nothing is known of somebody's group; falls to 0 as it becomes sure
SAME_TOPIC_IN_A_ROW = 2


def routing_probabilities(
    plan: RoutingPlan, belonging: FloatArray, candidates: IntArray, *, recent: Sequence[int] = ()
) -> FloatArray:
    """Probability that each candidate is asked next, float64 [n_candidates]; adds up to 1.

    Parameters
    ----------
    plan : RoutingPlan
    belonging : float64 [n_cells]
        A row of ``plan.belonging``, or ``plan.belonging_from(…)``.
    candidates : int64 [n_candidates]
        Columns still open to this person, each once.
    recent : sequence of int
        Columns answered last, newest last. When the last two are of one topic, candidates of that topic get 0 as long
        as there are others.

    Returns
    -------
    float64 [n_candidates]
        At least FLOOR / n_candidates wherever it is not 0 for variety's sake.

    Raises
    ------
    ValueError
        When there is no candidate.

    Notes
    -----
    O(n_candidates · n_cells). (1 − λ) · need^SHARPNESS + λ · information about the place, each scaled to add up to 1,
    and the floor; λ is PLACE_SHARE times the share of the doubt about the cell that is left.

    Examples
    --------
    >>> plan = RoutingPlan(
    ...     need=np.array([[1.0, 2.0]]), stance_probability=np.full((3, 1, 2), 1 / 3), doubt=np.full((1, 2), np.log(3)),
    ...     share=np.ones(1), belonging=np.ones((1, 1)), n_seen=np.zeros((1, 2)), topic=np.array([0, 0]))
    >>> routing_probabilities(plan, np.ones(1), np.array([0, 1])).round(2).tolist()   # .05 + .9/9, .05 + .9·8/9
    [0.15, 0.85]
    """
    if not len(candidates):
        raise ValueError("There is no statement left to ask.")
    is_open = _varied(plan.topic, candidates, recent)
    columns = candidates[is_open]
    need = _scaled((belonging @ plan.need[:, columns]) ** SHARPNESS)
    place_share = PLACE_SHARE * _doubt_about_place(plan, belonging)
    if place_share > 0:
        told = _scaled(_information(plan, belonging, columns))
        need = (1 - place_share) * need + place_share * told
    probability = np.zeros(len(candidates))
    probability[is_open] = FLOOR / len(columns) + (1 - FLOOR) * need
    return probability


def next_statement(
    votes: VoteMatrix,
    space: OpinionSpace,
    participant: int,
    *,
    rng: np.random.Generator,
    candidates: ArrayLike | None = None,
    plan: RoutingPlan | None = None,
    recent: Sequence[int] = (),
) -> int:
    """The column of the statement to ask this participant next.

    Parameters
    ----------
    votes : VoteMatrix
    space : OpinionSpace
    participant : int
        Row number; may be beyond those of `votes`, for somebody who has not voted yet.
    rng : numpy.random.Generator
    candidates : int [n], optional
        Columns that may be asked; what the participant has answered already is never asked again. All by default.
    plan : RoutingPlan, optional
        `plan_routing(votes, space, groups=…, topic=…)`; without, one is made and remembered for these two objects.
    recent : sequence of int
        Columns answered last, newest last, for variety of topics.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        When nothing is left to ask, or a number is out of range.

    Notes
    -----
    O(n_statements), under a millisecond for 5,000, once the plan is there. Drawn, never fixed: see
    `routing_probabilities` for the exact probability of each.

    Examples
    --------
    >>> from sayso.engine.opinion_space import fit_opinion_space
    >>> votes = VoteMatrix.from_arrays([0, 0, 1], [0, 1, 0], [1, -1, 1], n_statements=3)
    >>> space = fit_opinion_space(votes, rng=np.random.default_rng(0), tier="fast")
    >>> next_statement(votes, space, 0, rng=np.random.default_rng(0))   # has answered 0 and 1
    2
    """
    if participant < 0:
        raise ValueError(f"participant is {participant}; rows run from 0.")
    plan = plan or _remembered_plan(votes, space)
    columns, stances = _answers_of(votes, participant)
    still_open = _still_open(plan.n_statements, columns, candidates)
    belonging = (
        plan.belonging[participant] if participant < len(plan.belonging) else plan.belonging_from(columns, stances)
    )
    probability = routing_probabilities(plan, belonging, still_open, recent=recent)
    drawn = np.searchsorted(np.cumsum(probability), rng.random() * probability.sum(), side="right")
    return int(still_open[min(drawn, len(still_open) - 1)])


def _answers_of(votes: VoteMatrix, participant: int) -> tuple[IntArray, IntArray]:
    if participant >= votes.n_participants:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    entries = slice(votes.row_start[participant], votes.row_start[participant + 1])
    return votes.statement[entries], votes.stance[entries].astype(np.int64)


def _still_open(n_statements: int, answered: IntArray, candidates: ArrayLike | None) -> IntArray:
    allowed = np.ones(n_statements, dtype=bool)
    if candidates is not None:
        columns = np.asarray(candidates, dtype=np.int64).ravel()
        if len(columns) and (columns.min() < 0 or columns.max() >= n_statements):
            raise ValueError(f"candidates must lie between 0 and {n_statements - 1}.")
        allowed = np.zeros(n_statements, dtype=bool)
        allowed[columns] = True
    allowed[answered] = False
    return np.flatnonzero(allowed)


def _varied(topic: IntArray, candidates: IntArray, recent: Sequence[int]) -> BoolArray:
    """Which candidates would not make three of one topic in a row; all of them when that leaves none."""
    everything = np.ones(len(candidates), dtype=bool)
    last = topic[np.asarray(recent[-SAME_TOPIC_IN_A_ROW:], dtype=np.int64)]
    if len(last) < SAME_TOPIC_IN_A_ROW or last[0] < 0 or np.any(last != last[0]):
        return everything
    differs: BoolArray = topic[candidates] != last[0]
    return differs if differs.any() else everything


def _scaled(worth: FloatArray) -> FloatArray:
    total = worth.sum()
    return worth / total if total > 0 else np.full(len(worth), 1 / len(worth))


def _doubt_about_place(plan: RoutingPlan, belonging: FloatArray) -> float:
    """Entropy of the cell somebody belongs to, 1 for what is known of a newcomer, 0 when it is sure."""
    most = -xlogy(plan.share, plan.share).sum()
    return float(np.clip(-xlogy(belonging, belonging).sum() / most, 0.0, 1.0)) if most > 0 else 0.0


def _information(plan: RoutingPlan, belonging: FloatArray, columns: IntArray) -> FloatArray:
    """Mutual information of the answer and the cell, in nats, float64 [n_candidates]."""
    answer = belonging @ plan.stance_probability[:, :, columns]
    told: FloatArray = -xlogy(answer, answer).sum(axis=0) - belonging @ plan.doubt[:, columns]
    return np.maximum(told, 0.0)


# What one pair of objects gives is worked out once; forgotten with the votes. Nothing else is kept.
_PLANS: weakref.WeakKeyDictionary[VoteMatrix, tuple[weakref.ref[OpinionSpace], RoutingPlan]] = (
    weakref.WeakKeyDictionary()
)


def _remembered_plan(votes: VoteMatrix, space: OpinionSpace) -> RoutingPlan:
    found = _PLANS.get(votes)
    if found is not None and found[0]() is space:
        return found[1]
    plan = plan_routing(votes, space)
    _PLANS[votes] = (weakref.ref(space), plan)
    return plan
