"""Populations with planted opinion groups, or none, and the best placement that anybody could reach.

Groups are planted by profiles P(agree | group, statement), with or without people of one group differing among
themselves. The optimal placement knows profiles, spread and sizes; it is Bayes' rule. Nothing here uses the engine's
own model or simulator.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit, logsumexp

from sayso.engine.votes import VoteMatrix

NONE_KINDS = ("independent", "leaning", "line", "even line", "lopsided line", "plane")
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
PASS_RATE = 0.1
SILENT = 0.03  # of all people: no vote at all; as many again only pass
BATCH = 20  # people who vote before the order of statements changes


@dataclass(frozen=True)
class Scene:
    """What is planted: `n_groups` 1 has a `none_kind`; `spread` is what people of one group differ by (log-odds)."""

    seed: int
    n_participants: int
    n_statements: int
    votes_each: int
    n_groups: int
    strength: float = 1.5
    spread: float = 0.0
    unequal: bool = False
    adaptive: bool = True
    none_kind: str = ""


@dataclass(frozen=True)
class Planted:
    votes: VoteMatrix
    group: np.ndarray
    optimal: np.ndarray  # [n_participants, n_groups], the posterior that knows everything but the group


def draw_scene(seed: int, *, max_votes: int = 400_000) -> Scene:
    """Half of the scenes have groups, two to five; the rest take the kinds of 'none' in turn."""
    rng = np.random.default_rng(seed)
    votes_each = round(np.exp(rng.uniform(np.log(5), np.log(50))))
    top = min(20_000, max_votes // votes_each)
    size = {
        "seed": seed,
        "n_participants": round(np.exp(rng.uniform(np.log(200), np.log(top)))),
        "n_statements": int(rng.integers(max(30, votes_each + 10), 151)),
        "votes_each": votes_each,
        "adaptive": bool(rng.random() < 0.7),
        "strength": float(rng.uniform(1.0, 2.5)),
    }
    if seed % 2:
        return Scene(**size, n_groups=1, none_kind=NONE_KINDS[seed // 2 % len(NONE_KINDS)])
    return Scene(
        **size,
        n_groups=2 + seed // 2 % 4,
        spread=float(rng.choice([0.0, rng.uniform(0.2, 0.7)])),
        unequal=bool(rng.random() < 0.5),
    )


def plant(scene: Scene) -> Planted:
    rng = np.random.default_rng([scene.seed, 1])
    n, m, k = scene.n_participants, scene.n_statements, scene.n_groups
    weight = _sizes(k) if scene.unequal else np.full(k, 1 / k)
    group = rng.choice(k, n, p=weight)
    base = rng.normal(0.3, 0.9, m)
    if k == 1:
        log_odds = base + _continuum(rng, scene)
        votes = _vote(rng, scene, expit(log_odds))
        return Planted(votes, group, np.ones((n, 1)))
    # On some statements groups part, on others they hardly do.
    parts = np.where(rng.random(m) < 0.7, scene.strength, 0.2)
    profile = base + parts * rng.standard_normal((k, m))
    loading = scene.spread * rng.standard_normal((2, m))
    votes = _vote(rng, scene, expit(profile[group] + rng.standard_normal((n, 2)) @ loading))
    return Planted(votes, group, optimal_placement(votes, profile, loading, weight, spread=scene.spread > 0))


def _sizes(k: int) -> np.ndarray:
    """Unequal, the smallest a tenth."""
    rest = np.geomspace(2, 1, k - 1)
    return np.concatenate([0.9 * rest / rest.sum(), [0.1]])


def _continuum(rng: np.random.Generator, scene: Scene) -> np.ndarray:
    """Log-odds added for each person and statement where there are no groups."""
    n, m = scene.n_participants, scene.n_statements
    if scene.none_kind == "independent":
        return np.zeros((n, m))
    if scene.none_kind == "leaning":
        return rng.normal(0, 0.5 * scene.strength, (n, 1)) + np.zeros((1, m))
    n_axes = 2 if scene.none_kind == "plane" else 1
    place = {
        "even line": lambda: rng.uniform(-np.sqrt(3), np.sqrt(3), (n, 1)),
        "lopsided line": lambda: _lopsided(rng, n),
    }.get(scene.none_kind, lambda: rng.standard_normal((n, n_axes)))()
    return place @ (scene.strength * rng.standard_normal((n_axes, m))) / np.sqrt(n_axes)


def _lopsided(rng: np.random.Generator, n: int) -> np.ndarray:
    """Mean 0, spread 1; half of the time with a heavy tail."""
    place = rng.gamma(2.0, 1.0, (n, 1)) if rng.random() < 0.5 else rng.lognormal(0.0, 0.7, (n, 1))
    return (place - place.mean()) / place.std()


def _vote(rng: np.random.Generator, scene: Scene, agree: np.ndarray) -> VoteMatrix:
    """Everybody votes in turn; new, seldom passed and disputed statements come first where the order adapts."""
    n, m = agree.shape
    seen, agreed = np.zeros(m), np.zeros(m)
    rows, columns, stances = [], [], []
    idle = rng.random(n)
    for start in range(0, n, BATCH):
        people = np.arange(start, min(start + BATCH, n))
        rate = (agreed + 1) / (seen + 2)
        priority = (0.2 + 4 * rate * (1 - rate)) * (1 + 8 * 2.0 ** (-seen / 5)) if scene.adaptive else np.ones(m)
        how_many = np.clip(rng.poisson(scene.votes_each, len(people)), 1, m)
        race = rng.standard_exponential((len(people), m)) / priority
        rank = race.argsort(axis=1).argsort(axis=1)
        at, column = np.nonzero((rank < how_many[:, None]) & (idle[people] >= SILENT)[:, None])
        row = people[at]
        stance = np.where(rng.random(len(row)) < agree[row, column], 1, -1)
        stance[(rng.random(len(row)) < PASS_RATE) | (idle[row] < 2 * SILENT)] = 0
        seen += np.bincount(column, minlength=m)
        agreed += np.bincount(column[stance > 0], minlength=m)
        rows.append(row)
        columns.append(column)
        stances.append(stance)
    return VoteMatrix.from_arrays(
        np.concatenate(rows), np.concatenate(columns), np.concatenate(stances), n_participants=n, n_statements=m
    )


def optimal_placement(
    votes: VoteMatrix, profile: np.ndarray, loading: np.ndarray, weight: np.ndarray, *, spread: bool
) -> np.ndarray:
    """P(group | votes) when profiles, spread and sizes are known; integrated over the spread on 7 × 7 nodes."""
    a, b = np.meshgrid(NODES, NODES) if spread else (np.zeros(1), np.zeros(1))
    own = np.column_stack([a.ravel(), b.ravel()]) @ loading
    chance = np.outer(WEIGHTS, WEIGHTS).ravel() / WEIGHTS.sum() ** 2 if spread else np.ones(1)
    stated = votes.stance != 0
    shape = votes.shape
    cells = (votes.participant[stated], votes.statement[stated])
    sign = sparse.csr_array((votes.stance[stated].astype(float), cells), shape=shape)
    cast = sparse.csr_array((np.ones(stated.sum()), cells), shape=shape)
    log_joint = np.empty((shape[0], len(weight)))
    for g in range(len(weight)):
        log_odds = (profile[g] + own).T
        # log σ(±z) = ±z/2 − log(2 cosh(z/2))
        log_likelihood = sign @ (log_odds / 2) - cast @ np.logaddexp(log_odds / 2, -log_odds / 2)
        log_joint[:, g] = np.log(weight[g]) + logsumexp(log_likelihood + np.log(chance), axis=1)
    return np.exp(log_joint - logsumexp(log_joint, axis=1, keepdims=True))
