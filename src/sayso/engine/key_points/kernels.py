"""Loops over pairs of texts, compiled."""

from __future__ import annotations

from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def add_products(row_start, column, value, first, other_start, other, other_value, total):
    """Add to total [n, m] the products of rows first … first + n − 1 with m others.

    Row i has the entries row_start[i] … row_start[i + 1] − 1. The others stand by column: those that have column c are
    other[other_start[c]] … other[other_start[c + 1] − 1].
    """
    for i in range(len(total)):
        for e in range(row_start[first + i], row_start[first + i + 1]):
            its = value[e]
            for q in range(other_start[column[e]], other_start[column[e] + 1]):
                total[i, other[q]] += its * other_value[q]


@compiled
def add_distances(rows, others, weight, total):
    """Add to total [n, m] the weighted distances Σ weight · |row − other| of rows [n, dims] to others [m, dims]."""
    for i in range(len(rows)):
        for j in range(len(others)):
            far = 0.0
            for d in range(len(weight)):
                far += weight[d] * abs(rows[i, d] - others[j, d])
            total[i, j] += far
