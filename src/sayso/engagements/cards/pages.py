"""The page that shows cards without a net, and the two tabs that say when they will open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sayso.engagements import rules
from sayso.engagements.cards.device import nobodys_device
from sayso.engagements.coming_in.doors import for_participants
from sayso.engagements.forms import StatementForm
from sayso.engagements.mandate.queries import plan_of
from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, Participant, Phase
from sayso.engagements.queries import Progress


@require_GET
@for_participants
def offline(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Kept on a device until there is no net. About nobody: what it shows of somebody lies on their device."""
    engagement = participant.engagement
    context = {
        "engagement": engagement,
        "device": nobodys_device(engagement),
        "progress": Progress(answered=0, in_sitting=0, sitting=engagement.cards_per_sitting, left=0),
        "form": StatementForm(engagement),
        "topics": engagement.topics.exclude(question=""),
        "most": MAX_STATEMENT_CHARACTERS,
    }
    return render(request, "engagements/visit/offline.html", context)


@require_GET
@for_participants
def answers_later(request: HttpRequest, participant: Participant) -> HttpResponse:
    return _later(request, participant, "answers", Phase.ANSWER)


@require_GET
@for_participants
def meet_later(request: HttpRequest, participant: Participant) -> HttpResponse:
    return _later(request, participant, "meet", Phase.MEET)


def _later(request: HttpRequest, participant: Participant, tab: str, phase: Phase) -> HttpResponse:
    engagement = participant.engagement
    context = {
        "engagement": engagement,
        "tab": tab,
        "begins_on": plan_of(engagement).get(phase, (None, None))[0],
        "is_now": engagement.phase == phase,
        "listening": rules.is_listening(engagement),
    }
    return render(request, f"engagements/visit/{tab}_later.html", context)
