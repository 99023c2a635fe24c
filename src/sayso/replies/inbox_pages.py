"""Replies that wait to be read: shown, or hidden with a reason that their author reads. Never who wrote them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sayso.engagements.coming_in.doors import for_moderators
from sayso.engagements.models import Engagement
from sayso.engagements.rules import may_grant_roles
from sayso.members.access import record_access
from sayso.members.models import AccessKind
from sayso.moderation.rules import policy_of
from sayso.replies import queries, rules, thread_actions
from sayso.replies.forms import DecisionForm
from sayso.replies.models import Reply

SHOWN = 50


@require_safe
@for_moderators
def replies(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    return _inbox(request, engagement)


def _inbox(request: HttpRequest, engagement: Engagement, **wrong: Any) -> HttpResponse:
    waiting = queries.replies_waiting(engagement)
    shown = list(waiting[:SHOWN])
    record_access(
        organisation=engagement.organisation,
        by=request.user,  # type: ignore[arg-type]
        kind=AccessKind.WORDS_READ,
        engagement_slug=engagement.slug,
        detail=f"{len(shown)} replies waiting: {', '.join(str(reply.pk) for reply in shown)}",
    )
    if (at := wrong.get("problem_at")) and at not in shown:
        shown.insert(0, at)  # one that is shown by now, and was to be hidden without a reason
    context = {
        "engagement": engagement,
        "waiting": shown,
        "n_waiting": waiting.count(),
        "decided": queries.replies_decided(engagement),
        "reasons": policy_of(engagement).reasons,
        "leads": may_grant_roles(request.user, engagement),
        "tab": "replies",
        **wrong,
    }
    return render(request, "replies/inbox.html", context, status=422 if wrong else 200)


@require_POST
@for_moderators
def decide(request: HttpRequest, engagement: Engagement, reply_id: int) -> HttpResponse:
    rows = Reply.objects.filter(statement__engagement=engagement).select_related(
        "statement__engagement", "statement__counts_for"
    )
    reply = get_object_or_404(rows.defer("author", "statement__author"), pk=reply_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _inbox(request, engagement, problem=problem, problem_at=reply, kept=request.POST.get("own_words", ""))
    told = _carry_out(request, reply, form.cleaned_data)
    messages.success(request, told or _("Somebody else has decided this one already."))
    if request.POST.get("from") == "statement":
        stands = rules.read_under(reply.statement) or reply.statement
        return redirect("statement", engagement.slug, stands.pk)
    return redirect("replies_inbox", engagement.slug)


def _carry_out(request: HttpRequest, reply: Reply, decision: dict[str, str]) -> str:
    by: dict[str, Any] = {"reply": reply, "moderator": request.user}
    if decision["decision"] == "approve":
        return _("Shown under the statement.") if thread_actions.publish_reply(**by) else ""
    if decision["decision"] == "return":
        is_hidden = thread_actions.hide_reply(**by, reason=decision["reason"])
        return _("Hidden. Its author reads your reason.") if is_hidden else ""
    return _("Taken back. It waits again.") if thread_actions.undo_reply_decision(**by) else ""
