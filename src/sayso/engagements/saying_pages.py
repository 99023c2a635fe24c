"""Pages around own words: what is like them, of what kind they are, whose name stands there; and taking no part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sayso.engagements import correcting, rules, withdrawing
from sayso.engagements.cards.device import device_of
from sayso.engagements.coming_in.doors import engagement_for, for_participants, key_missing
from sayso.engagements.forms import StatementForm
from sayso.engagements.kinds import guess_kind
from sayso.engagements.models import (
    MAX_STATEMENT_CHARACTERS,
    About,
    Engagement,
    Kind,
    Leaning,
    Participant,
    Reason,
    Statement,
    StatementState,
)
from sayso.engagements.saying import actions, silence
from sayso.engagements.saying.alike import alike_for
from sayso.engagements.wording import number_in
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing

AS_IT_STANDS = "-"  # picked where nothing is to be changed
TO_PICK = {About.KIND: ("", *Kind.values), About.LEANING: tuple(Leaning.values)}
LONGEST_COMPARED = 2_000  # characters of what is being typed


def say_frame(request: HttpRequest, participant: Participant, form: StatementForm) -> dict[str, Any]:
    """What the page for own words shows."""
    engagement = participant.engagement
    return {
        "engagement": engagement,
        "device": device_of(request, engagement),
        "form": form,
        "topics": engagement.topics.exclude(question=""),
        "tab": "say",
        "most": MAX_STATEMENT_CHARACTERS,
        "has_tabs": participant.votes.count() >= engagement.min_votes_to_place,
    }


@require_POST
@for_participants
def echo(request: HttpRequest, participant: Participant) -> HttpResponse:
    """While somebody writes: what we would take it for, and what others said like it. Nothing of it is kept."""
    text = request.POST.get("text", "")[:LONGEST_COMPARED]
    kind = guess_kind(text)
    found = alike_for(participant, text) if rules.is_listening(participant.engagement) else []
    context = {"engagement": participant.engagement, "guess": Kind(kind).label if kind else "", "alike": found}
    return render(request, "engagements/visit/echo.html", context)


@require_GET
@for_participants
def alike(request: HttpRequest, participant: Participant) -> HttpResponse:
    """After sending: others said something like this."""
    said = _waiting(participant, request.GET.get("of", ""))
    found = alike_for(participant, said.text) if said else []
    if said is None or not found:
        return redirect("cards", participant.engagement.slug)
    context = {"engagement": participant.engagement, "said": said, "alike": found, "tab": "say"}
    return render(request, "engagements/visit/alike.html", context)


def _waiting(participant: Participant, number: str) -> Statement | None:
    return participant.statements.filter(pk=number_in(number), state=StatementState.WAITING).first()


def agree_instead(request: HttpRequest, participant: Participant) -> HttpResponse:
    """ "This is what I mean": agree, and own words are not sent, or are withdrawn when they were."""
    slug = participant.engagement.slug
    statement = get_object_or_404(participant.engagement.statements, pk=number_in(request.POST.get("mean", "")))
    said = _waiting(participant, request.POST.get("of", ""))
    try:
        actions.mean_the_same(participant=participant, statement=statement, said=said)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("say", args=[slug]))
    if said:
        told = _("Counted as your agreement. Your own words are withdrawn.")
    else:
        told = _("Counted as your agreement. Your own words were not sent.")
    messages.success(request, told)
    return redirect("cards", slug)


@require_POST
@for_participants
def set_kind(request: HttpRequest, participant: Participant, statement_id: int) -> HttpResponse:
    """An author says what own words are, one thing or two, or takes one back."""
    statement = get_object_or_404(participant.statements, pk=statement_id)
    if "back" in request.POST:
        about = About.LEANING if request.POST["back"] == About.LEANING else About.KIND
        if correcting.take_back(participant=participant, statement=statement, about=about):
            messages.success(request, _("Taken back. It is as it was."))
        return redirect("mine", participant.engagement.slug)
    told = {about: request.POST.get(about, AS_IT_STANDS) for about in About}
    picked = {about: to for about, to in told.items() if to != AS_IT_STANDS}
    if not picked or any(to not in TO_PICK[about] for about, to in picked.items()):
        messages.error(request, _("Please pick one of these."))
        return redirect("mine", participant.engagement.slug)
    new = [
        correcting.correct(participant=participant, statement=statement, about=about, to=to)
        for about, to in picked.items()
    ]
    if any(new):
        messages.success(request, _("Corrected. Thank you: we learn from it."))
    return redirect("mine", participant.engagement.slug)


@require_POST
@for_participants
def name_off(request: HttpRequest, participant: Participant, statement_id: int) -> HttpResponse:
    statement = get_object_or_404(participant.statements, pk=statement_id)
    if withdrawing.take_name_off(participant=participant, statement=statement):
        messages.success(request, _("Your name is off. Whoever read it before may remember it."))
    return redirect("mine", participant.engagement.slug)


def reason_here(request: HttpRequest, engagement: Engagement) -> dict[str, Any]:
    """For the promise page: the reasons there are, and what this member told; empty for whoever cannot take part."""
    if not isinstance(request.user, Member) or not engagement.is_opened or not rules.is_listening(engagement):
        return {}
    if not rules.may_take_part(request.user, engagement):
        return {}
    try:
        told = silence.reason_of(request.user, engagement)
    except KeyMissing:
        return {}
    return {"choices": Reason.choices, "told": Reason(told).label if told else ""}


@require_POST
@login_required
@never_cache
def not_taking_part(request: HttpRequest, slug: str) -> HttpResponse:
    """One tap tells why; another takes it back. Nobody becomes a participant by it."""
    engagement = engagement_for(request, slug)
    member, reason = request.user, request.POST.get("reason", "")
    if not isinstance(member, Member) or not rules.may_take_part(member, engagement):
        return redirect("promise", slug)
    try:
        _tell(request, member, engagement, reason)
    except KeyMissing:
        return key_missing(request, engagement)
    return redirect("promise", slug)


def _tell(request: HttpRequest, member: Member, engagement: Engagement, reason: str) -> None:
    if reason == "back":
        if silence.take_reason_back(member=member, engagement=engagement):
            messages.success(request, _("Taken back. You are welcome."))
        return
    if reason not in Reason.values:
        messages.error(request, _("Please tap one of the reasons."))
        return
    try:
        silence.tell_reason(member=member, engagement=engagement, reason=Reason(reason))
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you for telling us. You may still have your say at any time."))
