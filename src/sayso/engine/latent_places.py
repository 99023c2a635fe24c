"""Where participants stand, given their votes and their unit and role, and where they would stand without one vote.

Knows votes, loadings of statements and what is known of people; knows no roster and no estimates.

A latent regression (Mislevy 1991): each participant's leaning and position have a normal prior whose mean depends on
what is known of them, learnt from all. So what is expected of someone given their place is right *within* each unit
and role, also for people with few votes, whose place is pulled to the mean of their like and not to everybody's. ::

    logit P(i agrees with j | takes a side) = difficulty_j + place_i · (1, loading_j)
    place_i ~ N(known_i · effects, within)      effects ~ N(0, ratio of the block · within)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit

from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

N_ROUNDS = 15
LEANING_VARIANCE, DIFFICULTY_VARIANCE = 0.25, 4.0
MAX_STEP = 1.0
MAX_LEVERAGE = 0.9  # of one vote over a place, for the step that takes it out


@dataclass(frozen=True, eq=False)
class LatentPlaces:
    """Places: first the leaning, then the position.

    of_participant : float64 [n_participants, n_dims + 1]
    of_vote : float64 [n_votes, n_dims + 1], of who cast it, as it would be without that vote
    """

    of_participant: FloatArray
    of_vote: FloatArray


def place_given(
    votes: VoteMatrix, loadings: FloatArray, start: FloatArray, known: FloatArray, block: IntArray
) -> LatentPlaces:
    """Places given votes and what is known of people.

    Parameters
    ----------
    loadings : float64 [n_statements, n_dims]
    start : float64 [n_participants, n_dims]
        Where the search begins: positions in the opinion space.
    known : float64 [n_participants, n_known]
        A first column of ones, then indicators.
    block : int64 [n_known]
        Which columns share a ratio; 0 for the column of ones.

    Notes
    -----
    Alternates Newton steps for difficulties and places with the regression of places on `known`. A place without one
    of its votes is one Newton step away (Pregibon 1981). O(rounds · n_votes · n_dims²).
    """
    return _Fit(votes, loadings, start, known, block).run()


class _Fit:
    def __init__(
        self, votes: VoteMatrix, loadings: FloatArray, start: FloatArray, known: FloatArray, block: IntArray
    ) -> None:
        stated = votes.is_stated
        self.votes, self.known, self.block = votes, known, block
        self.rows, self.columns = votes.participant[stated], votes.statement[stated]
        self.agrees = (votes.stance[stated] > 0).astype(np.float64)
        self.loading = np.column_stack([np.ones(len(loadings)), loadings])
        self.width = self.loading.shape[1]
        self.by_row = sparse.csr_array(
            (np.ones(len(self.rows)), (self.rows, np.arange(len(self.rows)))),
            shape=(votes.n_participants, len(self.rows)),
        )
        a, b = np.triu_indices(self.width)
        self.squared = self.loading[:, a] * self.loading[:, b]
        self.unpack = np.zeros((self.width, self.width), dtype=np.int64)
        self.unpack[a, b] = np.arange(len(a))
        self.unpack = np.maximum(self.unpack, self.unpack.T)
        self.difficulty = np.log((votes.count(1) + 1.0) / (votes.count(-1) + 1.0))
        self.place = np.column_stack([np.zeros(len(start)), start])
        self.centre = np.zeros_like(self.place)
        self.within = np.diag([LEANING_VARIANCE] + [1.0] * (self.width - 1))
        self.gram = known.T @ known
        self.ratio = np.full(int(block.max()) + 1, 0.2)

    def run(self) -> LatentPlaces:
        for _ in range(N_ROUNDS):
            self._step_difficulty()
            self._step_places()
            self._step_places()
            self._learn_centre()
        chance = self._chance()
        toward = np.einsum("mab,mb->ma", self.covariance[self.rows], self.loading[self.columns])
        leverage = chance * (1 - chance) * np.einsum("ma,ma->m", toward, self.loading[self.columns])
        step = (self.agrees - chance) / (1 - np.minimum(leverage, MAX_LEVERAGE))
        without = self.place[self.votes.participant]
        without[self.votes.is_stated] -= toward * step[:, None]
        return LatentPlaces(self.place, without)

    def _chance(self) -> FloatArray:
        odds = np.einsum("md,md->m", self.place[self.rows], self.loading[self.columns])
        chance: FloatArray = expit(self.difficulty[self.columns] + odds)
        return chance

    def _step_difficulty(self) -> None:
        chance, n = self._chance(), len(self.difficulty)
        gradient = np.bincount(self.columns, self.agrees - chance, n) - self.difficulty / DIFFICULTY_VARIANCE
        curvature = np.bincount(self.columns, chance * (1 - chance), n) + 1 / DIFFICULTY_VARIANCE
        self.difficulty = self.difficulty + np.clip(gradient / curvature, -MAX_STEP, MAX_STEP)

    def _step_places(self) -> None:
        chance, prior = self._chance(), np.linalg.inv(self.within)
        weight = chance * (1 - chance)
        precision = (self.by_row @ (weight[:, None] * self.squared[self.columns]))[:, self.unpack] + prior
        gradient = self.by_row @ ((self.agrees - chance)[:, None] * self.loading[self.columns])
        gradient -= (self.place - self.centre) @ prior
        self.covariance: FloatArray = np.linalg.inv(precision)
        step = np.einsum("nab,nb->na", self.covariance, gradient)
        self.place = self.place + np.clip(step, -MAX_STEP, MAX_STEP)

    def _learn_centre(self) -> None:
        """Regress places on what is known; MacKay's fixed point for the ratios, expectation-maximisation for within."""
        sd = np.sqrt(np.diag(self.within))
        for _ in range(3):
            inverse = np.linalg.inv(self.gram + np.diag(self._prior()))
            effect = inverse @ (self.known.T @ self.place)
            squared = np.bincount(self.block, ((effect / sd) ** 2).mean(axis=1), len(self.ratio))
            heard = np.clip(1 - np.diag(inverse) / self.ratio[self.block], 0.0, 1.0)
            n_heard = np.bincount(self.block, heard, len(self.ratio))
            # Half an effect's worth of a small ratio, lest a handful of units say that nobody differs.
            self.ratio = np.maximum((squared + 0.5 * 0.05) / (n_heard + 0.5), 1e-3)
        self.centre = self.known @ effect
        apart = self.place - self.centre
        floor = np.diag([0.2] + [1.0] * (self.width - 1))  # two people's worth of the usual
        self.within = (apart.T @ apart + self.covariance.sum(axis=0) + floor) / (len(apart) + 2)

    def _prior(self) -> FloatArray:
        return np.where(self.block == 0, 1e-6, 1 / self.ratio[self.block])
