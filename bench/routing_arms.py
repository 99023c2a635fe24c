"""Three ways to choose the next card: at random, by Polis' priorities, and ours. Each tells its probabilities."""

from __future__ import annotations

import warnings

import numpy as np

from sayso.engine.groups import find_groups
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.routing import plan_routing, routing_probabilities
from sayso.engine.votes import VoteMatrix


class Random:
    """Every open statement alike."""

    def learn(self, votes: VoteMatrix, *, refit: bool, rng: np.random.Generator) -> None:
        pass

    def probabilities(self, person: int, columns: list[int], stances: list[int], candidates: np.ndarray) -> np.ndarray:
        return np.full(len(candidates), 1 / len(candidates))


class PolisPriority:
    """Polis' priority, written from its public description.

    "How predictive they are regarding where participants fall", "how likely they are to foster consensus", "how new",
    "how frequently passed on", chosen semi-randomly by that weight (compdemocracy.org/comment-routing and
    /semi-randomly; Small et al. 2021). In figures, of a statement with A agrees, P passes, S votes and extremity E,
    the distance from the origin of somebody who has only voted on it::

        importance = (1 − (P + 1)/(S + 2)) · (E + 1) · (A + 1)/(S + 2)
        priority   = (importance · (1 + 8 · 2^(−S/5)))²

    (the square and the product: compdemocracy/polis pull request 2079). The two axes are those of a principal
    component analysis of the votes with the unseen filled by each statement's mean.
    """

    def __init__(self, n_statements: int) -> None:
        self.extremity = np.zeros(n_statements)
        self.priority = np.ones(n_statements)

    def learn(self, votes: VoteMatrix, *, refit: bool, rng: np.random.Generator) -> None:
        if refit and votes.n_votes:
            self.extremity = _extremity(votes)
        seen = votes.seen()
        passed, agreed = (votes.count(0) + 1) / (seen + 2), (votes.count(1) + 1) / (seen + 2)
        newness = 1 + 8 * 2.0 ** (-seen / 5)
        self.priority = ((1 - passed) * (self.extremity + 1) * agreed * newness) ** 2

    def probabilities(self, person: int, columns: list[int], stances: list[int], candidates: np.ndarray) -> np.ndarray:
        return self.priority[candidates] / self.priority[candidates].sum()


def _extremity(votes: VoteMatrix) -> np.ndarray:
    answer = votes.toarray(unseen=9).astype(float)
    known = answer != 9
    mean = np.where(known, answer, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, answer - mean, 0.0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.linalg.norm(axes[:, -2:], axis=1) * np.abs(-1 - mean) * np.sqrt(votes.n_statements)


class Ours:
    """`sayso.engine.routing`, with the space and groups of the last refit and counts of the last snapshot."""

    def __init__(self) -> None:
        self.plan = None
        self.found = None

    def learn(self, votes: VoteMatrix, *, refit: bool, rng: np.random.Generator) -> None:
        if self.found is None or refit:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                space = fit_opinion_space(votes, rng=rng, tier="fast")
                self.found = space, find_groups(votes, space, rng=rng)
        space, groups = self.found
        self.plan = plan_routing(votes, space, groups=groups)

    def probabilities(self, person: int, columns: list[int], stances: list[int], candidates: np.ndarray) -> np.ndarray:
        return routing_probabilities(self.plan, self.plan.belonging_from(columns, stances), candidates)


class Limit:
    """What no real chooser can know: everybody's group, the true shares, every vote at once. Always the neediest cell.

    Shows how much routing could save at best when estimates are counts; it leaves nothing to chance.
    """

    def __init__(self, truth: np.ndarray, group: np.ndarray) -> None:
        self.spread, self.group = truth * (1 - truth) + 0.01, group
        self.seen = np.zeros(truth.shape)

    def learn(self, votes: VoteMatrix, *, refit: bool, rng: np.random.Generator) -> None:
        pass

    def probabilities(self, person: int, columns: list[int], stances: list[int], candidates: np.ndarray) -> np.ndarray:
        cell = self.group[person]
        need = self.spread[cell, candidates] / (self.seen[cell, candidates] + 1) ** 2
        self.seen[cell, candidates[need.argmax()]] += 1
        return (np.arange(len(candidates)) == need.argmax()).astype(float)
