"""The page where a guest comes in: the promise, and what we cannot know of guests. Open to everybody, by intent."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sayso.engagements import actions, rules
from sayso.engagements.coming_in.doors import key_missing
from sayso.engagements.coming_in.guests import guest_of, new_token, remember_guest
from sayso.engagements.models import Engagement
from sayso.members.pseudonyms import KeyMissing


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def guest(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = get_object_or_404(Engagement, slug=slug)
    if not rules.admits_guests(engagement):
        raise Http404
    if rules.may_take_part(request.user, engagement):
        return redirect("promise", slug)
    if request.method == "POST":
        return _enter(request, engagement)
    context = {"engagement": engagement, "is_in": guest_of(request, engagement) is not None}
    return render(request, "engagements/guest.html", context)


def _enter(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    reply = redirect("say", engagement.slug)
    if guest_of(request, engagement):
        return reply
    token = new_token()
    try:
        actions.join_as_guest(engagement=engagement, token=token)
    except KeyMissing:
        return key_missing(request, engagement)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("guest", engagement.slug)
    remember_guest(reply, engagement, token)
    return reply
