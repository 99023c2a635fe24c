"""The demo's start page and what its doors do. Not installed, not addressed and refused outside the demo."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sayso.demo import doors
from sayso.distillations.queries import latest_published
from sayso.engagements.models import Engagement
from sayso.engagements.pages import home
from sayso.members.models import Member

SEAT_COOKIE = "sayso_demo_seat"
Page = Callable[[HttpRequest], HttpResponse]


def demo_only(page: Page) -> Page:
    """A second lock: even where these pages are addressed by mistake, there is no door outside the demo."""

    @never_cache
    @wraps(page)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return page(request)

    return wrapped


@require_GET
@demo_only
def start(request: HttpRequest) -> HttpResponse:
    engagement = doors.the_engagement()
    if engagement is None:
        return render(request, "demo/no_world.html", status=503)
    published = latest_published(engagement)
    context: dict[str, Any] = {
        "organisation": engagement.organisation.name,
        "n_members": engagement.n_members,
        "body": published.body if published else None,
        "seat": doors.next_seat(engagement),
        "own_seat": doors.seat_taken_before(engagement, _remembered(request)),
        "lead": doors.the_lead(engagement),
        "quote": doors.something_said(engagement),
    }
    return render(request, "demo/start.html", context)


@require_POST
@demo_only
def member_door(request: HttpRequest) -> HttpResponse:
    """A member who has said nothing yet, another one at each press; or the same one again."""
    engagement = _engagement()
    again = doors.seat_taken_before(engagement, _remembered(request)) if "again" in request.POST else None
    seat = again or doors.take_seat(engagement)
    _come_in(request, seat)
    reply = redirect("promise", engagement.slug)
    reply.set_signed_cookie(SEAT_COOKIE, str(seat.pk), httponly=True, samesite="Lax")
    return reply


@require_POST
@demo_only
def lead_door(request: HttpRequest) -> HttpResponse:
    engagement = _engagement()
    _come_in(request, doors.the_lead(engagement))
    return redirect("inbox", engagement.slug)


@require_POST
@demo_only
def stranger_door(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("demo_outside")


@require_GET
@demo_only
def outside(request: HttpRequest) -> HttpResponse:
    """What stands at the front for everybody, which the start page hides in the demo."""
    return home(request)


def _engagement() -> Engagement:
    engagement = doors.the_engagement()
    if engagement is None:
        raise Http404
    return engagement


def _come_in(request: HttpRequest, member: Member) -> None:
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])


def _remembered(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(SEAT_COOKIE, default=""))
