"""Brigades: many accounts that come at once, for one statement, and do little else.

Knows votes, times and how likely each vote is as an own opinion; knows nothing of scripts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

FEW_VOTES = 3  # an account that came for one thing
WINDOWS = (0.005, 0.02, 0.05)  # of the time from the first vote to the last
MIN_ACCOUNTS = 5
MAX_CHANCE = 1e-4  # that anywhere in all statements and windows so many come by chance


@dataclass(frozen=True, eq=False)
class Burst:
    """Accounts (int64 row numbers) that took one side on one statement within one window; `expected` are usual."""

    statement: int
    stance: int
    participants: IntArray
    expected: float


def find_bursts(votes: VoteMatrix, log_own: FloatArray, cast_at: FloatArray) -> list[Burst]:
    """Bursts of accounts with at most three votes that take the same side on a statement; one a statement and side.

    Parameters
    ----------
    votes : VoteMatrix
        Agree and disagree only.
    log_own : float64 [n_votes]
        As `own_opinion.log_own_opinion` gives it.
    cast_at : float64 [n_votes]
        In any unit.

    Notes
    -----
    A scan statistic. Among accounts with few votes whose vote on the statement falls into the window, the number on
    one side is compared with the sum of its probabilities as own opinions: how many come at once is no offence (a
    message may have gone round), that they all say the same is. The binomial tail with the same mean bounds the
    exact one (Hoeffding 1956) and is paid for by the number of windows, statements and sides looked at.
    O(n_votes) beside sorting.

    Examples
    --------
    >>> rows = np.arange(60)
    >>> stance = np.where(rows < 40, np.where(rows % 2, 1, -1), 1)
    >>> votes = VoteMatrix.from_arrays(rows, np.zeros(60, dtype=int), stance)
    >>> times = np.where(rows < 40, rows * 10.0, 200 + rows / 100)
    >>> [(b.statement, b.stance, len(b.participants)) for b in find_bursts(votes, np.full(60, np.log(0.2)), times)]
    [(0, 1, 21)]
    """
    span = float(np.ptp(cast_at)) if votes.n_votes else 0.0
    if span <= 0:
        return []
    short = votes.votes_per_participant()[votes.participant] <= FEW_VOTES
    looks = 2 * votes.n_statements * sum(1 / width for width in WINDOWS)
    found = []
    for statement in np.unique(votes.statement[short]).tolist():
        entry = np.flatnonzero(short & (votes.statement == statement))
        entry = entry[np.argsort(cast_at[entry], kind="stable")]
        for stance in (1, -1):
            burst = _densest(votes, log_own, cast_at, entry, stance, span, MAX_CHANCE / looks)
            if burst is not None:
                found.append(burst)
    return found


def _densest(
    votes: VoteMatrix,
    log_own: FloatArray,
    cast_at: FloatArray,
    entry: IntArray,
    stance: int,
    span: float,
    chance: float,
) -> Burst | None:
    is_side = votes.stance[entry] == stance
    usual = np.where(is_side, np.exp(log_own[entry]), 1 - np.exp(log_own[entry]))
    counted, expected = np.cumsum(np.append(0, is_side)), np.cumsum(np.append(0.0, usual))
    best: tuple[float, int, int] | None = None
    for width in WINDOWS:
        stop = np.searchsorted(cast_at[entry], cast_at[entry] + width * span, side="right")
        start = np.arange(len(entry))
        many = counted[stop] - counted[start]
        n, mean = stop - start, expected[stop] - expected[start]
        tail = stats.binom.sf(many - 1, n, mean / n)
        tail[many < MIN_ACCOUNTS] = 1.0
        at = int(tail.argmin()) if len(tail) else 0
        if len(tail) and tail[at] <= chance and (best is None or tail[at] < best[0]):
            best = (float(tail[at]), at, int(stop[at]))
    if best is None:
        return None
    window = slice(best[1], best[2])
    rows = votes.participant[entry[window]][is_side[window]]
    return Burst(int(votes.statement[entry[0]]), stance, rows, float(usual[window].sum()))
