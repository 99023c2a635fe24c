"""What people say in the demo: statements written by us, with the leanings planted under them.

Knows words and groups; knows no people, no database.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sayso.engine.planting import Kind, StatementPlan, draw_alike, draw_leanings, draw_passing

WORDS = Path(__file__).parent / "words"
GROUPS = "ABC"  # A would open things up; B keeps what holds; C works outdoors, at the counter, at night
TO_BE_RETURNED = "return"  # the profile of what a moderator should send back: it names somebody, or it hurts
FIRST_SAID_AT, NOT_BEFORE_THE_END = 0.02, 0.995


@dataclass(frozen=True)
class Saying:
    """One statement, and who leans which way on it.

    `profile` is a `Kind`, or "return"; `leans` names the groups in favour ("BC"); `camp` numbers who holds a bold view;
    `point` names what several say in words of their own, and is empty for what is said once.
    """

    topic: str
    text: str
    kind: str
    profile: str
    leans: str
    camp: int
    is_seed: bool
    point: str


def read_sayings(name: str) -> list[Saying]:
    """One of the word files: `statements` open for votes, `waiting` in the inbox, `later` said while one looks."""
    with (WORDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Saying(
                topic=row["topic"],
                text=row["text"],
                kind=row["kind"],
                profile=row["profile"],
                leans=row["leans"],
                camp=int(row["camp"] or 0),
                is_seed=row["is_seed"] == "1",
                point=row["point"],
            )
            for row in csv.DictReader(file)
        ]


def words_digest() -> str:
    """Changes when any of the words does: an older world is then built anew."""
    digest = hashlib.sha256()
    for path in sorted(WORDS.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def plan_of(rng: np.random.Generator, sayings: list[Saying]) -> StatementPlan:
    """The leanings of these statements as a plan: seeds there from the start, the others coming one by one.

    What waits or comes later stands in the plan too, after everybody has voted, so that what people think of it is
    settled when it opens.
    """
    profiles = [Kind.PLAIN if saying.profile == TO_BE_RETURNED else Kind(saying.profile) for saying in sayings]
    kind = np.array([str(profile) for profile in profiles])
    is_bold = kind == Kind.BOLD
    camp = np.array([saying.camp - 1 for saying in sayings])
    point = _numbers_of_points(sayings)
    sides = np.array([[group in saying.leans for saying in sayings] for group in GROUPS])
    return StatementPlan(
        kind=kind,
        agree=draw_alike(rng, draw_leanings(rng, kind, len(GROUPS), sides), point),
        passing=draw_passing(rng, kind),
        camp=np.where(is_bold, camp, -1),
        exposure=np.ones(len(sayings)),
        appears_at=_draw_appearance(rng, sayings),
        point=point,
    )


def _numbers_of_points(sayings: list[Saying]) -> np.ndarray:
    names = list(dict.fromkeys(saying.point for saying in sayings if saying.point))
    return np.array([names.index(saying.point) if saying.point else -1 for saying in sayings])


def _draw_appearance(rng: np.random.Generator, sayings: list[Saying]) -> np.ndarray:
    n_open = len(read_sayings("statements"))
    drawn = FIRST_SAID_AT + rng.beta(1.0, 2.2, len(sayings)) * 0.85
    drawn[[saying.is_seed for saying in sayings]] = 0.0
    drawn[n_open:] = NOT_BEFORE_THE_END
    return drawn
