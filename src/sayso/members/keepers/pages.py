"""The page of roster keepers: who is one, made and ended on record."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sayso.members.access import record_access
from sayso.members.keepers.actions import appoint_keeper, end_keepership
from sayso.members.keepers.doors import for_keepers
from sayso.members.keepers.forms import KeeperForm
from sayso.members.keepers.queries import keepers_of
from sayso.members.models import AccessKind, Member
from sayso.members.rules import Refused, may_keep_roster


@require_http_methods(["GET", "POST"])
@for_keepers
def keepers(request: HttpRequest, keeper: Member) -> HttpResponse:
    form = KeeperForm(keeper.organisation, request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = form.cleaned_data["known_as"]
        appoint_keeper(member=member, by=keeper)
        _record(keeper, f"made person {member.pk} roster keeper")
        messages.success(request, _("%(full_name)s keeps the roster now.") % {"full_name": member.full_name})
        return redirect("keepers")
    known = list(keepers_of(keeper.organisation))
    context = {
        "form": form,
        "held": [one for one in known if one.ended_at is None],
        "ended": [one for one in known if one.ended_at],
        "tab": "keepers",
    }
    return render(request, "members/keepers.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_keepers
def end_keeper(request: HttpRequest, keeper: Member, keeper_id: int) -> HttpResponse:
    held = get_object_or_404(keeper.organisation.keepers.held().select_related("member__organisation"), pk=keeper_id)
    try:
        end_keepership(keeper=held, by=keeper)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        _record(keeper, f"ended that person {held.member_id} keeps the roster")
        messages.success(
            request,
            _("%(full_name)s no longer keeps the roster. You can undo that below.")
            % {"full_name": held.member.full_name},
        )
    # Who ends their own office has no such page any more.
    return redirect("keepers" if may_keep_roster(keeper) else "home")


def _record(keeper: Member, detail: str) -> None:
    record_access(organisation=keeper.organisation, by=keeper, kind=AccessKind.ROLES_CHANGED, detail=detail)
