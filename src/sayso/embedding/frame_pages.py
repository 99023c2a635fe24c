"""Cards in a frame on a page of elsewhere: come in, answer, undo, leave. Everything else opens in a window of ours."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from sayso.embedding import frame_session
from sayso.embedding.frames import framed
from sayso.engagements import actions, queries, rules
from sayso.engagements.drawn import seal
from sayso.engagements.forms import VoteForm
from sayso.engagements.models import Engagement, Participant
from sayso.engagements.numbers import MOST
from sayso.engagements.wording import number_in
from sayso.members.pseudonyms import KeyMissing
from sayso.web.languages import language_of
from sayso.web.speaking import speak


@require_GET
@framed
def frame(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    participant = _participant(request, engagement)
    if participant is None:
        proof = frame_session.form_proof(request)
        context = {"engagement": engagement, "kept_nothing": "in" in request.GET, "proof": proof}
        return render(request, "embedding/come_in.html", context)
    last = number_in(request.GET.get("last", ""))
    return render(request, "embedding/frame.html", _card(request, participant, last=last))


@csrf_exempt  # a frame gets no cookie of Django's token; see `frame_session.comes_from_frame`
@require_POST
@sensitive_post_parameters("pass")
@framed
def enter(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """A pass from a window of ours becomes the frame's own session."""
    key = ""
    if frame_session.comes_from_frame(request):
        key = frame_session.come_in(request, engagement, request.POST.get("pass", ""))
    reply = redirect(f"{reverse('frame', args=[engagement.slug])}?in")
    if key:
        frame_session.remember(reply, engagement, key)
    return reply


@csrf_exempt
@require_POST
@framed
def vote_in_frame(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    participant = _participant(request, engagement)
    if participant is None or not frame_session.comes_from_frame(request):
        return _out(request, engagement)
    form = VoteForm(participant, request.POST)
    if not form.is_valid():
        return _next(request, participant, told=_("That answer did not arrive whole. Please give it again."))
    try:
        actions.cast_vote(participant=participant, **form.cleaned_data)
    except rules.Refused as refusal:
        return _next(request, participant, told=str(refusal))
    return _next(request, participant, last=form.cleaned_data["statement"].pk)


@csrf_exempt
@require_POST
@framed
def undo_in_frame(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    participant = _participant(request, engagement)
    if participant is None or not frame_session.comes_from_frame(request):
        return _out(request, engagement)
    wanted = number_in(request.POST.get("statement", ""))
    statement = get_object_or_404(engagement.statements, pk=min(wanted, MOST))
    try:
        actions.withdraw_vote(participant=participant, statement=statement)
    except rules.Refused as refusal:
        return _next(request, participant, told=str(refusal))
    return _next(request, participant, again=statement.pk)


@csrf_exempt
@require_POST
@framed
def leave_frame(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    reply = redirect("frame", engagement.slug)
    if frame_session.comes_from_frame(request):
        frame_session.leave(request, engagement)
        frame_session.remember(reply, engagement, "")
    return reply


def _participant(request: HttpRequest, engagement: Engagement) -> Participant | None:
    member = frame_session.member_behind(request, engagement)
    if member and (told := language_of(member.language)):
        speak(request, told)
    try:
        return actions.join(engagement=engagement, member=member) if member else None
    except KeyMissing:
        return None


def _out(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """The frame's session has ended meanwhile: nothing counted, and the way in stands there again."""
    if request.htmx:  # type: ignore[attr-defined]
        reply = HttpResponse(status=200)
        reply["HX-Redirect"] = f"{reverse('frame', args=[engagement.slug])}?in"
        return reply
    return redirect(f"{reverse('frame', args=[engagement.slug])}?in")


def _next(
    request: HttpRequest, participant: Participant, *, last: int = 0, again: int = 0, told: str = ""
) -> HttpResponse:
    if request.htmx or told:  # type: ignore[attr-defined]
        context = {**_card(request, participant, last=last, again=again), "told": told}
        name = "embedding/card.html" if request.htmx else "embedding/frame.html"  # type: ignore[attr-defined]
        return render(request, name, context)
    query = f"?last={last}" if last else f"?again={again}" if again else ""
    return redirect(reverse("frame", args=[participant.engagement.slug]) + query)


def _card(request: HttpRequest, participant: Participant, *, last: int = 0, again: int = 0) -> dict[str, Any]:
    engagement = participant.engagement
    again = again or number_in(request.GET.get("again", ""))
    is_listening = rules.is_listening(engagement)
    hand = queries.hand_of(participant)
    drawn = queries.next_statement(participant, again=again, hand=hand) if is_listening else None
    progress = queries.progress_of(participant, hand=hand)
    return {
        "engagement": engagement,
        "statement": drawn and drawn.statement,
        "drawn": seal(participant, drawn) if drawn else "",
        "progress": progress,
        "rests": progress.is_sitting_done and "more" not in request.GET and bool(last),
        "last": last or "",
        "listening": is_listening,
        "proof": frame_session.form_proof(request),
        "can_see_where": progress.answered >= engagement.min_votes_to_place,
    }
