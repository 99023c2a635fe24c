"""The page of addresses that do not work, for roster keepers: they mend the roster, or say that one works again."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sayso.mail.actions import clear_bouncing
from sayso.mail.queries import bouncing_members
from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member
from sayso.members.rules import may_keep_roster

SHOWN = 200


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def bounces(request: HttpRequest) -> HttpResponse:
    keeper = request.user
    if not isinstance(keeper, Member) or not may_keep_roster(keeper):
        raise Http404
    organisation = keeper.organisation
    if request.method == "POST":
        clear_bouncing(organisation=organisation, email=request.POST.get("email", ""))
        return redirect("bounces")
    people = bouncing_members(organisation)
    number = people.count()
    if number:
        record_access(organisation=organisation, by=keeper, kind=AccessKind.ROSTER_SEEN, detail=f"{number} bouncing")
    return render(request, "invitations/bounces.html", {"people": people[:SHOWN], "number": number, "shown": SHOWN})
