"""The mathematics under the opinion space: a Bayesian logistic factor model, fitted by variational sweeps.

Knows arrays of votes that take a side; knows nothing of passes, words, maps or groups.

The model, for participant i and statement j::

    logit P(i agrees with j | takes a side) = difficulty_j + leaning_i + position_i · loading_j
    position_i ~ N(0, I)     leaning_i ~ N(0, s²)
    difficulty_j, loading_jd ~ Student-t with DEGREES_OF_FREEDOM and a learnt scale for each dimension

Each sweep bounds every logistic term by a Gaussian (Jaakkola and Jordan 2000, eq. 12; the same bound as Pólya-Gamma
augmentation, Polson, Scott and Windle 2013), so that participants and statements have Gaussian posteriors in closed
form. Both sides are written as augmented vectors, participant (1, leaning, position) and statement
(difficulty, 1, loading), whose inner product is the log-odds; second moments are kept as packed upper triangles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit

from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

DEGREES_OF_FREEDOM = 2.0  # heavy tails: most statements load little, some much; chosen on inner splits, see bench
CHUNK = 65_536  # votes per block of second moments: bounds memory at any size
KNOWN_ONE_OF_PARTICIPANT, KNOWN_ONE_OF_STATEMENT = 0, 1  # where the augmented vectors hold their constant 1


@dataclass(frozen=True, eq=False)
class Posterior:
    """Gaussian posteriors of one side: mean [n, n_dims + 2] and covariance [n, n_dims + 2, n_dims + 2]."""

    mean: FloatArray
    covariance: FloatArray

    def second_moments(self, packed: tuple[IntArray, IntArray]) -> FloatArray:
        """E[z zᵀ] of each row as its packed upper triangle, float64 [n, n_pairs]."""
        a, b = packed
        return self.mean[:, a] * self.mean[:, b] + self.covariance[:, a, b]


@dataclass(frozen=True, eq=False)
class FactorModel:
    """A fitted model: both posteriors, the learnt scales, and how the fit ended."""

    participants: Posterior
    statements: Posterior
    loading_scale: FloatArray
    n_sweeps: int
    converged: bool

    def log_odds(self, participant: IntArray, statement: IntArray) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the log-odds of agreeing under the posterior, each float64 [n]; O(n · n_dims²)."""
        mean = np.empty(len(participant))
        variance = np.empty(len(participant))
        for start in range(0, len(participant), CHUNK):
            part = slice(start, start + CHUNK)
            x, cov_x = (side[participant[part]] for side in (self.participants.mean, self.participants.covariance))
            y, cov_y = (side[statement[part]] for side in (self.statements.mean, self.statements.covariance))
            mean[part] = np.einsum("ij,ij->i", x, y)
            variance[part] = (
                np.einsum("ij,ijk,ik->i", x, cov_y, x)
                + np.einsum("ij,ijk,ik->i", y, cov_x, y)
                + np.einsum("ijk,ijk->i", cov_x, cov_y)
            )
        return mean, variance


def average_sigmoid(mean: FloatArray, variance: FloatArray) -> FloatArray:
    """E[σ(z)] for z ~ N(mean, variance), by MacKay (1992), eq. 10: within .02 of the integral.

    >>> average_sigmoid(np.array([0.0, 2.0]), np.array([4.0, 0.0])).round(3).tolist()
    [0.5, 0.881]
    """
    probability: FloatArray = expit(mean / np.sqrt(1 + np.pi * variance / 8))
    return probability


def fit_factor_model(
    votes: VoteMatrix,
    *,
    n_dims: int,
    rng: np.random.Generator,
    max_sweeps: int = 150,
    tolerance: float = 3e-3,
    progress: Callable[[float], None] | None = None,
) -> FactorModel:
    """Fit by alternating closed-form sweeps until no log-odds moves more than `tolerance` (root mean square).

    `votes` holds agree and disagree only. O(sweeps · (n_votes + n_participants · n_dims) · n_dims²) time; memory
    O((n_participants + n_statements) · n_dims²) beside the votes.
    """
    fit = _Fit(votes, n_dims, rng)
    before = fit.log_odds()
    n_sweeps, moved = 0, np.inf
    while n_sweeps < max_sweeps and moved > tolerance:
        fit.tighten_bound()
        fit.update_participants()
        fit.standardise()
        fit.update_statements()
        fit.learn_scales()
        after = fit.log_odds()
        moved = float(np.sqrt(np.mean((after - before) ** 2))) if len(after) else 0.0
        before, n_sweeps = after, n_sweeps + 1
        if progress is not None:
            progress(n_sweeps / max_sweeps)
    return fit.result(n_sweeps, bool(moved <= tolerance))


class _Fit:
    """The moving parts of one fit; each method is one step of a sweep."""

    def __init__(self, votes: VoteMatrix, n_dims: int, rng: np.random.Generator) -> None:
        n_participants, n_statements = votes.shape
        width = n_dims + 2
        self.votes, self.n_dims = votes, n_dims
        self.packed = np.triu_indices(width)
        self.unpack = np.zeros((width, width), dtype=np.int64)
        self.unpack[self.packed] = np.arange(len(self.packed[0]))
        self.unpack = np.maximum(self.unpack, self.unpack.T)
        self.twice_off_diagonal = np.where(self.packed[0] == self.packed[1], 1.0, 2.0)
        self.free_of_participant = np.delete(np.arange(width), KNOWN_ONE_OF_PARTICIPANT)
        self.free_of_statement = np.delete(np.arange(width), KNOWN_ONE_OF_STATEMENT)
        self.half_sign = votes.to_csr(0.5 * votes.stance.astype(np.float64))
        self.half_sign_by_statement = self.half_sign.T.tocsr()

        difficulty = _smoothed_log_odds(votes)
        position, loading = _leading_residuals(votes, difficulty, n_dims, rng)
        self.x = np.column_stack([np.ones(n_participants), np.zeros(n_participants), position])
        self.y = np.column_stack([difficulty, np.ones(n_statements), loading])
        self.x_covariance = np.zeros((n_participants, width, width))
        self.y_covariance = np.zeros((n_statements, width, width))
        self.leaning_variance = 0.5
        self.difficulty_mean = float(difficulty.mean()) if n_statements else 0.0
        self.scale = np.concatenate([[max(float(difficulty.var()), 0.5) if n_statements else 0.5], np.ones(n_dims)])
        self.tail_weight = np.ones((n_statements, n_dims + 1))

    def log_odds(self) -> FloatArray:
        mean: FloatArray = np.einsum("ij,ij->i", self.x[self.votes.participant], self.y[self.votes.statement])
        return mean

    def tighten_bound(self) -> None:
        """Weight of each vote in the Gaussian bound, tanh(ξ/2)/2ξ with ξ² = E[log-odds²]."""
        x2 = Posterior(self.x, self.x_covariance).second_moments(self.packed) * self.twice_off_diagonal
        y2 = Posterior(self.y, self.y_covariance).second_moments(self.packed)
        squared = np.empty(self.votes.n_votes)
        for start in range(0, len(squared), CHUNK):
            part = slice(start, start + CHUNK)
            rows, columns = self.votes.participant[part], self.votes.statement[part]
            squared[part] = np.einsum("ij,ij->i", x2[rows], y2[columns])
        xi = np.sqrt(np.maximum(squared, 1e-8))
        self.weight = self.votes.to_csr(np.tanh(xi / 2) / (2 * xi))
        self.weight_by_statement = self.weight.T.tocsr()

    def update_participants(self) -> None:
        prior = np.concatenate([[1 / self.leaning_variance], np.ones(self.n_dims)])
        precision, pull = self._evidence(
            self.weight, self.half_sign, Posterior(self.y, self.y_covariance), KNOWN_ONE_OF_PARTICIPANT
        )
        diagonal = np.arange(len(prior))
        precision[:, diagonal, diagonal] += prior
        self._set(self.x, self.x_covariance, self.free_of_participant, precision, pull)

    def update_statements(self) -> None:
        prior = self.tail_weight / self.scale
        prior_mean = np.zeros(self.n_dims + 1)
        prior_mean[0] = self.difficulty_mean
        precision, pull = self._evidence(
            self.weight_by_statement,
            self.half_sign_by_statement,
            Posterior(self.x, self.x_covariance),
            KNOWN_ONE_OF_STATEMENT,
        )
        diagonal = np.arange(self.n_dims + 1)
        precision[:, diagonal, diagonal] += prior
        self._set(self.y, self.y_covariance, self.free_of_statement, precision, pull + prior * prior_mean)

    def _evidence(
        self, weight: sparse.csr_array, half_sign: sparse.csr_array, other: Posterior, known: int
    ) -> tuple[FloatArray, FloatArray]:
        """Precision and precision · mean that the votes give each row of one side, its known 1 taken out."""
        moments = (weight @ other.second_moments(self.packed))[:, self.unpack]
        free = np.delete(np.arange(self.n_dims + 2), known)
        precision = moments[:, free[:, None], free]
        pull = (half_sign @ other.mean)[:, free] - moments[:, free, known]
        return precision, pull

    @staticmethod
    def _set(mean: FloatArray, covariance: FloatArray, free: IntArray, precision: FloatArray, pull: FloatArray) -> None:
        inverse = np.linalg.inv(precision)
        mean[:, free] = np.einsum("ijk,ik->ij", inverse, pull)
        covariance[:, free[:, None], free] = inverse

    def standardise(self) -> None:
        """Give positions unit spread and leanings mean 0, moving the rest into the statements.

        The predictions stay; the sweeps then move along directions in which they would creep (parameter expansion,
        Liu, Rubin and Wu 1998).
        """
        if not len(self.x):
            return
        position = self.x[:, 2:]
        spread = (position.T @ position + self.x_covariance[:, 2:, 2:].sum(axis=0)) / len(self.x)
        root = np.linalg.cholesky(spread + 1e-9 * np.eye(self.n_dims))
        shrink = np.eye(self.n_dims + 2)
        shrink[2:, 2:] = np.linalg.inv(root)
        self.x = self.x @ shrink.T
        self.x_covariance = shrink @ self.x_covariance @ shrink.T
        self.y[:, 2:] = self.y[:, 2:] @ root
        shift = self.x[:, 1].mean()
        self.x[:, 1] -= shift
        self.y[:, 0] += shift
        total = np.sum(self.x[:, 1] ** 2 + self.x_covariance[:, 1, 1])
        self.leaning_variance = float((total + 0.5) / (len(self.x) + 1))

    def learn_scales(self) -> None:
        """Scale of each dimension and the weight of each element's tail, by expectation-maximisation of the t prior."""
        if not len(self.y):
            return
        free = self.free_of_statement
        deviation = self.y[:, free].copy()
        deviation[:, 0] -= self.difficulty_mean
        squared = deviation**2 + self.y_covariance[:, free, free]
        self.tail_weight = (DEGREES_OF_FREEDOM + 1) / (DEGREES_OF_FREEDOM + squared / self.scale)
        weight = self.tail_weight[:, 0]
        self.difficulty_mean = float(np.sum(weight * self.y[:, 0]) / weight.sum())
        # One pseudo-statement of spread 1 (difficulty) or .1 (loadings) keeps a scale from falling to nothing.
        floor = np.concatenate([[1.0], np.full(self.n_dims, 0.1)])
        self.scale = ((self.tail_weight * squared).sum(axis=0) + floor) / (len(self.y) + 1)

    def result(self, n_sweeps: int, converged: bool) -> FactorModel:
        return FactorModel(
            Posterior(self.x, self.x_covariance),
            Posterior(self.y, self.y_covariance),
            np.sqrt(self.scale[1:]),
            n_sweeps,
            converged,
        )


def _smoothed_log_odds(votes: VoteMatrix) -> FloatArray:
    agree, disagree = votes.count(1), votes.count(-1)
    log_odds: FloatArray = np.log((agree + 1.0) / (disagree + 1.0))
    return log_odds


def _leading_residuals(
    votes: VoteMatrix, difficulty: FloatArray, n_dims: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """A start: leading singular vectors of the votes minus their expectation (Halko, Martinsson and Tropp 2011)."""
    n_participants, n_statements = votes.shape
    if not (n_participants and n_statements):
        return np.zeros((n_participants, n_dims)), np.zeros((n_statements, n_dims))
    residual = votes.to_csr((votes.stance > 0) - expit(difficulty)[votes.statement])
    width = min(n_dims + 4, n_participants, n_statements)
    basis: FloatArray = np.linalg.qr(residual @ rng.standard_normal((n_statements, width)))[0]
    for _ in range(4):
        basis = np.linalg.qr(residual @ (residual.T @ basis))[0]
    left, _, right = np.linalg.svd((residual.T @ basis).T, full_matrices=False)
    kept = min(n_dims, width)
    position = np.zeros((n_participants, n_dims))
    loading = np.zeros((n_statements, n_dims))
    position[:, :kept] = 0.5 * _unit_spread((basis @ left)[:, :kept])
    loading[:, :kept] = 0.7 * right[:kept].T * np.sqrt(max(n_statements, 1))
    return position, loading


def _unit_spread(columns: FloatArray) -> FloatArray:
    scaled: FloatArray = columns / (columns.std(axis=0) + 1e-9)
    return scaled


def stated_only(votes: VoteMatrix) -> VoteMatrix:
    """The votes that take a side. A pass says little about where someone stands: as a weak zero it harms (3 %)."""
    keep: BoolArray = votes.is_stated
    return votes.select(keep)
