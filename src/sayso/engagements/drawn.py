"""A card that was drawn for somebody, and the seal that brings its probability back with the vote.

The page is drawn anew at each load, so the probability travels with the card that is shown, signed: it belongs to that
card and that person, and nobody can make one up.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from sayso.engagements.models import Participant, Statement


@dataclass(frozen=True)
class Drawn:
    """A statement, and the probability of drawing it from all that are open to this person; None: it would not be."""

    statement: Statement
    probability: float | None


def seal(participant: Participant, drawn: Drawn) -> str:
    """The card's probability, signed for this person and this statement; empty when it has none."""
    if drawn.probability is None:
        return ""
    told = [drawn.statement.pk, float(f"{drawn.probability:.6g}")]
    return signing.dumps(told, salt=_salt(participant))


def unseal(participant: Participant, statement: Statement, sealed: str) -> float | None:
    """The probability in a seal; None when there is none, or it is another's or another card's."""
    try:
        drawn, probability = signing.loads(sealed, salt=_salt(participant))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return float(probability) if drawn == statement.pk else None


def _salt(participant: Participant) -> str:
    return f"sayso.drawn.{participant.pseudonym}"
