"""The statements' side of the fast fit: what is known of each, its prior, and where the search starts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sayso.engine.posterior.factors import FactorModel, Link
from sayso.engine.posterior.layout import pack
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

# Scales of loadings in twelve open conversations, in log-odds.
LOADING_SCALES = (1.0, 0.4, 0.3, 0.25, 0.2, 0.18)
DEGREES_OF_FREEDOM = 4.0  # of the statements' priors: most load little, some much; chosen on inner splits
KNOWN_ONE = 1  # where a statement's augmented vector holds its constant


@dataclass(eq=False)
class Statements:
    """Posteriors of the statements' augmented vectors, and their prior."""

    mean: FloatArray
    covariance: FloatArray
    prior_mean: FloatArray
    prior_variance: FloatArray
    tail_weight: FloatArray

    @property
    def free(self) -> NDArray[np.int64]:
        return np.delete(np.arange(self.mean.shape[1]), KNOWN_ONE)

    def turned(self, turn: FloatArray) -> Statements:
        """The same along other axes: turn · y."""
        return replace(self, mean=self.mean @ turn.T, covariance=turn @ self.covariance @ turn.T)

    def second_moments(self) -> NDArray[np.float32]:
        packed = pack(self.mean[:, :, None] * self.mean[:, None, :] + self.covariance)
        return packed.astype(np.float32)

    def update(self, evidence: FloatArray, pull: FloatArray) -> None:
        """Closed form given what the participants' places say, then the tails and the difficulties' prior."""
        free = self.free
        prior = self.tail_weight / self.prior_variance
        precision = evidence[:, free[:, None], free]
        diagonal = np.arange(len(free))
        precision[:, diagonal, diagonal] += prior
        inverse = np.linalg.inv(precision)
        right = pull[:, free] - evidence[:, free, KNOWN_ONE] + prior * self.prior_mean
        self.mean[:, free] = np.einsum("ijk,ik->ij", inverse, right)
        self.covariance[:, free[:, None], free] = inverse
        squared = (self.mean[:, free] - self.prior_mean) ** 2 + inverse[:, diagonal, diagonal]
        self.tail_weight = (DEGREES_OF_FREEDOM + 1) / (DEGREES_OF_FREEDOM + squared / self.prior_variance)
        weight = self.tail_weight[:, 0]
        if len(weight):
            self.prior_mean[0] = np.sum(weight * self.mean[:, 0]) / weight.sum()
            self.prior_variance[0] = (np.sum(weight * squared[:, 0]) + 1) / (len(weight) + 1)


def start_statements(
    agree: IntArray, disagree: IntArray, sample: VoteMatrix, rng: np.random.Generator, start: FactorModel | None
) -> Statements:
    """Where a fit starts: at the counts of agree and disagree (int64 [n_statements]) and a sample of the votes."""
    n_dims = len(LOADING_SCALES)
    n_statements, width = len(agree), n_dims + 2
    difficulty = np.log((agree + 1.0) / (disagree + 1.0))
    mean = np.zeros((n_statements, width))
    mean[:, 0], mean[:, KNOWN_ONE] = difficulty, 1.0
    covariance = np.zeros((n_statements, width, width))
    known = 0
    if start is not None and start.link is Link.LOGIT and start.n_dims == n_dims:
        known = min(n_statements, len(start.statements.mean))
        mean[:known] = start.statements.mean[:known]
        covariance[:known] = start.statements.covariance[:known]
    if known == 0:
        mean[:, 2:] = _leading_loadings(sample, difficulty, n_dims, rng)
    prior_variance = np.concatenate(
        [[max(float(difficulty.var()), 0.5) if n_statements else 0.5], np.square(LOADING_SCALES)]
    )
    prior_mean = np.zeros(n_dims + 1)
    prior_mean[0] = float(difficulty.mean()) if n_statements else 0.0
    return Statements(mean, covariance, prior_mean, prior_variance, np.ones((n_statements, n_dims + 1)))


def _leading_loadings(votes: VoteMatrix, difficulty: FloatArray, n_dims: int, rng: np.random.Generator) -> FloatArray:
    """Leading singular vectors of the votes minus their expectation (Halko, Martinsson and Tropp 2011)."""
    n_statements = votes.n_statements
    loadings = np.zeros((n_statements, n_dims))
    width = min(n_dims + 4, votes.n_participants, n_statements)
    if width == 0:
        return loadings
    residual = votes.to_csr((votes.stance > 0) - expit(difficulty)[votes.statement])
    basis: FloatArray = rng.standard_normal((n_statements, width))
    for _ in range(4):
        basis = np.linalg.qr(residual.T @ (residual @ basis))[0]  # on the side of the statements, which are few
    seen = residual @ basis
    right = basis @ np.linalg.eigh(seen.T @ seen)[1][:, ::-1]
    kept = min(n_dims, width)
    loadings[:, :kept] = 0.7 * right[:, :kept] * np.sqrt(n_statements)
    return loadings
