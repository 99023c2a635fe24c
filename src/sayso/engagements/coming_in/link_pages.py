"""The personal link: a page with one button, so that whoever only opens links (scanners, previews) does nothing.

Knows whether the listening is still on, which `members` cannot; the rest is asked of `members.ways_in.link_use`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements import rules
from sayso.members.models import Member
from sayso.members.ways_in.entering import first_name, let_in, where_to
from sayso.members.ways_in.link_use import (
    Link,
    check_staff_number,
    give_back_link,
    remember_browser,
    state_of_link,
    use_link,
)
from sayso.members.ways_in.passes import member_by_token


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def personal_link(request: HttpRequest, token: str) -> HttpResponse:
    """?to=/e/SLUG/ says where to go on; only addresses of our own count."""
    wanted = where_to(request, request.POST.get("to") or request.GET.get("to", ""))
    member = member_by_token(token)
    if member is None or not member.is_active:
        return _page(request, "gone", 404)
    if request.user == member:
        return _go_on(member, wanted)
    if not rules.are_links_good(member.organisation):
        return _page(request, "over", 410, to=wanted)
    state = state_of_link(request, member)
    if state == Link.GIVEN_BACK:
        return _page(request, "given_back", 410, to=wanted)
    if request.method == "POST":
        return _enter(request, member, token, wanted)
    return _ask(request, member, token, wanted, state)


def _ask(request: HttpRequest, member: Member, token: str, wanted: str, state: Link, problem: str = "") -> HttpResponse:
    context = {"token": token, "to": wanted, "problem": problem, "asks_number": not member.email}
    if state == Link.GOOD:  # to whom a link was forwarded, not even the name is told
        context["name"] = first_name(member)
        context["other"] = request.user.is_authenticated
    return _page(request, state.value, 422 if problem else 200, **context)


def _enter(request: HttpRequest, member: Member, token: str, wanted: str) -> HttpResponse:
    if "staff_number" in request.POST and not member.email:
        try:
            check_staff_number(request, member, request.POST["staff_number"])
        except rules.Refused as refusal:
            return _ask(request, member, token, wanted, Link.USED_ELSEWHERE, str(refusal))
    elif not use_link(request, member):
        return _ask(request, member, token, wanted, Link.USED_ELSEWHERE)
    let_in(request, member)
    return _go_on(member, wanted)


def _go_on(member: Member, wanted: str) -> HttpResponse:
    reply = redirect(wanted)
    remember_browser(reply, member)
    return _no_referrer(reply)


@require_POST
@never_cache
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Who was sent somebody else's link gives it back."""
    member = member_by_token(token)
    if member is None or not member.is_active:
        return _page(request, "gone", 404)
    give_back_link(member)
    return _page(request, "thanks", 200)


def _page(request: HttpRequest, page: str, status: int, **context: Any) -> HttpResponse:
    return _no_referrer(render(request, f"engagements/link/{page}.html", context, status=status))


def _no_referrer(reply: HttpResponse) -> HttpResponse:
    """The address is a key: no page may learn it. (Not "no-referrer": our own forms must tell their origin.)"""
    reply["Referrer-Policy"] = "strict-origin"
    return reply
