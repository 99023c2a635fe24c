"""Which language a page is in: what somebody chose, what is on their record, or what their browser asks for.

Knows requests; knows no people. `members.gates` and the doors of engagements tell what they know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from sayso.web.languages import FALLBACK, NAMES


class LanguageEndsWithTheReply:
    """Outermost: what a thread does next begins in nobody's language."""

    def __init__(self, get_reply: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_reply = get_reply

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_reply(request)
        finally:
            translation.deactivate()


def has_chosen(request: HttpRequest) -> bool:
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in NAMES


def choose(reply: HttpResponse, language: str) -> None:
    """Keep it in this browser."""
    reply.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def speak(request: HttpRequest, language: str) -> None:
    """From here on, to this person, in their own language."""
    translation.activate(language)
    request.LANGUAGE_CODE = language
    request.is_in_own_language = True  # type: ignore[attr-defined]


def speak_one_of(request: HttpRequest, languages: Sequence[str]) -> None:
    """What the browser asks for, of those people are addressed in here; whoever has an own language keeps it."""
    if has_chosen(request) or getattr(request, "is_in_own_language", False):
        return
    translation.activate(_best(request, [code for code in languages if code in NAMES]))
    request.LANGUAGE_CODE = translation.get_language()


def _best(request: HttpRequest, among: list[str]) -> str:
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    known = (code.partition("-")[0] for code, _ in asked)
    return next((code for code in known if code in among), among[0] if among else FALLBACK)
