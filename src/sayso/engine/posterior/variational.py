"""The fast fit: each side in closed form given the other, a few times over.

Gaussian posteriors are moved by natural-gradient Newton steps on the expected log-likelihood (Khan and Lin 2017,
eq. 14, with step 1): a vote's precision is E[σ′] and not the bound of Jaakkola and Jordan (2000), which is tighter
than the truth and shrinks too much. Scales of the loadings are not learnt: learning them within one conversation
switches off axes that predict (see docs/experiments.md).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sayso.engine.posterior import kernels
from sayso.engine.posterior.factors import FactorModel, Link, Posterior
from sayso.engine.posterior.layout import Layout, pack
from sayso.engine.votes import FloatArray, VoteMatrix

# Scales of loadings in twelve open conversations, in log-odds.
LOADING_SCALES = (1.0, 0.4, 0.3, 0.25, 0.2, 0.18)
DEGREES_OF_FREEDOM = 4.0  # of the statements' priors: most load little, some much; chosen on inner splits
MIN_SWEEPS, MAX_SWEEPS = 8, 16  # hidden votes are told no better by more: from about thirty on, worse
MIN_GAIN = 1e-4  # log loss a vote: less is not worth a sweep
VOTES_FOR_START = 1_000_000
KNOWN_ONE = 1  # where a statement's augmented vector holds its constant


def fit_variational(
    votes: VoteMatrix,
    *,
    rng: np.random.Generator,
    n_dims: int = len(LOADING_SCALES),
    start: FactorModel | None = None,
    threads: int = 1,
    max_sweeps: int = MAX_SWEEPS,
    progress: Callable[[float], None] | None = None,
) -> FactorModel:
    """Fit until a sweep no longer explains the votes better.

    `votes` holds agree and disagree only. `start` is an earlier fit of the same statements, or of the first of them:
    its statements are gone on from. O(sweeps · (n_votes + n_participants · n_dims) · n_dims²) time, memory
    O((n_participants + n_statements) · n_dims²) beside the votes.
    """
    sweep = _Sweep(votes, _start_statements(votes, n_dims, rng, start))
    before, n_sweeps, gain = np.inf, 0, np.inf
    with ThreadPoolExecutor(max_workers=threads) as executor:
        while n_sweeps < max_sweeps and (gain > MIN_GAIN or n_sweeps < MIN_SWEEPS):
            loss = sweep.step(executor)
            gain, before, n_sweeps = abs(before - loss), loss, n_sweeps + 1
            if progress is not None:
                progress(n_sweeps / max_sweeps)
    return sweep.result(n_sweeps, bool(gain <= 10 * MIN_GAIN))


@dataclass(eq=False)
class _Statements:
    """Posteriors of the statements' augmented vectors, and their prior."""

    mean: FloatArray
    covariance: FloatArray
    prior_mean: FloatArray
    prior_variance: FloatArray
    tail_weight: FloatArray

    @property
    def free(self) -> NDArray[np.int64]:
        return np.delete(np.arange(self.mean.shape[1]), KNOWN_ONE)

    def turned(self, turn: FloatArray) -> _Statements:
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


class _Sweep:
    """The moving parts of one fit."""

    def __init__(self, votes: VoteMatrix, statements: _Statements) -> None:
        width = statements.mean.shape[1]
        self.layout, self.statements, self.width = Layout.of(votes), statements, width
        n = votes.n_participants
        self.x = np.zeros((n, width), np.float32)
        self.x[:, 0] = 1.0
        nobody_known = np.eye(width)
        nobody_known[0, 0] = 0.0
        self.leaning_variance = 0.5
        self.x_cov = np.repeat(pack(nobody_known[None]).astype(np.float32), n, axis=0)
        self.turn = np.eye(width)

    def step(self, executor: ThreadPoolExecutor) -> float:
        """One sweep over both sides; the votes' mean log loss before it."""
        prior = np.ones(self.width - 1)
        prior[0] = 1 / self.leaning_variance
        seen_before = self.statements.turned(self.turn.T)
        evidence, pull, loss = self.layout.gather(
            executor,
            self.width,
            kernels.variational_pass,
            self.x,
            self.x_cov,
            seen_before.mean.astype(np.float32),
            seen_before.second_moments(),
            self.statements.mean.astype(np.float32),
            self.statements.second_moments(),
            prior,
        )
        self.turn = self._standardising()
        self.statements = self.statements.turned(np.asarray(np.linalg.inv(self.turn).T, np.float64))
        self.statements.update(self.turn @ evidence @ self.turn.T, pull @ self.turn.T)
        return loss / max(self.layout.n_votes, 1)

    def _standardising(self) -> FloatArray:
        """Gives places mean 0 and unit spread, moving the rest into the statements: predictions stay.

        The sweeps then move along directions in which they would creep (parameter expansion, Liu, Rubin and Wu 1998).
        The participants follow in the next pass.
        """
        turn = np.eye(self.width)
        n = len(self.x)
        if n == 0:
            return turn
        x = self.x.astype(np.float64)
        middle = x.mean(axis=0)
        second = x.T @ x + _unpacked_sum(self.x_cov, self.width)
        spread = second[2:, 2:] / n
        turn[2:, 2:] = np.linalg.inv(np.linalg.cholesky(spread + 1e-9 * np.eye(self.width - 2)))
        turn[1, 0] = -middle[1]
        self.leaning_variance = float((second[1, 1] - n * middle[1] ** 2 + 0.5) / (n + 1))
        return turn

    def result(self, n_sweeps: int, converged: bool) -> FactorModel:
        mean = np.empty(self.x.shape)
        covariance = np.empty((len(self.x), self.width, self.width))
        kernels.turn_all(self.x, self.x_cov, self.turn, mean, covariance)
        statements = Posterior(self.statements.mean, self.statements.covariance)
        return FactorModel(
            Posterior(mean, covariance), statements, Link.LOGIT, self.leaning_variance, n_sweeps, converged
        )


def _unpacked_sum(packed: NDArray[np.float32], width: int) -> FloatArray:
    total = packed.sum(axis=0, dtype=np.float64)
    rows, columns = np.tril_indices(width)
    full = np.zeros((width, width))
    full[rows, columns] = total
    full[columns, rows] = total
    return full


def _start_statements(
    votes: VoteMatrix, n_dims: int, rng: np.random.Generator, start: FactorModel | None
) -> _Statements:
    n_statements, width = votes.n_statements, n_dims + 2
    difficulty = np.log((votes.count(1) + 1.0) / (votes.count(-1) + 1.0))
    mean = np.zeros((n_statements, width))
    mean[:, 0], mean[:, KNOWN_ONE] = difficulty, 1.0
    covariance = np.zeros((n_statements, width, width))
    known = 0
    if start is not None and start.link is Link.LOGIT and start.n_dims == n_dims:
        known = min(n_statements, len(start.statements.mean))
        mean[:known] = start.statements.mean[:known]
        covariance[:known] = start.statements.covariance[:known]
    if known == 0:
        mean[:, 2:] = _leading_loadings(votes, difficulty, n_dims, rng)
    scales = np.resize(np.asarray(LOADING_SCALES), n_dims)
    scales[len(LOADING_SCALES) :] = LOADING_SCALES[-1]
    prior_variance = np.concatenate([[max(float(difficulty.var()), 0.5) if n_statements else 0.5], scales**2])
    prior_mean = np.zeros(n_dims + 1)
    prior_mean[0] = float(difficulty.mean()) if n_statements else 0.0
    return _Statements(mean, covariance, prior_mean, prior_variance, np.ones((n_statements, n_dims + 1)))


def _leading_loadings(votes: VoteMatrix, difficulty: FloatArray, n_dims: int, rng: np.random.Generator) -> FloatArray:
    """Leading singular vectors of the votes minus their expectation (Halko, Martinsson and Tropp 2011).

    From as many participants as cast VOTES_FOR_START votes: more change the start little.
    """
    n_participants, n_statements = votes.shape
    loadings = np.zeros((n_statements, n_dims))
    if votes.n_votes > VOTES_FOR_START:
        rows = rng.permutation(n_participants)[: max(1, n_participants * VOTES_FOR_START // votes.n_votes)]
        votes = votes.take_rows(np.sort(rows))
    width = min(n_dims + 4, votes.n_participants, n_statements)
    if width == 0:
        return loadings
    residual = votes.to_csr((votes.stance > 0) - expit(difficulty)[votes.statement])
    basis: FloatArray = np.linalg.qr(residual @ rng.standard_normal((n_statements, width)))[0]
    for _ in range(3):
        basis = np.linalg.qr(residual @ (residual.T @ basis))[0]
    right = np.linalg.svd((residual.T @ basis).T, full_matrices=False)[2]
    kept = min(n_dims, width)
    loadings[:, :kept] = 0.7 * right[:kept].T * np.sqrt(n_statements)
    return loadings
