"""For a lead: which places may show the cards, and the link in a channel. The data guardian may end both."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sayso.embedding import actions, queries
from sayso.embedding.messages import message_for
from sayso.embedding.models import Program
from sayso.embedding.places import Unusable
from sayso.embedding.rules import Refused
from sayso.engagements.coming_in.doors import engagement_for, key_missing
from sayso.engagements.models import Engagement
from sayso.engagements.rules import may_grant_roles, may_guard
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing
from sayso.web.site import site_of


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("address")
def elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    leads, guards = may_grant_roles(request.user, engagement), may_guard(request.user, engagement)
    if not (leads or guards):
        raise Http404
    if request.method == "GET":
        return _page(request, engagement, leads)
    act = request.POST.get("act", "")
    if not leads and act not in {"end", "forget"}:  # who guards may end what leads to outside, never begin it
        raise Http404
    try:
        return _carry_out(request, engagement, act)
    except (Unusable, Refused) as problem:
        return _page(request, engagement, leads, problem=str(problem), at=_field_of(request, act))
    except KeyMissing:
        return key_missing(request, engagement)


def _field_of(request: HttpRequest, act: str) -> str:
    return "origins" if act == "places" else request.POST.get("program", "")


def _carry_out(request: HttpRequest, engagement: Engagement, act: str) -> HttpResponse:
    by: Member = request.user  # type: ignore[assignment]
    told = _("Nothing was changed.")
    if act in {"places", "end"}:
        typed = request.POST.get("origins", "") if act == "places" else ""
        if actions.allow_places(engagement=engagement, typed=typed, by=by):
            told = _("Kept, and on record.")
    elif (program := request.POST.get("program", "")) in Program.values:
        told = _for_channel(request, engagement, Program(program), act) or told
    messages.success(request, told)
    return redirect("elsewhere", engagement.slug)


def _for_channel(request: HttpRequest, engagement: Engagement, program: Program, act: str) -> str:
    by: Member = request.user  # type: ignore[assignment]
    if act == "channel":
        actions.keep_channel(engagement=engagement, program=program, address=request.POST.get("address", ""), by=by)
        return _("The address is kept. Nothing is posted until you press it.")
    if act == "forget" and actions.forget_channel(engagement=engagement, program=program, by=by):
        return _("The address is forgotten.")
    channel = queries.channels_of(engagement).get(program)
    if act == "post" and channel:
        if actions.ask_for_posting(channel=channel, link=_link(request, engagement), by=by):
            return _("It is on its way into the channel.")
        return _("It is on its way already.")
    return ""


def _link(request: HttpRequest, engagement: Engagement) -> str:
    return site_of(request) + reverse("promise", args=[engagement.slug])


def _page(
    request: HttpRequest, engagement: Engagement, leads: bool, *, problem: str = "", at: str = ""
) -> HttpResponse:
    site, link = site_of(request), _link(request, engagement)
    origins = queries.kept_origins(engagement)
    channels = queries.channels_of(engagement)
    told = queries.told_of(engagement, link)
    programs: list[dict[str, Any]] = [
        {
            "name": program.value,
            "label": program.label,
            "channel": channels.get(program),
            "payload": json.dumps(message_for(program, told), ensure_ascii=False, indent=2),
            "problem": problem if at == program else "",
            "typed": request.POST.get("address", "") if at == program else "",
        }
        for program in Program
    ]
    context = {
        "engagement": engagement,
        "tab": "elsewhere",
        "leads": leads,
        "site": site,
        "origins": origins,
        "typed": request.POST.get("origins", "") if at == "origins" else "\n".join(origins),
        "problem": problem if at == "origins" else "",
        "programs": programs,
    }
    return render(request, "embedding/elsewhere.html", context, status=422 if problem else 200)
