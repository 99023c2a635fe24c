"""Pages of keepers: removing who somebody was that left, by hand and by rule. Each look and act is on record."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sayso.custody import nameless
from sayso.members.keepers.doors import for_keepers, saw
from sayso.members.models import Member
from sayso.members.rules import Refused


@require_http_methods(["GET", "POST"])
@for_keepers
def make_nameless(request: HttpRequest, keeper: Member, member_id: int) -> HttpResponse:
    gone = keeper.organisation.members.filter(is_active=False, is_nameless=False)
    member = get_object_or_404(gone, pk=member_id)
    saw(keeper, f"person {member.pk}")
    typed, problem = request.POST.get("name", ""), ""
    if request.method == "POST":
        try:
            nameless.make_nameless(member=member, by=keeper, typed_name=typed)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Removed for good. Nothing on the roster says any more who it was."))
            return redirect("leavers")
    context = {"person": member, "typed": typed, "problem": problem, "tab": "people"}
    return render(request, "custody/make_nameless.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
@for_keepers
def leavers(request: HttpRequest, keeper: Member) -> HttpResponse:
    """How long the roster keeps who somebody was."""
    typed, problem = request.POST.get("days", ""), ""
    if request.method == "POST":
        days = _days(typed)
        try:
            if request.POST.get("sure") != "yes" and days:
                raise Refused(_("Tick that it cannot be undone. Nothing is changed."))
            nameless.set_rule(organisation=keeper.organisation, days=days, by=keeper)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Kept. The worker goes by it from now on."))
            return redirect("leavers")
    organisation, today = keeper.organisation, timezone.localdate()
    context = {
        "days": organisation.nameless_after_days,
        "typed": typed or organisation.nameless_after_days or "",
        "problem": problem,
        "n_gone": organisation.members.filter(is_active=False, is_nameless=False).count(),
        "n_nameless": organisation.members.filter(is_nameless=True).count(),
        "n_due": nameless.due(organisation, today=today).count(),
        "fewest": nameless.FEWEST_DAYS,
        "most": nameless.MOST_DAYS,
        "tab": "people",
    }
    return render(request, "custody/leavers.html", context, status=422 if problem else 200)


def _days(typed: str) -> int | None:
    """None for nothing; a number that no rule allows for what is none."""
    plain = typed.strip()
    if not plain:
        return None
    return int(plain) if plain.isdecimal() and len(plain) < 6 else -1
