"""How likely each vote is as its account's own opinion: what a suspicion has to beat.

Knows the factor model of everybody else; knows nothing of scripts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import expit

from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.posterior.factors import FactorModel, Posterior
from sayso.engine.votes import BoolArray, FloatArray, VoteMatrix

ROWS_AT_ONCE = 50_000  # bounds memory: a covariance each
SLIP = 0.02  # of votes are what the model would never expect: haste, a slip of the thumb


def log_own_opinion(
    votes: VoteMatrix, *, trusted: BoolArray, rng: np.random.Generator, n_axes: int | None = None
) -> FloatArray:
    """Log-probability of each vote as an opinion of the account's own, given its votes before; float64 [n_votes].

    Parameters
    ----------
    votes : VoteMatrix
        Agree and disagree only.
    trusted : bool [n_participants]
        Whose votes the model is learnt from. The others are judged by it and teach it nothing.
    rng : numpy.random.Generator
    n_axes : int, optional
        Judge by so many of the axes that part opinion most. A script that many follow may have an axis of its own, and
        it is not among the first.

    Notes
    -----
    Statements are placed by `fit_opinion_space`. Then each account starts at the prior, is asked for the probability
    of its next vote, and moves (assumed-density filtering, Minka 2001), so that the sum over its votes is its marginal
    likelihood: no vote speaks for itself. The fit, plus O(n_votes · n_dims²).

    Examples
    --------
    >>> camp = np.repeat([1, -1], 40)
    >>> rows, columns = np.repeat(np.arange(80), 8), np.tile(np.arange(8), 80)
    >>> votes = VoteMatrix.from_arrays(rows, columns, np.where(columns % 2 == 0, camp[rows], -camp[rows]))
    >>> surprise = -log_own_opinion(votes, trusted=np.ones(80, dtype=bool), rng=np.random.default_rng(0))
    >>> bool(surprise[0] > 0.5 > 0.15 > surprise[7])   # the first vote could go either way; the last is foretold
    True
    """
    taught = votes.take_rows(np.flatnonzero(trusted))
    model = _with_axes(fit_opinion_space(taught, rng=rng, tier="fast").model, n_axes)
    found = np.empty(votes.n_votes)
    for start in range(0, votes.n_participants, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, votes.n_participants)
        entries = slice(votes.row_start[start], votes.row_start[stop])
        found[entries] = _foretold(votes.take_rows(np.arange(start, stop)), model)
    return np.log(SLIP / 2 + (1 - SLIP) * found)


def _with_axes(model: FactorModel, n_axes: int | None) -> FactorModel:
    """The model along its first axes only; they come in the order of how much opinion they part."""
    if n_axes is None:
        return model
    kept = slice(0, 2 + n_axes)
    participants, statements = (
        Posterior(side.mean[:, kept], side.covariance[:, kept, kept]) for side in (model.participants, model.statements)
    )
    return replace(model, participants=participants, statements=statements)


def _foretold(votes: VoteMatrix, model: FactorModel) -> FloatArray:
    """Probability of each vote given those before it in the same row."""
    sides = model.statements_in_log_odds()
    leaning_variance = model.leaning_variance * model.link.log_odds_per_unit**2
    width = sides.mean.shape[1]
    mean, covariance = np.zeros((votes.n_participants, width)), np.zeros((votes.n_participants, width, width))
    mean[:, 0] = 1.0
    covariance[:, 1:, 1:] = np.diag([leaning_variance, *np.ones(width - 2)])
    found = np.empty(votes.n_votes)
    length = votes.votes_per_participant()
    for number in range(int(length.max(initial=0))):
        rows = np.flatnonzero(length > number)
        entry = votes.row_start[rows] + number
        agrees = votes.stance[entry] > 0
        probability = _step(mean, covariance, rows, sides, votes.statement[entry], agrees)
        found[entry] = np.where(agrees, probability, 1 - probability)
    return found


def _step(
    mean: FloatArray,
    covariance: FloatArray,
    rows: np.ndarray,
    sides: Posterior,
    columns: np.ndarray,
    agrees: BoolArray,
) -> FloatArray:
    """P(agree) for one vote of each row; then the rows of `mean` and `covariance` take the vote in."""
    x, doubt = mean[rows], covariance[rows]
    y, y_doubt = sides.mean[columns], sides.covariance[columns]
    reach = np.einsum("iab,ib->ia", doubt, y)
    own = np.einsum("ia,ia->i", reach, y)
    theirs = np.einsum("ia,iab,ib->i", x, y_doubt, x) + np.einsum("iab,iab->i", doubt, y_doubt)
    shrink = 1 / np.sqrt(1 + np.pi / 8 * (own + theirs))
    probability = np.asarray(expit(shrink * np.einsum("ia,ia->i", x, y)), dtype=np.float64)
    weight = np.maximum(shrink * probability * (1 - probability), 1e-4)
    gain = reach / (1 + weight * own)[:, None]
    mean[rows] = x + gain * (agrees - probability)[:, None]
    covariance[rows] = doubt - (weight * (1 + weight * own))[:, None, None] * gain[:, :, None] * gain[:, None, :]
    return probability
