"""Draws of what everybody on the roster would say: participants from their places, the silent from their cells.

Knows arrays; decides and publishes nothing. See `roster_estimates` for what the draws are good for. Tables of people ×
statements are float32: its rounding is a ten-thousandth of what one draw differs from the next by, and less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sayso.engine.agreement_features import Features
from sayso.engine.agreement_model import AgreementModel, chance_of
from sayso.engine.cell_smoothing import CellSmoothing, learn_smoothing
from sayso.engine.roster import UNKNOWN, Roster
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

GROUP_SPREAD = 0.4  # log-odds by which a group may differ from what its people's places say


@dataclass(frozen=True, eq=False)
class Draw:
    """One draw.

    agree, squared : float32 [n_rows, n_statements], P(agree) of the participants in `rows`, and its square
    total, total_squared : float64 [n_cells, n_statements], their sums over a cell's participants
    voted : float64 [n_votes], P(agree) at the votes that were cast, as if that vote were not known
    took_part, silent : float64 [n_cells, n_statements], how many agree of those who took part, and of the silent
    """

    agree: NDArray[np.float32]
    squared: NDArray[np.float32]
    total: FloatArray
    total_squared: FloatArray
    voted: FloatArray
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
        self.roster, self.model, self.rows = roster, model, rows
        self.n_statements = votes.n_statements
        self.unit, self.role = roster.unit_of_participants()[rows], roster.role_of_participants()[rows]
        self.cell = roster.cell_of_participants()[rows]
        self.n_cells = len(roster.cell_size)
        self.n_took_part = np.bincount(self.cell, minlength=self.n_cells)
        self.n_silent = roster.cell_size - self.n_took_part
        self._to_cell = sums_by(self.cell, self.n_cells).astype(np.float32)
        self._features = features.of_participant[rows].astype(np.float32)
        self._read_votes(votes, features)
        agree, _ = self._agree(model.mean)
        means, spread = self._cell_means(*self._cell_totals(agree, agree**2))
        self.smoothing: CellSmoothing = learn_smoothing(
            means, spread, self.n_took_part, roster.cell_unit, roster.cell_role
        )
        self.weights = self.smoothing.implied_weights(self.n_silent, self.n_took_part, self.cell)

    def _read_votes(self, votes: VoteMatrix, features: Features) -> None:
        """The votes of `rows` only, as row and column numbers of a draw."""
        place = np.full(votes.n_participants, UNKNOWN)
        place[self.rows] = np.arange(len(self.rows))
        here = place[votes.participant] != UNKNOWN
        self.row, self.column = place[votes.participant[here]], votes.statement[here]
        self._cell_of_vote = self.cell[self.row] * self.n_statements + self.column
        self.agrees = (votes.stance[here] == 1).astype(np.float64)
        self._vote_features = features.of_vote[here]
        self.n_agreed, self.n_voted = self._by_cell(self.agrees), self._by_cell(np.ones(len(self.row)))

    def draw(self, rng: np.random.Generator) -> Draw:
        """One draw from the posterior; O(n_rows · n_statements · n_features)."""
        agree, voted = self._agree(self.model.draw(rng))
        squared = agree**2
        total, total_squared = self._cell_totals(agree, squared)
        took_part = self._took_part(total, total_squared, voted, rng)
        silent = self._silent(total, total_squared, rng)
        return Draw(agree, squared, total, total_squared, voted, took_part, silent)

    def _agree(self, coefficients: FloatArray) -> tuple[NDArray[np.float32], FloatArray]:
        """P(agree) of everybody in `rows`, and of the votes; where someone voted, as if that vote were not known."""
        agree = self.model.agree(coefficients, self._features, self.unit, self.role)
        voted = self._voted(coefficients)
        agree[self.row, self.column] = voted
        return agree, voted

    def _voted(self, coefficients: FloatArray) -> FloatArray:
        first_unit, column = 1 + self.model.n_features, self.column
        first_role = first_unit + self.model.n_units
        odds = np.einsum("vk,vk->v", coefficients[:, 1:first_unit][column], self._vote_features)
        odds += coefficients[column, 0]
        odds += coefficients[column, first_unit + self.unit[self.row]]
        odds += coefficients[column, first_role + self.role[self.row]]
        return chance_of(odds)

    def _cell_totals(self, agree: NDArray[np.float32], squared: NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
        return (self._to_cell @ agree).astype(np.float64), (self._to_cell @ squared).astype(np.float64)

    def _took_part(
        self, total: FloatArray, total_squared: FloatArray, voted: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """Votes as cast; unseen statements as each would have answered, normal for the sum over a cell."""
        expected = total - self._by_cell(voted)
        variance = total - total_squared - self._by_cell(voted * (1 - voted))
        drawn = expected + np.sqrt(np.maximum(variance, 0.0)) * rng.standard_normal(expected.shape)
        took_part: FloatArray = self.n_agreed + np.clip(drawn, 0.0, self.n_took_part[:, None] - self.n_voted)
        return took_part

    def _silent(self, total: FloatArray, total_squared: FloatArray, rng: np.random.Generator) -> FloatArray:
        means, spread = self._cell_means(total, total_squared)
        unknown = spread * (self.smoothing.root @ rng.standard_normal(means.shape))
        chance = np.clip(self.smoothing.to_cells @ means + unknown, 1e-3, 1 - 1e-3)
        drawn: FloatArray = rng.binomial(self.n_silent[:, None], chance).astype(np.float64)
        return drawn

    def _cell_means(self, total: FloatArray, total_squared: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean of P(agree) in each cell, and its standard deviation within cells, pooled."""
        means = total / np.maximum(self.n_took_part, 1)[:, None]
        within = (total_squared - total * means).sum(axis=0)
        freedom = max(len(self.rows) - int(np.sum(self.n_took_part > 0)), 1)
        return means, np.sqrt(np.maximum(within, 1e-12) / freedom)

    def _by_cell(self, values: FloatArray) -> FloatArray:
        return _totals(self._cell_of_vote, values, (self.n_cells, self.n_statements))


class GroupDraws:
    """Shares of opinion groups in the same draws.

    member : float64 [n_rows, n_groups] of 0 and 1
    """

    def __init__(self, draws: RosterDraws, member: FloatArray) -> None:
        self.member, self.shape = member.T.astype(np.float32), (member.shape[1] + 1, draws.n_statements)
        group = np.column_stack([member, 1 - member.sum(axis=1)]).argmax(axis=1)[draws.row]
        self._group_of_vote = group * draws.n_statements + draws.column
        self.size = member.sum(axis=0)[:, None]
        self.n_agreed, self.n_voted = self._by_group(draws.agrees), self._by_group(np.ones(len(draws.row)))

    def shares(self, draw: Draw, rng: np.random.Generator) -> FloatArray:
        """Share of each group's participants that agrees, float64 [n_groups, n_statements].

        What a group's own votes say beyond its people's places enters as one Newton step with prior
        N(0, GROUP_SPREAD²).
        """
        total, voted = (self.member @ draw.agree).astype(np.float64), self._by_group(draw.voted)
        heard = self._by_group(draw.voted * (1 - draw.voted))
        precision = heard + 1 / GROUP_SPREAD**2
        own = (self.n_agreed - voted) / precision + rng.standard_normal(precision.shape) / np.sqrt(precision)
        variance = total - self.member @ draw.squared - heard
        expected = total - voted + own * variance
        drawn = expected + np.sqrt(np.maximum(variance, 0.0)) * rng.standard_normal(expected.shape)
        shares: FloatArray = (self.n_agreed + np.clip(drawn, 0.0, self.size - self.n_voted)) / np.maximum(self.size, 1)
        return shares

    def _by_group(self, values: FloatArray) -> FloatArray:
        return _totals(self._group_of_vote, values, self.shape)[:-1]


def _totals(place: IntArray, values: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Values summed by their place, counted row by row, in a table of this shape."""
    total: FloatArray = np.bincount(place, values, minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)
    return total


def sums_by(number: IntArray, n: int) -> sparse.csr_array:
    """Matrix [n, len(number)] that sums rows by their number."""
    return sparse.csr_array((np.ones(len(number)), (number, np.arange(len(number)))), shape=(n, len(number)))
