"""Pages of one roster update: what it would do, doing it, what it did, taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_GET, require_POST

from sayso.members.keepers.doors import changed, for_keepers, saw
from sayso.members.models import LineKind, Member, RosterFile, RosterJobKind, RosterUpdate, UpdateState
from sayso.members.paging import page_of, without_page
from sayso.members.roster import pages, queries
from sayso.members.roster.actions import take_back_roster
from sayso.members.roster.field_words import FIELDS
from sayso.members.roster.jobs import want_job
from sayso.members.roster.line_words import in_words
from sayso.members.roster.refused_rows import as_csv
from sayso.members.rules import Refused

MANY = 0.1  # a share of the roster gone at once that looks like a file that is not whole
NAMES = {
    "added": lazily("Added"),
    "changed": lazily("Changed"),
    "gone": lazily("Gone"),
    "refused": lazily("Refused"),
    "notice": lazily("To know"),
}


@require_GET
@for_keepers
def update(request: HttpRequest, keeper: Member, update_id: int) -> HttpResponse:
    found = get_object_or_404(keeper.organisation.roster_updates.exclude(state=UpdateState.LOOKING), pk=update_id)
    saw(keeper, f"update {found.pk}, {found.file_name or 'by hand'}")
    numbers = queries.counts_by_kind(found)
    kind = request.GET.get("kind", "")
    shown = kind if numbers.get(kind) else next((name for name, number in numbers.items() if number), "")
    lines = page_of(request, queries.lines_of(found, shown))
    n_of_roster = queries.counts_of(keeper.organisation).here
    context = {
        "update": found,
        "file": RosterFile.objects.filter(update_made=found).first(),
        "headings": [found.columns[field] for field in FIELDS if field in found.columns],
        "numbers": numbers,
        "kinds": [(name, NAMES[name], number) for name, number in numbers.items() if number],
        "kind": shown,
        "page": lines,
        "lines": in_words(lines),
        "query": without_page(request),
        "is_stale": found.looked_at_version != keeper.organisation.roster_version,
        "is_newest": queries.is_newest(found),
        "job": queries.last_job(found),
        "n_of_roster": n_of_roster,
        "is_many_gone": numbers["gone"] > MANY * n_of_roster,
        "tab": "roster",
    }
    return render(request, "members/update.html", context)


@require_GET
@for_keepers
def refused_rows(request: HttpRequest, keeper: Member, update_id: int) -> HttpResponse:
    found = get_object_or_404(keeper.organisation.roster_updates, pk=update_id)
    saw(keeper, f"refused rows of update {found.pk}, as a file")
    reply = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="refused-rows-{found.pk}.csv"'
    return reply


@require_POST
@for_keepers
def carry_out(request: HttpRequest, keeper: Member, update_id: int) -> HttpResponse:
    found = get_object_or_404(keeper.organisation.roster_updates, pk=update_id)
    return _work(request, keeper, RosterJobKind.CARRY_OUT, found)


@require_POST
@for_keepers
def take_back(request: HttpRequest, keeper: Member, update_id: int) -> HttpResponse:
    """A file by the worker; what was done by hand at once."""
    found = get_object_or_404(keeper.organisation.roster_updates, pk=update_id)
    if not found.is_by_hand:
        return _work(request, keeper, RosterJobKind.TAKE_BACK, found)
    try:
        take_back_roster(update=found)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        changed(keeper, f"took back update {found.pk}, by hand")
        messages.success(request, _("Taken back."))
    return redirect("roster_update", found.pk)


def _work(request: HttpRequest, keeper: Member, kind: RosterJobKind, found: RosterUpdate) -> HttpResponse:
    try:
        return redirect("roster_work", want_job(kind=kind, by=keeper, update=found).pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("roster_update", found.pk)


@require_POST
@for_keepers
def look_again(request: HttpRequest, keeper: Member, update_id: int) -> HttpResponse:
    """Compare anew, where the roster has changed since, or with another choice for those who are in no row."""
    file = get_object_or_404(keeper.organisation.roster_files, update_made=update_id)
    if choice := request.POST.get("missing"):
        file.who_is_missing_left = choice == LineKind.GONE
        file.save(update_fields=["who_is_missing_left"])
    return pages.look(request, keeper, file)
