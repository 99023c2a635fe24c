"""Guests: people of whom we know a browser and nothing else. One participant a browser; one person may be several.

The browser holds a random token, the database a pseudonym derived from it with the engagement's key: neither leads to
the other without the key. At a kiosk the token lies in the short session, so that it goes when the person does.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sayso.engagements import rules
from sayso.engagements.models import Engagement, Participant
from sayso.members.pseudonyms import KeyMissing, guest_pseudonym

COOKIE = SESSION_KEY = "sayso_guest"
COOKIE_DAYS = 180
TOKEN = re.compile(r"[0-9a-f]{32}")


def new_token() -> str:
    return secrets.token_hex(16)


def guest_of(request: HttpRequest, engagement: Engagement) -> Participant | None:
    """Whose browser this is, if a guest of this engagement came in with it."""
    held = request.session.get(SESSION_KEY) if getattr(request, "kiosk", "") else request.COOKIES.get(COOKIE)
    if not rules.admits_guests(engagement) or not TOKEN.fullmatch(held or ""):
        return None
    try:
        pseudonym = guest_pseudonym(token=str(held), engagement_slug=engagement.slug)
    except KeyMissing:
        return None
    return engagement.participants.filter(pseudonym=pseudonym, is_guest=True).first()


def remember_guest(reply: HttpResponse, engagement: Engagement, token: str) -> None:
    reply.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_DAYS * 24 * 60 * 60,
        path=f"/e/{engagement.slug}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
