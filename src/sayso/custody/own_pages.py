"""What is held on me, and what I can do about it. Each page is for the one who looks; nothing of others is on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sayso.custody import actions, queries
from sayso.custody.held import held_on
from sayso.custody.held_file import zipped
from sayso.engagements import withdrawing
from sayso.engagements.coming_in.doors import engagement_for, for_participants
from sayso.engagements.models import Engagement, Participant
from sayso.engagements.rules import Refused
from sayso.engagements.wording import number_in
from sayso.members.actions import change_language as change
from sayso.members.models import Member


@require_safe
@login_required
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    return render(request, "custody/my_data.html", {"held": held_on(_member(request))})


@require_safe
@login_required
@never_cache
def download(request: HttpRequest) -> HttpResponse:
    """The same as one file: for people to read, and for machines."""
    reply = HttpResponse(zipped(held_on(_member(request))), content_type="application/zip")
    reply["Content-Disposition"] = 'attachment; filename="held-on-me.zip"'
    return reply


@require_POST
@login_required
@never_cache
def change_language(request: HttpRequest) -> HttpResponse:
    try:
        change(member=_member(request), language=request.POST.get("language", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your language is changed."))
    return redirect("my_data")


@require_safe
@for_participants
def answers(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Every answer of mine, each to be taken back."""
    return render(request, "custody/answers.html", _answers(participant))


def _answers(participant: Participant) -> dict[str, Any]:
    engagement = participant.engagement
    return {"engagement": engagement, "tab": "mine", "votes": list(queries.votes_of(participant))}


@require_POST
@for_participants
def take_back(request: HttpRequest, participant: Participant) -> HttpResponse:
    engagement = participant.engagement
    statement = get_object_or_404(engagement.statements, pk=number_in(request.POST.get("statement", "")))
    if withdrawing.take_back_vote(participant=participant, statement=statement):
        messages.success(request, _("Taken back. It leaves the results with one of the next counts."))
    return redirect("my_answers", engagement.slug)


@require_POST
@for_participants
def take_back_all(request: HttpRequest, participant: Participant) -> HttpResponse:
    if request.POST.get("all") != "yes":
        return redirect("my_answers", participant.engagement.slug)
    number = withdrawing.take_back_all_votes(participant=participant)
    told = ngettext("%(n)s answer taken back.", "%(n)s answers taken back.", number)
    messages.success(request, told % {"n": number})
    return redirect("my_answers", participant.engagement.slug)


@require_POST
@for_participants
def withdraw(request: HttpRequest, participant: Participant, statement_id: int) -> HttpResponse:
    statement = get_object_or_404(participant.statements, pk=statement_id)
    withdrawing.withdraw_statement(participant=participant, statement=statement)
    messages.success(request, _("Withdrawn. Nobody else sees it any more."))
    return redirect("mine", participant.engagement.slug)


@require_http_methods(["GET", "POST"])
@for_participants
def leave(request: HttpRequest, participant: Participant) -> HttpResponse:
    engagement = participant.engagement
    if (words := request.POST.get("words")) in {"keep", "take"}:
        actions.leave(participant=participant, keep_words=words == "keep")
        messages.success(
            request, _("You have left. What you took back leaves the results with one of the next counts.")
        )
        return redirect("promise", engagement.slug)
    context = {
        "engagement": engagement,
        "tab": "mine",
        "n_votes": participant.votes.count(),
        "n_published": participant.statements.filter(state="published").count(),
        "n_replies": participant.replies.filter(state="published").count(),
    }
    return render(request, "custody/leave.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def erasure(request: HttpRequest, slug: str) -> HttpResponse:
    """The wish to the data guardian that nothing leads to me any more; a second press takes it back."""
    engagement = engagement_for(request, slug)
    member = _member(request)
    if request.method == "POST" and not engagement.key_destroyed_on:
        _wish(request, engagement, member)
        return redirect("wish_erasure", slug)
    context = {"engagement": engagement, "wish": queries.open_wish(member, engagement), "tab": "mine"}
    return render(request, "custody/wish.html", context)


def _wish(request: HttpRequest, engagement: Engagement, member: Member) -> None:
    if request.POST.get("wish") == "back":
        actions.take_back_wish(engagement=engagement, member=member)
        messages.success(request, _("Your wish is taken back. Everything stays as it was."))
    elif request.POST.get("wish") == "ask":
        actions.wish_erasure(engagement=engagement, member=member)
        messages.success(request, _("Your wish is with the data guardian."))


def _member(request: HttpRequest) -> Member:
    assert isinstance(request.user, Member)  # noqa: S101 - login_required
    return request.user
