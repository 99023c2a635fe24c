"""A shared device on which one after the other has their say, and nothing of the one before is left.

The kiosk has no right of its own: its cookie only makes sessions short and shuts every page but those of having
one's say, the lead's own among them. Each person proves who they are; leaving ends the session. Without scripts a
session ends by itself two minutes after the last page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect

from sayso.engagements.coming_in.guests import SESSION_KEY as GUEST
from sayso.engagements.models import Engagement

COOKIE = "sayso_kiosk"
COOKIE_DAYS = 30
STAY_S = 120
ALWAYS = {"kiosk", "kiosk_enter", "kiosk_done", "kiosk_end"}
OF_NO_ENGAGEMENT = {"choose_language"}
WITH_A_PERSON = {
    *("promise", "mandate", "say", "cards", "cast_vote", "undo_vote", "mine", "withdraw_statement"),
    *("results", "results_live", "one_statement", "where"),
    *("statement", "answer_statement", "reply", "withdraw_reply", "unmark_reply", "my_questions", "my_question"),
    *("warn", "mend"),
    *("echo", "alike", "not_taking_part", "set_kind", "name_off", "answers_later", "meet_later", "news"),
}


class KioskMiddleware:
    """Behind the session: keeps the kiosk to its pages, and each person's session alive from page to page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug = request.kiosk = kiosk_of(request)  # type: ignore[attr-defined]
        request.kiosk_taken = bool(slug) and is_taken(request)  # type: ignore[attr-defined]
        reply = self.get_response(request)
        if slug:
            add_never_cache_headers(reply)
            if is_taken(request) and request.resolver_match and request.resolver_match.url_name != "results_live":
                request.session.modified = True  # its cookie runs anew: two minutes from this page
        return reply

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        slug, page = request.kiosk, request.resolver_match and request.resolver_match.url_name  # type: ignore[attr-defined]
        if not slug:
            return None
        if page in OF_NO_ENGAGEMENT:
            return None
        may = ALWAYS | WITH_A_PERSON if is_taken(request) else ALWAYS
        if page in may and kwargs.get("slug") == slug:
            return None
        # Asked for in the background, the whole page shall not land in a part of one.
        is_part = request.htmx  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(reverse("kiosk", args=[slug])) if is_part else redirect("kiosk", slug)


def kiosk_of(request: HttpRequest) -> str:
    """The engagement whose kiosk this browser is; empty when it is none."""
    if not (held := request.COOKIES.get(COOKIE)):
        return ""
    try:
        return signing.Signer(salt=COOKIE).unsign(held)
    except signing.BadSignature:
        return ""


def is_taken(request: HttpRequest) -> bool:
    return request.user.is_authenticated or GUEST in request.session


def make_kiosk(request: HttpRequest, reply: HttpResponse, engagement: Engagement) -> None:
    """From now on this browser is a kiosk, and whoever started it is signed out of it, with all they kept on it."""
    forget_person(request, reply)
    reply.set_cookie(
        COOKIE,
        signing.Signer(salt=COOKIE).sign(engagement.slug),
        max_age=COOKIE_DAYS * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def shorten_stay(request: HttpRequest) -> None:
    request.session.set_expiry(STAY_S)


def forget_person(request: HttpRequest, reply: HttpResponse) -> None:
    """Session, messages, the language they chose, and what scripts may have kept."""
    request.session.flush()
    reply.delete_cookie("messages")
    reply.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    reply["Clear-Site-Data"] = '"storage"'
