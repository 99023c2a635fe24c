"""Marks that texts with most of their rare pieces in common are likely to share, and others are not.

Weighted min-hashing (Broder 1997): each column draws an exponential time whose rate is the square of its rarity, and
the mark of a text is its earliest column, so that two texts share a mark with the probability that is their weighted
overlap. A cosine of .8 is an overlap of .64 at least. Columns are dealt into bins, one mark from each (Li, Owen & Zhang
2012; empty ones take the next, Shrivastava & Li 2014). What chance there is comes from columns' numbers alone, so that
equal texts give equal marks on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sayso.engine.same_words.kernels import least_in_bins
from sayso.engine.votes import FloatArray

DEALS, BINS, MARKS = 6, 60, 5  # 6 · 60 / 5 = 72 chances to share five marks on end: at an overlap of .64, .9997


def shared_marks(rows: sparse.csr_array, rarity: FloatArray) -> Iterator[NDArray[np.uint64]]:
    """Again and again a number for each text, equal where five marks are: uint64 [n], 72 times. O(entries · 6).

    rows : sparse [n, n_columns], which columns each text has; rarity : float64 [n_columns], ≥ 0
    """
    rate = np.maximum(rarity, 1e-9) ** 2
    least = np.empty((rows.shape[0], BINS), dtype=np.float32)
    for deal in range(DEALS):
        drawn = _mixed(np.arange(len(rate), dtype=np.uint64) + np.uint64(deal << 40))
        bin_of = (drawn % np.uint64(BINS)).astype(np.uint8)
        even = ((_mixed(drawn) >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53
        least_in_bins(rows.indptr, rows.indices, bin_of, (-np.log(even) / rate).astype(np.float32), least)
        bits = least.view(np.uint32)
        for begin in range(0, BINS, MARKS):
            number = np.zeros(len(bits), dtype=np.uint64)
            for mark in range(begin, begin + MARKS):
                number = _mixed(number ^ bits[:, mark])
            yield number


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Bits well mixed (SplitMix64; Steele, Lea & Flood 2014)."""
    number = number + np.uint64(0x9E3779B97F4A7C15)
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))
