"""Who may read the results: those in it, or anybody. For the lead; the data guardian may end it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sayso.distillations import queries, rules
from sayso.distillations.public_actions import make_public
from sayso.distillations.readers import frame_of
from sayso.engagements.models import RoleName
from sayso.members.models import Member
from sayso.web.site import site_of


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def public_results(request: HttpRequest, slug: str) -> HttpResponse:
    member: Member = request.user  # type: ignore[assignment]
    reader = queries.reader_of(member, slug)
    if reader is None or not reader.engagement.is_opened or not rules.may_make_public(reader.roles):
        raise Http404
    if request.method == "POST":
        wanted = request.POST.get("who") == "anybody"
        if wanted and RoleName.LEAD not in reader.roles:
            raise Http404
        changed = make_public(engagement=reader.engagement, is_public=wanted, by=member)
        messages.success(request, _("Kept, and on record.") if changed else _("Nothing was changed."))
        return redirect("public_results", slug)
    context = {
        **frame_of(reader),
        "tab": "public",
        "wants_public": queries.wants_public(reader.engagement),
        "is_over": rules.is_over(reader.engagement),
        "address": site_of(request) + reverse("results", args=[slug]),
    }
    return render(request, "distillations/public_results.html", context)
