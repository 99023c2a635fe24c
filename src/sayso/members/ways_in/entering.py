"""Letting a member in, and where to: the last step of every way in. Knows sessions; knows nothing of engagements.

Signed times are nowhere needed: sessions end by day, limits by quarter of an hour, links by a number. A server whose
clock is wrong therefore locks nobody out.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from sayso.members.models import Member


def let_in(request: HttpRequest, member: Member) -> None:
    """Sign in, in a session made anew: nothing of the one before stays, be it somebody's or planted."""
    request.session.flush()
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])


def where_to(request: HttpRequest, wanted: str) -> str:
    """An address of our own to go on to; the start where `wanted` is none."""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") and len(wanted) < 300 else "/"


def first_name(member: Member) -> str:
    """How a page greets: "Ann" of "Ann Li" and of "Li, Ann"."""
    last, comma, first = member.full_name.partition(",")
    words = (first if comma and first.strip() else last).split()
    return words[0] if words else member.full_name


def end_sessions(member: Member) -> None:
    """End all sessions, in every browser. A session holds what is derived from the password field, and that changes."""
    member.set_unusable_password()
    member.save(update_fields=["password"])


def end_other_sessions(request: HttpRequest, member: Member) -> None:
    end_sessions(member)
    update_session_auth_hash(request, member)


def void_passes(member: Member) -> None:
    """Make the member's links and codes of before open nothing any more."""
    Member.objects.filter(pk=member.pk).update(pass_number=F("pass_number") + 1)
    member.refresh_from_db(fields=["pass_number"])
