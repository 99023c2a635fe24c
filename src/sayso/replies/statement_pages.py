"""A statement's own page: its words, what those in charge said to it, what others replied; and replying there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sayso.engagements.actions import cast_vote
from sayso.engagements.coming_in.doors import for_participants
from sayso.engagements.coming_in.pace import check_pace
from sayso.engagements.forms import VoteForm
from sayso.engagements.models import (
    MAX_STATEMENT_CHARACTERS,
    Engagement,
    Participant,
    RoleName,
    Statement,
    StatementState,
)
from sayso.engagements.rules import MODERATING, Refused, is_listening
from sayso.members.access import record_access
from sayso.members.models import AccessKind
from sayso.moderation.rules import policy_of
from sayso.replies import queries, rules
from sayso.replies.doors import Reader, for_readers, office_of
from sayso.replies.forms import WordsForm
from sayso.replies.models import Said
from sayso.replies.thread_actions import say_reply


@require_safe
@for_readers
def statement(request: HttpRequest, reader: Reader, statement_id: int) -> HttpResponse:
    return statement_page(request, reader, statement_id)


@require_POST
@for_participants
def answer(request: HttpRequest, participant: Participant, statement_id: int) -> HttpResponse:
    """One's own vote first; then the replies are there."""
    form = VoteForm(participant, {**request.POST.dict(), "statement": statement_id, "drawn": ""})
    if not form.is_valid():
        messages.error(request, _("That answer did not arrive whole. Please give it again."))
    else:
        try:
            cast_vote(participant=participant, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("statement", participant.engagement.slug, statement_id)


@require_POST
@for_participants
def reply(request: HttpRequest, participant: Participant, statement_id: int) -> HttpResponse:
    """Their words come back with what is wrong, also when the statement went or the time was over meanwhile."""
    engagement = participant.engagement
    form = WordsForm(request.POST)
    found = statement_in(engagement, statement_id)
    if form.is_valid():
        try:
            check_pace(request, participant)
            say_reply(participant=participant, statement=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Thank you. A person reads it before others see it. It stands under “Mine”."))
            return redirect("statement", engagement.slug, statement_id)
    reader = Reader(engagement, participant, office_of(request, engagement))
    return statement_page(request, reader, statement_id, reply_form=form)


def statement_in(engagement: Engagement, number: int) -> Statement:
    """Raises Http404, also for one that nobody has read yet."""
    rows = Statement.objects.select_related("topic", "engagement")
    found = rows.filter(engagement=engagement, pk=number).exclude(state=StatementState.WAITING).first()
    if found is None:
        raise Http404
    return found


def record_answers_read(request: HttpRequest, engagement: Engagement, asked: list[queries.Asked]) -> None:
    """Answers are for those in charge alone, so each look at some is on record; by numbers, never with words."""
    if numbers := ", ".join(str(one.question.pk) for one in asked if one.answer):
        record_access(
            organisation=engagement.organisation,
            by=request.user,  # type: ignore[arg-type]
            kind=AccessKind.WORDS_READ,
            engagement_slug=engagement.slug,
            detail=f"answers of authors: {numbers}",
        )


def statement_page(request: HttpRequest, reader: Reader, number: int, **forms: Any) -> HttpResponse:
    """With forms that were sent and are wrong: then the page is an answer to them."""
    found = statement_in(reader.engagement, number)
    context = {**_frame(reader), **forms, "statement": found, "sent": next(iter(forms.values()), None)}
    if found.state != StatementState.PUBLISHED:
        context["instead"] = queries.stand_in_for(found)
        return render(request, "replies/statement_gone.html", context, status=410)
    context |= _shown(reader, found)
    if reader.role:
        context |= _for_those_in_charge(request, reader.role, found)
    return render(request, "replies/statement.html", context, status=422 if forms else 200)


def _frame(reader: Reader) -> dict[str, Any]:
    tabs = "engagements/lead_tabs.html" if reader.role in MODERATING else "engagements/tabs.html"
    return {
        "engagement": reader.engagement,
        "tabs": tabs,
        "tab": "",
        "leads": reader.role == RoleName.LEAD,
        "role": reader.role,
        "most": MAX_STATEMENT_CHARACTERS,
    }


def _shown(reader: Reader, found: Statement) -> dict[str, Any]:
    """Nothing of it says which replies are one's own: whoever looks over a shoulder would see."""
    participant, listening = reader.participant, is_listening(reader.engagement)
    is_own = participant is not None and found.author_id == participant.pk
    has_answered = is_own or (participant is not None and rules.has_answered(participant, found))
    reads = rules.may_read_thread(found, participant, reader.role)
    return {
        "acknowledgements": queries.acknowledgements_of(found),
        "listening": listening,
        "is_own": is_own,
        "is_to_answer": listening and not has_answered,
        "reads": reads,
        "replies": queries.thread_of(found) if reads else [],
        "may_reply": listening and has_answered,
    }


def _for_those_in_charge(request: HttpRequest, role: RoleName, found: Statement) -> dict[str, Any]:
    asked = queries.questions_about(found)
    record_answers_read(request, found.engagement, asked)
    return {
        "may_hide": role in MODERATING,
        "may_acknowledge": role in rules.ACKNOWLEDGING,
        "may_ask": not (found.is_seed or found.is_from_table),
        "asked": asked,
        "five": Said.choices,
        "reasons": policy_of(found.engagement).reasons,
    }
