"""What a vote would be worth: of each opinion group, on each statement.

The question an organisation has is: how large a share of each group, and of all, agrees with each statement? A vote
is worth what it takes off the variance of those shares. Let a cell be one group and one statement, its share have a
beta posterior of mean μ and n₀ pseudo-votes. One more vote of somebody in the cell lowers the variance, in
expectation, by exactly::

    need = μ (1 − μ) / (n₀ + 1)²

Knows votes, the space and groups; draws nothing (see `routing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax, xlogy

from sayso.engine.groups import Groups
from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.routing_cells import cell_shares, known_belonging
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

OVERALL_WEIGHT = 1.0  # of the share of all, beside the groups' together
PRIOR_VOTES = 4.0  # a cell starts as if this many had answered like everybody else
VOTES_AT_ONCE = 1_000_000  # counted in blocks: some tens of megabytes at any size


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
    n_seen : float64 [n_cells, n_statements]
        Votes, each counted with the probability that its voter belongs to the cell.
    topic : int64 [n_statements]
        −1 where there is none.
    """

    need: FloatArray
    stance_probability: FloatArray
    doubt: FloatArray
    share: FloatArray
    belonging: FloatArray
    n_seen: FloatArray
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

    def after_vote(self, belonging: FloatArray, statement: int, stance: int) -> RoutingPlan:
        """The plan once somebody of this `belonging` (float64 [n_cells]) has voted, without looking at other votes.

        O(n_cells · n_statements), however many people there are. What is left out until the next plan: the voter's
        own belonging, and that the cells' prior, everybody's answer, moves a little.
        """
        seen, chance = self.n_seen.copy(), self.stance_probability.copy()
        need, doubt = self.need.copy(), self.doubt.copy()
        before = seen[:, statement] + PRIOR_VOTES
        seen[:, statement] += belonging
        answer = (np.arange(-1, 2) == stance)[:, None]
        chance[:, :, statement] = (chance[:, :, statement] * before + belonging * answer) / (before + belonging)
        need[:, statement] = _need(self.share[:, None], chance[2, :, [statement]].T, seen[:, [statement]])[:, 0]
        doubt[:, statement] = -xlogy(chance[:, :, statement], chance[:, :, statement]).sum(axis=0)
        return replace(self, need=need, stance_probability=chance, doubt=doubt, n_seen=seen)


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
    newcomers = np.flatnonzero(np.isnan(known).any(axis=1))
    if len(newcomers):
        belonging[newcomers] = _from_answers(votes.take_rows(newcomers), stance_probability, share)
    stance_probability, n_seen = _answers(votes, belonging)
    return RoutingPlan(
        need=_need(share[:, None], stance_probability[2], n_seen),
        stance_probability=stance_probability,
        doubt=-xlogy(stance_probability, stance_probability).sum(axis=0),
        share=share,
        belonging=belonging,
        n_seen=n_seen,
        topic=topics,
    )


def _need(share: FloatArray, agree: FloatArray, n_seen: FloatArray) -> FloatArray:
    """Expected fall of the variance of the cell's share, and of all people's of which the cell is a part."""
    weight = 1 / len(share) + OVERALL_WEIGHT * share**2
    need: FloatArray = weight * agree * (1 - agree) / (n_seen + PRIOR_VOTES + 1) ** 2
    return need


def _answers(votes: VoteMatrix, belonging: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probability of each stance in each cell [3, n_cells, n_statements], and votes seen [n_cells, n_statements].

    A cell is drawn to all people's answers, and those to the mean over statements, by PRIOR_VOTES each.
    """
    n_cells, n_statements = belonging.shape[1], votes.n_statements
    counted = np.zeros((3, n_cells, n_statements))
    for rows, entries in _blocks(votes):
        worth = np.repeat(belonging[rows], np.diff(votes.row_start[rows.start : rows.stop + 1]), axis=0)
        answer = (votes.stance[entries].astype(np.int64) + 1) * n_statements + votes.statement[entries]
        for cell in range(n_cells):
            counted[:, cell] += np.bincount(answer, worth[:, cell], minlength=3 * n_statements).reshape(3, -1)
    by_stance = counted.sum(axis=1)
    mean = (by_stance.sum(axis=1) + 1) / (by_stance.sum() + 3)
    overall = (by_stance + PRIOR_VOTES * mean[:, None]) / (by_stance.sum(axis=0) + PRIOR_VOTES)
    n_seen = counted.sum(axis=0)
    return (counted + PRIOR_VOTES * overall[:, None, :]) / (n_seen + PRIOR_VOTES), n_seen


def _from_answers(votes: VoteMatrix, stance_probability: FloatArray, share: FloatArray) -> FloatArray:
    """`RoutingPlan.belonging_from` for every participant, float64 [n_participants, n_cells]."""
    log_chance = np.log(stance_probability).transpose(0, 2, 1)
    belonging = np.empty((votes.n_participants, len(share)))
    for rows, entries in _blocks(votes):
        told = log_chance[votes.stance[entries].astype(np.int64) + 1, votes.statement[entries]]
        running = np.concatenate([np.zeros((1, len(share))), np.cumsum(told, axis=0)])
        ends = votes.row_start[rows.start : rows.stop + 1] - entries.start
        belonging[rows] = softmax(np.log(share) + running[ends[1:]] - running[ends[:-1]], axis=1)
    return belonging


def _blocks(votes: VoteMatrix) -> Iterator[tuple[slice, slice]]:
    """Runs of rows with at most VOTES_AT_ONCE votes (or one row), and the entries of their votes."""
    start = 0
    while start < votes.n_participants:
        limit = votes.row_start[start] + VOTES_AT_ONCE
        stop = max(int(np.searchsorted(votes.row_start, limit, side="right")) - 1, start + 1)
        yield slice(start, stop), slice(int(votes.row_start[start]), int(votes.row_start[stop]))
        start = stop
