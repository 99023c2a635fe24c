"""Which statement somebody is asked next, and with what probability.

The question an organisation has is: how large a share of each group, and of all, agrees with each statement? A vote
is worth what it takes off the variance of those shares. Let a cell be one group and one statement, its share have a
beta posterior of mean μ and n₀ pseudo-votes. One more vote of somebody in the cell lowers the variance, in
expectation, by exactly::

    need = μ (1 − μ) / (n₀ + 1)²

Nobody's group is certain, so a statement's need for a person is the sum over cells of need × probability that the
person belongs there. While that is unclear, some draws go to the statements whose answer tells most about it (mutual
information of answer and cell). The rest is a floor: each open statement keeps a probability of at least
FLOOR / number of open ones, so weights by inverse probability stay bounded.

Knows votes, the space and groups; knows nothing of texts or people.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax, xlogy

from sayso.engine.groups import Groups
from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.routing_cells import cell_shares, known_belonging
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

FLOOR = 0.1  # of all draws are spread evenly over what is open
SHARPNESS = 3.0  # power of the need; 1 spreads draws thinly, and far above it all would get the same statement
PLACE_SHARE = 0.1  # of the other draws while nothing is known of somebody's group; falls to 0 as it becomes sure
OVERALL_WEIGHT = 1.0  # of the share of all, beside the groups' together
PRIOR_VOTES = 4.0  # a cell starts as if this many had answered like everybody else
SAME_TOPIC_IN_A_ROW = 2


@dataclass(frozen=True, eq=False)
class RoutingPlan:
    """What one snapshot knows about the worth of votes; O(cells · statements) numbers, read-only in use.

    Attributes
    ----------
    need : float64 [n_cells, n_statements]
        Expected fall of the summed variance of all estimates by one vote of somebody in the cell.
    stance_probability : float64 [3, n_cells, n_statements]
        Of disagree, pass, agree, in that order.
    doubt : float64 [n_cells, n_statements]
        Entropy of that answer, in nats.
    share : float64 [n_cells]
        Of all people; adds up to 1.
    belonging : float64 [n_participants, n_cells]
        Of those who were there when the plan was made; rows add up to 1.
    topic : int64 [n_statements]
        −1 where there is none.
    """

    need: FloatArray
    stance_probability: FloatArray
    doubt: FloatArray
    share: FloatArray
    belonging: FloatArray
    topic: IntArray

    @property
    def n_statements(self) -> int:
        """Number of columns."""
        return int(self.need.shape[1])

    def belonging_from(self, statement: ArrayLike, stance: ArrayLike) -> FloatArray:
        """How likely somebody who answered so belongs to each cell, float64 [n_cells].

        `statement` and `stance` are int [n]. Bayes' rule, answers taken as independent within a cell; O(n · n_cells).
        For people who came after the plan was made.
        """
        columns, stances = np.asarray(statement, dtype=np.int64), np.asarray(stance, dtype=np.int64)
        evidence = np.log(self.stance_probability[stances + 1, :, columns]).sum(axis=0)
        return np.asarray(softmax(np.log(self.share) + evidence))


def plan_routing(
    votes: VoteMatrix,
    space: OpinionSpace,
    *,
    groups: Groups | None = None,
    topic: ArrayLike | None = None,
) -> RoutingPlan:
    """Work out once per snapshot what every vote would be worth.

    Parameters
    ----------
    votes : VoteMatrix
        At least the participants and statements of `space`; may hold newer ones.
    space : OpinionSpace
        May have been fitted to fewer votes; people it does not know are placed by their answers.
    groups : Groups, optional
        Whose shares are wanted. Without, or with none found, the two sides of each main axis of the space stand for
        them.
    topic : int [n_statements], optional
        Topic number of each statement, −1 for none; needed for variety only.

    Returns
    -------
    RoutingPlan

    Raises
    ------
    ValueError
        When `topic` has another length than there are statements.

    Notes
    -----
    O(n_votes · n_cells). The variance of a beta posterior and its expected fall are textbook (Gelman et al. 2013,
    §2.4); asking where it falls most is Bayesian A-optimal design (Chaloner and Verdinelli 1995).

    Examples
    --------
    A statement that nobody has seen is needed most, by either side:

    >>> from sayso.engine.opinion_space import fit_opinion_space
    >>> camp = np.repeat([1, -1], 30)
    >>> rows, columns = np.repeat(np.arange(60), 6), np.tile(np.arange(6), 60)
    >>> stance = np.where(columns % 2 == 0, camp[rows], -camp[rows])
    >>> votes = VoteMatrix.from_arrays(rows, columns, stance, n_statements=7)
    >>> plan = plan_routing(votes, fit_opinion_space(votes, rng=np.random.default_rng(0), tier="fast"))
    >>> plan.need.argmax(axis=1).tolist(), plan.belonging[[0, 59]].round().tolist()
    ([6, 6], [[1.0, 0.0], [0.0, 1.0]])
    """
    topics = np.full(votes.n_statements, -1) if topic is None else np.asarray(topic, dtype=np.int64)
    if topics.shape != (votes.n_statements,):
        raise ValueError(f"topic has shape {topics.shape}; there are {votes.n_statements} statements.")
    share = cell_shares(space, groups)
    known = known_belonging(votes.n_participants, space, groups)
    belonging = np.where(np.isnan(known), share, known)
    stance_probability, _ = _answers(votes, belonging)
    newcomers = np.isnan(known).any(axis=1)
    if newcomers.any():
        belonging[newcomers] = _from_answers(votes, stance_probability, share)[newcomers]
    stance_probability, n_seen = _answers(votes, belonging)
    agree = stance_probability[2]
    weight = 1 / len(share) + OVERALL_WEIGHT * share**2
    return RoutingPlan(
        need=weight[:, None] * agree * (1 - agree) / (n_seen + PRIOR_VOTES + 1) ** 2,
        stance_probability=stance_probability,
        doubt=-xlogy(stance_probability, stance_probability).sum(axis=0),
        share=share,
        belonging=belonging,
        topic=topics,
    )


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
    ...     share=np.ones(1), belonging=np.ones((1, 1)), topic=np.array([0, 0]))
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


def exposure_weights(probability: ArrayLike, n_before: ArrayLike, n_draws: ArrayLike) -> FloatArray:
    """Weight of each vote that undoes the routing, float64 [n]: without bias, whoever was asked what.

    Parameters
    ----------
    probability : float [n]
        With which the statement was drawn, above 0.
    n_before : int [n]
        Draws of the same person before that one in which the statement could have been drawn.
    n_draws : int [n]
        All draws of that person in which it could have been drawn or was answered already: those before it opened,
        or when variety held it back, do not count.

    Returns
    -------
    float64 [n]
        (1 / probability + draws after it) / all draws. Its expectation, 0 counted where the person was never asked,
        is 1 for every person and statement.

    Raises
    ------
    ValueError
        When a probability is not above 0, or there are not more draws than before.

    Notes
    -----
    Each draw taken alone would give the weight 1 / probability while the statement is open, and 1 once the answer is
    known; this is their mean over the person's draws, a sum of martingale differences. O(n).

    Examples
    --------
    >>> exposure_weights([0.5, 1.0], [0, 1], [2, 2]).tolist()   # one of two at random, then the other
    [1.5, 0.5]
    """
    chance, before = np.asarray(probability, dtype=np.float64), np.asarray(n_before, dtype=np.float64)
    draws = np.asarray(n_draws, dtype=np.float64)
    if np.any(chance <= 0) or np.any(before < 0) or np.any(draws <= before):
        raise ValueError("Probabilities must be above 0, and each draw one of all of them.")
    weight: FloatArray = (1 / chance + draws - before - 1) / draws
    return weight


def _answers(votes: VoteMatrix, belonging: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probability of each stance in each cell [3, n_cells, n_statements], and votes seen [n_cells, n_statements].

    A cell is drawn to all people's answers, and those to the mean over statements, by PRIOR_VOTES each.
    """
    by_stance = np.stack([votes.count(stance) for stance in (-1, 0, 1)]).astype(np.float64)
    mean = (by_stance.sum(axis=1) + 1) / (by_stance.sum() + 3)
    overall = (by_stance + PRIOR_VOTES * mean[:, None]) / (by_stance.sum(axis=0) + PRIOR_VOTES)
    counted = np.stack(
        [
            (votes.to_csr((votes.stance == stance).astype(np.float64)).T @ belonging).T  # cells × statements
            for stance in (-1, 0, 1)
        ]
    )
    n_seen = counted.sum(axis=0)
    return (counted + PRIOR_VOTES * overall[:, None, :]) / (n_seen + PRIOR_VOTES), n_seen


def _from_answers(votes: VoteMatrix, stance_probability: FloatArray, share: FloatArray) -> FloatArray:
    """`RoutingPlan.belonging_from` for every participant, float64 [n_participants, n_cells]."""
    log_odds = np.tile(np.log(share), (votes.n_participants, 1))
    for stance in (-1, 0, 1):
        gave = votes.to_csr((votes.stance == stance).astype(np.float64))
        log_odds += gave @ np.log(stance_probability[stance + 1]).T
    return np.asarray(softmax(log_odds, axis=1))


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
