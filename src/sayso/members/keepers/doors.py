"""From a request to the roster keeper behind it; for everybody else there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member
from sayso.members.rules import may_keep_roster

P = ParamSpec("P")


def for_keepers(
    page: Callable[Concatenate[HttpRequest, Member, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hand the page the keeper; private, so nothing on the way may keep a copy."""

    @login_required
    @never_cache
    @wraps(page)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_keep_roster(request.user):
            raise Http404
        return page(request, request.user, *args, **kwargs)  # type: ignore[arg-type]

    return wrapped  # type: ignore[return-value]


def saw(keeper: Member, detail: str) -> None:
    """On record, before it is shown: a keeper looks at people."""
    record_access(organisation=keeper.organisation, by=keeper, kind=AccessKind.ROSTER_SEEN, detail=detail)


def changed(keeper: Member, detail: str) -> None:
    record_access(organisation=keeper.organisation, by=keeper, kind=AccessKind.ROSTER_CHANGED, detail=detail)
