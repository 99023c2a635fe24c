"""One replay: people come and go, statements open, an arm chooses every card; and what can be estimated in the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routing_scenes import UNKNOWN, Scene
from sayso.engine.exposure import exposure_weights
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.votes import VoteMatrix

SNAPSHOTS, REFITS = 120, 4  # in a replay: new counts, and a new map
RETURNS = 0.4  # mean number of later visits of a person
SMOOTHING = 2.0  # votes


@dataclass(frozen=True, eq=False)
class Replay:
    """The votes of one replay, in order, with the probability each was drawn with and its exposure weight."""

    person: np.ndarray
    statement: np.ndarray
    stance: np.ndarray
    weight: np.ndarray

    def counted(self, scene: Scene) -> np.ndarray:
        """Share of each group that agrees, half a vote added to each side (Jeffreys), as result pages count."""
        agreed, seen = self._by_group(scene, self.stance == 1), self._by_group(scene, np.ones(len(self.person)))
        return (agreed + 0.5) / (seen + 1)

    def pooled(self, scene: Scene) -> np.ndarray:
        """The same, each group drawn to everybody by SMOOTHING votes."""
        agreed, seen = self._by_group(scene, self.stance == 1), self._by_group(scene, np.ones(len(self.person)))
        overall = (agreed.sum(axis=0) + 1) / (seen.sum(axis=0) + 2)
        return (agreed + SMOOTHING * overall) / (seen + SMOOTHING)

    def modelled(self, scene: Scene) -> np.ndarray:
        """What people answered, and for the rest what the opinion space expects of them."""
        columns = (self.person, self.statement, self.stance)
        n_people, n_statements = scene.answer.shape
        votes = VoteMatrix.from_arrays(*columns, n_participants=n_people, n_statements=n_statements)
        space = fit_opinion_space(votes, rng=np.random.default_rng(0), tier="fast")
        people, statements = np.divmod(np.arange(scene.answer.size), n_statements)
        agree = space.predict_agree(people, statements).reshape(scene.answer.shape)
        passed = (votes.count(0) + 1) / (votes.seen() + 10)
        agree = np.where(scene.answer == UNKNOWN, np.nan, agree * (1 - passed))
        agree[self.person, self.statement] = self.stance == 1
        return np.array([np.nanmean(agree[scene.group == group], axis=0) for group in range(scene.n_groups)])

    def mean_error(self, scene: Scene, *, weighted: bool) -> tuple[float, float]:
        """Plain (or weighted) share minus truth, mean over cells with votes; and the same turned towards the truth's
        own side, above 0 when shares come out too extreme."""
        worth = self.weight if weighted else np.ones(len(self.person))
        agreed, seen = self._by_group(scene, worth * (self.stance == 1)), self._by_group(scene, worth)
        is_known = seen > 0
        error = agreed[is_known] / seen[is_known] - scene.truth[is_known]
        return float(error.mean()), float((error * np.sign(scene.truth[is_known] - 0.5)).mean())

    def _by_group(self, scene: Scene, worth: np.ndarray) -> np.ndarray:
        cell = scene.group[self.person] * scene.answer.shape[1] + self.statement
        return np.bincount(cell, worth, minlength=scene.truth.size).reshape(scene.truth.shape)


def replay(scene: Scene, arm, *, cards: float, rng: np.random.Generator) -> Replay:
    """`cards`: mean number of cards a person answers, over all visits. Visits are the same for every arm."""
    n_people, n_statements = scene.answer.shape
    visits = _visits(n_people, cards, np.random.default_rng(rng.integers(2**32)))
    given: list[tuple[int, int, int]] = []
    chance: list[float] = []
    drawn_at: list[float] = []
    own: list[list[tuple[int, int]]] = [[] for _ in range(n_people)]
    snapshots = np.linspace(0, len(visits), SNAPSHOTS + 1).astype(int)
    refits = set(snapshots[:: SNAPSHOTS // REFITS].tolist())
    due = set(snapshots.tolist())
    for number, (when, person, wanted) in enumerate(visits):
        if number in due:
            columns = np.array(given, dtype=np.int64).reshape(-1, 3).T
            votes = VoteMatrix.from_arrays(*columns, n_participants=n_people, n_statements=n_statements)
            arm.learn(votes, refit=number in refits, rng=rng)
        is_open = (scene.opens_at <= when) & (scene.answer[person] != UNKNOWN)
        is_open[[column for column, _ in own[person]]] = False
        for _ in range(wanted):
            candidates = np.flatnonzero(is_open)
            if not len(candidates):
                break
            columns, stances = ([vote[k] for vote in own[person]] for k in (0, 1))
            probability = arm.probabilities(person, columns, stances, candidates)
            drawn = rng.choice(len(candidates), p=probability)
            column = int(candidates[drawn])
            stance = int(scene.answer[person, column])
            own[person].append((column, stance))
            given.append((person, column, stance))
            chance.append(float(probability[drawn]))
            drawn_at.append(when)
            is_open[column] = False
    return _weighed(scene, given, chance, drawn_at)


def _visits(n_people: int, cards: float, rng: np.random.Generator) -> list[tuple[float, int, int]]:
    """(when, who, how many cards), in order: many people answer few, some many; some come again later."""
    comes_at = rng.beta(1.0, 1.3, n_people)
    n_visits = 1 + rng.poisson(RETURNS, n_people)
    wanted = 1 + rng.poisson((cards - 1) * rng.gamma(2.0, 0.5, n_people))
    visits = []
    for person in range(n_people):
        times = np.sort(np.append(rng.uniform(comes_at[person], 1, n_visits[person] - 1), comes_at[person]))
        shares = np.diff(np.round(np.linspace(0, wanted[person], n_visits[person] + 1)).astype(int))
        visits += [(float(when), person, int(share)) for when, share in zip(times, shares, strict=True) if share]
    return sorted(visits)


def _weighed(scene: Scene, given: list[tuple[int, int, int]], chance: list[float], drawn_at: list[float]) -> Replay:
    """Each vote with its exposure weight: of the person's draws, those at which the statement was open count."""
    person, statement, stance = np.array(given, dtype=np.int64).reshape(-1, 3).T
    when, n_before, n_draws = np.array(drawn_at), np.empty(len(person)), np.empty(len(person))
    order = np.argsort(person, kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(person[order])) + 1):
        missed = np.searchsorted(when[own], scene.opens_at[statement[own]], side="left")
        n_before[own] = np.arange(len(own)) - missed
        n_draws[own] = len(own) - missed
    return Replay(person, statement, stance, exposure_weights(chance, n_before, n_draws))
