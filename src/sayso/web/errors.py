"""What a person sees when something went wrong: what happened, what is safe, what to do. Knows no app."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

# Long texts get a textarea that shows them; short ones travel hidden.
SHOWN_FROM_CHARACTERS = 12


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: what broke may be the very thing a context processor needs."""
    return HttpResponse(render_to_string("web/errors/500.html"), status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was too old: the same fields again with a fresh one, so that nothing typed is lost."""
    fields = _posted_fields(request) if comes_from_our_own_page(request) else []
    return render(
        request,
        "web/errors/stale_form.html",
        {"fields": fields, "path": request.get_full_path()},
        status=403,
    )


class PressedBeforeComingIn:
    """Whoever presses a button after their time ran out comes in, and is led to an address that takes forms only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reply = self.get_response(request)
        if reply.status_code != 405 or request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
            return reply
        inside = re.match(r"/e/[\w-]+/", request.path)
        told = render(request, "web/errors/405.html", {"back": inside[0] if inside else "/"}, status=405)
        told["Allow"] = reply["Allow"]
        add_never_cache_headers(told)
        return told


def comes_from_our_own_page(request: HttpRequest) -> bool:
    """Whether the form may be offered again. One posted from elsewhere never is: its words are not the member's."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(origin)
    return f"{parts.scheme}://{parts.netloc}" == f"{request.scheme}://{request.get_host()}"


def _posted_fields(request: HttpRequest) -> list[dict[str, object]]:
    return [
        {"name": name, "value": value, "is_shown": len(value) >= SHOWN_FROM_CHARACTERS or "\n" in value}
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
