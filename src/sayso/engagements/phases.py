"""The phases in their order, and in words. Knows no tables: models of several matters build on it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Phase(models.TextChoices):
    MANDATE = "mandate", pgettext_lazy("phase", "Mandate")
    MAP = "map", pgettext_lazy("phase", "Map")
    LISTEN = "listen", pgettext_lazy("phase", "Listen")
    DISTIL = "distil", pgettext_lazy("phase", "Distil")
    MEET = "meet", pgettext_lazy("phase", "Meet")
    ANSWER = "answer", pgettext_lazy("phase", "Answer")
    SEED = "seed", pgettext_lazy("phase", "Seed")
    GATE = "gate", pgettext_lazy("phase", "Gate")


ORDER = tuple(Phase)
PLANNED = ORDER[1:]  # what is given dates: the mandate itself is over at the opening

# What happens then, told to everybody.
HAPPENS = {
    Phase.MANDATE: _("What is open, what is fixed and what is promised is written down."),
    Phase.MAP: _("Everybody is told how to come in."),
    Phase.LISTEN: _("Everybody says what matters, and answers what others said."),
    Phase.DISTIL: _("All that was said is worked out: what we share, where we part."),
    Phase.MEET: _("People meet and talk about what was found."),
    Phase.ANSWER: _("Each thing that was raised gets its answer."),
    Phase.SEED: _("Ideas are carried on and tried out, by those who are willing."),
    Phase.GATE: _("A published rule decides how it goes on."),
}


def after(phase: str) -> Phase | None:
    """The next one; None after the last."""
    place = ORDER.index(Phase(phase))
    return ORDER[place + 1] if place + 1 < len(ORDER) else None


def is_plain_step(before: str, now: str) -> bool:
    """Whether this is the next phase: no step back, none left out."""
    return after(before) == now
