"""What is replayed: who would answer what, who is of which group, who comes when, and when each statement opens.

Planted engagements, and dense cores of the open Polis conversations (blocks in which nearly every answer is known).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sayso.engine.groups import find_groups
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.simulate import simulate_engagement
from sayso.engine.sources import read_conversation
from sayso.engine.votes import VoteMatrix

UNKNOWN = 9
CORE_DENSITY = 0.9
FEWEST_PEOPLE, FEWEST_STATEMENTS = 100, 30
LATEST = 0.9  # of the phase: after that no statement opens


@dataclass(frozen=True, eq=False)
class Scene:
    """`answer` int8 [people, statements], UNKNOWN where not known; `group` [people]; `opens_at` [statements], 0 to 1;
    `truth` [groups, statements]: share of the group that agrees, of all whose answer is known."""

    name: str
    answer: np.ndarray
    group: np.ndarray
    opens_at: np.ndarray
    truth: np.ndarray

    @property
    def n_groups(self) -> int:
        return len(self.truth)


def planted(n_groups: int, *, n_people: int, n_statements: int, profile: np.ndarray, arriving: bool) -> Scene:
    rng = np.random.default_rng(n_groups)
    made = simulate_engagement(rng, n_participants=n_people, n_statements=n_statements, n_groups=n_groups)
    people, statements = np.divmod(np.arange(n_people * n_statements), n_statements)
    answer = made.draw_stances(rng, people, statements).reshape(n_people, n_statements).astype(np.int8)
    truth = _shares(answer, made.group, n_groups)
    return Scene(f"planted, {n_groups} groups", answer, made.group, _opening(profile, n_statements, arriving), truth)


def dense_cores(root: Path, *, profile: np.ndarray, arriving: bool) -> list[Scene]:
    """One scene for each conversation whose core is large enough; statements open as they do in the real ones."""
    scenes = []
    for folder in sorted(root.iterdir()):
        answer = _core(read_conversation(folder).votes.toarray(unseen=UNKNOWN))
        if answer.shape[0] >= FEWEST_PEOPLE and answer.shape[1] >= FEWEST_STATEMENTS:
            group = _groups_of(answer)
            opens_at = _opening(profile, answer.shape[1], arriving)
            scenes.append(Scene(folder.name, answer, group, opens_at, _shares(answer, group, group.max() + 1)))
    return scenes


def arrival_profile(root: Path) -> np.ndarray:
    """When statements appear in the conversations that tell it: as a share of the people who had come by then."""
    shares = []
    for folder in sorted(root.iterdir()):
        if not (folder / "votes.csv").exists():
            continue
        with (folder / "votes.csv").open(encoding="utf-8") as file:
            came: dict[str, float] = {}
            for row in csv.DictReader(file):
                came[row["voter-id"]] = min(came.get(row["voter-id"], np.inf), float(row["timestamp"]))
        with (folder / "comments.csv").open(encoding="utf-8") as file:
            said = [float(row["timestamp"]) for row in csv.DictReader(file) if row["moderated"] != "-1"]
        share = np.searchsorted(np.sort(list(came.values())), said) / len(came)
        shares.append(np.quantile(share, np.linspace(0, 1, 101)))
    return np.minimum(np.mean(shares, axis=0), LATEST)


def _opening(profile: np.ndarray, n_statements: int, arriving: bool) -> np.ndarray:
    return np.quantile(profile, np.linspace(0, 1, n_statements)) if arriving else np.zeros(n_statements)


def _core(answer: np.ndarray) -> np.ndarray:
    """People and statements dropped in turn, those with most unknown first, until every row and column is dense."""
    rows, columns = np.arange(answer.shape[0]), np.arange(answer.shape[1])
    known = answer != UNKNOWN
    while len(rows) > 20 and len(columns) > 8:
        block = known[np.ix_(rows, columns)]
        by_row, by_column = block.mean(axis=1), block.mean(axis=0)
        if min(by_row.min(), by_column.min()) >= CORE_DENSITY:
            break
        if by_column.min() < by_row.min():
            columns = np.sort(columns[np.argsort(by_column, kind="stable")[max(1, len(columns) // 50) :]])
        else:
            rows = np.sort(rows[np.argsort(by_row, kind="stable")[max(1, len(rows) // 50) :]])
    return answer[np.ix_(rows, columns)]


def _groups_of(answer: np.ndarray) -> np.ndarray:
    """Groups found on all answers; where none are found, the two sides of the first axis."""
    rows, columns = np.nonzero(answer != UNKNOWN)
    votes = VoteMatrix.from_arrays(
        rows, columns, answer[rows, columns], n_participants=len(answer), n_statements=answer.shape[1]
    )
    rng = np.random.default_rng(0)
    space = fit_opinion_space(votes, rng=rng)
    groups = find_groups(votes, space, rng=rng)
    if groups.n_groups >= 2:
        return groups.probability.argmax(axis=1)
    return (space.positions[:, 0] > np.median(space.positions[:, 0])).astype(np.int64)


def _shares(answer: np.ndarray, group: np.ndarray, n_groups: int) -> np.ndarray:
    is_in = (group == np.arange(n_groups)[:, None]).astype(float)
    return (is_in @ (answer == 1)) / np.maximum(is_in @ (answer != UNKNOWN), 1)
