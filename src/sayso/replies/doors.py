"""From a request to whoever reads a statement's page, or is in charge of something there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from sayso.engagements.coming_in.doors import engagement_for, guest_behind, key_missing, members_or_guests
from sayso.engagements.models import Engagement, Participant, RoleName
from sayso.engagements.queries import participant_of
from sayso.engagements.rules import may_take_part
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing
from sayso.replies.rules import role_of

P = ParamSpec("P")


@dataclass(frozen=True)
class Reader:
    """Whoever reads: without a participant when they never took part, or when nobody can tell any more."""

    engagement: Engagement
    participant: Participant | None
    role: RoleName | None = None


def for_readers(
    page: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Members and guests. Reading makes nobody a participant, and goes on after the key is gone."""

    @members_or_guests
    @never_cache
    @wraps(page)
    def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if guest := guest_behind(request):
            return page(request, Reader(guest.engagement, guest), *args, **kwargs)
        engagement = engagement_for(request, slug)
        member = request.user
        if not isinstance(member, Member) or not may_take_part(member, engagement):
            return redirect("promise", slug)
        try:
            participant = None if engagement.key_destroyed_on else participant_of(member, engagement)
        except KeyMissing:
            return key_missing(request, engagement)
        return page(request, Reader(engagement, participant, office_of(request, engagement)), *args, **kwargs)

    return wrapped


def office_of(request: HttpRequest, engagement: Engagement) -> RoleName | None:
    """None at a kiosk, where everybody is but a member."""
    if getattr(request, "kiosk", "") or not isinstance(request.user, Member):
        return None
    return role_of(request.user, engagement)


def for_roles(
    *among: RoleName,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, str, P], HttpResponse],
]:
    """Hand the page the engagement in place of the slug, to those who hold one of these roles; else it is not there."""

    def door(
        page: Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
        @login_required
        @never_cache
        @wraps(page)
        def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            engagement = engagement_for(request, slug)
            if role_of(request.user, engagement, among) is None:
                raise Http404
            return page(request, engagement, *args, **kwargs)

        return wrapped  # type: ignore[return-value]

    return door
