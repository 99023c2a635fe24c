"""What has become of a personal link: used in this browser, in another one, given back.

A link that was used once is good in the browser that used it. Any other must prove more: a forwarded mail lets
nobody in. What is kept of it is one keyed mark without a moment, and a cookie in the browser.
"""

from __future__ import annotations

from enum import Enum

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from sayso.members.models import Member, UsedPass
from sayso.members.rules import Refused
from sayso.members.ways_in.passes import link_mark
from sayso.members.ways_in.tries import address_of, count_try, forget_try
from sayso.web.typed import one_line

COOKIE = "sayso_link"
COOKIE_DAYS = 180


class Link(Enum):
    GOOD = "good"
    USED_ELSEWHERE = "used_elsewhere"
    GIVEN_BACK = "given_back"


def state_of_link(request: HttpRequest, member: Member) -> Link:
    marks = {what: link_mark(member, what) for what in ("used", "void")}
    kept = set(UsedPass.objects.filter(mark__in=marks.values()).values_list("mark", flat=True))
    if marks["void"] in kept:
        return Link.GIVEN_BACK
    return Link.USED_ELSEWHERE if marks["used"] in kept and not _knows(request, member) else Link.GOOD


def use_link(request: HttpRequest, member: Member) -> bool:
    """Whether this browser may come in by the link: it is the first, or the one that was. Of two at once, one is."""
    return UsedPass.objects.get_or_create(mark=link_mark(member, "used"))[1] or _knows(request, member)


def give_back_link(member: Member) -> None:
    """ "This is not me": the link opens nothing any more. The letter's code goes on opening."""
    UsedPass.objects.get_or_create(mark=link_mark(member, "void"))


def remember_browser(reply: HttpResponse, member: Member) -> None:
    """So that the same link is one press in this browser the next time."""
    reply.set_cookie(
        COOKIE,
        link_mark(member, "browser"),
        max_age=COOKIE_DAYS * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def check_staff_number(request: HttpRequest, member: Member, typed: str) -> None:
    """The second proof for who has no e-mail address. Raises Refused."""
    person, address = f"link {member.pk}", address_of(request)
    if not count_try(person=person, address=address):
        raise Refused(_("That was tried too often. Nothing is lost. It opens again by itself within 15 minutes."))
    held = (member.staff_number or "").casefold()
    if not held or not constant_time_compare(one_line(typed).casefold(), held):
        raise Refused(_("That is not the staff number of this link. Please look again."))
    forget_try(person=person, address=address)


def _knows(request: HttpRequest, member: Member) -> bool:
    return constant_time_compare(request.COOKIES.get(COOKIE, ""), link_mark(member, "browser"))
