"""How it is moderated, for all to read: the policy with its figures, and the log, as page and table file."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sayso.engagements import rules as engagement_rules
from sayso.engagements.coming_in.doors import engagement_for, for_leads
from sayso.engagements.models import Engagement
from sayso.moderation import actions, queries
from sayso.moderation.forms import PolicyForm
from sayso.moderation.log_file import log_as_csv
from sayso.moderation.rules import policy_of


@require_safe
@login_required
@never_cache
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    context = {**_open(request, engagement), "figures": queries.figures(engagement), "policy": policy_of(engagement)}
    return render(request, "moderation/policy.html", context)


@require_safe
@login_required
@never_cache
def log(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    rows = queries.public_log(engagement)
    return render(request, "moderation/log.html", {**_open(request, engagement), "rows": rows})


@require_safe
@login_required
@never_cache
def log_csv(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    reply = HttpResponse(log_as_csv(queries.public_log(engagement)), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="decisions-{engagement.slug}.csv"'
    return reply


def _open(request: HttpRequest, engagement: Engagement) -> dict[str, Any]:
    return {
        "engagement": engagement,
        "tab": "policy",
        "moderates": engagement_rules.may_moderate(request.user, engagement),
        "takes_part": engagement_rules.may_take_part(request.user, engagement),
        "leads": partial(engagement_rules.may_grant_roles, request.user, engagement),
    }


@require_http_methods(["GET", "POST"])
@for_leads
def edit_policy(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    now = policy_of(engagement)
    initial = {"promised_hours": now.promised_hours, "words": now.words, "reasons": "\n".join(now.reasons)}
    form = PolicyForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        actions.keep_policy(engagement=engagement, **form.cleaned_data)
        messages.success(request, _("Kept. Members read it from now on."))
        return redirect("moderation_policy", engagement.slug)
    context = {"engagement": engagement, "form": form, "leads": True, "tab": "policy"}
    return render(request, "moderation/edit_policy.html", context, status=422 if form.is_bound else 200)
