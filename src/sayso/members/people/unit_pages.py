"""Pages of units: the tree, and one unit's name and place in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sayso.members.keepers.doors import for_keepers
from sayso.members.models import Member, Unit
from sayso.members.people import unit_actions
from sayso.members.people.forms import UnitForm
from sayso.members.people.queries import unit_tree
from sayso.members.queries import unit_paths
from sayso.members.rules import Refused


@require_GET
@for_keepers
def units(request: HttpRequest, keeper: Member) -> HttpResponse:
    context = {"branches": unit_tree(keeper.organisation), "tab": "units"}
    return render(request, "members/units.html", context)


@require_http_methods(["GET", "POST"])
@for_keepers
def unit(request: HttpRequest, keeper: Member, unit_id: int) -> HttpResponse:
    found = get_object_or_404(keeper.organisation.units, pk=unit_id)
    form = UnitForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid() and _place(request, keeper, found, form):
        return redirect("roster_units")
    context = {
        "unit": found,
        "form": form,
        "path": unit_paths(keeper.organisation)[found.pk],
        "former": found.former_paths.order_by("pk").values_list("path", flat=True),
        "n_people": found.members.filter(is_active=True).count(),
        "is_empty": not found.members.exists() and not found.children.exists(),
        "tab": "units",
    }
    return render(request, "members/unit.html", context, status=422 if form.is_bound else 200)


def _place(request: HttpRequest, keeper: Member, found: Unit, form: UnitForm) -> bool:
    name, parent = form.cleaned_data["name"], form.cleaned_data["parent"]
    try:
        unit_actions.place_unit(unit=found, name=name, parent=parent, by=keeper)
    except Refused as refusal:
        form.add_error("name", str(refusal))
        found.refresh_from_db()
        return False
    messages.success(request, _("“%(name)s” is saved. Files with the earlier name still find it.") % {"name": name})
    return True


@require_POST
@for_keepers
def remove_unit(request: HttpRequest, keeper: Member, unit_id: int) -> HttpResponse:
    found = get_object_or_404(keeper.organisation.units, pk=unit_id)
    try:
        unit_actions.remove_unit(unit=found, by=keeper)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("roster_unit", unit_id)
    messages.success(request, _("“%(name)s” is removed. A file that names it makes it again.") % {"name": found.name})
    return redirect("roster_units")
