"""Pages of saying and voting. Each reads the request, asks queries or actions, and shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sayso.engagements import actions, queries, rules
from sayso.engagements.cards.device import device_of
from sayso.engagements.coming_in.doors import engagement_for, for_participants
from sayso.engagements.coming_in.pace import check_pace
from sayso.engagements.drawn import seal
from sayso.engagements.forms import StatementForm, VoteForm
from sayso.engagements.kind_words import Told, told_of
from sayso.engagements.mandate.queries import drafts_led_by, plan_of
from sayso.engagements.models import Engagement, Participant, Phase, Statement
from sayso.engagements.saying.alike import alike_for
from sayso.engagements.saying.names import signer_of
from sayso.engagements.saying_pages import agree_instead, reason_here, say_frame
from sayso.engagements.wording import number_in
from sayso.members.pseudonyms import KeyMissing
from sayso.members.roster.queries import counts_of
from sayso.members.rules import may_keep_roster


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Signed in: what one can take part in, or straight to the only one, and the roster. Else: what this is."""
    if not request.user.is_authenticated:
        return render(request, "engagements/welcome.html")
    member = request.user
    open_to_me = list(queries.engagements_of(member))
    drafts, keeps = drafts_led_by(member), may_keep_roster(member)
    if len(open_to_me) == 1 and not drafts and not keeps:
        return redirect("promise", open_to_me[0].slug)
    context = {"engagements": open_to_me, "drafts": drafts, "keeps": keeps}
    if keeps:
        context["n_people"] = counts_of(member.organisation).here
    return render(request, "engagements/home.html", context)


@require_GET
@login_required
@never_cache
def promise(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    moderates = rules.may_moderate(request.user, engagement)
    if not moderates and _comes_again(request, engagement):
        return redirect("news", slug)
    context = {
        "engagement": engagement,
        "moderates": moderates,
        "tab": "promise",
        "leads": _leads(request, engagement),
        "guards": partial(rules.may_guard, request.user, engagement),
        "tries": not engagement.is_opened and rules.may_take_part(request.user, engagement),
        "listening": rules.is_listening(engagement),
        "reason": reason_here(request, engagement),
        "signer": signer_of(request.user, engagement),
        "listens_from": plan_of(engagement).get(Phase.LISTEN, (None, None))[0],
    }
    return render(request, "engagements/promise.html", context)


def _comes_again(request: HttpRequest, engagement: Engagement) -> bool:
    """Whoever has answered before is told what is new, unless they ask for the promise."""
    if getattr(request, "kiosk", "") or "promise" in request.GET or not rules.is_listening(engagement):
        return False
    try:
        participant = queries.participant_of(request.user, engagement)  # type: ignore[arg-type]
    except KeyMissing:
        return False
    return engagement.is_opened and participant is not None and participant.votes.exists()


def _leads(request: HttpRequest, engagement: Engagement) -> Callable[[], bool]:
    """Asked by the template, and only where it shows what leads alone may open."""
    return partial(rules.may_grant_roles, request.user, engagement)


@require_http_methods(["GET", "POST"])
@for_participants
def say(request: HttpRequest, participant: Participant) -> HttpResponse:
    engagement = participant.engagement
    if "mean" in request.POST:
        return agree_instead(request, participant)
    signer = signer_of(request.user, engagement)
    form = StatementForm(engagement, request.POST or None, initial=_said_before(request, participant), signer=signer)
    if request.method == "POST" and form.is_valid():
        try:
            check_pace(request, participant)
            said = actions.say_statement(participant=participant, **form.cleaned_data)
        except rules.Refused as refusal:  # the time was over, or they were quick: their words are given back
            form.add_error(None, str(refusal))
        else:
            return _thank(request, participant, said)
    context = say_frame(request, participant, form)
    return render(request, "engagements/say.html", context, status=422 if form.is_bound else 200)


def _said_before(request: HttpRequest, participant: Participant) -> dict[str, Any]:
    """The words of an own returned statement, for mending: /say/?again=ID."""
    mine = participant.statements.filter(pk=number_in(request.GET.get("again", ""))).first()
    return {"text": mine.text, "topic": mine.topic_id} if mine else {}


def _thank(request: HttpRequest, participant: Participant, said: Statement) -> HttpResponse:
    """On to the cards, or first to what others said like it, unless that stood beside the words already."""
    slug = participant.engagement.slug
    if "seen_alike" not in request.POST and alike_for(participant, said.text):
        return redirect(f"{reverse('alike', args=[slug])}?of={said.pk}")
    messages.success(request, _("Thank you. A person reads it before others see it."))
    return redirect("cards", slug)


@require_GET
@for_participants
def cards(request: HttpRequest, participant: Participant) -> HttpResponse:
    return render(request, "engagements/cards.html", _card(request, participant, request.GET.get("last", "")))


@require_POST
@for_participants
def cast_vote(request: HttpRequest, participant: Participant) -> HttpResponse:
    form = VoteForm(participant, request.POST)
    last = ""
    if form.is_valid():
        last = _cast(request, participant, form)
    else:
        messages.error(request, _("That answer did not arrive whole. Please give it again."))
    return _next_card(request, participant, last)


def _cast(request: HttpRequest, participant: Participant, form: VoteForm) -> str:
    try:
        actions.cast_vote(participant=participant, **form.cleaned_data)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return ""
    return str(form.cleaned_data["statement"].pk)


@require_POST
@for_participants
def undo_vote(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Take the vote back and show its card again."""
    wanted = number_in(request.POST.get("statement", ""))
    statement = get_object_or_404(participant.engagement.statements, pk=wanted)
    try:
        actions.withdraw_vote(participant=participant, statement=statement)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    return _next_card(request, participant, again=str(statement.pk))


def _next_card(request: HttpRequest, participant: Participant, last: str = "", again: str = "") -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "engagements/fragments/card.html", _card(request, participant, last, again))
    query = f"?last={last}" if last else f"?again={again}" if again else ""
    return redirect(reverse("cards", args=[participant.engagement.slug]) + query)


def _card(request: HttpRequest, participant: Participant, last: str = "", again: str = "") -> dict[str, Any]:
    """What the card page shows. The last vote travels in the address: kept in the session, it would say who cast it."""
    again = again or request.GET.get("again", "")
    hand = queries.hand_of(participant)
    drawn = queries.next_statement(participant, again=number_in(again), hand=hand)
    progress = queries.progress_of(participant, hand=hand)
    return {
        "engagement": participant.engagement,
        "device": device_of(request, participant.engagement),
        "statement": drawn and drawn.statement,
        "drawn": seal(participant, drawn) if drawn else "",
        "progress": progress,
        "just_said": "said" in request.GET,
        "rests": progress.is_sitting_done and "more" not in request.GET and bool(last),
        "last": number_in(last) or "",
        "can_see_where": progress.answered >= participant.engagement.min_votes_to_place,
        "tab": "say",
    }


@require_GET
@for_participants
def mine(request: HttpRequest, participant: Participant) -> HttpResponse:
    rows = queries.statements_of(participant)
    told = told_of((row["statement"] for row in rows), to_author=True)
    context = {
        "engagement": participant.engagement,
        "rows": [_with_kind(row, told[row["statement"].pk]) for row in rows],
        "tab": "mine",
        "participant": participant,
    }
    return render(request, "engagements/mine.html", context)


def _with_kind(row: dict[str, Any], told: list[Told]) -> dict[str, Any]:
    return {**row, "told": told, "is_kind_told": any(one.is_known for one in told)}
