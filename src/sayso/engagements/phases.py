"""The phases in their order, and in words. Knows no tables: models of several matters build on it."""

from __future__ import annotations

from django.db import models


class Phase(models.TextChoices):
    MANDATE = "mandate", "Mandate"
    MAP = "map", "Map"
    LISTEN = "listen", "Listen"
    DISTIL = "distil", "Distil"
    MEET = "meet", "Meet"
    ANSWER = "answer", "Answer"
    SEED = "seed", "Seed"
    GATE = "gate", "Gate"


ORDER = tuple(Phase)
PLANNED = ORDER[1:]  # what is given dates: the mandate itself is over at the opening

# What happens then, told to everybody.
HAPPENS = {
    Phase.MANDATE: "What is open, what is fixed and what is promised is written down.",
    Phase.MAP: "Everybody is told how to come in.",
    Phase.LISTEN: "Everybody says what matters, and answers what others said.",
    Phase.DISTIL: "All that was said is worked out: what we share, where we part.",
    Phase.MEET: "People meet and talk about what was found.",
    Phase.ANSWER: "Each thing that was raised gets its answer.",
    Phase.SEED: "Ideas are carried on and tried out, by those who are willing.",
    Phase.GATE: "A published rule decides how it goes on.",
}


def after(phase: str) -> Phase | None:
    """The next one; None after the last."""
    place = ORDER.index(Phase(phase))
    return ORDER[place + 1] if place + 1 < len(ORDER) else None


def is_plain_step(before: str, now: str) -> bool:
    """Whether this is the next phase: no step back, none left out."""
    return after(before) == now
