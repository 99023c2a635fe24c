"""Pages that may stand in a frame on the places a lead named, and nowhere else; all other pages may in none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from sayso.embedding.queries import origins_for
from sayso.engagements.models import Engagement
from sayso.web.speaking import speak_one_of

P = ParamSpec("P")


def framed(
    page: Callable[Concatenate[HttpRequest, Engagement, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Hand the page the engagement in place of the slug. Where no place is named, there is no such page."""

    @never_cache
    @wraps(page)
    def wrapped(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        engagement = get_object_or_404(Engagement, slug=slug)
        if not (origins := origins_for(engagement)):
            raise Http404
        speak_one_of(request, engagement.languages)
        reply = page(request, engagement, *args, **kwargs)
        marks: Any = reply
        marks._csp_replace = {"frame-ancestors": origins}
        marks.xframe_options_exempt = True  # that header knows no list; browsers that know neither are long gone
        return reply

    return wrapped  # type: ignore[return-value]
