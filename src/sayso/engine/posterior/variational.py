"""The fast fit: each side in closed form given the other, a few times over.

Gaussian posteriors are moved by natural-gradient Newton steps on the expected log-likelihood (Khan and Lin 2017,
eq. 14, with step 1): a vote's precision is E[σ′] and not the bound of Jaakkola and Jordan (2000), which is tighter
than the truth and shrinks too much. Scales of the loadings are not learnt: learning them within one conversation
switches off axes that predict (see docs/experiments.md).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sayso.engine.posterior.crowd import Crowd, LocalCrowd, Sums
from sayso.engine.posterior.factors import FactorModel, Link, Posterior
from sayso.engine.posterior.layout import spread_over
from sayso.engine.posterior.statements import Statements, start_statements
from sayso.engine.votes import FloatArray, VoteMatrix

MIN_SWEEPS, MAX_SWEEPS = 8, 16  # hidden votes are told no better by more: from about thirty on, worse
MIN_GAIN = 1e-3  # log loss a vote: below it hidden votes gain less than a tenth of a per cent from going on


def fit_variational(
    votes: VoteMatrix,
    *,
    rng: np.random.Generator,
    start: FactorModel | None = None,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> FactorModel:
    """Fit until a sweep hardly explains the votes better.

    `votes` holds agree and disagree only. `start` is an earlier fast fit of the same statements, or of the first of
    them: its statements are gone on from. O(sweeps · (n_votes + n_participants · n_dims) · n_dims²) time, memory
    O((n_participants + n_statements) · n_dims²) beside the votes.
    """
    with spread_over(threads) as spread:
        return fit_crowd(LocalCrowd(votes, spread), rng=rng, start=start, progress=progress)


def fit_crowd(
    crowd: Crowd,
    *,
    rng: np.random.Generator,
    start: FactorModel | None = None,
    progress: Callable[[float], None] | None = None,
) -> FactorModel:
    """The same for participants wherever they are."""
    sweep = _Sweep(crowd, start_statements(*crowd.counts(), crowd.sample(rng), rng, start))
    before, n_sweeps, gain = np.inf, 0, np.inf
    while n_sweeps < MAX_SWEEPS and (gain > MIN_GAIN or n_sweeps < MIN_SWEEPS):
        loss = sweep.step()
        gain, before, n_sweeps = abs(before - loss), loss, n_sweeps + 1
        if progress is not None:
            progress(n_sweeps / MAX_SWEEPS)
    return sweep.result(n_sweeps, bool(gain <= 2 * MIN_GAIN))


class _Sweep:
    """The moving parts of one fit."""

    def __init__(self, crowd: Crowd, statements: Statements) -> None:
        self.crowd, self.statements = crowd, statements
        self.width = statements.mean.shape[1]
        self.leaning_variance = 0.5
        self.turn = np.eye(self.width)

    def step(self) -> float:
        """One sweep over both sides; the votes' mean log loss before it."""
        prior = np.ones(self.width - 1)
        prior[0] = 1 / self.leaning_variance
        sums = self.crowd.step(self.statements.turned(self.turn.T), self.statements, prior)
        self.turn = self._standardising(sums)
        self.statements = self.statements.turned(np.asarray(np.linalg.inv(self.turn).T, np.float64))
        self.statements.update(self.turn @ sums.evidence @ self.turn.T, sums.pull @ self.turn.T)
        return sums.loss / max(sums.n_votes, 1)

    def _standardising(self, sums: Sums) -> FloatArray:
        """Gives leanings mean 0 and places unit spread, moving the rest into the statements: predictions stay.

        The sweeps then move along directions in which they would creep (parameter expansion, Liu, Rubin and Wu 1998).
        The participants follow in the next pass.
        """
        turn = np.eye(self.width)
        n = sums.n_participants
        if n == 0:
            return turn
        spread = sums.square[2:, 2:] / n
        turn[2:, 2:] = np.linalg.inv(np.linalg.cholesky(spread + 1e-9 * np.eye(self.width - 2)))
        middle = sums.place[1] / n
        turn[1, 0] = -middle
        self.leaning_variance = float((sums.square[1, 1] - n * middle**2 + 0.5) / (n + 1))
        return turn

    def result(self, n_sweeps: int, converged: bool) -> FactorModel:
        return FactorModel(
            self.crowd.posterior(self.turn),
            Posterior(self.statements.mean, self.statements.covariance),
            Link.LOGIT,
            self.leaning_variance,
            n_sweeps,
            converged,
        )
