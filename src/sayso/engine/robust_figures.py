"""Agreement and common ground without suspected accounts, beside the raw figures.

Knows votes, weights and groups; knows nothing of how suspicion came about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sayso.engine.estimates import probability_above
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

LIKELY = 0.5  # probability from which a statement counts as common ground, as in a distillation


@dataclass(frozen=True, eq=False)
class RobustFigures:
    """Raw and robust figures of each statement, float64 or bool [n_statements].

    raw_share, robust_share : share of votes that agree, passes counted in; NaN without votes
    raw_common, robust_common : whether the statement is common ground
    votes_to_turn : int64, so many of the raw votes would have to be false for the share of everybody to change sides
    """

    raw_share: FloatArray
    robust_share: FloatArray
    raw_common: BoolArray
    robust_common: BoolArray
    votes_to_turn: IntArray

    @property
    def turned(self) -> IntArray:
        """Column numbers of statements whose decision is another one without the suspected accounts."""
        return np.flatnonzero(self.raw_common != self.robust_common)


def compare_figures(
    votes: VoteMatrix,
    weight: FloatArray,
    membership: IntArray,
    *,
    overall: float = 0.75,
    in_each_group: float = 0.6,
) -> RobustFigures:
    """Figures with every account counted once, and with each counted by its weight.

    Parameters
    ----------
    votes : VoteMatrix
    weight : float64 [n_participants]
        0 to 1, as `integrity.IntegrityFindings` has it.
    membership : int64 [n_participants]
        Opinion group of each participant, −1 for none.
    overall, in_each_group : float
        The thresholds of common ground.

    Notes
    -----
    O(n_votes + n_groups · n_statements).

    Examples
    --------
    Seventy-eight of a hundred agree, but five of them are suspected:

    >>> votes = VoteMatrix.from_arrays(np.arange(100), np.zeros(100, dtype=int), np.where(np.arange(100) < 78, 1, -1))
    >>> figures = compare_figures(votes, np.where(np.arange(100) < 20, 0.0, 1.0), np.full(100, -1))
    >>> figures.raw_share.round(2).tolist(), figures.robust_share.round(3).tolist(), figures.turned.tolist()
    ([0.78], [0.725], [0])
    >>> figures.votes_to_turn.tolist()   # without thirteen of those who agree: 65 of 87
    [13]
    """
    raw, robust = np.ones(votes.n_participants), weight
    agree, seen = _counts(votes, raw)
    sure_agree, sure_seen = _counts(votes, robust)
    return RobustFigures(
        raw_share=_share(agree, seen),
        robust_share=_share(sure_agree, sure_seen),
        raw_common=_is_common(votes, raw, membership, overall, in_each_group),
        robust_common=_is_common(votes, robust, membership, overall, in_each_group),
        votes_to_turn=_votes_to_turn(agree, seen, overall),
    )


def _counts(votes: VoteMatrix, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    counted = weight[votes.participant]
    agree = np.bincount(votes.statement, counted * (votes.stance == 1), minlength=votes.n_statements)
    seen = np.bincount(votes.statement, counted, minlength=votes.n_statements)
    return agree.astype(np.float64), seen.astype(np.float64)


def _share(agree: FloatArray, seen: FloatArray) -> FloatArray:
    share: FloatArray = np.divide(agree, seen, out=np.full(len(seen), np.nan), where=seen > 0)
    return share


def _is_common(
    votes: VoteMatrix, weight: FloatArray, membership: IntArray, overall: float, in_each_group: float
) -> BoolArray:
    probability = probability_above(*_counts(votes, weight), overall)
    for group in range(int(membership.max(initial=-1)) + 1):
        probability = probability * probability_above(*_counts(votes, weight * (membership == group)), in_each_group)
    is_common: BoolArray = probability >= LIKELY
    return is_common


def _votes_to_turn(agree: FloatArray, seen: FloatArray, overall: float) -> IntArray:
    """Agreeing votes to take away where the share is reached, others where it is not."""
    reached = agree >= overall * seen
    # A hair either way: a share that is reached exactly is reached.
    too_many = np.floor((agree - overall * seen) / (1 - overall) + 1e-9) + 1
    too_few = np.ceil(seen - agree / overall - 1e-9)
    away: IntArray = np.clip(np.where(reached, too_many, too_few), 0, seen).astype(np.int64)
    return away
