"""How likely one sentence says what another says, whatever else there is to choose from. Knows likenesses only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sayso.engine.key_points.likenesses import Rows, Texts, evenly
from sayso.engine.votes import FloatArray

SAMPLE = 1_000  # statements from which is learnt how alike any two are here
SPREAD = 5.0  # brings standardised likenesses to the size of the others, for the penalty when learning


@dataclass(frozen=True, eq=False)
class Alike:
    """P(says the same) as a logistic function of likenesses.

    slopes : float64 [n_likenesses]
    constant : float
    """

    slopes: FloatArray
    constant: float

    @classmethod
    def here(cls, texts: Texts, weights: FloatArray) -> Alike:
        """Made for these statements: a likeness counts by itself, and by how it stands out among statements here.

        `weights` float64 [2 · n_likenesses + 1]: of each likeness itself and standing out, then the constant.
        """
        means, spreads = scale(texts)
        raw, standing, constant = weights[:-1:2], weights[1:-1:2], weights[-1]
        return cls(raw + standing / (SPREAD * spreads), float(constant - np.sum(standing * means / (SPREAD * spreads))))

    def __call__(self, texts: Texts, rows: Rows, others: Rows) -> FloatArray:
        """Probabilities, float64 [n_rows, n_others], to six digits so that threads do not choose between equals."""
        odds = sum(slope * likeness for slope, likeness in zip(self.slopes, texts.between(rows, others), strict=True))
        probability: FloatArray = expit(odds + self.constant).round(6)
        return probability


def scale(texts: Texts) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each likeness among different statements; O(sample²)."""
    sample = evenly(texts.n_statements, SAMPLE)
    different = ~np.eye(len(sample), dtype=bool)
    found = [likeness[different] for likeness in texts.between(sample, sample)]
    if len(sample) < 2:
        return np.zeros(len(found)), np.ones(len(found))
    return np.array([row.mean() for row in found]), np.array([max(float(row.std()), 1e-3) for row in found])
