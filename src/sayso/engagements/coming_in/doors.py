"""From a request to the engagement and the participant behind it; whoever does not belong finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from sayso.engagements import queries, rules
from sayso.engagements.actions import join
from sayso.engagements.coming_in.guests import guest_of
from sayso.engagements.models import Engagement, Participant
from sayso.members.pseudonyms import KeyMissing
from sayso.web.speaking import speak_one_of

P = ParamSpec("P")


def engagement_for(request: HttpRequest, slug: str, *, known: Participant | None = None) -> Engagement:
    """The engagement, for members of its organisation; for others there is no such page, nor before the opening."""
    engagement = known.engagement if known else queries.engagement_called(slug)
    if engagement is None or not rules.may_come_near(request.user, engagement):
        raise Http404
    speak_one_of(request, engagement.languages)
    return engagement


def key_missing(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """Without its key nobody can be told which answers are theirs: what happened, what is safe, whom to tell."""
    context = {
        "engagement": engagement,
        "leads": queries.leads_of(engagement),
        "typed": request.POST.get("text", ""),
    }
    if engagement.key_destroyed_on:
        return render(request, "engagements/key_destroyed.html", context, status=410)
    return render(request, "engagements/key_missing.html", context, status=503)


def members_or_guests(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like `login_required`, but lets in the browser of a guest of this engagement; see `guest_behind`."""

    @wraps(page)
    def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            engagement = queries.engagement_called(slug)
            request.guest = guest_of(request, engagement) if engagement else None  # type: ignore[attr-defined]
            if guest_behind(request) is None:
                return redirect_to_login(request.get_full_path())
            speak_one_of(request, engagement.languages)  # type: ignore[union-attr]
        return page(request, slug, *args, **kwargs)

    return wrapped


def guest_behind(request: HttpRequest) -> Participant | None:
    """The guest that `members_or_guests` let in; None for members."""
    return getattr(request, "guest", None)


def for_participants(
    page: Callable[Concatenate[HttpRequest, Participant, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Hand the page the participant in place of the slug; private, so nothing on the way may keep a copy."""

    @members_or_guests
    @never_cache
    @wraps(page)
    def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if guest := guest_behind(request):
            return page(request, guest, *args, **kwargs)
        engagement = engagement_for(request, slug)
        if not rules.may_take_part(request.user, engagement):  # before the opening, somebody in office who looks
            return redirect("promise", slug)
        if engagement.key_destroyed_on:  # also when somebody put a copy of the key back
            return key_missing(request, engagement)
        try:
            participant = join(engagement=engagement, member=request.user)  # type: ignore[arg-type]
        except KeyMissing:
            return key_missing(request, engagement)
        return page(request, participant, *args, **kwargs)

    return wrapped


def for_moderators(
    page: Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Hand the page the engagement in place of the slug, to its lead and its moderators only."""
    return _for_those(rules.may_moderate, page)


def for_leads(
    page: Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Hand the page the engagement in place of the slug, to its lead only."""
    return _for_those(rules.may_grant_roles, page)


def for_organisers(
    page: Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Hand the page the engagement in place of the slug, to all who write what members read."""
    return _for_those(rules.may_write_for_organisers, page)


def for_guardians(
    page: Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Hand the page the engagement in place of the slug, to its data guardian only."""
    return _for_those(rules.may_guard, page)


def _for_those(
    may: Callable[[Any, Engagement], bool], page: Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse]
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    @login_required
    @never_cache
    @wraps(page)
    def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        engagement = engagement_for(request, slug)
        if not may(request.user, engagement):
            raise Http404
        return page(request, engagement, *args, **kwargs)

    return wrapped  # type: ignore[return-value]
