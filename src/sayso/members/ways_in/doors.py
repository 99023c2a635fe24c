"""From a request to the member who is signed in; whoever is not is asked to come in first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from sayso.members.models import Member

P = ParamSpec("P")


def for_members(
    page: Callable[Concatenate[HttpRequest, Member, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hand the page the member; private, so nothing on the way may keep a copy."""

    @never_cache
    @wraps(page)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Member):
            return redirect_to_login(request.get_full_path())
        return page(request, request.user, *args, **kwargs)

    return wrapped  # type: ignore[return-value]
