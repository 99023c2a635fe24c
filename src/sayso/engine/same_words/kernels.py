"""The loops over texts' pieces, compiled. Text i has the entries row_start[i] … row_start[i + 1] − 1, by column."""

from __future__ import annotations

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def least_in_bins(row_start, column, bin_of, value_of, least):
    """Of each text the least value among its columns in each bin, [n, bins] written; an empty bin takes the next's."""
    bins = least.shape[1]
    for i in range(len(row_start) - 1):
        mine = least[i]
        for b in range(bins):
            mine[b] = np.inf
        for e in range(row_start[i], row_start[i + 1]):
            b = bin_of[column[e]]
            mine[b] = min(mine[b], value_of[column[e]])
        if row_start[i] < row_start[i + 1]:
            for b in range(bins):
                other = b
                while mine[other] == np.inf:
                    other = (other + 1) % bins
                mine[b] = mine[other]


@compiled
def first_alike(order, run_start, row_start, column, value, kind, least_cosine, most, first):
    """Compare each text with the first `most` before it in its run of `order`, kinds equal; `first` is lowered.

    order int64 [m], texts run by run, ascending in each; run_start int64 [m], where its run begins. Of two texts with a
    cosine of at least `least_cosine` the later one's `first` int64 [n] becomes the earlier, if that is lower than what
    it was.
    """
    for p in range(len(order)):
        i = order[p]
        for q in range(run_start[p], min(p, run_start[p] + most)):
            j = order[q]
            if j >= first[i]:
                break
            if kind[i] == kind[j] and _cosine(row_start, column, value, i, j) >= least_cosine:
                first[i] = j
                break


@compiled
def _cosine(row_start, column, value, i, j):
    a, b, total = row_start[i], row_start[j], 0.0
    while a < row_start[i + 1] and b < row_start[j + 1]:
        if column[a] == column[b]:
            total += value[a] * value[b]
            a += 1
            b += 1
        elif column[a] < column[b]:
            a += 1
        else:
            b += 1
    return total
