"""Shares and their intervals: what counts say, and how sure.

Knows counts; knows nothing of models or groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv

from sayso.engine.votes import FloatArray, IntArray

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Share:
    """A share of some whole with its interval; arrays of one shape, NaN where nothing was counted."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


def share_of(count: ArrayLike, total: ArrayLike, *, confidence: float = CONFIDENCE) -> Share:
    """The share `count / total` with its Jeffreys interval.

    Parameters
    ----------
    count, total : int [...]
        0 ≤ count ≤ total, of one shape.
    confidence : float
        Probability the interval holds, between 0 and 1.

    Returns
    -------
    Share
        float64 [...]; NaN where `total` is 0: not yet known, never 0 %.

    Raises
    ------
    ValueError
        When a count is negative or larger than its total.

    Notes
    -----
    Equal tails of Beta(count + ½, total − count + ½), with the end closed at 0 and at 1 when nobody or everybody
    was counted: Brown, Cai and DasGupta (2001), §4.1.2. O(n).

    Examples
    --------
    >>> share = share_of([0, 15, 20], [20, 20, 20])
    >>> share.value.tolist(), share.low.round(2).tolist(), share.high.round(2).tolist()
    ([0.0, 0.75, 1.0], [0.0, 0.54, 0.88], [0.12, 0.9, 1.0])
    """
    counts, totals = np.asarray(count, dtype=np.float64), np.asarray(total, dtype=np.float64)
    if np.any(counts < 0) or np.any(counts > totals):
        raise ValueError("A count must lie between 0 and its total.")
    tail = (1 - confidence) / 2
    a, b = counts + 0.5, totals - counts + 0.5
    known = totals > 0
    return Share(
        value=np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=known),
        low=np.where(known, np.where(counts == 0, 0.0, betaincinv(a, b, tail)), np.nan),
        high=np.where(known, np.where(counts == totals, 1.0, betaincinv(a, b, 1 - tail)), np.nan),
    )


def probability_above(count: ArrayLike, total: ArrayLike, threshold: float) -> FloatArray:
    """Probability that the true share is at least `threshold`, given the counts (Jeffreys prior), float64 [...].

    With nothing counted it is the prior's own probability: doubt, not zero.

    >>> probability_above([0, 75, 90], [0, 100, 100], 0.75).round(2).tolist()
    [0.33, 0.49, 1.0]
    """
    counts, totals = np.asarray(count, dtype=np.float64), np.asarray(total, dtype=np.float64)
    probability: FloatArray = betainc(totals - counts + 0.5, counts + 0.5, 1 - threshold)
    return probability


def false_discovery_q(p_values: FloatArray) -> FloatArray:
    """q-value of each p-value, float64 of the same shape: Benjamini and Hochberg (1995), step-up; O(n log n).

    Keeping what has q ≤ .05 lets about one in twenty of what is kept be chance. NaN stays NaN and is not counted.

    >>> false_discovery_q(np.array([0.01, 0.04, 0.03, np.nan])).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    flat = p_values.ravel()
    tested: IntArray = np.flatnonzero(~np.isnan(flat))
    order = tested[np.argsort(flat[tested], kind="stable")]
    scaled = flat[order] * len(order) / np.arange(1, len(order) + 1)
    q_values = np.full(flat.shape, np.nan)
    q_values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q_values.reshape(p_values.shape)
