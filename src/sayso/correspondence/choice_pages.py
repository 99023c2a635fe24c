"""What I send you: once a week, at once, or nothing; by the link in each mail, or signed in. One press, and back.

Mail programs press it too (RFC 8058). Nobody in charge sees what somebody chooses.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sayso.correspondence import actions, queries, tokens
from sayso.correspondence.models import Choice
from sayso.engagements import rules
from sayso.engagements.coming_in.doors import engagement_for, key_missing
from sayso.engagements.models import Engagement
from sayso.mail.queries import rules_of
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing


@csrf_exempt  # the mail program sends it, with no form of ours before; the token in the address is the proof
@require_http_methods(["GET", "POST"])
@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, so that programs that open every link do no harm."""
    named = tokens.named_by_choice(token)
    if named is None:
        raise Http404
    reply = _page(request, named.member, named.engagement, reverse("what_you_send_me", args=[token]))
    reply["Referrer-Policy"] = "strict-origin"  # the address is a key: no page may learn it
    return reply


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def signed_in(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    if not engagement.is_opened:
        return redirect("promise", slug)
    return _page(request, request.user, engagement, reverse("what_i_get", args=[slug]))  # type: ignore[arg-type]


def _page(request: HttpRequest, member: Member, engagement: Engagement, address: str) -> HttpResponse:
    if engagement.key_destroyed_on:
        return _told(request, engagement, address, over=True)
    wanted = _wanted(request)
    try:
        before = queries.choice_of(member, engagement)
        if wanted:
            actions.choose(engagement=engagement, member=member, choice=wanted)
    except KeyMissing:
        return key_missing(request, engagement)
    chosen = wanted or before
    undo = before if wanted and before != wanted else ""
    is_own = request.user == member
    return _told(request, engagement, address, chosen=chosen, undo=undo, is_saved=bool(wanted), is_own=is_own)


def _wanted(request: HttpRequest) -> Choice | None:
    """The choice sent; what a mail program sends means "nothing more"."""
    if request.method != "POST":
        return None
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return Choice.NONE
    sent = request.POST.get("choice", "")
    return Choice(sent) if sent in Choice.values else None


def _told(request: HttpRequest, engagement: Engagement, address: str, **told: object) -> HttpResponse:
    may_feed = told.get("is_own") and rules_of(engagement).has_feed and rules.may_take_part(request.user, engagement)
    feed = request.build_absolute_uri(reverse("feed", args=[tokens.feed_token(engagement)])) if may_feed else ""
    context = {"of": engagement.title, "address": address, "choices": Choice.choices, "feed": feed, **told}
    status = 410 if told.get("over") else 200
    return render(request, "correspondence/what_i_send_you.html", context, status=status)
