"""The page where a lead gives and ends roles. Each change stands on record, with who made it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements import actions, queries, rules
from sayso.engagements.coming_in import for_leads
from sayso.engagements.forms import RoleForm
from sayso.engagements.models import Engagement, RoleName
from sayso.members.access import record_access
from sayso.members.models import AccessKind


@require_http_methods(["GET", "POST"])
@for_leads
def roles(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    form = RoleForm(engagement, request.POST or None)
    if request.method == "POST" and form.is_valid() and _grant(request, form):
        return redirect("roles", engagement.slug)
    _log(request, engagement, AccessKind.ROLES_SEEN)
    known = list(queries.roles_of(engagement))
    held = [role for role in known if role.ended_at is None]
    context = {
        "engagement": engagement,
        "form": form,
        "held": held,
        "ended": known[len(held) :],
        "names": RoleName.choices,
        "guarded": any(role.name == RoleName.GUARDIAN for role in held),
        "leads": True,
        "tab": "roles",
    }
    return render(request, "engagements/roles.html", context, status=422 if form.is_bound else 200)


def _grant(request: HttpRequest, form: RoleForm) -> bool:
    member, name = form.cleaned_data["known_as"], form.cleaned_data["name"]
    try:
        actions.grant_role(engagement=form.engagement, member=member, name=name, by=request.user)  # type: ignore[arg-type]
    except rules.Refused as refusal:
        form.add_error("known_as", str(refusal))
        return False
    _log(request, form.engagement, AccessKind.ROLES_CHANGED, f"{member.full_name} is now {name.label.lower()}")
    messages.success(request, f"{member.full_name} is now {name.label.lower()}.")
    return True


@require_POST
@for_leads
def end_role(request: HttpRequest, engagement: Engagement, role_id: int) -> HttpResponse:
    role = get_object_or_404(engagement.roles.held().select_related("member", "engagement"), pk=role_id)
    try:
        actions.end_role(role=role, by=request.user)  # type: ignore[arg-type]
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        told = f"{role.member.full_name} is no longer {role.get_name_display().lower()}."
        _log(request, engagement, AccessKind.ROLES_CHANGED, told.rstrip("."))
        messages.success(request, f"{told} You can give the role again below.")
    # Who ends their own lead has no such page any more.
    return redirect("roles" if rules.may_grant_roles(request.user, engagement) else "promise", engagement.slug)


def _log(request: HttpRequest, engagement: Engagement, kind: AccessKind, detail: str = "") -> None:
    record_access(
        organisation=engagement.organisation,
        by=request.user,  # type: ignore[arg-type]
        kind=kind,
        engagement_slug=engagement.slug,
        detail=detail,
    )
