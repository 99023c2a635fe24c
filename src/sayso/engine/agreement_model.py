"""How likely each participant agrees with each statement, given their features, unit and role; pooled over statements.

Knows arrays; knows no roster and no words. The model, for participant i and statement j::

    logit P(i agrees with j | is shown j) = a_j + f_i · b_j + u_j[unit of i] + r_j[role of i]
    a_j ~ N(m_0, s_0²)    b_jk ~ N(m_k, s_k²)    u_jk ~ N(0, s_u²)    r_jl ~ N(0, s_r²)

A pass is no agreement. The means m and spreads s are learnt from all statements together, so that a statement with ten
votes borrows what is usual and one with two thousand speaks for itself (partial pooling).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from sayso.engine.votes import FloatArray, IntArray

N_ROUNDS = 25
TOLERANCE = 0.02  # of a spread, relative, from round to round
NUMBERS_AT_ONCE = 4_000_000  # of all statements' curvatures held at one time: 32 MB
MIN_SPREAD = 1e-3
# A fit within a fit learns too little of how units, and roles, differ (Breslow and Lin 1995): what is learnt is taken
# this many times, and these log-odds put to it. Chosen on planted organisations other than those of bench/estimates.py.
LEARNT_TIMES = 1.3
OWN_OF_UNITS, OWN_OF_ROLES = 0.1, 0.28
MAX_STEP = 3.0  # log-odds in one step

Real = TypeVar("Real", np.float32, np.float64)


@dataclass(frozen=True, eq=False)
class Answers:
    """Votes sorted by statement, as the model reads them.

    agrees, weight : float64 [n]; statement, unit, role : int64 [n], −1 where a unit or role is unknown;
    features : float64 [n, n_features].
    """

    agrees: FloatArray
    weight: FloatArray
    statement: IntArray
    features: FloatArray
    unit: IntArray
    role: IntArray


@dataclass(frozen=True, eq=False)
class AgreementModel:
    """Gaussian posterior of each statement's coefficients: intercept, features, units, roles.

    mean : float64 [n_statements, n_coefficients]
    root : float64 [n_statements, n_coefficients, n_coefficients], root · rootᵀ is the covariance.
    centre, spread : float64 [n_coefficients], prior mean and standard deviation as learnt.
    """

    mean: FloatArray
    root: FloatArray
    centre: FloatArray
    spread: FloatArray
    n_features: int
    n_units: int
    n_roles: int

    def draw(self, rng: np.random.Generator) -> FloatArray:
        """Coefficients from the posterior, float64 [n_statements, n_coefficients]; O(n_statements · n²)."""
        noise = rng.standard_normal(self.mean.shape)
        drawn: FloatArray = self.mean + np.einsum("jab,jb->ja", self.root, noise)
        return drawn

    def agree(
        self, coefficients: FloatArray, features: NDArray[np.float32], unit: IntArray, role: IntArray
    ) -> NDArray[np.float32]:
        """P(agrees), float32 [n, n_statements], for people with these features, units and roles (−1 unknown)."""
        single, first_role = coefficients.astype(np.float32), 1 + self.n_features + self.n_units
        odds = features @ single[:, 1 : 1 + self.n_features].T + single[:, 0]
        odds += _effect(single[:, 1 + self.n_features : first_role], unit)
        odds += _effect(single[:, first_role:], role)
        return chance_of(odds)


def _effect(effects: NDArray[np.float32], number: IntArray) -> NDArray[np.float32]:
    padded = np.vstack([effects.T, np.zeros(len(effects), np.float32)])  # −1 finds the last row: no effect
    picked: NDArray[np.float32] = padded[number]
    return picked


def chance_of(odds: NDArray[Real]) -> NDArray[Real]:
    """The logistic function, by way of tanh: numpy's is vectorised, and a third of the time of scipy's expit."""
    chance: NDArray[Real] = np.tanh(odds * odds.dtype.type(0.5))
    chance += 1
    chance *= 0.5
    return chance


def fit_agreement(answers: Answers, *, n_statements: int, n_units: int, n_roles: int) -> AgreementModel:
    """Fit by Laplace's method within, and MacKay's fixed point (1992, eq. 4.9) for the spreads around it.

    `answers` must be sorted by statement. O(rounds · (n · n_features² + n_statements · n_coefficients³)) time; memory
    O(n · n_features² + n_statements · n_coefficients²).
    """
    return _Fit(answers, n_statements, n_units, n_roles).run()


class _Fit:
    """The moving parts of one fit."""

    def __init__(self, answers: Answers, n_statements: int, n_units: int, n_roles: int) -> None:
        self.answers = answers
        self.n_statements, self.n_units, self.n_roles = n_statements, n_units, n_roles
        self.n_features = answers.features.shape[1]
        self.dense = np.column_stack([np.ones(len(answers.agrees)), answers.features])
        self.n_dense = self.dense.shape[1]
        self.width = self.n_dense + n_units + n_roles
        self.row_start = np.searchsorted(answers.statement, np.arange(n_statements + 1))
        # Blocks of coefficients that share one spread: each dense one its own, all units one, all roles one.
        self.block = np.concatenate(
            [np.arange(self.n_dense), np.full(n_units, self.n_dense), np.full(n_roles, self.n_dense + 1)]
        ).astype(np.int64)
        self.centre, self.spread = np.zeros(self.width), np.full(self.width, 0.5)
        self.spread[0] = 1.5
        self.mean = np.zeros((n_statements, self.width))
        self.variance = np.ones((n_statements, self.width))

    def run(self) -> AgreementModel:
        roots = np.zeros((self.n_statements, self.width, self.width))
        for _ in range(N_ROUNDS):
            for some in self._chunks():
                curvature = self._step(some)
                inverse = np.linalg.inv(curvature)
                self.variance[some] = np.einsum("jaa->ja", inverse)
            if self._learn_spreads() < TOLERANCE:
                break
        times = np.array([1.0] * self.n_dense + [LEARNT_TIMES, LEARNT_TIMES])[self.block]
        own = np.array([0.0] * self.n_dense + [OWN_OF_UNITS, OWN_OF_ROLES])[self.block]
        self.spread = np.hypot(times * self.spread, own)
        for some in self._chunks():
            for _ in range(2):
                curvature = self._step(some)
            # Covariance = (L Lᵀ)⁻¹ = L⁻ᵀ L⁻¹.
            roots[some] = np.linalg.inv(np.linalg.cholesky(curvature)).transpose(0, 2, 1)
        roots *= self._inflation()[:, None, None]
        return AgreementModel(self.mean, roots, self.centre, self.spread, self.n_features, self.n_units, self.n_roles)

    def _chunks(self) -> Iterator[slice]:
        size = max(1, NUMBERS_AT_ONCE // self.width**2)
        for start in range(0, self.n_statements, size):
            yield slice(start, min(start + size, self.n_statements))

    def _step(self, some: slice) -> FloatArray:
        """One Newton step for these statements; returns their curvature [n, width, width]."""
        part = slice(self.row_start[some.start], self.row_start[some.stop])
        number = self.answers.statement[part] - some.start
        unit, role = self.answers.unit[part], self.answers.role[part]
        dense, mean = self.dense[part], self.mean[some]
        odds = np.einsum("nk,nk->n", dense, mean[number, : self.n_dense])
        odds += _pick(mean, number, self.n_dense, unit) + _pick(mean, number, self.n_dense + self.n_units, role)
        chance = expit(odds)
        weight = self.answers.weight[part] * np.maximum(chance * (1 - chance), 1e-4)
        pull = self.answers.weight[part] * (self.answers.agrees[part] - chance)
        curvature = self._curvature(number, len(mean), dense, unit, role, weight)
        gradient = self._gather(number, len(mean), dense, unit, role, pull)
        precision = 1 / self.spread**2
        diagonal = np.arange(self.width)
        curvature[:, diagonal, diagonal] += precision
        gradient -= (mean - self.centre) * precision
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        self.mean[some] = mean + np.clip(step, -MAX_STEP, MAX_STEP)
        return curvature

    def _gather(
        self, number: IntArray, n: int, dense: FloatArray, unit: IntArray, role: IntArray, value: FloatArray
    ) -> FloatArray:
        """Σ over each statement's votes of value · (dense, unit, role), float64 [n, width]."""
        total = np.zeros((n, self.width))
        total[:, : self.n_dense] = _sum_by(number, n, dense * value[:, None])
        total[:, self.n_dense : self.n_dense + self.n_units] = _sum_by_two(number, n, unit, self.n_units, value)
        total[:, self.n_dense + self.n_units :] = _sum_by_two(number, n, role, self.n_roles, value)
        return total

    def _curvature(
        self, number: IntArray, n: int, dense: FloatArray, unit: IntArray, role: IntArray, weight: FloatArray
    ) -> FloatArray:
        """Σ over each statement's votes of weight · z zᵀ, z = (dense, unit, role), float64 [n, width, width]."""
        total = np.zeros((n, self.width, self.width))
        a, b = np.triu_indices(self.n_dense)
        pairs = _sum_by(number, n, dense[:, a] * dense[:, b] * weight[:, None])
        total[:, a, b] = pairs
        total[:, b, a] = pairs
        weighted = dense * weight[:, None]
        starts = ((unit, self.n_dense, self.n_units), (role, self.n_dense + self.n_units, self.n_roles))
        for which, start, size in starts:
            known = which >= 0
            key = number[known] * size + which[known]
            crossed = _sum_by(key, n * size, weighted[known]).reshape(n, size, self.n_dense)
            total[:, start : start + size, : self.n_dense] = crossed
            total[:, : self.n_dense, start : start + size] = crossed.transpose(0, 2, 1)
            diagonal = np.arange(start, start + size)
            total[:, diagonal, diagonal] = crossed[:, :, 0]
        both = (unit >= 0) & (role >= 0)
        key = (number[both] * self.n_units + unit[both]) * self.n_roles + role[both]
        size = self.n_units * self.n_roles
        pairs_of = _sum_by(key, n * size, weight[both]).reshape(n, self.n_units, self.n_roles)
        units = slice(self.n_dense, self.n_dense + self.n_units)
        roles = slice(self.n_dense + self.n_units, self.width)
        total[:, units, roles] = pairs_of
        total[:, roles, units] = pairs_of.transpose(0, 2, 1)
        return total

    def _inflation(self) -> FloatArray:
        """√(1 + coefficients told by the votes / votes): the usual allowance for having learnt the spreads as well."""
        told = np.clip(1 - self.variance / self.spread**2, 0.0, 1.0).sum(axis=1)
        n_votes = np.maximum(np.diff(self.row_start), 1)
        inflation: FloatArray = np.sqrt(1 + np.minimum(told / n_votes, 1.0))
        return inflation

    def _learn_spreads(self) -> float:
        """New centres and spreads; returns the largest relative change of a spread."""
        before = self.spread.copy()
        self.centre[: self.n_dense] = self.mean[:, : self.n_dense].mean(axis=0)
        squared = (self.mean - self.centre) ** 2
        known = np.clip(1 - self.variance / self.spread**2, 0.0, 1.0)
        n_blocks = self.n_dense + 2
        top = np.bincount(self.block, weights=squared.sum(axis=0), minlength=n_blocks)
        bottom = np.bincount(self.block, weights=known.sum(axis=0), minlength=n_blocks)
        # Two statements' worth of a small spread keep a block that nothing is known of from running away.
        spread = np.sqrt((top + 2 * 0.05) / (bottom + 2))
        self.spread = np.maximum(spread, MIN_SPREAD)[self.block]
        return float(np.max(np.abs(self.spread / before - 1)))


def _pick(mean: FloatArray, number: IntArray, start: int, which: IntArray) -> FloatArray:
    picked = mean[number, start + np.maximum(which, 0)] if mean.shape[1] > start else np.zeros(len(number))
    return np.where(which >= 0, picked, 0.0)


def _sum_by(key: IntArray, n: int, values: FloatArray) -> FloatArray:
    rows = sparse.csr_array((np.ones(len(key)), (key, np.arange(len(key)))), shape=(n, len(key)))
    summed: FloatArray = rows @ values
    return summed


def _sum_by_two(number: IntArray, n: int, which: IntArray, size: int, value: FloatArray) -> FloatArray:
    known = which >= 0
    key = number[known] * size + which[known]
    return _sum_by(key, n * size, value[known]).reshape(n, size)
