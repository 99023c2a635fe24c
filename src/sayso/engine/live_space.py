"""An opinion space that takes in votes one by one, between two fits.

Knows the fitted space and the votes since; knows nothing of groups or pages. A vote moves its participant's place,
from all votes of theirs, and its statement; everybody else waits for the next fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

STEPS = 6  # Newton steps to a place; the sixth moves it by less than a hundredth of its doubt
MIN_WEIGHT = 1e-3


@dataclass(frozen=True, eq=False)
class Place:
    """Where somebody stands: position float64 [n_dims] and its covariance [n_dims, n_dims]."""

    position: FloatArray
    covariance: FloatArray


class LiveSpace:
    """A fitted space that follows the votes cast since.

    Parameters
    ----------
    votes : VoteMatrix
        What `space` was fitted to. Neither is changed.
    space : OpinionSpace

    Examples
    --------
    Somebody who was not there when the space was fitted votes with the first camp:

    >>> from sayso.engine.opinion_space import fit_opinion_space
    >>> camp = np.repeat([1, -1], 30)
    >>> rows, columns = np.repeat(np.arange(60), 6), np.tile(np.arange(6), 60)
    >>> votes = VoteMatrix.from_arrays(rows, columns, np.where(columns % 2 == 0, camp[rows], -camp[rows]))
    >>> space = fit_opinion_space(votes, rng=np.random.default_rng(0), tier="fast")
    >>> live = LiveSpace(votes, space)
    >>> for statement, stance in ((0, 1), (1, -1), (2, 1)):
    ...     live.cast(60, statement, stance)
    >>> live.predict_agree(60, [3, 4]).round(0).tolist()
    [0.0, 1.0]
    """

    def __init__(self, votes: VoteMatrix, space: OpinionSpace) -> None:
        self._votes = votes
        self._space = space
        self._statements = space.model.statements_in_log_odds()
        leaning_variance = space.model.leaning_variance * space.model.link.log_odds_per_unit**2
        self._prior = np.concatenate([[1 / leaning_variance], np.ones(space.n_dims)])
        self._since: dict[int, dict[int, int]] = {}
        self._places: dict[int, tuple[FloatArray, FloatArray]] = {}

    def cast(self, participant: int, statement: int, stance: int) -> None:
        """Take in one vote; `participant` may be new, `statement` is a column of the fitted votes.

        A vote on the same statement replaces the earlier one in the participant's place; the statement keeps what it
        learnt of the earlier until the next fit. Raises IndexError for an unknown statement, ValueError for a stance
        that is not −1, 0 or 1. O(votes of the participant · n_dims² + n_dims³), whatever the size of the space.
        """
        if not 0 <= statement < len(self._statements.mean):
            raise IndexError(f"statement is {statement}; there are {len(self._statements.mean)}.")
        if stance not in (-1, 0, 1):
            raise ValueError(f"stance is {stance}; a stance is -1, 0 or 1.")
        self._since.setdefault(participant, {})[statement] = stance
        columns, sides = self._answers(participant)
        self._places[participant] = self._find_place(columns, sides)
        if stance:
            self._learn(statement, stance, *self._places[participant])

    def place(self, participant: int) -> Place:
        """Where a participant stands now; somebody without votes stands in the middle, with the doubt of all."""
        mean, covariance = self._current(participant)
        return Place(mean[2:], covariance[2:, 2:])

    def predict_agree(self, participant: int, statement: IntArray | list[int]) -> FloatArray:
        """P(agree | takes a side) of one participant for these statements (int [n]), float64 [n]."""
        columns = np.asarray(statement, dtype=np.int64)
        x, x_covariance = self._current(participant)
        y, y_covariance = self._statements.mean[columns], self._statements.covariance[columns]
        mean = y @ x
        variance = (
            np.einsum("ja,ab,jb->j", y, x_covariance, y)
            + np.einsum("a,jab,b->j", x, y_covariance, x)
            + np.einsum("ab,jab->j", x_covariance, y_covariance)
        )
        return np.asarray(expit(mean / np.sqrt(1 + np.pi * variance / 8)), dtype=np.float64)

    def _current(self, participant: int) -> tuple[FloatArray, FloatArray]:
        if participant not in self._places:
            self._places[participant] = self._find_place(*self._answers(participant))
        return self._places[participant]

    def _answers(self, participant: int) -> tuple[IntArray, FloatArray]:
        """Columns and sides (−1, 1) of everything the participant takes a side on, the last vote first in force."""
        answers: dict[int, int] = {}
        if 0 <= participant < self._votes.n_participants:
            own = slice(self._votes.row_start[participant], self._votes.row_start[participant + 1])
            stances = self._votes.stance[own].tolist()
            answers = dict(zip(self._votes.statement[own].tolist(), stances, strict=True))
        answers |= self._since.get(participant, {})
        taken = {column: side for column, side in answers.items() if side}
        return np.array(list(taken), dtype=np.int64), np.array(list(taken.values()), dtype=np.float64)

    def _find_place(self, columns: IntArray, sides: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The closed steps of `posterior.variational` for one participant, statements as they are."""
        y, y_covariance = self._statements.mean[columns], self._statements.covariance[columns]
        second = y[:, :, None] * y[:, None, :] + y_covariance
        width = len(self._prior) + 1
        x, covariance = np.zeros(width), np.zeros((width, width))
        x[0] = 1.0
        covariance[1:, 1:] = np.diag(1 / self._prior)
        for _ in range(STEPS):
            mean = y @ x
            squared = np.einsum("jab,ab->j", second, x[:, None] * x + covariance)
            weight, push = _weigh(mean, np.maximum(squared - mean**2, 0.0), sides)
            evidence = np.einsum("j,jab->ab", weight, second)
            covariance[1:, 1:] = np.linalg.inv(evidence[1:, 1:] + np.diag(self._prior))
            x[1:] = covariance[1:, 1:] @ ((push @ y)[1:] - evidence[1:, 0])
        return x, covariance

    def _learn(self, statement: int, stance: int, x: FloatArray, x_covariance: FloatArray) -> None:
        """One vote's worth of evidence on its statement (assumed-density filtering, Minka 2001)."""
        y, covariance = self._statements.mean[statement], self._statements.covariance[statement]
        free = np.delete(np.arange(len(y)), 1)
        second = x[:, None] * x + x_covariance
        mean = np.array([y @ x])
        squared = np.sum(second * (y[:, None] * y + covariance))
        weight, push = _weigh(mean, np.maximum(squared - mean**2, 0.0), np.array([float(stance)]))
        precision = np.linalg.inv(covariance[np.ix_(free, free)]) + weight * second[np.ix_(free, free)]
        after = np.linalg.inv(precision)
        uphill = (push - weight * mean) * x - weight * (x_covariance @ y)
        self._statements.mean[statement, free] = y[free] + after @ uphill[free]
        self._statements.covariance[statement][np.ix_(free, free)] = after


def _weigh(mean: FloatArray, variance: FloatArray, sides: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Each vote's weight E[σ′] and its push, as `posterior.kernels` has them; float64 [n] each."""
    shrink = 1 / np.sqrt(1 + np.pi * variance / 8)
    agree = expit(shrink * mean)
    weight = np.maximum(shrink * agree * (1 - agree), MIN_WEIGHT)
    return weight, (sides > 0) - agree + weight * mean
