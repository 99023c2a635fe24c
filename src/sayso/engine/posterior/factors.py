"""The factor model and its fitted form: Gaussian posteriors of both sides.

The model, for participant i and statement j::

    P(i agrees with j | takes a side) = link(difficulty_j + leaning_i + position_i · loading_j)
    position_i ~ N(0, I)     leaning_i ~ N(0, s²)
    difficulty_j, loading_jd ~ Student-t with a scale for each dimension

Both sides are written as augmented vectors, participant (1, leaning, position) and statement (difficulty, 1, loading),
whose inner product is the utility. Knows arrays; knows nothing of how they were found, nor of maps and groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import expit, ndtr

from sayso.engine.votes import FloatArray, IntArray

CHUNK = 65_536  # pairs at once: bounds memory
LOG_ODDS_PER_PROBIT = 1.702  # the two links differ by less than .01 on this scale (Camilli 1994)


class Link(StrEnum):
    """How a utility becomes a probability."""

    LOGIT = "logit"
    PROBIT = "probit"

    def average(self, mean: FloatArray, variance: FloatArray) -> FloatArray:
        """E[link(z)] for z ~ N(mean, variance): exact for probit, within .02 for logit (MacKay 1992, eq. 10).

        >>> Link.PROBIT.average(np.array([0.0, 1.0]), np.array([4.0, 0.0])).round(3).tolist()
        [0.5, 0.841]
        """
        if self is Link.PROBIT:
            return np.asarray(ndtr(mean / np.sqrt(1 + variance)), dtype=np.float64)
        return np.asarray(expit(mean / np.sqrt(1 + np.pi * variance / 8)), dtype=np.float64)

    @property
    def log_odds_per_unit(self) -> float:
        """What one unit of utility is in log-odds."""
        return LOG_ODDS_PER_PROBIT if self is Link.PROBIT else 1.0


@dataclass(frozen=True, eq=False)
class Posterior:
    """Gaussian posteriors of one side: mean [n, n_dims + 2] and covariance [n, n_dims + 2, n_dims + 2]."""

    mean: FloatArray
    covariance: FloatArray

    def turned(self, turn: FloatArray) -> Posterior:
        """The same of turn · x, row by row; turn float64 [n_dims + 2, n_dims + 2]."""
        return Posterior(self.mean @ turn.T, turn @ self.covariance @ turn.T)


@dataclass(frozen=True, eq=False)
class FactorModel:
    """A fitted model, with how the fit ended.

    participants, statements : Posterior
    link : Link
    leaning_variance : float, the learnt s²
    n_sweeps : int, passes over the votes
    converged : bool, whether it ended because nothing moved any more
    """

    participants: Posterior
    statements: Posterior
    link: Link
    leaning_variance: float
    n_sweeps: int
    converged: bool

    @property
    def n_dims(self) -> int:
        """Number of axes of opinion."""
        return int(self.statements.mean.shape[1]) - 2

    def statements_in_log_odds(self) -> Posterior:
        """A copy of the statements' side whose inner products with places are log-odds."""
        stretch = np.full(self.n_dims + 2, self.link.log_odds_per_unit)
        stretch[1] = 1.0
        return Posterior(
            self.statements.mean * stretch, self.statements.covariance * stretch[:, None] * stretch[None, :]
        )

    def utility(self, participant: IntArray, statement: IntArray) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the utility under the posterior, each float64 [n]; O(n · n_dims²)."""
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

    def agree(self, participant: IntArray, statement: IntArray) -> FloatArray:
        """P(agree | takes a side), averaged over the posterior, float64 [n]."""
        return self.link.average(*self.utility(participant, statement))
