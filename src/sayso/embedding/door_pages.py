"""The window of ours that lets a frame in: whoever is signed in here says yes, and the frame gets a pass."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sayso.embedding import frame_session
from sayso.embedding.queries import origins_for
from sayso.engagements.coming_in.doors import engagement_for
from sayso.engagements.rules import may_take_part


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def door(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    origins = origins_for(engagement)
    if not origins or not may_take_part(request.user, engagement):
        raise Http404
    context = {"engagement": engagement, "hosts": [origin.partition("://")[2] for origin in origins]}
    if request.method == "POST":
        context["pass"] = frame_session.new_pass(request.user, engagement)  # type: ignore[arg-type]
    reply = render(request, "embedding/door.html", context)
    # Else the browser would cut the window off from the frame it was opened from, which the pass is for.
    reply["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return reply
