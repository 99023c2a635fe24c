"""For those in charge: acknowledging what was said, asking authors, and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sayso.engagements.coming_in.doors import engagement_for
from sayso.engagements.models import Engagement, RoleName
from sayso.engagements.queries import participant_of
from sayso.engagements.rules import MODERATING, Refused, may_guard
from sayso.members.models import Member
from sayso.members.paging import page_of, without_page
from sayso.members.pseudonyms import KeyMissing
from sayso.replies import acknowledging, queries, question_actions, rules
from sayso.replies.doors import Reader, for_roles, office_of
from sayso.replies.forms import AcknowledgementForm, WordsForm
from sayso.replies.models import Acknowledgement, AuthorQuestion, Said
from sayso.replies.statement_pages import record_answers_read, statement_in, statement_page

PER_PAGE = 20


@require_safe
@for_roles(*rules.ACKNOWLEDGING)
def to_acknowledge(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    return _list_page(request, engagement)


def _list_page(request: HttpRequest, engagement: Engagement, **wrong: Any) -> HttpResponse:
    is_all = request.GET.get("all") == "1"
    rows = queries.to_acknowledge(engagement, is_all=is_all)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    newest = queries.newest_acknowledgements([row.pk for row in page])
    context = {
        **_frame(request, engagement, "acknowledge"),
        "page": page,
        "rows": [(row, newest.get(row.pk)) for row in page],
        "query": without_page(request),
        "is_all": is_all,
        "five": Said.choices,
        **wrong,
    }
    return render(request, "replies/to_acknowledge.html", context, status=422 if wrong else 200)


@require_POST
@for_roles(*rules.ACKNOWLEDGING)
def acknowledge(request: HttpRequest, engagement: Engagement, statement_id: int) -> HttpResponse:
    found, form = statement_in(engagement, statement_id), AcknowledgementForm(request.POST)
    from_list = request.POST.get("from") == "list"
    if not form.is_valid():
        if from_list:
            return _list_page(request, engagement, wrong_at=found.pk, acknowledgement_form=form)
        return statement_page(request, _reader(request, engagement), found.pk, acknowledgement_form=form)
    try:
        acknowledging.acknowledge(statement=found, by=_member(request), **form.cleaned_data)
        messages.success(
            request, _("Said to everybody: “%(label)s”") % {"label": Said(form.cleaned_data["said"]).label}
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(request, engagement, found.pk)


@require_POST
@for_roles(*rules.ACKNOWLEDGING)
def undo(request: HttpRequest, engagement: Engagement, acknowledgement_id: int) -> HttpResponse:
    rows = Acknowledgement.objects.filter(statement__engagement=engagement).select_related("statement__engagement")
    given = get_object_or_404(rows, pk=acknowledgement_id)
    acknowledging.undo_acknowledgement(acknowledgement=given, by=_member(request))
    messages.success(request, _("Taken back. Whoever read it before may remember it."))
    return _back(request, engagement, given.statement_id)


def _back(request: HttpRequest, engagement: Engagement, statement: int) -> HttpResponse:
    if request.POST.get("from") == "list":
        return redirect("to_acknowledge", engagement.slug)
    return redirect("statement", engagement.slug, statement)


@require_POST
@for_roles(*rules.ASKING)
def ask(request: HttpRequest, engagement: Engagement, statement_id: int) -> HttpResponse:
    found, form = statement_in(engagement, statement_id), WordsForm(request.POST)
    if form.is_valid():
        try:
            question_actions.ask_author(statement=found, by=_member(request), text=form.cleaned_data["text"])
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Asked. An answer, if one comes, stands here and never says whose it is."))
            return redirect("statement", engagement.slug, found.pk)
    return statement_page(request, _reader(request, engagement), found.pk, ask_form=form)


@require_POST
@for_roles(*rules.ASKING)
def call_back(request: HttpRequest, engagement: Engagement, question_id: int) -> HttpResponse:
    rows = AuthorQuestion.objects.filter(statement__engagement=engagement).select_related("statement__engagement")
    asked = get_object_or_404(rows, pk=question_id)
    try:
        if question_actions.call_back(question=asked, by=_member(request)):
            messages.success(request, _("Called back. Its author is not asked any more."))
        else:
            messages.error(request, _("There is nothing to call back: it is settled."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("questions_asked", engagement.slug)


@require_safe
@never_cache
def questions_asked(request: HttpRequest, slug: str) -> HttpResponse:
    """Who asked what, for all who may ask, with the answers; for the data guardian without them."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    engagement = engagement_for(request, slug)
    role, guards = office_of(request, engagement), may_guard(request.user, engagement)
    if role is None and not guards:
        raise Http404
    page = page_of(request, queries.questions_asked(engagement))
    asked = [queries.as_told(question, with_answer=role is not None) for question in page]
    if role:
        record_answers_read(request, engagement, asked)
    context = {
        **_frame(request, engagement, "questions"),
        "page": page,
        "asked": asked,
        "query": without_page(request),
        "me": _member(request).pk,
        "sees_answers": role is not None,
    }
    return render(request, "replies/questions_asked.html", context)


def _reader(request: HttpRequest, engagement: Engagement) -> Reader:
    try:
        participant = None if engagement.key_destroyed_on else participant_of(_member(request), engagement)
    except KeyMissing:
        participant = None
    return Reader(engagement, participant, office_of(request, engagement))


def _frame(request: HttpRequest, engagement: Engagement, tab: str) -> dict[str, Any]:
    role = office_of(request, engagement)
    if role is None:
        tabs = "engagements/guardian_tabs.html"
    else:
        tabs = "engagements/lead_tabs.html" if role in MODERATING else "engagements/tabs.html"
    return {"engagement": engagement, "tabs": tabs, "tab": tab, "leads": role == RoleName.LEAD, "role": role}


def _member(request: HttpRequest) -> Member:
    assert isinstance(request.user, Member)  # noqa: S101 - the door let in who has a role
    return request.user
