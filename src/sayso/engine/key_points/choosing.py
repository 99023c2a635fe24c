"""Which few sentences to choose so that most statements are said by one of them, and no two say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sayso.engine.votes import FloatArray

OVERLAP = 0.4  # two sentences that say the same more likely than this are not both chosen; out of fold, see experiments


@dataclass(frozen=True)
class Choice:
    """chosen : columns, in the order chosen
    gains : the weight of statements each newly covers
    at_least : covered, as a share of what any so many sentences could cover, overlapping ones too; a lower bound
    """

    chosen: list[int]
    gains: list[float]
    at_least: float


def choose(
    says: FloatArray,
    plain: FloatArray,
    same: FloatArray,
    weight: FloatArray,
    *,
    least: float,
    at_most: int,
    first: Sequence[int] = (),
    barred: Sequence[int] = (),
) -> Choice:
    """Greedy choice of sentences that cover the statements.

    Parameters
    ----------
    says : float64 [n, m]
        P(statement says sentence).
    plain : float64 [m]
        How well each sentence reads, 0 to 1.
    same : float64 [m, m]
        P(one sentence says the other).
    weight : float64 [n]
        Of statements, ≥ 0.
    least : float
        A sentence must newly cover at least so much weight.
    at_most : int
    first : columns chosen before all others, whatever they cover
    barred : columns never chosen, nor what says the same

    Returns
    -------
    Choice

    Notes
    -----
    Covered is Σ weight · max over chosen of plain · says (facility location, monotone and submodular). Without the rule
    on overlap greedy reaches 1 − 1/e of the best (Nemhauser, Wolsey & Fisher 1978); with it there is no such promise
    beforehand, so the choice carries the bound of Leskovec et al. 2007, found afterwards: no k sentences cover more
    than what is covered plus the k largest gains left. O(n · m · k).

    Examples
    --------
    >>> says = np.array([[.9, .8, .1], [.8, .9, .1], [.1, .0, .9]])
    >>> choice = choose(says, np.ones(3), says, np.ones(3), least=.5, at_most=9)
    >>> choice.chosen, [round(gain, 2) for gain in choice.gains], round(choice.at_least, 2)
    ([0, 2], [1.8, 0.8], 0.96)
    """
    worth = says * plain
    covered = np.zeros(len(says))
    free = np.ones(says.shape[1], dtype=bool)
    conflict = np.maximum(same, same.T) > OVERLAP
    free[list(barred)] = False
    for column in barred:
        free &= ~conflict[column]
    chosen: list[int] = []
    gains: list[float] = []

    def take(column: int, gain: float) -> None:
        chosen.append(column)
        gains.append(gain)
        np.maximum(covered, worth[:, column], out=covered)
        free[conflict[column]] = False
        free[column] = False

    for column in first:
        take(column, float(weight @ np.maximum(worth[:, column] - covered, 0)))
    while free.any() and len(chosen) < at_most:
        gain = np.where(free, (weight @ np.maximum(worth - covered[:, None], 0)).round(6), -1.0)
        best = int(gain.argmax())
        if gain[best] < least:
            break
        take(best, float(gain[best]))
    left = np.sort(weight @ np.maximum(worth - covered[:, None], 0))[::-1][: len(chosen)]
    total = float(weight @ covered)
    return Choice(chosen, gains, total / max(total + float(left.sum()), 1e-12) if chosen else 1.0)
