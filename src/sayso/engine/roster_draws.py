"""Draws of what everybody on the roster would say: participants from their places, the silent from their cells.

Knows arrays; decides and publishes nothing. See `roster_estimates` for what the draws are good for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit

from sayso.engine.agreement_features import Features
from sayso.engine.agreement_model import AgreementModel
from sayso.engine.cell_smoothing import CellSmoothing, learn_smoothing
from sayso.engine.roster import UNKNOWN, Roster
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

GROUP_SPREAD = 0.4  # log-odds by which a group may differ from what its people's places say


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw. P(agree) of the participants in `rows`, float64 [n_rows, n_statements]; how many agree in each cell,
    float64 [n_cells, n_statements], of those who took part and of the silent."""

    agree: FloatArray
    took_part: FloatArray
    silent: FloatArray


class RosterDraws:
    """Everything that stays the same from draw to draw.

    rows : int64 [n_rows], the participants that are on the roster, or a sample of them
    weights : float64 [n_rows], for how many people of the roster each stands
    """

    def __init__(
        self, votes: VoteMatrix, roster: Roster, features: Features, model: AgreementModel, rows: IntArray
    ) -> None:
        self.roster, self.features, self.model, self.rows = roster, features, model, rows
        self.n_statements = votes.n_statements
        self.unit, self.role = roster.unit_of_participants()[rows], roster.role_of_participants()[rows]
        self.cell = roster.cell_of_participants()[rows]
        self.n_cells = len(roster.cell_size)
        self.n_took_part = np.bincount(self.cell, minlength=self.n_cells)
        self.n_silent = roster.cell_size - self.n_took_part
        self._to_cell = sums_by(self.cell, self.n_cells)
        self._read_votes(votes)
        means, spread = self._cell_means(self._agree(model.mean))
        self.smoothing: CellSmoothing = learn_smoothing(
            means, spread, self.n_took_part, roster.cell_unit, roster.cell_role
        )
        self.weights = self.smoothing.implied_weights(self.n_silent, self.n_took_part, self.cell)

    def _read_votes(self, votes: VoteMatrix) -> None:
        """The votes of `rows` only, as row and column numbers of a draw."""
        place = np.full(votes.n_participants, UNKNOWN)
        place[self.rows] = np.arange(len(self.rows))
        here = place[votes.participant] != UNKNOWN
        self.row, self.column = place[votes.participant[here]], votes.statement[here]
        self._cell_of_vote = self.cell[self.row] * self.n_statements + self.column
        self.agrees = (votes.stance[here] == 1).astype(np.float64)
        self._vote_features = self.features.of_vote[here]
        self.n_agreed, self.n_voted = self._by_cell(self.agrees), self._by_cell(np.ones(len(self.row)))

    def draw(self, rng: np.random.Generator) -> Draw:
        """One draw from the posterior; O(n_rows · n_statements · n_features)."""
        agree = self._agree(self.model.draw(rng))
        return Draw(agree, self._took_part(agree, rng), self._silent(agree, rng))

    def _agree(self, coefficients: FloatArray) -> FloatArray:
        """P(agree) of everybody in `rows`; where someone voted, as if that vote were not known."""
        model = self.model
        agree = model.agree(coefficients, self.features.of_participant[self.rows], self.unit, self.role)
        mine, first_role = coefficients[self.column], 1 + model.n_features + model.n_units
        at = np.arange(len(mine))
        odds = mine[:, 0] + np.einsum("vk,vk->v", mine[:, 1 : 1 + model.n_features], self._vote_features)
        odds += mine[at, 1 + model.n_features + self.unit[self.row]] + mine[at, first_role + self.role[self.row]]
        agree[self.row, self.column] = expit(odds)
        return agree

    def _took_part(self, agree: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Votes as cast; unseen statements as each would have answered, normal for the sum over a cell."""
        voted = agree[self.row, self.column]
        expected = self._to_cell @ agree - self._by_cell(voted)
        variance = self._to_cell @ (agree * (1 - agree)) - self._by_cell(voted * (1 - voted))
        drawn = expected + np.sqrt(np.maximum(variance, 0.0)) * rng.standard_normal(expected.shape)
        took_part: FloatArray = self.n_agreed + np.clip(drawn, 0.0, self.n_took_part[:, None] - self.n_voted)
        return took_part

    def _silent(self, agree: FloatArray, rng: np.random.Generator) -> FloatArray:
        means, spread = self._cell_means(agree)
        unknown = spread * (self.smoothing.root @ rng.standard_normal(means.shape))
        chance = np.clip(self.smoothing.to_cells @ means + unknown, 1e-3, 1 - 1e-3)
        drawn: FloatArray = rng.binomial(self.n_silent[:, None], chance).astype(np.float64)
        return drawn

    def _cell_means(self, agree: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean of P(agree) in each cell, and its standard deviation within cells, pooled."""
        means = (self._to_cell @ agree) / np.maximum(self.n_took_part, 1)[:, None]
        within = (agree**2).sum(axis=0) - (self.n_took_part[:, None] * means**2).sum(axis=0)
        freedom = max(len(agree) - int(np.sum(self.n_took_part > 0)), 1)
        return means, np.sqrt(np.maximum(within, 1e-12) / freedom)

    def group_shares(self, draw: Draw, member: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Share of each group's participants that agrees, float64 [n_groups, n_statements].

        `member` float64 [n_rows, n_groups] of 0 and 1. What a group's own votes say beyond its people's places enters
        as one Newton step with prior N(0, GROUP_SPREAD²).
        """
        agree, n_groups = draw.agree, member.shape[1]
        group = np.column_stack([member, 1 - member.sum(axis=1)]).argmax(axis=1)[self.row]
        key = group * self.n_statements + self.column
        voted = agree[self.row, self.column]
        curve = voted * (1 - voted)

        def by_group(values: FloatArray) -> FloatArray:
            return _totals(key, values, (n_groups + 1, self.n_statements))[:n_groups]

        heard = by_group(curve)
        precision = heard + 1 / GROUP_SPREAD**2
        own = by_group(self.agrees - voted) / precision + rng.standard_normal(precision.shape) / np.sqrt(precision)
        variance = member.T @ (agree * (1 - agree)) - heard
        expected = member.T @ agree - by_group(voted) + own * variance
        drawn = expected + np.sqrt(np.maximum(variance, 0.0)) * rng.standard_normal(expected.shape)
        size, n_voted = member.sum(axis=0)[:, None], by_group(np.ones(len(key)))
        shares: FloatArray = (by_group(self.agrees) + np.clip(drawn, 0.0, size - n_voted)) / np.maximum(size, 1)
        return shares

    def _by_cell(self, values: FloatArray) -> FloatArray:
        return _totals(self._cell_of_vote, values, (self.n_cells, self.n_statements))


def _totals(place: IntArray, values: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Values summed by their place, counted row by row, in a table of this shape."""
    total: FloatArray = np.bincount(place, values, minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)
    return total


def sums_by(number: IntArray, n: int) -> sparse.csr_array:
    """Matrix [n, len(number)] that sums rows by their number."""
    return sparse.csr_array((np.ones(len(number)), (number, np.arange(len(number)))), shape=(n, len(number)))
