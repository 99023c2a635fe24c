"""Several cards at once, for a hand that is quicker than the net, and for a device without one.

Each is drawn from those left after the ones before it, and its probability says so. Answers given meanwhile change
later draws, not these: whoever is online gets few at a time.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from sayso.engagements import queries
from sayso.engagements.drawn import Drawn, seal
from sayso.engagements.languages.wording import told_from
from sayso.engagements.models import Participant, Statement, StatementState
from sayso.engagements.saying.names import shown_name
from sayso.web.languages import direction_of_words
from sayso.web.ready_queries import ReadyQuery

MOST_AHEAD = 60

_shown = ReadyQuery(
    lambda *numbers: Statement.objects.select_related("topic").filter(pk__in=numbers, state=StatementState.PUBLISHED)
)


def draw_ahead(
    participant: Participant, *, n: int, without: Collection[int] = (), hand: queries.Hand | None = None
) -> list[Drawn]:
    """Up to `n` cards in their order, none of those the device holds already."""
    if n <= 0:
        return []
    chances = queries.chances_of(participant, without=frozenset(without), hand=hand)
    drawn: list[tuple[int, float]] = []
    chosen, left = secrets.SystemRandom(), 1.0
    while chances and len(drawn) < min(n, MOST_AHEAD):
        number = chosen.choices(list(chances), list(chances.values()))[0]
        chance = chances.pop(number)
        drawn.append((number, min(chance / left, 1.0)))
        left = sum(chances.values())
    if not drawn:
        return []
    # Still open: some may have been hidden or merged since the hand was read.
    rows = {one.pk: one for one in _shown(*(number for number, _ in drawn))}
    return [Drawn(rows[number], chance) for number, chance in drawn if number in rows]


def no_longer_shown(hand: queries.Hand, held: Collection[int]) -> list[int]:
    """Of the cards a device holds, those that nobody is shown any more."""
    return [number for number in held if number not in hand.shown]


def as_told(participant: Participant, drawn: Drawn, translations: Mapping[int, str], reads: str) -> dict[str, Any]:
    """A card as a device keeps it. The translation is in `reads`, the language of the page that asked for it."""
    statement = drawn.statement
    translation = translations.get(statement.pk, "")
    return {
        "id": statement.pk,
        "text": statement.text,
        "topic": statement.topic.title,
        "is_seed": statement.is_seed,
        "is_from_table": statement.is_from_table,
        "name": shown_name(statement, participant.engagement),
        "drawn": seal(participant, drawn),
        "language": statement.language or "",
        "direction": direction_of_words(statement.language or ""),
        "translation": translation,
        "reads": reads if translation else "",
        "told": told_from(statement.language or "") if translation else "",
    }
