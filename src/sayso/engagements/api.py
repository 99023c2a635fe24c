"""Say and vote as JSON, by the same forms, rules and writes as the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from ninja import Router, Schema, Status

from sayso.engagements import actions, queries
from sayso.engagements.coming_in.doors import engagement_for
from sayso.engagements.drawn import Drawn, seal
from sayso.engagements.forms import StatementForm, VoteForm
from sayso.engagements.models import Participant
from sayso.engagements.saying.names import shown_name, signer_of

router = Router(tags=["having our say"])


class StatementOut(Schema):
    id: int
    text: str
    topic: str
    is_seed: bool
    name: str
    drawn: str


class NextOut(Schema):
    """The next statement to answer, or null when all are answered."""

    statement: StatementOut | None
    answered: int
    left: int


class VoteIn(Schema):
    statement: int
    stance: int
    is_important: bool = False
    drawn: str = ""


class StatementIn(Schema):
    topic: int
    text: str
    kind: str = ""
    named: bool = False


class StatementTaken(Schema):
    id: int
    state: str


class Wrong(Schema):
    """What is wrong, in words for the person who tried."""

    error: str


@router.get("/e/{slug}/next", response={200: NextOut})
def next_statement(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The statement to answer next; asking again may give another one."""
    return _next(_participant(request, slug))


@router.post("/e/{slug}/votes", response={200: NextOut, 409: Wrong, 422: Wrong})
def cast_vote(request: HttpRequest, slug: str, vote: VoteIn) -> Any:
    """Agree (1), pass (0) or disagree (−1); the last vote on a statement counts. Answers with the next one.

    Send `drawn` back as it came with the statement: it says with what probability we showed it.
    """
    participant = _participant(request, slug)
    form = VoteForm(participant, vote.dict())
    if not form.is_valid():
        return Status(422, {"error": in_words(form)})
    actions.cast_vote(participant=participant, **form.cleaned_data)
    return _next(participant)


@router.post("/e/{slug}/statements", response={201: StatementTaken, 409: Wrong, 422: Wrong})
def say_statement(request: HttpRequest, slug: str, statement: StatementIn) -> Any:
    """Say something in own words, on a topic. A person reads it before others see it.

    Without a `kind` we guess one. `named` puts your name to it where names are open.
    """
    participant = _participant(request, slug)
    signer = signer_of(request.user, participant.engagement)
    form = StatementForm(participant.engagement, statement.dict(), signer=signer)
    if not form.is_valid():
        return Status(422, {"error": in_words(form)})
    taken = actions.say_statement(participant=participant, **form.cleaned_data)
    return Status(201, {"id": taken.pk, "state": taken.state})


def in_words(form: forms.Form) -> str:
    return " ".join(f"{name}: {error}" for name, errors in form.errors.items() for error in errors)


def _participant(request: HttpRequest, slug: str) -> Participant:
    return actions.join(engagement=engagement_for(request, slug), member=request.user)  # type: ignore[arg-type]


def _next(participant: Participant) -> dict[str, Any]:
    hand = queries.hand_of(participant)
    drawn, progress = queries.next_statement(participant, hand=hand), queries.progress_of(participant, hand=hand)
    return {
        "statement": _told(participant, drawn) if drawn else None,
        "answered": progress.answered,
        "left": progress.left,
    }


def _told(participant: Participant, drawn: Drawn) -> dict[str, Any]:
    statement = drawn.statement
    return {
        "id": statement.pk,
        "text": statement.text,
        "topic": statement.topic.title,
        "is_seed": statement.is_seed,
        "name": shown_name(statement, participant.engagement),
        "drawn": seal(participant, drawn),
    }
