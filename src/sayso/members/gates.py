"""What every request passes: an installation not set up says so, a leaver's session ends, a member is spoken to in
their language.

Knows sessions and whether there is an organisation; knows no page.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sayso.members.models import Member
from sayso.members.set_up.link import is_set_up
from sayso.web.languages import language_of
from sayso.web.speaking import has_chosen, speak

GetReply = Callable[[HttpRequest], HttpResponse]
DOORS = re.compile(r"/(accounts/.*)?")  # all other pages send whoever is not signed in to one of these


class NotSetUpYet:
    """Until there is an organisation, every door tells what to do. Asked until there is one."""

    def __init__(self, get_reply: GetReply) -> None:
        self.get_reply = get_reply
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_set_up or not DOORS.fullmatch(request.path):
            return self.get_reply(request)
        self.is_set_up = settings.DEMO or is_set_up()
        if self.is_set_up:
            return self.get_reply(request)
        return render(request, "members/not_set_up.html", status=503)


class LeaversSessionsEnd:
    """Whoever is signed in and no longer on the roster is signed out for good: coming back needs a new sign-in."""

    def __init__(self, get_reply: GetReply) -> None:
        self.get_reply = get_reply

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session
        if has_session and not request.user.is_authenticated:
            request.session.flush()
        return self.get_reply(request)


class InOnesLanguage:
    """Where nothing was chosen in this browser, the language on the member's record; else what the browser asks for."""

    def __init__(self, get_reply: GetReply) -> None:
        self.get_reply = get_reply

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = None if has_chosen(request) else request.user
        if isinstance(member, Member) and (told := language_of(member.language)):
            speak(request, told)
        return self.get_reply(request)
