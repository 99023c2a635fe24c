"""The full fit: draws from the posterior (Gibbs sampling), their mean and covariance kept.

Probit utilities are drawn given places, places given utilities (Albert and Chib 1993), one side after the other; the
scale of each axis has a half-Cauchy prior (Gelman 2006), each element of the statements a Student-t. Rescaling each
axis by a draw (parameter expansion, Liu and Wu 1999) lets the chain move along directions in which it would creep.
Axes may turn and change places along the chain, so every kept draw is turned onto those before it first (orthogonal
Procrustes, Schönemann 1966).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sayso.engine.posterior import kernels
from sayso.engine.posterior.factors import LOG_ODDS_PER_PROBIT, FactorModel, Link, Posterior
from sayso.engine.posterior.layout import Layout, Spread, pack, spread_over
from sayso.engine.votes import FloatArray, VoteMatrix

N_DIMS = 8
DEGREES_OF_FREEDOM = 2.0
SCALE_OF_SCALES = np.array([2.0] + [1.0] * N_DIMS)  # half-Cauchy, of difficulties and of each axis
BURN_IN = 100
BLOCK = 50  # sweeps between two looks at how far the chain has come
MIN_BLOCKS = 4
KEEP_EVERY = 5
N_WATCHED = 2_000  # votes whose probability is watched
# Monte Carlo standard error of a watched probability, root mean square: where going on is not worth it, and where it
# would be needed. A hundredth adds a thousandth to the log loss.
ENOUGH, TOO_MUCH = 0.012, 0.03
KNOWN_ONE = 1


def fit_by_sampling(
    votes: VoteMatrix,
    start: FactorModel,
    *,
    rng: np.random.Generator,
    max_sweeps: int,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> FactorModel:
    """Draw until the watched probabilities stand still, or `max_sweeps` are done.

    `votes` holds agree and disagree only; `start` is a fast fit to the same votes. O(sweeps · (n_votes +
    n_participants · n_dims) · n_dims²) time; memory O((n_participants + n_statements) · n_dims²).
    """
    chain = _Chain(votes, start, rng)
    watch = _Watch(votes, rng)
    kept = _Kept(votes.n_participants, votes.n_statements)
    n_sweeps = 0
    with spread_over(threads) as spread:
        while n_sweeps < max_sweeps and not watch.is_still:
            chain.sweep(spread)
            n_sweeps += 1
            if n_sweeps > BURN_IN:
                watch.look(chain.x, chain.y)
                if n_sweeps % KEEP_EVERY == 0:
                    kept.add(chain.x, chain.y)
            if progress is not None:
                progress(n_sweeps / max_sweeps)
    return FactorModel(
        kept.participants.posterior(),
        kept.statements.posterior(),
        Link.PROBIT,
        chain.leaning_variance,
        n_sweeps,
        watch.error <= TOO_MUCH,
    )


class _Chain:
    """The present draw of everything, and the steps to the next."""

    def __init__(self, votes: VoteMatrix, start: FactorModel, rng: np.random.Generator) -> None:
        self.rng, self.layout = rng, Layout.of(votes)
        n, m, width = votes.n_participants, votes.n_statements, N_DIMS + 2
        self.width = width
        shared = min(start.n_dims, N_DIMS) + 2
        self.x = np.zeros((n, width), np.float32)
        self.y = np.zeros((m, width), np.float32)
        self.x[:, :shared] = start.participants.mean[:, :shared]
        self.x[:, shared:] = rng.standard_normal((n, width - shared))
        self.x[:, 1] /= LOG_ODDS_PER_PROBIT
        self.y[:, :shared] = start.statements.mean[:, :shared] / LOG_ODDS_PER_PROBIT
        self.y[:, KNOWN_ONE] = 1.0
        self.y[:, shared:] = 0.1 * rng.standard_normal((m, width - shared))
        self.free = np.delete(np.arange(width), KNOWN_ONE)
        self.leaning_variance = 0.3
        self.difficulty_mean = float(self.y[:, 0].mean()) if m else 0.0
        self.squared_scale = np.concatenate([[0.5], np.full(N_DIMS, 0.1)])
        self.scale_aid = np.ones(N_DIMS + 1)
        self.tail_weight = np.ones((m, N_DIMS + 1))

    def sweep(self, spread: Spread) -> None:
        evidence, pull = self._draw_participants(spread)
        turn = self._expansion()
        self.x = self.x @ turn.T.astype(np.float32)
        self._draw_statements(turn @ evidence @ turn.T, pull @ turn.T)
        self._draw_scales()

    def _draw_participants(self, spread: Spread) -> tuple[FloatArray, FloatArray]:
        layout, rng = self.layout, self.rng
        prior = np.ones(self.width - 1)
        prior[0] = 1 / self.leaning_variance
        evidence, pull, _ = layout.gather(
            spread,
            self.width,
            kernels.sampling_pass,
            self.x,
            self.y,
            pack(self.y[:, :, None] * self.y[:, None, :]).astype(np.float32),
            prior,
            rng.random(layout.n_votes, dtype=np.float32),
            rng.standard_normal((layout.n_participants, self.width - 1)),
        )
        return evidence, pull

    def _expansion(self) -> FloatArray:
        """A draw of how to rescale the axes and shift the leanings so that the likelihood stays as it is."""
        n, rng = len(self.x), self.rng
        turn = np.eye(self.width)
        if n == 0:
            return turn
        x = self.x.astype(np.float64)
        stretch = np.sqrt((x[:, 2:] ** 2).sum(axis=0) / rng.chisquare(n, N_DIMS))
        turn[2:, 2:] = np.diag(1 / stretch)
        self.squared_scale[1:] *= stretch**2
        shift = x[:, 1].mean() + np.sqrt(self.leaning_variance / n) * rng.standard_normal()
        turn[1, 0] = -shift
        self.difficulty_mean += shift
        self.leaning_variance = float((np.sum((x[:, 1] - shift) ** 2) + 0.5) / rng.chisquare(n + 1))
        return turn

    def _draw_statements(self, evidence: FloatArray, pull: FloatArray) -> None:
        free = self.free
        prior = self.tail_weight / self.squared_scale
        right = pull[:, free] - evidence[:, free, KNOWN_ONE]
        right[:, 0] += prior[:, 0] * self.difficulty_mean
        precision = np.ascontiguousarray(evidence[:, free[:, None], free])
        diagonal = np.arange(len(free))
        precision[:, diagonal, diagonal] += prior
        drawn = np.empty_like(right)
        kernels.draw_rows(precision, right, self.rng.standard_normal(right.shape), drawn)
        self.y[:, free] = drawn

    def _draw_scales(self) -> None:
        m, rng = len(self.y), self.rng
        if m == 0:
            return
        deviation = self.y[:, self.free].astype(np.float64)
        deviation[:, 0] -= self.difficulty_mean
        squared = deviation**2
        freedom = DEGREES_OF_FREEDOM
        self.tail_weight = rng.gamma((freedom + 1) / 2, 2 / (freedom + squared / self.squared_scale))
        weight = self.tail_weight[:, 0] / self.squared_scale[0]
        middle = np.sum(weight * self.y[:, 0]) / weight.sum()
        self.difficulty_mean = float(middle + rng.standard_normal() / np.sqrt(weight.sum()))
        # A half-Cauchy as two inverse gammas: Makalic and Schmidt (2016).
        half = (self.tail_weight * squared).sum(axis=0) / 2 + 1 / self.scale_aid
        self.squared_scale = half / rng.gamma((m + 1) / 2, 1.0, N_DIMS + 1)
        self.scale_aid = (1 / SCALE_OF_SCALES**2 + 1 / self.squared_scale) / rng.gamma(1.0, 1.0, N_DIMS + 1)


class _Watch:
    """Follows the probabilities of some votes, block by block."""

    def __init__(self, votes: VoteMatrix, rng: np.random.Generator) -> None:
        chosen = np.sort(rng.permutation(votes.n_votes)[:N_WATCHED])
        self.rows, self.columns = votes.participant[chosen], votes.statement[chosen]
        self.block = np.zeros(len(chosen))
        self.n_looks = 0
        self.means: list[FloatArray] = []

    def look(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> None:
        self.block += ndtr(np.einsum("ij,ij->i", x[self.rows], y[self.columns]))
        self.n_looks += 1
        if self.n_looks % BLOCK == 0:
            self.means.append(self.block / BLOCK)
            self.block = np.zeros_like(self.block)

    @property
    def error(self) -> float:
        """Of the blocks' mean, by batch means (Flegal and Jones 2010); infinite before MIN_BLOCKS of them."""
        if len(self.means) < MIN_BLOCKS:
            return np.inf
        return float(np.sqrt(np.mean(np.var(self.means, axis=0, ddof=1) / len(self.means))))

    @property
    def is_still(self) -> bool:
        """Whether going on is not worth it; looked at when a block is full."""
        return self.n_looks % BLOCK == 0 and self.error <= ENOUGH


class _Kept:
    """Kept draws, each turned onto the mean of those before it."""

    def __init__(self, n_participants: int, n_statements: int) -> None:
        self.participants, self.statements = _Moments(n_participants), _Moments(n_statements)

    def add(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> None:
        turned_x, turned_y = x.astype(np.float64), y.astype(np.float64)
        if self.participants.n:
            together = turned_x[:, 2:].T @ self.participants.total[:, 2:] / max(len(x), 1) + turned_y[
                :, 2:
            ].T @ self.statements.total[:, 2:] / max(len(y), 1)
            left, _, right = np.linalg.svd(together)
            turned_x[:, 2:] = turned_x[:, 2:] @ (left @ right)
            turned_y[:, 2:] = turned_y[:, 2:] @ (left @ right)
        self.participants.add(turned_x)
        self.statements.add(turned_y)


class _Moments:
    """Sums of draws and of their outer products, row by row."""

    def __init__(self, n: int) -> None:
        self.n = 0
        self.total = np.zeros((n, N_DIMS + 2))
        self.square = np.zeros((n, N_DIMS + 2, N_DIMS + 2))

    def add(self, draw: FloatArray) -> None:
        self.n += 1
        self.total += draw
        self.square += draw[:, :, None] * draw[:, None, :]

    def posterior(self) -> Posterior:
        mean = self.total / self.n
        covariance = self.square / self.n - mean[:, :, None] * mean[:, None, :]
        # Draws are few, and rounding may leave a hair below zero.
        diagonal = np.arange(1, covariance.shape[1])
        covariance[:, diagonal, diagonal] += 1e-6
        return Posterior(mean, covariance)
