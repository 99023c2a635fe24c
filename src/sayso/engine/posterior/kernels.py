"""The loops over votes, compiled. Each pass goes once over the participants and leaves what the statements need.

Augmented vectors: participant x = (1, leaning, position), statement y = (difficulty, 1, loading), so that the
log-odds are x · y. Symmetric matrices of width K are packed by rows of the lower triangle: entry (a, b ≤ a) at
a (a + 1) / 2 + b. Called from several threads on separate participants: no locks, no shared writes.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

MIN_WEIGHT = 1e-3  # of a vote that nobody doubts: keeps a Newton step finite
MAX_SURPRISE = 30.0  # standard deviations; beyond, the normal tail is 0 in double precision

compiled = njit(cache=True, nogil=True, fastmath=True, error_model="numpy")


@compiled
def variational_pass(
    row_start, statement, sign, x, x_cov, before, before_second, y, y_second, prior, first, last, evidence, pull
):
    """One closed step for participants first … last − 1, then the statements' evidence from their new places.

    Arrays: row_start int64 [n + 1], statement int32 [votes], sign int8 [votes] (−1 or 1), x [n, K] and x_cov
    [n, packed] (both written), y [m, K], y_second = E[y yᵀ] [m, packed], prior [K − 1] precision of leaning and
    position. `before` and `before_second` are y and y_second along the axes that x has at the start, since axes are
    turned between passes, and turning a few statements is cheaper than turning everybody. Evidence [m, packed] and
    pull [m, K] are added to. Returns the votes' summed log loss at the places before the step.
    """
    width = x.shape[1]
    packed = x_cov.shape[1]
    free = width - 1
    mean, matrix, inverse = np.zeros(width), np.zeros((free, free)), np.zeros((free, free))
    doubled, own = np.zeros(packed, np.float32), np.zeros(packed, np.float32)
    gathered, drawn = np.zeros(packed, np.float32), np.zeros(width, np.float32)
    here = np.zeros(width, np.float32)
    loss = 0.0
    for i in range(first, last):
        for a in range(width):
            here[a] = x[i, a]
        for a in range(width):
            for b in range(a + 1):
                at = a * (a + 1) // 2 + b
                own[at] = here[a] * here[b] + x_cov[i, at]
                doubled[at] = own[at] if a == b else 2.0 * own[at]
        gathered[:] = 0
        drawn[:] = 0
        for e in range(row_start[i], row_start[i + 1]):
            j = statement[e]
            weight, push, chance = _vote(sign[e], here, doubled, before, before_second, j)
            loss -= math.log(chance)
            for k in range(packed):
                gathered[k] += weight * y_second[j, k]
            for a in range(width):
                drawn[a] += push * y[j, a]
        # Free entries are 1 … K − 1; entry 0 is the constant.
        for a in range(free):
            for b in range(a + 1):
                matrix[a, b] = gathered[(a + 1) * (a + 2) // 2 + b + 1]
            matrix[a, a] += prior[a]
            mean[a] = drawn[a + 1] - gathered[(a + 1) * (a + 2) // 2]
        _invert(matrix, free, inverse)
        here[0] = 1.0
        for a in range(free):
            total = 0.0
            for b in range(free):
                total += inverse[a, b] * mean[b]
            here[a + 1] = total
        for a in range(width):
            x[i, a] = here[a]
            for b in range(a + 1):
                at = a * (a + 1) // 2 + b
                x_cov[i, at] = inverse[a - 1, b - 1] if b > 0 else 0.0
                own[at] = here[a] * here[b] + x_cov[i, at]
                doubled[at] = own[at] if a == b else 2.0 * own[at]
        for e in range(row_start[i], row_start[i + 1]):
            j = statement[e]
            weight, push, _ = _vote(sign[e], here, doubled, y, y_second, j)
            for k in range(packed):
                evidence[j, k] += weight * own[k]
            for a in range(width):
                pull[j, a] += push * here[a]
    return loss


@compiled
def _vote(sign, x, doubled, y, y_second, j):
    """A vote's weight E[σ′], its push towards the truth, and how likely it was, for Gaussian x and y[j].

    Rows are indexed, not sliced: a slice costs an atomic count of references, at every vote.
    """
    mean = np.float32(0.0)
    square = np.float32(0.0)
    for a in range(len(x)):
        mean += x[a] * y[j, a]
    for k in range(len(doubled)):
        square += doubled[k] * y_second[j, k]
    variance = max(square - mean * mean, 0.0)
    shrink = 1.0 / math.sqrt(1.0 + 0.39269908 * variance)  # MacKay (1992): π / 8
    agree = 1.0 / (1.0 + math.exp(-shrink * mean))
    weight = max(shrink * agree * (1.0 - agree), MIN_WEIGHT)
    chance = agree if sign > 0 else 1.0 - agree
    push = (1.0 if sign > 0 else 0.0) - agree + weight * mean
    return np.float32(weight), np.float32(push), max(chance, 1e-12)


@compiled
def _turn(x, x_cov, turn, mean, matrix, covariance):
    """mean = turn · x and covariance = turn · x_cov · turnᵀ; `matrix` is scratch."""
    width = len(x)
    for a in range(width):
        total = 0.0
        for b in range(width):
            total += turn[a, b] * x[b]
            inner = 0.0
            for c in range(width):
                at = b * (b + 1) // 2 + c if c <= b else c * (c + 1) // 2 + b
                inner += turn[a, c] * x_cov[at]
            matrix[a, b] = inner
        mean[a] = total
    for a in range(width):
        for b in range(a + 1):
            inner = 0.0
            for c in range(width):
                inner += matrix[a, c] * turn[b, c]
            covariance[a, b] = inner
            covariance[b, a] = inner


@compiled
def _cholesky(matrix, size):
    """The lower factor, in place; only the lower triangle is read."""
    for a in range(size):
        for b in range(a + 1):
            total = matrix[a, b]
            for c in range(b):
                total -= matrix[a, c] * matrix[b, c]
            matrix[a, b] = math.sqrt(total) if a == b else total / matrix[b, b]


@compiled
def _invert(matrix, size, inverse):
    """Inverse of a positive definite matrix by its Cholesky factor; `matrix` is overwritten."""
    _cholesky(matrix, size)
    for a in range(size):  # the factor's own inverse, into the lower triangle of `inverse`
        inverse[a, a] = 1.0 / matrix[a, a]
        for b in range(a):
            total = 0.0
            for c in range(b, a):
                total -= matrix[a, c] * inverse[c, b]
            inverse[a, b] = total / matrix[a, a]
    for a in range(size):
        for b in range(a + 1):
            total = 0.0
            for c in range(a, size):
                total += inverse[c, a] * inverse[c, b]
            matrix[a, b] = total
    for a in range(size):
        for b in range(a + 1):
            inverse[a, b] = matrix[a, b]
            inverse[b, a] = matrix[a, b]


@compiled
def sampling_pass(row_start, statement, sign, x, y, y_square, prior, chance, noise, first, last, evidence, pull):
    """One draw for participants first … last − 1: latent utilities given places, then places given utilities.

    `y_square` is y yᵀ [m, packed], chance float32 [votes] uniform draws, noise [n, K − 1] normal draws; the
    others as in `variational_pass`. Evidence and pull of the statements, from the new places, are added to.
    """
    width = x.shape[1]
    packed = y_square.shape[1]
    free = width - 1
    gathered, drawn = np.zeros(packed, np.float32), np.zeros(width, np.float32)
    matrix, right, own = np.zeros((free, free)), np.zeros(free), np.zeros(packed, np.float32)
    longest = 0
    for i in range(first, last):
        longest = max(longest, row_start[i + 1] - row_start[i])
    latent = np.zeros(longest, np.float32)
    for i in range(first, last):
        gathered[:] = 0
        drawn[:] = 0
        begin = row_start[i]
        for e in range(begin, row_start[i + 1]):
            j = statement[e]
            mean = np.float32(0.0)
            for a in range(width):
                mean += x[i, a] * y[j, a]
            utility = _utility(sign[e], mean, chance[e])
            latent[e - begin] = utility
            rest = utility - y[j, 0]
            for k in range(packed):
                gathered[k] += y_square[j, k]
            for a in range(width):
                drawn[a] += rest * y[j, a]
        for a in range(free):
            for b in range(a + 1):
                matrix[a, b] = gathered[(a + 1) * (a + 2) // 2 + b + 1]
            matrix[a, a] += prior[a]
            right[a] = drawn[a + 1]
        _draw(matrix, right, noise[i], free)
        for a in range(free):
            x[i, a + 1] = right[a]
        for a in range(width):
            for b in range(a + 1):
                own[a * (a + 1) // 2 + b] = x[i, a] * x[i, b]
        for e in range(begin, row_start[i + 1]):
            j = statement[e]
            utility = latent[e - begin]
            for k in range(packed):
                evidence[j, k] += own[k]
            for a in range(width):
                pull[j, a] += utility * x[i, a]


@compiled
def _utility(sign, mean, chance):
    """A draw from N(mean, 1) on the side of `sign`: by the inverse of the normal distribution."""
    inside = sign * mean
    if inside < -MAX_SURPRISE:
        inside = -MAX_SURPRISE
    mass = 0.5 * math.erfc(-inside * 0.7071067811865476)
    return np.float32(sign * (inside - _normal_quantile(max(chance * mass, 1e-300))))


@compiled
def _normal_quantile(p):
    """Inverse of the normal distribution; relative error 1e-9 (Acklam 2003, rational approximations)."""
    if 0.02425 <= p <= 0.97575:
        q = p - 0.5
        r = q * q
        top = ((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r
        top = ((top + 1.383577518672690e02) * r - 3.066479806614716e01) * r + 2.506628277459239
        bottom = ((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r
        bottom = ((bottom + 6.680131188771972e01) * r - 1.328068155288572e01) * r + 1.0
        return top * q / bottom
    q = math.sqrt(-2.0 * math.log(min(p, 1.0 - p)))
    top = ((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q
    top = ((top - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783
    bottom = ((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q
    tail = top / ((bottom + 3.754408661907416) * q + 1.0)
    return tail if p < 0.5 else -tail


@compiled
def _draw(precision, right, noise, size):
    """Replace `right` by a draw from N(precision⁻¹ · right, precision⁻¹); `precision` is overwritten."""
    _cholesky(precision, size)
    for a in range(size):
        total = right[a]
        for b in range(a):
            total -= precision[a, b] * right[b]
        right[a] = total / precision[a, a]
    for a in range(size - 1, -1, -1):
        total = right[a] + noise[a]
        for b in range(a + 1, size):
            total -= precision[b, a] * right[b]
        right[a] = total / precision[a, a]


@compiled
def draw_rows(precision, right, noise, out):
    """A draw for each row: out[i] from N(precision[i]⁻¹ right[i], precision[i]⁻¹); precision and right are scratch."""
    for i in range(len(right)):
        _draw(precision[i], right[i], noise[i], right.shape[1])
        for a in range(right.shape[1]):
            out[i, a] = right[i, a]


@compiled
def turn_all(x, x_cov, turn, mean, covariance):
    """mean [n, K] and covariance [n, K, K] of turn · x for packed `x_cov`; both are written."""
    matrix = np.zeros(turn.shape)
    for i in range(len(x)):
        _turn(x[i], x_cov[i], turn, mean[i], matrix, covariance[i])
