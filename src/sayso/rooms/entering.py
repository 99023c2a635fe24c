"""From a request to the room behind it; whoever may not host it finds nothing there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from sayso.engagements.coming_in.doors import engagement_for
from sayso.engagements.models import Engagement
from sayso.engagements.rules import may_moderate
from sayso.rooms import rules
from sayso.rooms.models import RoomSession

P = ParamSpec("P")


def for_hosts(
    page: Callable[Concatenate[HttpRequest, RoomSession, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, int, P], HttpResponse]:
    """Hand the page the room in place of slug and number, to whoever may host it."""

    @login_required
    @never_cache
    @wraps(page)
    def wrapped(request: HttpRequest, slug: str, room_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        engagement = engagement_for(request, slug)
        rooms = engagement.rooms.select_related("engagement__organisation", "topic", "facilitator")
        session = get_object_or_404(rooms, pk=room_id)
        if not rules.may_host(request.user, session):
            raise Http404
        return page(request, session, *args, **kwargs)

    return wrapped  # type: ignore[return-value]


def framed(request: HttpRequest, engagement: Engagement, **more: Any) -> dict[str, Any]:
    """What every page of rooms needs: whose tabs stand above it."""
    moderates = may_moderate(request.user, engagement)
    return {
        "engagement": engagement,
        "tabs": "engagements/lead_tabs.html" if moderates else "engagements/tabs.html",
        "leads": rules.may_plan(request.user, engagement),
        "tab": "rooms",
        **more,
    }


def sent_with(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also when nothing in it was filled in; None before it is sent."""
    return request.POST if request.method == "POST" else None
