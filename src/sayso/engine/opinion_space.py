"""Where participants and statements stand: a map of opinion with its doubt.

Knows votes; knows nothing of groups, words or pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from sayso.engine.posterior.factors import FactorModel, Posterior
from sayso.engine.posterior.tiers import Tier, fit_factor_model
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix


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
    tier : Tier
        FULL when the posterior was sampled, FAST when it was found in closed steps.
    n_sweeps : int
        Passes over the votes.
    converged : bool
    model : FactorModel
        What the above is read from.
    """

    positions: FloatArray
    position_sd: FloatArray
    position_covariance: FloatArray
    loadings: FloatArray
    loading_sd: FloatArray
    explained: FloatArray
    tier: Tier
    n_sweeps: int
    converged: bool
    model: FactorModel

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
        return self.model.agree(rows.ravel(), columns.ravel()).reshape(rows.shape)

    def turned_onto(self, places: FloatArray) -> OpinionSpace:
        """The same space, its first two axes turned so that statements lie as they lay on an earlier map.

        `places` float64 [n_statements, 2] holds the loadings of then, NaN for statements that are new. Only the plane
        of the map is turned (orthogonal Procrustes, Schönemann 1966): it always shows what parts opinion most.
        O(n · n_dims²).
        """
        known = np.isfinite(places).all(axis=1)
        if self.n_dims < 2 or not known.any():
            return self
        left, _, right = np.linalg.svd(self.loadings[known, :2].T @ places[known])
        axes = np.eye(self.n_dims)
        axes[:2, :2] = left @ right
        return _read(_turned(self.model, axes), self.tier)

    def sample_agree(self, participant: ArrayLike, *, rng: np.random.Generator) -> FloatArray:
        """One draw from the posterior of P(agree), float64 [n, n_statements], for these participants (int [n])."""
        rows = np.asarray(participant, dtype=np.int64)
        x = _draw(self.model.participants, rows, rng)
        y = _draw(self.model.statements, np.arange(len(self.loadings)), rng)
        return self.model.link.average(x @ y.T, np.zeros(1))


def fit_opinion_space(
    votes: VoteMatrix,
    *,
    rng: np.random.Generator,
    author: IntArray | None = None,
    tier: Tier | str = Tier.AUTO,
    start: OpinionSpace | None = None,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> OpinionSpace:
    """Place every participant and statement in a common space.

    Parameters
    ----------
    votes : VoteMatrix
        Passes are read as "took no side" and teach nothing.
    rng : numpy.random.Generator
    author : int64 [n_statements], optional
        Row number of each statement's author, −1 when unknown: who says something is taken to agree with it.
    tier : {"auto", "full", "fast"}
        What to spend; "auto" samples the full posterior up to 300,000 votes that take a side.
    start : OpinionSpace, optional
        An earlier fast fit of the same statements, in the same columns; new ones may follow. It is gone on from.
    threads : int
        Changes how long it takes and nothing else.
    progress : callable, optional
        Called with the share of sweeps done, 0 to 1.

    Returns
    -------
    OpinionSpace

    Raises
    ------
    ValueError
        When `tier` is unknown, or `author` has another length or names nobody.

    Notes
    -----
    The model is in `posterior.factors`, the two fits in `posterior.sampling` and `posterior.variational`.
    O(sweeps · n_votes · n_dims²) time. Axes are rotated to the principal axes of the predicted log-odds and pointed
    so that the first statements lie on their positive side: equal votes give equal maps, and a map does not flip when
    votes come in.

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
    model, spent = fit_factor_model(
        votes if author is None else _with_authors(votes, author),
        rng=rng,
        tier=Tier(tier),
        start=start.model if start is not None else None,
        threads=threads,
        progress=progress,
    )
    return _read(_turned(model, _principal_axes(model.statements.mean[:, 2:])), spent)


def _read(model: FactorModel, tier: Tier) -> OpinionSpace:
    covariance = model.participants.covariance[:, 2:, 2:]
    loadings = model.link.log_odds_per_unit * model.statements.mean[:, 2:]
    spread = np.sum(loadings**2, axis=0)
    return OpinionSpace(
        positions=model.participants.mean[:, 2:],
        position_sd=np.sqrt(np.einsum("idd->id", covariance)),
        position_covariance=covariance,
        loadings=loadings,
        loading_sd=model.link.log_odds_per_unit * np.sqrt(np.einsum("jdd->jd", model.statements.covariance)[:, 2:]),
        explained=spread / spread.sum() if spread.sum() > 0 else np.zeros_like(spread),
        tier=tier,
        n_sweeps=model.n_sweeps,
        converged=model.converged,
        model=model,
    )


def _with_authors(votes: VoteMatrix, author: IntArray) -> VoteMatrix:
    """Authors' agreement with their own statements, where they have not voted on them."""
    authors = np.asarray(author, dtype=np.int64)
    if len(authors) != votes.n_statements or (len(authors) and authors.max() >= votes.n_participants):
        raise ValueError(f"author must give a row number below {votes.n_participants} for each statement, or −1.")
    columns = np.flatnonzero(authors >= 0)
    # What they voted themselves comes later, and the last vote counts.
    return VoteMatrix.from_arrays(
        np.concatenate([authors[columns], votes.participant]),
        np.concatenate([columns, votes.statement]),
        np.concatenate([np.ones(len(columns), dtype=np.int64), votes.stance]),
        n_participants=votes.n_participants,
        n_statements=votes.n_statements,
    )


def _principal_axes(loadings: FloatArray) -> FloatArray:
    """Axes, as columns, along which loadings are uncorrelated and descending, signs fixed."""
    axes = np.linalg.eigh(loadings.T @ loadings)[1][:, ::-1]
    turned = loadings @ axes
    # The first statements weigh most: they are there from the start, so the map does not flip as others come.
    side = (1 / np.arange(1, len(loadings) + 1) ** 2) @ (turned * np.abs(turned))
    pointed: FloatArray = axes * np.where(side < 0, -1.0, 1.0)
    return pointed


def _turned(model: FactorModel, axes: FloatArray) -> FactorModel:
    """The same model along other orthogonal axes, given as columns; positions keep their unit spread."""
    turn = np.eye(2 + len(axes))
    turn[2:, 2:] = axes.T
    return replace(model, participants=model.participants.turned(turn), statements=model.statements.turned(turn))


def _draw(side: Posterior, rows: np.ndarray, rng: np.random.Generator) -> FloatArray:
    covariance = side.covariance[rows]
    # The constant 1 has no variance; a hair on the diagonal lets the factorisation pass.
    root = np.linalg.cholesky(covariance + 1e-12 * np.eye(covariance.shape[-1]))
    noise = rng.standard_normal((len(rows), covariance.shape[-1]))
    drawn: FloatArray = side.mean[rows] + np.einsum("ijk,ik->ij", root, noise)
    return drawn
