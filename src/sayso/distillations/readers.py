"""From a request to whoever reads results: a member, a guest, or anybody where a lead made them public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language

from sayso.distillations import queries, rules
from sayso.distillations.presentation import without_unknown
from sayso.distillations.queries import Reader
from sayso.engagements.coming_in.doors import guest_behind, key_missing, members_or_guests
from sayso.engagements.languages.queries import SaidIn
from sayso.engagements.models import RoleName
from sayso.engagements.rules import MODERATING
from sayso.members.models import Member
from sayso.web.speaking import speak_one_of


def readers(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like `members_or_guests`; once results are public, whoever is neither reads them too."""
    known = members_or_guests(page)

    @wraps(page)
    def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        reply = known(request, slug, *args, **kwargs)
        is_nobody = not request.user.is_authenticated and guest_behind(request) is None
        return page(request, slug, *args, **kwargs) if is_nobody and queries.made_public(slug) else reply

    return wrapped


def reader_behind(request: HttpRequest, slug: str) -> Reader:
    reader = _found(request, slug)
    speak_one_of(request, reader.engagement.languages)
    return reader


def _found(request: HttpRequest, slug: str) -> Reader:
    if guest := guest_behind(request):
        return queries.guest_as_reader(guest)
    reader = queries.reader_of(request.user, slug) if isinstance(request.user, Member) else None
    if reader is None and (engagement := queries.made_public(slug)):
        return queries.anybody(engagement)
    if reader is None:
        raise Http404
    return reader


def may_read(reader: Reader) -> bool:
    by_own_voice = rules.may_see_results(reader.engagement, n_votes=reader.n_votes, roles=frozenset())
    if reader.is_anybody or by_own_voice:
        return True
    return rules.may_see_results(reader.engagement, n_votes=reader.n_votes, roles=reader.roles)


def told_to(reader: Reader) -> Mapping[str, Any]:
    """The newest published results, less what readers from elsewhere are not told. Raises Http404 without any."""
    published = queries.latest_published(reader.engagement)
    if published is None:
        raise Http404
    return told_of(published.body, reader)


def told_of(body: Mapping[str, Any], reader: Reader) -> Mapping[str, Any]:
    """What of published results a reader is told: in one place, for every page of theirs."""
    return without_unknown(body) if reader.is_anybody else body


def frame_of(reader: Reader) -> dict[str, Any]:
    """What every page around results needs: whose tabs stand above it, and what else only they may open."""
    tabs = "engagements/lead_tabs.html" if reader.roles & set(MODERATING) else "engagements/tabs.html"
    return {
        "engagement": reader.engagement,
        "tabs": "" if reader.is_anybody else tabs,
        "tab": "results",
        "leads": RoleName.LEAD in reader.roles,
        "sees_accounts": rules.may_see_accounts(reader.roles),
        "may_make_public": rules.may_make_public(reader.roles),
        "is_anybody": reader.is_anybody,
        "is_public": reader.is_public,
        "names": reader.names,
        "said": said_to(reader),
    }


def said_to(reader: Reader) -> SaidIn:
    return SaidIn(reader.engagement, get_language() or "")


def not_yet(request: HttpRequest, reader: Reader) -> HttpResponse:
    """How many own answers are missing."""
    if reader.key_is_missing:
        return key_missing(request, reader.engagement)
    needed = reader.engagement.min_votes_to_place
    context = {
        **frame_of(reader),
        "n_votes": reader.n_votes,
        "n_needed": needed,
        "n_missing": max(needed - reader.n_votes, 0),
    }
    return fresh(render(request, "distillations/results_later.html", context))


def fresh(reply: HttpResponse) -> HttpResponse:
    patch_cache_control(reply, private=True, no_cache=True)
    return reply
