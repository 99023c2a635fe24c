"""The loops over votes, compiled; person by person, so that they need no memory of their own.

`cell` of a vote is 2 · statement + (1 where it agrees); person i has the votes row_start[i] … row_start[i + 1] − 1.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def expect(row_start, cell, log_profile, log_weight, warmth, belonging, counts):
    """Where everybody belongs under these profiles, and what each profile then answers.

    log_profile [cells, k], log_weight [k]; `warmth` below 1 keeps memberships soft. Writes belonging [n, k] and counts
    [cells, k]; returns the (warmed) log-probability of all answers.
    """
    width = log_profile.shape[1]
    joint = np.zeros(width)
    counts[:] = 0.0
    total = 0.0
    for i in range(len(row_start) - 1):
        for k in range(width):
            joint[k] = log_weight[k]
        for e in range(row_start[i], row_start[i + 1]):
            for k in range(width):
                joint[k] += log_profile[cell[e], k]
        top = joint.max()
        size = 0.0
        for k in range(width):
            joint[k] = math.exp(warmth * (joint[k] - top))
            size += joint[k]
        total += warmth * top + math.log(size)
        for k in range(width):
            belonging[i, k] = joint[k] / size
        for e in range(row_start[i], row_start[i + 1]):
            for k in range(width):
                counts[cell[e], k] += belonging[i, k]
    return total


@compiled
def judge_by_others(row_start, cell, counts, rate, strength, belonging, found):
    """Log-likelihood of everybody's answers, their own share `belonging` [n, k] taken out; writes found [n, k]."""
    width = counts.shape[1]
    for i in range(len(row_start) - 1):
        for k in range(width):
            found[i, k] = 0.0
        for e in range(row_start[i], row_start[i + 1]):
            c = cell[e]
            for k in range(width):
                given = max(counts[c, k] - belonging[i, k], 0.0)
                asked = max(counts[c, k] + counts[c ^ 1, k] - belonging[i, k], given)
                found[i, k] += math.log((given + strength[k] * rate[c]) / (asked + strength[k]))
