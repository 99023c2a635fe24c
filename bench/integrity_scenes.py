"""Honest populations of many kinds, and accounts among them that do not give an opinion of their own.

Attackers take the place of a share of the honest and are shown what those were shown, so that nothing but their
answers tells them apart. Nothing here uses the engine's own model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groups_scenes import draw_scene, plant
from sayso.engine.simulate import simulate_engagement
from sayso.engine.votes import VoteMatrix

SHARE = 0.03
STYLES = {
    "exact copies": (1, 0.0),
    "script, 5 % noise": (1, 0.05),
    "script, 20 % noise": (1, 0.2),
    "split over three cells": (3, 0.05),
    "imitates the largest group": (1, 0.05),
    "always agrees": (1, 0.0),
    "agrees in turn": (1, 0.0),
    "camouflage, a third scripted": (1, 0.0),
    "camouflage, five targets": (1, 0.0),
    "boosts one statement": (1, 0.0),
}


@dataclass(frozen=True)
class Honest:
    """Votes of people with opinions of their own, their planted groups, and a name for the kind of population."""

    name: str
    votes: VoteMatrix
    group: np.ndarray


@dataclass(frozen=True)
class Attacked:
    """The same with attackers: who they are, and what each cell's script says (0: nothing), [n_cells, n_statements]."""

    votes: VoteMatrix
    is_attacker: np.ndarray
    cell: np.ndarray
    script: np.ndarray
    slips: float


def honest(seed: int, *, max_votes: int = 400_000) -> Honest:
    """Every third from the package's simulator (camps, hesitation, late statements), the others from groups_scenes."""
    if seed % 3:
        scene = draw_scene(seed, max_votes=max_votes)
        planted = plant(scene)
        return Honest(scene.none_kind or f"{scene.n_groups} groups", planted.votes, planted.group)
    rng = np.random.default_rng([seed, 7])
    votes_each = float(np.exp(rng.uniform(np.log(10), np.log(50))))
    top = min(20_000, max_votes / votes_each)
    n_people = int(np.exp(rng.uniform(np.log(300), np.log(top))))
    n_groups = int(rng.integers(1, 5))
    made = simulate_engagement(
        rng,
        n_participants=n_people,
        n_statements=int(rng.integers(60, 150)),
        n_groups=n_groups,
        votes_per_participant=votes_each,
        spread="continuous" if n_groups == 1 else "groups",
    )
    return Honest(f"simulated, {n_groups} groups", made.votes, made.group)


def attack(population: Honest, style: str, seed: int) -> Attacked:
    """The population with `SHARE` of its accounts attacking in one style."""
    rng = np.random.default_rng([seed, 11])
    votes, (n_cells, slips) = population.votes, STYLES[style]
    n_attackers = max(5 * n_cells, round(SHARE * votes.n_participants))
    rows = rng.permutation(np.flatnonzero(votes.votes_per_participant() > 0))[:n_attackers]
    cell = np.full(votes.n_participants, -1)
    cell[rows] = np.arange(len(rows)) % n_cells
    script = np.stack([_script(population, style, rng) for _ in range(n_cells)])
    stance = votes.stance.astype(np.int64)
    mine = np.flatnonzero(cell[votes.participant] >= 0)
    says = script[cell[votes.participant[mine]], votes.statement[mine]]
    if style == "agrees in turn":
        number = mine - votes.row_start[votes.participant[mine]]
        says = np.where(number % 2 == 0, 1, -1)
    says = np.where((rng.random(len(mine)) < slips) & (says != 0), -says, says)
    stance[mine] = np.where(says != 0, says, stance[mine])
    made = VoteMatrix.from_arrays(
        votes.participant, votes.statement, stance, n_participants=votes.n_participants, n_statements=votes.n_statements
    )
    return Attacked(made, cell >= 0, cell, script, slips)


def _script(population: Honest, style: str, rng: np.random.Generator) -> np.ndarray:
    votes = population.votes
    share = (votes.count(1) + 1) / (votes.count(1) + votes.count(-1) + 2)
    ranked = np.argsort(-share, kind="stable")
    script = np.zeros(votes.n_statements, dtype=np.int64)
    if style == "always agrees":
        return script + 1
    if style == "boosts one statement":
        # The statement that is nearest to becoming common ground.
        script[np.argmin(np.abs(share - 0.7))] = 1
        return script
    if style == "camouflage, five targets":
        script[ranked[:5]] = -1
        return script
    if style == "imitates the largest group":
        largest = population.group == np.bincount(population.group).argmax()
        theirs = votes.select(largest[votes.participant])
        return np.where(theirs.count(1) >= theirs.count(-1), 1, -1)
    if style.startswith("camouflage"):
        targets = rng.permutation(votes.n_statements)[: votes.n_statements // 3]
        script[targets] = np.where(rng.random(len(targets)) < share[targets], -1, 1)
        return script
    # An agenda: against what nearly all share, for what nearly all reject, somebody's answers on the rest.
    script = np.where(rng.random(votes.n_statements) < share, 1, -1)
    fifth = votes.n_statements // 5
    script[ranked[:fifth]], script[ranked[-fifth:]] = -1, 1
    return script
