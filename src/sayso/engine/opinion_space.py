"""Where participants and statements stand: a map of opinion with its doubt.

Knows votes; knows nothing of groups, words or pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sayso.engine.factor_model import FactorModel, Posterior, average_sigmoid, fit_factor_model, stated_only
from sayso.engine.votes import FloatArray, VoteMatrix

N_DIMS = 5


@dataclass(frozen=True, eq=False)
class OpinionSpace:
    """Positions of participants and loadings of statements, on axes ordered by how much opinion they part.

    Someone with few votes stands near the middle with a wide `position_sd`. Units: positions have mean 0 and
    spread 1 in the population; loadings are log-odds per unit of position.

    Attributes
    ----------
    positions, position_sd : float64 [n_participants, n_dims]
        Posterior mean and standard deviation.
    position_covariance : float64 [n_participants, n_dims, n_dims]
    loadings, loading_sd : float64 [n_statements, n_dims]
    explained : float64 [n_dims]
        Share of the spread of log-odds along each axis, descending, adding up to 1 (all 0 when there is none).
    n_sweeps : int
    converged : bool
    """

    positions: FloatArray
    position_sd: FloatArray
    position_covariance: FloatArray
    loadings: FloatArray
    loading_sd: FloatArray
    explained: FloatArray
    n_sweeps: int
    converged: bool
    _model: FactorModel

    @property
    def n_dims(self) -> int:
        """Number of axes."""
        return int(self.positions.shape[1])

    def predict_agree(self, participant: ArrayLike, statement: ArrayLike) -> FloatArray:
        """P(agree | agrees or disagrees), averaged over the posterior, float64 [n].

        `participant` and `statement` are int [n], row and column numbers of the votes that were fitted.
        Raises ValueError when they differ in length, IndexError when a number is out of range. O(n · n_dims²).
        """
        rows, columns = np.asarray(participant, dtype=np.int64), np.asarray(statement, dtype=np.int64)
        if rows.shape != columns.shape:
            raise ValueError(f"participant has shape {rows.shape}, statement {columns.shape}; they must be equal.")
        mean, variance = self._model.log_odds(rows.ravel(), columns.ravel())
        return average_sigmoid(mean, variance).reshape(rows.shape)

    def sample_agree(self, participant: ArrayLike, *, rng: np.random.Generator) -> FloatArray:
        """One draw from the posterior of P(agree), float64 [n, n_statements], for these participants (int [n])."""
        rows = np.asarray(participant, dtype=np.int64)
        x = _draw(self._model.participants, rows, rng)
        y = _draw(self._model.statements, np.arange(len(self.loadings)), rng)
        return average_sigmoid(x @ y.T, np.zeros(1))


def fit_opinion_space(
    votes: VoteMatrix,
    *,
    rng: np.random.Generator,
    n_dims: int = N_DIMS,
    progress: Callable[[float], None] | None = None,
) -> OpinionSpace:
    """Place every participant and statement in a common space.

    Parameters
    ----------
    votes : VoteMatrix
        Passes are read as "took no side" and teach nothing.
    rng : numpy.random.Generator
        Starts the search for the leading axes; the result hardly depends on it.
    n_dims : int
        Axes at most; those the votes do not support shrink to nothing.
    progress : callable, optional
        Called with the share of sweeps done, 0 to 1.

    Returns
    -------
    OpinionSpace

    Raises
    ------
    ValueError
        When `n_dims` is below 1.

    Notes
    -----
    The model and its sources are in `factor_model`. O(sweeps · n_votes · n_dims²) time. Axes are rotated to the
    principal axes of the predicted log-odds and pointed so that the statement that parts people most along an axis
    lies on its positive side: equal votes give equal maps.

    Examples
    --------
    Two camps and what someone who has cast a single vote is expected to say:

    >>> camp = np.repeat([1, -1], 30)
    >>> rows, columns = np.repeat(np.arange(60), 6), np.tile(np.arange(6), 60)
    >>> stance = np.where(columns % 2 == 0, camp[rows], -camp[rows])
    >>> votes = VoteMatrix.from_arrays([*rows, 60], [*columns, 0], [*stance, 1])
    >>> space = fit_opinion_space(votes, rng=np.random.default_rng(0))
    >>> agree = space.predict_agree([0, 60, 60], [1, 0, 1]).round(1)
    >>> bool(agree[0] < 0.2), bool(agree[1] > 0.6 > 0.4 > agree[2])
    (True, True)
    """
    if n_dims < 1:
        raise ValueError(f"n_dims is {n_dims}; a space has at least one axis.")
    model = fit_factor_model(stated_only(votes), n_dims=n_dims, rng=rng, progress=progress)
    model, explained = _to_principal_axes(model)
    covariance = model.participants.covariance[:, 2:, 2:]
    return OpinionSpace(
        positions=model.participants.mean[:, 2:],
        position_sd=np.sqrt(np.einsum("idd->id", covariance)),
        position_covariance=covariance,
        loadings=model.statements.mean[:, 2:],
        loading_sd=np.sqrt(np.einsum("jdd->jd", model.statements.covariance)[:, 2:]),
        explained=explained,
        n_sweeps=model.n_sweeps,
        converged=model.converged,
        _model=model,
    )


def _to_principal_axes(model: FactorModel) -> tuple[FactorModel, FloatArray]:
    """Turn the axes so that loadings are uncorrelated and descending, signs fixed; positions keep unit spread."""
    loadings = model.statements.mean[:, 2:]
    spread, axes = np.linalg.eigh(loadings.T @ loadings)
    spread, axes = np.maximum(spread[::-1], 0.0), axes[:, ::-1]
    if len(loadings):
        turned = loadings @ axes
        strongest = np.abs(turned).argmax(axis=0)
        axes = axes * np.where(turned[strongest, np.arange(len(spread))] < 0, -1.0, 1.0)
    turn = np.eye(2 + len(spread))
    turn[2:, 2:] = axes
    total = spread.sum()
    turned_model = FactorModel(
        _turned(model.participants, turn),
        _turned(model.statements, turn),
        model.loading_scale,
        model.n_sweeps,
        model.converged,
    )
    return turned_model, spread / total if total > 0 else np.zeros_like(spread)


def _turned(side: Posterior, turn: FloatArray) -> Posterior:
    return Posterior(side.mean @ turn, turn.T @ side.covariance @ turn)


def _draw(side: Posterior, rows: np.ndarray, rng: np.random.Generator) -> FloatArray:
    covariance = side.covariance[rows]
    # The constant 1 has no variance; a hair on the diagonal lets the factorisation pass.
    root = np.linalg.cholesky(covariance + 1e-12 * np.eye(covariance.shape[-1]))
    noise = rng.standard_normal((len(rows), covariance.shape[-1]))
    drawn: FloatArray = side.mean[rows] + np.einsum("ijk,ik->ij", root, noise)
    return drawn
