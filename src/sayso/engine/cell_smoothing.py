"""What the silent of each cell of the roster would say, from the means of those who took part; cells help each other.

Knows cells with a unit and a role each, counts and means; knows no votes. The model, for cell c of unit u and role r,
in units of what people of one cell differ by::

    mean of cell c = α + β_u + γ_r + δ_c      β ~ N(0, κ_u)   γ ~ N(0, κ_r)   δ ~ N(0, κ_c)
    mean of those of c who took part ~ N(mean of cell c, 1 / number of them)

As the κ grow this is calibration to the roster's units and roles (what raking does); as they fall to 0, everybody is
taken to be alike. The κ are learnt from all statements together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sayso.engine.votes import FloatArray, IntArray

N_ROUNDS = 30
MAX_CELLS = 600  # beyond, units and roles alone: an own effect for each cell would cost its third power
# Two effects' worth of a usual κ: a handful of units or roles cannot tell theirs. Chosen as in `agreement_model`.
USUAL, USUAL_WEIGHT = 0.3, 2.0


@dataclass(frozen=True, eq=False)
class CellSmoothing:
    """Turns means of cells' participants into means of cells.

    to_cells : float64 [n_cells, n_cells], applied to participants' means (0 where nobody took part)
    root : float64 [n_cells, n_cells], root · rootᵀ is the covariance of what remains unknown, in squared units of what
    people of one cell differ by
    ratio : float64 [3], κ of units, roles and cells
    """

    to_cells: FloatArray
    root: FloatArray
    ratio: FloatArray

    def implied_weights(self, n_silent: IntArray, n_took_part: IntArray, cell: IntArray) -> FloatArray:
        """For how many people of the roster each participant stands, float64 [n_participants]; they add up to all.

        `cell` int64 [n_participants]. A weight below 0 can come from extrapolation and is set to 0.
        """
        stands_for = n_silent @ self.to_cells / np.maximum(n_took_part, 1)
        weights: FloatArray = np.maximum(1 + stands_for[cell], 0.0)
        return weights


def learn_smoothing(
    means: FloatArray, spread: FloatArray, n_took_part: IntArray, unit: IntArray, role: IntArray
) -> CellSmoothing:
    """Learn the κ and give the smoothing they make.

    Parameters
    ----------
    means : float64 [n_cells, n_statements]
        Of those who took part; anything where nobody did.
    spread : float64 [n_statements]
        Standard deviation within cells.
    n_took_part, unit, role : int64 [n_cells]

    Notes
    -----
    Henderson's mixed-model equations with MacKay's fixed point for the κ; O(rounds · n³) for n = units + roles +
    cells effects. Raises ValueError when nobody took part.
    """
    if not n_took_part.sum():
        raise ValueError("Nobody on the roster took part.")
    design, block = _design(unit, role, with_cells=len(unit) <= MAX_CELLS)
    n = n_took_part.astype(np.float64)
    scaled = np.where(n[:, None] > 0, means, 0.0) / np.maximum(spread, 1e-9)
    moments, pull = design.T @ (n[:, None] * design), design.T @ (n[:, None] * scaled)
    ratio = np.full(3, 0.05)
    for _ in range(N_ROUNDS):
        inverse = _inverse(moments, block, ratio)
        effect = inverse @ pull
        squared = np.bincount(block, weights=(effect**2).mean(axis=1), minlength=4)[1:]
        doubt = np.bincount(block, weights=np.diag(inverse), minlength=4)[1:]
        size = np.bincount(block, minlength=4)[1:]
        known = np.clip(size - doubt / ratio, 0.0, size)
        ratio = (squared + USUAL_WEIGHT * USUAL) / (known + USUAL_WEIGHT)
    inverse = _inverse(moments, block, ratio)
    covariance = design @ inverse @ design.T
    root = np.linalg.cholesky(covariance + 1e-10 * np.eye(len(covariance))).astype(np.float64)
    return CellSmoothing(
        to_cells=covariance * n,
        root=root,
        ratio=ratio,
    )


def _design(unit: IntArray, role: IntArray, *, with_cells: bool) -> tuple[FloatArray, IntArray]:
    n_cells, n_units, n_roles = len(unit), int(unit.max()) + 1, int(role.max()) + 1
    parts = [np.ones((n_cells, 1)), np.eye(n_units)[unit], np.eye(n_roles)[role]]
    if with_cells:
        parts.append(np.eye(n_cells))
    block = np.concatenate([np.full(part.shape[1], number) for number, part in enumerate(parts)])
    return np.column_stack(parts), block.astype(np.int64)


def _inverse(moments: FloatArray, block: IntArray, ratio: FloatArray) -> FloatArray:
    prior = np.concatenate([[1e-6], 1 / ratio])[block]
    inverse: FloatArray = np.linalg.inv(moments + np.diag(prior))
    return inverse
