"""The page on which later visits open: at most three new things, and on to the cards."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from sayso.distillations.news import Seen, news_for
from sayso.engagements.coming_in.doors import for_participants
from sayso.engagements.languages.queries import SaidIn
from sayso.engagements.models import Participant
from sayso.engagements.rules import may_guard
from sayso.engagements.saying.names import names_shown

COOKIE = "sayso_seen"
COOKIE_DAYS = 180


@require_safe
@for_participants
def news(request: HttpRequest, participant: Participant) -> HttpResponse:
    engagement = participant.engagement
    n_votes = participant.votes.count()
    seen = Seen.from_cookie(request.COOKIES.get(COOKIE, ""))
    found = news_for(participant, seen, may_see_results=n_votes >= engagement.min_votes_to_place)
    context = {
        "engagement": engagement,
        "news": found,
        "tab": "say",
        "participant": participant,
        "names": names_shown(engagement),
        "guards": partial(may_guard, request.user, engagement),
        "said": SaidIn(engagement, get_language() or ""),
    }
    reply = render(request, "distillations/news.html", context)
    if not getattr(request, "kiosk", ""):
        reply.set_cookie(
            COOKIE,
            found.now.as_cookie(),
            max_age=COOKIE_DAYS * 24 * 60 * 60,
            path=f"/e/{engagement.slug}/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return reply
