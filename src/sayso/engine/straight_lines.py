"""Accounts that answer by a fixed pattern, whatever the statement says.

Knows votes, their order and how likely each is as an own opinion; knows nothing of scripts that accounts share.
Passing on everything is no such pattern: having no opinion is allowed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

SLIPS = 0.02
ROUNDS = 20
FIRST_SHARE, FEWEST_SHARE, MOST_SHARE = 0.01, 0.0005, 0.3
MIN_VOTES = 7
PATTERNS = {
    "always agree": "Agrees with everything shown, which an opinion of its own would hardly do.",
    "always disagree": "Disagrees with everything shown, which an opinion of its own would hardly do.",
    "in turn": "Agrees and disagrees in turn, whatever is shown.",
}


def find_straight_lines(
    votes: VoteMatrix, log_own: FloatArray, number: IntArray | None = None
) -> dict[str, FloatArray]:
    """For each pattern of `PATTERNS`, the probability that an account follows it, float64 [n_participants].

    Parameters
    ----------
    votes : VoteMatrix
        Agree and disagree only.
    log_own : float64 [n_votes]
        As `own_opinion.log_own_opinion` gives it: somebody who agrees with much, and with what goes together, is as
        likely by their own opinion as by the pattern, and so is no suspect.
    number : int64 [n_votes], optional
        How many votes the account had cast before this one; by default in the order of statements.

    Notes
    -----
    Bayes' rule with the pattern's share learnt from everybody (expectation-maximisation). O(n_votes).

    Examples
    --------
    Twelve statements on which everybody else is evenly split; the first account agrees with all of them:

    >>> rng = np.random.default_rng(0)
    >>> stance = rng.choice([-1, 1], (50, 12))
    >>> stance[0] = 1
    >>> rows, columns = np.repeat(np.arange(50), 12), np.tile(np.arange(12), 50)
    >>> votes = VoteMatrix.from_arrays(rows, columns, stance.ravel())
    >>> found = find_straight_lines(votes, np.full(600, np.log(0.5)))
    >>> bool(found["always agree"][0] > 0.9), int((found["always agree"] > 0.5).sum())
    (True, 1)
    """
    if number is None:
        number = np.arange(votes.n_votes) - votes.row_start[votes.participant]
    by_pattern = {
        "always agree": _ratio(votes, log_own, np.ones(votes.n_votes, dtype=np.int8)),
        "always disagree": _ratio(votes, log_own, np.full(votes.n_votes, -1, dtype=np.int8)),
        "in turn": _in_turn(votes, log_own, number),
    }
    enough = votes.votes_per_participant() >= MIN_VOTES
    return {name: _probability(ratio, enough) for name, ratio in by_pattern.items()}


def _ratio(votes: VoteMatrix, log_own: FloatArray, pattern: NDArray[np.int8]) -> FloatArray:
    by_pattern = np.where(votes.stance == pattern, np.log(1 - SLIPS), np.log(SLIPS))
    return np.bincount(votes.participant, by_pattern - log_own, minlength=votes.n_participants).astype(np.float64)


def _in_turn(votes: VoteMatrix, log_own: FloatArray, number: IntArray) -> FloatArray:
    begins_with_agree = np.where(number % 2 == 0, 1, -1).astype(np.int8)
    one, other = (_ratio(votes, log_own, pattern) for pattern in (begins_with_agree, -begins_with_agree))
    either: FloatArray = np.logaddexp(one, other) - np.log(2)
    return either


def _probability(ratio: FloatArray, enough: BoolArray) -> FloatArray:
    share = FIRST_SHARE
    follows = np.zeros(len(ratio))
    for _ in range(ROUNDS):
        follows = np.where(enough, expit(ratio + logit(share)), 0.0)
        share = float(np.clip(follows.mean() if len(follows) else 0.0, FEWEST_SHARE, MOST_SHARE))
    return follows
