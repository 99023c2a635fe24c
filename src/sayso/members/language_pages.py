"""Choosing the language of the pages, on any page, without scripts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sayso.members.actions import change_language
from sayso.members.models import Member
from sayso.members.ways_in.entering import where_to
from sayso.web.errors import comes_from_our_own_page
from sayso.web.languages import NAMES, language_of
from sayso.web.speaking import choose


@require_POST
@csrf_exempt  # the form stands on pages without a cookie, alike for everybody: no token, but only from our own pages
def choose_language(request: HttpRequest) -> HttpResponse:
    """Kept in this browser, and on the record of whoever is signed in: mails follow. On a kiosk, for this visit."""
    language = request.POST.get("language", "")
    reply = redirect(where_to(request, request.POST.get("next", "")))
    if language not in NAMES or not comes_from_our_own_page(request):
        return reply
    choose(reply, language)
    member = request.user if isinstance(request.user, Member) and not getattr(request, "kiosk", "") else None
    if member and language_of(member.language) != language:
        change_language(member=member, language=NAMES[language])
    return reply
