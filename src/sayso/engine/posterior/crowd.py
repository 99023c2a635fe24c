"""The participants' side of the fast fit, on this machine: their votes, their places, and one pass over both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sayso.engine.posterior import kernels
from sayso.engine.posterior.factors import Posterior
from sayso.engine.posterior.layout import Layout, Spread, pack, unpack
from sayso.engine.posterior.statements import LOADING_SCALES, Statements
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

VOTES_FOR_START = 1_000_000  # more change the start of the search little
WIDTH = len(LOADING_SCALES) + 2


@dataclass(frozen=True, eq=False)
class Sums:
    """What a pass leaves of any number of participants; adds up over disjoint crowds.

    evidence float64 [n_statements, K, K] and pull [n_statements, K]; place [K] and square [K, K], the sums of E[x] and
    E[x xᵀ]; loss, the summed log loss; n_participants, n_votes.
    """

    evidence: FloatArray
    pull: FloatArray
    place: FloatArray
    square: FloatArray
    loss: float
    n_participants: int
    n_votes: int

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.evidence + other.evidence,
            self.pull + other.pull,
            self.place + other.place,
            self.square + other.square,
            self.loss + other.loss,
            self.n_participants + other.n_participants,
            self.n_votes + other.n_votes,
        )


class Crowd(Protocol):
    """Participants somewhere: on this machine (`LocalCrowd`) or on several (`many_machines.DaskCrowd`)."""

    def counts(self) -> tuple[IntArray, IntArray]:
        """Agreements and disagreements of each statement, int64 [n_statements] each."""

    def sample(self, rng: np.random.Generator) -> VoteMatrix:
        """Votes to start the search from: all of them, or as many as `VOTES_FOR_START` from whole participants."""

    def step(self, before: Statements, statements: Statements, prior: FloatArray) -> Sums:
        """One closed step for everybody; `before` is `statements` along the axes of the places as they are."""

    def posterior(self, turn: FloatArray) -> Posterior:
        """Everybody's place, turned by `turn` [K, K]."""


class LocalCrowd:
    """Participants in this process's memory, stepped by threads."""

    def __init__(self, votes: VoteMatrix, spread: Spread) -> None:
        self.votes, self.layout, self.spread = votes, Layout.of(votes), spread
        self.x = np.zeros((votes.n_participants, WIDTH), np.float32)
        self.x[:, 0] = 1.0
        nobody_known = np.eye(WIDTH)
        nobody_known[0, 0] = 0.0
        self.x_cov = np.repeat(pack(nobody_known[None]).astype(np.float32), votes.n_participants, axis=0)

    def counts(self) -> tuple[IntArray, IntArray]:
        return self.votes.count(1), self.votes.count(-1)

    def sample(self, rng: np.random.Generator) -> VoteMatrix:
        n, n_votes = self.votes.n_participants, self.votes.n_votes
        if n_votes <= VOTES_FOR_START:
            return self.votes
        return self.votes.take_rows(np.sort(rng.permutation(n)[: max(1, n * VOTES_FOR_START // n_votes)]))

    def step(self, before: Statements, statements: Statements, prior: FloatArray) -> Sums:
        evidence, pull, loss = self.layout.gather(
            self.spread,
            WIDTH,
            kernels.variational_pass,
            self.x,
            self.x_cov,
            before.mean.astype(np.float32),
            before.second_moments(),
            statements.mean.astype(np.float32),
            statements.second_moments(),
            prior,
        )
        place, square = _moments(self.x, self.x_cov)
        return Sums(evidence, pull, place, square, loss, len(self.x), self.layout.n_votes)

    def posterior(self, turn: FloatArray) -> Posterior:
        mean = np.empty(self.x.shape)
        covariance = np.empty((len(self.x), WIDTH, WIDTH))
        kernels.turn_all(self.x, self.x_cov, turn, mean, covariance)
        return Posterior(mean, covariance)


def _moments(x: NDArray[np.float32], x_cov: NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    exact = x.astype(np.float64)
    covered = unpack(x_cov.sum(axis=0, dtype=np.float64)[None], x.shape[1])[0]
    return exact.sum(axis=0), exact.T @ exact + covered
