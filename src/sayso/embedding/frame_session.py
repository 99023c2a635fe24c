"""Who is in a frame on a page of elsewhere, and how they came in.

Browsers keep the cookies of a site in a frame apart from its own, so whoever is signed in here is nobody there. A
window of ours, opened from the frame, hands a pass over to it; the frame turns it into a session of its own, in a
cookie that the browser keeps for that one page of elsewhere. That session opens cards of one engagement and nothing
else: it is none of Django's sessions of somebody signed in.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.module_loading import import_string

from sayso.engagements import rules
from sayso.engagements.models import Engagement
from sayso.members.models import Member

COOKIE = "sayso_frame"
PASS, IN_FRAME = "frame_pass", "in_frame"
MEMBER, PROOF = "frame_member", "frame_proof"
PASS_GOOD_FOR_S = 5 * 60


def new_pass(member: Member, engagement: Engagement) -> str:
    """What lets one frame in, once and soon. It travels between two windows of ours in one browser, in no address.

    Its moment travels with it, signed: kept sessions know days only.
    """
    return _dated().sign(_begun(member, PASS, engagement.slug))


def come_in(request: HttpRequest, engagement: Engagement, given: str) -> str:
    """The frame's session for a pass; empty when it is used, too old, or was none."""
    held = _held(_still_good(given), PASS, engagement)
    member = _member_of(held, engagement)
    if held is not None:
        held.flush()
    if member is None:
        return ""
    if before := _held(request.COOKIES.get(COOKIE, ""), IN_FRAME, engagement):
        before.flush()
    return _begun(member, IN_FRAME, engagement.slug)


def _begun(member: Member, what: str, slug: str) -> str:
    session = _store()()
    session[what], session[MEMBER], session[PROOF] = slug, str(member.pk), member.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def member_behind(request: HttpRequest, engagement: Engagement) -> Member | None:
    return _member_of(_held(request.COOKIES.get(COOKIE, ""), IN_FRAME, engagement), engagement)


def leave(request: HttpRequest, engagement: Engagement) -> None:
    if held := _held(request.COOKIES.get(COOKIE, ""), IN_FRAME, engagement):
        held.flush()


def remember(reply: HttpResponse, engagement: Engagement, key: str) -> None:
    """Partitioned: the browser keeps it for this page of elsewhere alone. An empty key takes it away."""
    life = settings.SESSION_COOKIE_AGE if key else 0
    reply.set_cookie(
        COOKIE, key, max_age=life, path=f"/e/{engagement.slug}/embed/", secure=True, httponly=True, samesite="None"
    )
    # The standard library learns this word in Python 3.14.
    reply.cookies[COOKIE]["samesite"] = "None; Partitioned"


def form_proof(request: HttpRequest) -> str:
    """Stands in each form of a frame; another site can neither read nor make it."""
    return salted_hmac("sayso.embedding.form", request.COOKIES.get(COOKIE, "")).hexdigest()


def comes_from_frame(request: HttpRequest) -> bool:
    """Whether a form was sent by a page of ours: Django's own token needs a cookie that a frame does not get."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin and origin != f"{request.scheme}://{request.get_host()}":
        return False
    return constant_time_compare(request.POST.get("proof", ""), form_proof(request))


def _held(key: str, what: str, engagement: Engagement) -> SessionBase | None:
    if not key.isalnum() or len(key) > 64:
        return None
    session: SessionBase = _store()(key)
    return session if session.get(what) == engagement.slug else None


def _member_of(held: SessionBase | None, engagement: Engagement) -> Member | None:
    """Still on the roster, and not signed out everywhere since."""
    if held is None:
        return None
    member = Member.objects.filter(pk=held[MEMBER]).first()
    if member is None or not rules.may_take_part(member, engagement):
        return None
    return member if constant_time_compare(held[PROOF], member.get_session_auth_hash()) else None


def _still_good(given: str) -> str:
    """What was signed, for five minutes."""
    try:
        return _dated().unsign(given, max_age=PASS_GOOD_FOR_S)
    except signing.BadSignature:
        return ""


def _dated() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="sayso.embedding.pass")


def _store() -> type[SessionBase]:
    found: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    return found
