"""The page where a lead offers and ends roles and plans the week, and where a member answers an offer.

Each change stands on record, with who made it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements import rules
from sayso.engagements.coming_in.doors import engagement_for, for_leads
from sayso.engagements.models import Engagement, Role, RoleName
from sayso.engagements.roles import actions, queries
from sayso.engagements.roles.actions import NO_LONGER, Days
from sayso.engagements.roles.duties import THEIRS
from sayso.engagements.roles.forms import RoleForm, WeekForm
from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member
from sayso.web.templatetags.speaking import amid


@require_http_methods(["GET", "POST"])
@for_leads
def roles(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    form = RoleForm(engagement, request.POST or None)
    if request.method == "POST" and form.is_valid() and _grant(request, form):
        return redirect("roles", engagement.slug)
    _log(request, engagement, AccessKind.ROLES_SEEN)
    context = _frame(engagement, form, _first_day(request))
    return render(request, "engagements/roles.html", context, status=422 if form.is_bound else 200)


def _frame(engagement: Engagement, form: RoleForm, first: date) -> dict[str, Any]:
    now = queries.roles_now(engagement)
    week = WeekForm(engagement, first)
    n_asked = sum(role.accepted_at is None for role in now)
    return {
        "engagement": engagement,
        "form": form,
        "now": now,
        "n_given": len(now) - n_asked,
        "n_asked": n_asked,
        "past": queries.roles_past(engagement),
        "names": [(name.value, name.label, THEIRS[name]) for name in RoleName],
        "guarded": any(role.name == RoleName.GUARDIAN and role.accepted_at for role in now),
        "guardian_asked": any(role.name == RoleName.GUARDIAN for role in now),
        "every_day": [role for role in now if _reads_every_day(role)],
        "week": [(day, week.field_for(day.day)) for day in queries.rota(now, first)],
        "first": first,
        "earlier": max(first - timedelta(days=7), timezone.localdate()) if first > timezone.localdate() else None,
        "later": first + timedelta(days=7),
        "leads": True,
        "tab": "roles",
    }


def _reads_every_day(role: Role) -> bool:
    return role.name == RoleName.MODERATOR and role.since is None and role.accepted_at is not None


def _first_day(request: HttpRequest) -> date:
    """The day from which the week is shown: today, or later if asked for."""
    today = timezone.localdate()
    try:
        asked = parse_date(request.GET.get("from", ""))
    except ValueError:  # a day that no calendar has
        asked = None
    return asked if asked and today < asked < today + timedelta(days=366) else today


def _grant(request: HttpRequest, form: RoleForm) -> bool:
    member, name, days = (form.cleaned_data[key] for key in ("known_as", "name", "days"))
    try:
        role = _offer(request, form.engagement, member, name, days)
    except rules.Refused as refusal:
        form.add_error("known_as", str(refusal))
        return False
    with override("en"):
        _log(request, form.engagement, AccessKind.ROLES_CHANGED, _told_given(role))
    messages.success(request, _told_given(role))
    return True


def _told_given(role: Role) -> str:
    words = {"who": role.member.full_name, "role": amid(role.get_name_display())}
    if role.accepted_at:
        return _("%(who)s is now %(role)s.") % words
    return _("%(who)s is asked to be %(role)s. It begins when they accept.") % words


def _told_ended(role: Role) -> str:
    words = {"who": role.member.full_name, "role": amid(role.get_name_display())}
    if role.accepted_at:
        return _("%(who)s is no longer %(role)s.") % words
    return _("%(who)s is no longer asked to be %(role)s.") % words


def _offer(request: HttpRequest, engagement: Engagement, member: Member, name: RoleName, days: Days | None) -> Role:
    """To others it is an offer; who takes it on themselves has accepted it."""
    is_offer = member != request.user
    return actions.grant_role(
        engagement=engagement,
        member=member,
        name=name,
        by=request.user,  # type: ignore[arg-type]
        days=days,
        is_offer=is_offer,
    )


@require_POST
@for_leads
def plan_week(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    first = _first_day(request)
    form = WeekForm(engagement, first, request.POST)
    if not form.is_valid():
        messages.error(request, _("Somebody picked is no longer here. Nothing was changed; please pick again."))
    else:
        _plan(request, engagement, form)
    return redirect(reverse("roles", args=[engagement.slug]) + f"?from={first:%Y-%m-%d}#week")


def _plan(request: HttpRequest, engagement: Engagement, form: WeekForm) -> None:
    asked = 0
    for member, days in form.planned():
        try:
            _offer(request, engagement, member, RoleName.MODERATOR, days)
            asked += 1
        except rules.Refused as refusal:
            messages.error(request, str(refusal))
    if asked:
        messages.success(request, _("The days are planned. Whoever you picked is asked on their first page."))


@require_POST
@for_leads
def end_role(request: HttpRequest, engagement: Engagement, role_id: int) -> HttpResponse:
    role = get_object_or_404(engagement.roles.standing().select_related("member", "engagement"), pk=role_id)
    try:
        actions.end_role(role=role, by=request.user)  # type: ignore[arg-type]
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        with override("en"):
            _log(request, engagement, AccessKind.ROLES_CHANGED, _told_ended(role))
        messages.success(request, _told_ended(role) + " " + _("You can give the role again below."))
    # Who ends their own lead has no such page any more.
    return redirect("roles" if rules.may_grant_roles(request.user, engagement) else "promise", engagement.slug)


@require_POST
@login_required
@never_cache
def answer_offer(request: HttpRequest, slug: str, role_id: int) -> HttpResponse:
    """Yes or no to a role. Anybody else's offer is told as one that is no longer there."""
    engagement = engagement_for(request, slug)
    own = engagement.roles.standing().filter(member_id=request.user.pk).select_related("member", "engagement")  # type: ignore[misc]
    role = own.filter(pk=role_id).first()
    if role is None:
        messages.error(request, NO_LONGER)
    elif request.POST.get("answer") == "yes":
        _accept(request, role)
    elif request.POST.get("answer") == "no" and role.accepted_at is None:
        actions.decline_role(role=role)
        messages.success(request, _("Thank you for saying so. You need do nothing more."))
    return redirect("promise", engagement.slug)


def _accept(request: HttpRequest, role: Role) -> None:
    try:
        actions.accept_role(role=role)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. You are %(role)s.") % {"role": amid(role.get_name_display())})


def _log(request: HttpRequest, engagement: Engagement, kind: AccessKind, detail: str = "") -> None:
    record_access(
        organisation=engagement.organisation,
        by=request.user,  # type: ignore[arg-type]
        kind=kind,
        engagement_slug=engagement.slug,
        detail=detail,
    )
