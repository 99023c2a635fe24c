"""Replies on pages below: under own statements, in the news, for those in charge. `{% load replies %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sayso.engagements.models import Engagement, Participant, RoleName, Statement
from sayso.replies import queries, rules
from sayso.replies.doors import office_of
from sayso.replies.models import Acknowledgement, AuthorQuestion, Reply
from sayso.replies.queries import UnderOwn

register = template.Library()

IN_WORDS = {
    RoleName.LEAD: _("the lead"),
    RoleName.SPONSOR: _("the sponsor"),
    RoleName.MODERATOR: _("the moderator of the day"),
}


@register.filter
def role_words(role: str) -> str:
    """`{{ given.as_role|role_words }}` → the lead."""
    return str(IN_WORDS.get(RoleName(role), _("those in charge")))


@register.filter
def is_read(question: AuthorQuestion) -> bool:
    """Whether those who asked have read what the author did with it."""
    return rules.is_told(question, timezone.localdate())


@register.filter
def read_under(reply: Reply) -> Statement | None:
    """The statement on whose page it is read; None where it is out of sight."""
    return rules.read_under(reply.statement)


@register.simple_tag
def told_under_own(participant: Participant) -> dict[int, UnderOwn]:
    """`{% told_under_own participant as told %}`, once for a page."""
    return queries.under_own(participant)


@register.inclusion_tag("replies/fragments/under_own.html", takes_context=True)
def under_own(context: dict[str, Any], told: dict[int, UnderOwn], statement: Statement) -> dict[str, Any]:
    """What those in charge said to it and ask, and the way to its page."""
    return {**_shared(context), "statement": statement, "told": told.get(statement.pk, UnderOwn())}


@register.inclusion_tag("replies/fragments/own_replies.html", takes_context=True)
def my_replies(context: dict[str, Any], participant: Participant, has_said: bool) -> dict[str, Any]:
    """Own replies, and whether one wants to be asked."""
    told = {"replies": queries.own_replies(participant), "wants_none": queries.wants_no_questions(participant)}
    return {**_shared(context), **told, "has_said": has_said}


@register.inclusion_tag("replies/fragments/news.html", takes_context=True)
def asked_of_me(context: dict[str, Any], participant: Participant) -> dict[str, Any]:
    """For the page of what is new: that a question waits."""
    return {**_shared(context), "n_questions": queries.n_questions_open(participant)}


@register.inclusion_tag("replies/fragments/acknowledged.html", takes_context=True)
def acknowledged(context: dict[str, Any], given: Acknowledgement | None) -> dict[str, Any]:
    return {**_shared(context), "given": given}


@register.inclusion_tag("replies/fragments/for_sponsor.html", takes_context=True)
def for_sponsor(context: dict[str, Any]) -> dict[str, Any]:
    """Ways for a sponsor, who has no tabs of an office; nothing for others."""
    engagement = context.get("engagement")
    is_opened = isinstance(engagement, Engagement) and engagement.is_opened and not context.get("previews")
    is_sponsor = is_opened and office_of(context["request"], engagement) == RoleName.SPONSOR  # type: ignore[arg-type]
    return {"engagement": engagement, "is_sponsor": is_sponsor}


def _shared(context: dict[str, Any]) -> dict[str, Any]:
    """An inclusion tag sees nothing but what it is given."""
    return {name: context.get(name) for name in ("engagement", "request", "csrf_token")}
