"""Pages of people: looking somebody up, correcting what is told of them. Each look is on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sayso.members.keepers.doors import for_keepers, saw
from sayso.members.models import Member
from sayso.members.paging import page_of, without_page
from sayso.members.people import actions
from sayso.members.people.forms import PersonForm
from sayso.members.people.queries import last_by_hand, people_found
from sayso.members.queries import unit_paths
from sayso.members.roster.queries import people_on_roster
from sayso.members.rules import Refused

MOST_UNITS_OFFERED = 300


@require_GET
@for_keepers
def people(request: HttpRequest, keeper: Member) -> HttpResponse:
    typed, left = request.GET.get("q", "")[:200].strip(), "left" in request.GET
    found = page_of(request, people_found(keeper.organisation, typed, left=left))
    which = "of those who left" if left else ""
    saw(keeper, f"people {which}{f', looked up “{typed}”' if typed else ''}, page {found.number}")
    context = {"people": found, "typed": typed, "left": left, "query": without_page(request), "tab": "people"}
    return render(request, "members/people.html", context)


@require_http_methods(["GET", "POST"])
@for_keepers
def person(request: HttpRequest, keeper: Member, member_id: int) -> HttpResponse:
    members = keeper.organisation.members.filter(is_nameless=False).select_related("unit", "manager")
    member = get_object_or_404(members, pk=member_id)
    saw(keeper, f"person {member.pk}")
    (held,) = people_on_roster(keeper.organisation, only=[member.pk])
    form = PersonForm(request.POST or None, initial=dict(held.told))
    if request.method == "POST" and form.is_valid() and _correct(request, keeper, member, form):
        return redirect("roster_person", member.pk)
    return _show(request, keeper, form, member)


def _correct(request: HttpRequest, keeper: Member, member: Member, form: PersonForm) -> bool:
    try:
        actions.correct_person(member=member, by=keeper, told=form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved. You can take it back below."))
    return True


def _show(request: HttpRequest, keeper: Member, form: PersonForm, member: Member | None) -> HttpResponse:
    context: dict[str, Any] = {
        "person": member,
        "form": form,
        "units": sorted(unit_paths(keeper.organisation).values())[:MOST_UNITS_OFFERED],
        "last_correction": member and last_by_hand(member),
        "tab": "people",
    }
    return render(request, "members/person.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_keepers
def new_person(request: HttpRequest, keeper: Member) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = {name: text for name, text in form.cleaned_data.items() if text}
            member = actions.add_person(organisation=keeper.organisation, by=keeper, told=told)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(full_name)s is on the roster.") % {"full_name": member.full_name})
            return redirect("roster_person", member.pk)
    return _show(request, keeper, form, None)


@require_POST
@for_keepers
def leave(request: HttpRequest, keeper: Member, member_id: int) -> HttpResponse:
    told = _("%(who)s has left, and cannot come in any more. What they said stays.")
    return _do(request, keeper, member_id, actions.leave, told)


@require_POST
@for_keepers
def bring_back(request: HttpRequest, keeper: Member, member_id: int) -> HttpResponse:
    return _do(request, keeper, member_id, actions.bring_back, _("%(who)s is here again, with all they said before."))


@require_POST
@for_keepers
def void_passes(request: HttpRequest, keeper: Member, member_id: int) -> HttpResponse:
    told = _("%(who)s needs a new link or letter now; earlier ones open nothing any more.")
    return _do(request, keeper, member_id, actions.make_passes_void, told)


def _do(request: HttpRequest, keeper: Member, member_id: int, act: Callable[..., object], told: str) -> HttpResponse:
    member = get_object_or_404(keeper.organisation.members.filter(is_nameless=False), pk=member_id)
    try:
        act(member=member, by=keeper)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told % {"who": member.full_name})
    member.refresh_from_db()
    # Who took themselves off the roster has no such page any more.
    return redirect("roster_person", member.pk) if member.is_active or member != keeper else redirect("home")
