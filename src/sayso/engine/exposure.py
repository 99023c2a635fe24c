"""Weights that undo the routing: who was likely to be asked counts less.

Knows probabilities of draws; knows nothing of how they came about.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sayso.engine.votes import FloatArray


def exposure_weights(probability: ArrayLike, n_before: ArrayLike, n_draws: ArrayLike) -> FloatArray:
    """Weight of each vote that undoes the routing, float64 [n]: without bias, whoever was asked what.

    Parameters
    ----------
    probability : float [n]
        With which the statement was drawn, above 0.
    n_before : int [n]
        Draws of the same person before that one in which the statement could have been drawn.
    n_draws : int [n]
        All draws of that person in which it could have been drawn or was answered already: those before it opened,
        or when variety held it back, do not count.

    Returns
    -------
    float64 [n]
        (1 / probability + draws after it) / all draws. Its expectation, 0 counted where the person was never asked,
        is 1 for every person and statement.

    Raises
    ------
    ValueError
        When a probability is not above 0, or there are not more draws than before.

    Notes
    -----
    Each draw taken alone would give the weight 1 / probability while the statement is open, and 1 once the answer is
    known; this is their mean over the person's draws, a sum of martingale differences. O(n).

    Examples
    --------
    >>> exposure_weights([0.5, 1.0], [0, 1], [2, 2]).tolist()   # one of two at random, then the other
    [1.5, 0.5]
    """
    chance, before = np.asarray(probability, dtype=np.float64), np.asarray(n_before, dtype=np.float64)
    draws = np.asarray(n_draws, dtype=np.float64)
    if np.any(chance <= 0) or np.any(before < 0) or np.any(draws <= before):
        raise ValueError("Probabilities must be above 0, and each draw one of all of them.")
    weight: FloatArray = (1 / chance + draws - before - 1) / draws
    return weight
