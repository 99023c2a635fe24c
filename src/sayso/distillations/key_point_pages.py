"""The lead's page of key points: every one with its sources, what can be changed about it, and what was changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_http_methods, require_POST

from sayso.distillations import key_point_actions, presentation, queries
from sayso.distillations.key_point_listing import Listing, listing_of
from sayso.engagements.coming_in.doors import for_leads
from sayso.engagements.languages.queries import SaidIn
from sayso.engagements.models import Engagement
from sayso.engagements.rules import Refused
from sayso.engagements.wording import number_in

TOLD = {
    "pin": lazily("It stays listed, as long as enough people say it."),
    "reword": lazily("Worded anew. It shows with the next count, marked as your words."),
    "merge": lazily("Put together. It shows with the next count, marked as your words."),
    "reject": lazily("It goes with the next count."),
}


@require_http_methods(["GET", "POST"])
@for_leads
def key_points(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    published = queries.latest_published(engagement)
    listing = listing_of(published.body if published else presentation.NOTHING_YET)
    problem, typed = "", ""
    if request.method == "POST":
        problem, typed = _wish(request, engagement, listing), request.POST.get("wording", "")
        if not problem:
            return redirect("key_points", engagement.slug)
    context: dict[str, Any] = {
        "engagement": engagement,
        "leads": True,
        "tab": "results",
        "listing": listing,
        "said": SaidIn(engagement, get_language() or ""),
        "wishes": queries.standing_wishes(engagement),
        "least": engagement.min_group_scores,
        "problem": problem,
        "typed": typed,
        "act": request.POST.get("act", ""),
        "picked": request.POST.getlist("point"),
    }
    return render(request, "distillations/key_points.html", context, status=422 if problem else 200)


def _wish(request: HttpRequest, engagement: Engagement, listing: Listing) -> str:
    """Do what was sent; what is wrong with it, or nothing."""
    act = request.POST.get("act", "")
    if act not in TOLD:
        return _("Please press one of the buttons.")
    points = [text for text in request.POST.getlist("point") if text in listing.texts]
    topics = {listing.topic_of(text) for text in points}
    if len(topics) > 1:
        return _("Key points of different questions cannot be put together. Tick those of one.")
    try:
        key_point_actions.wish(
            engagement=engagement,
            by=request.user,  # type: ignore[arg-type]
            kind=act,
            topic=next(iter(topics), ""),
            points=points,
            wording=request.POST.get("wording", ""),
        )
    except Refused as refusal:
        return str(refusal)
    messages.success(request, _("%(told)s You can take it back below.") % {"told": TOLD[act]})
    return ""


@require_POST
@for_leads
def key_point_undo(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    number = number_in(request.POST.get("wish", ""))
    try:
        is_ended = key_point_actions.take_wish_back(engagement=engagement, by=request.user, number=number)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("Taken back. It shows with the next count.") if is_ended else _("That was taken back already.")
        messages.success(request, told)
    return redirect("key_points", engagement.slug)
