"""Pages of bringing a file: the roster at a glance, choosing the file, saying what its columns hold."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sayso.members.keepers.doors import changed, for_keepers
from sayso.members.models import Member, RosterFile, RosterJobKind
from sayso.members.paging import page_of, without_page
from sayso.members.roster import queries
from sayso.members.roster.columns import looks_like_a_person
from sayso.members.roster.forms import ColumnsForm, FileForm
from sayso.members.roster.jobs import want_job
from sayso.members.roster.uploads import keep_file, throw_away
from sayso.members.rules import Refused
from sayso.web.uploads import MOST_BYTES


@require_GET
@for_keepers
def roster(request: HttpRequest, keeper: Member) -> HttpResponse:
    organisation = keeper.organisation
    context = {
        "organisation": organisation,
        "counts": queries.counts_of(organisation),
        "job": queries.open_job(organisation),
        "files": queries.open_files(organisation),
        "looked_at": queries.looked_at_without_file(organisation),
        "updates": page_of(request, queries.updates_of(organisation)),
        "query": without_page(request),
        "tab": "roster",
    }
    return render(request, "members/roster.html", context)


@require_http_methods(["GET", "POST"])
@for_keepers
def bring(request: HttpRequest, keeper: Member) -> HttpResponse:
    form = FileForm(request)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("roster_work", _take(keeper, form.cleaned_data["file"]))
        except Refused as refusal:
            form.add_error("file", str(refusal))
    context = {"form": form, "most_megabytes": MOST_BYTES // 2**20, "tab": "roster"}
    return render(request, "members/bring.html", context, status=422 if form.is_bound else 200)


def _take(keeper: Member, uploaded: UploadedFile[Any]) -> int:
    file = keep_file(by=keeper, name=uploaded.name or "", chunks=uploaded.chunks())
    try:
        return want_job(kind=RosterJobKind.READ, by=keeper, file=file).pk
    except Refused:
        throw_away(file=file)
        raise


@require_http_methods(["GET", "POST"])
@for_keepers
def columns(request: HttpRequest, keeper: Member, file_id: int) -> HttpResponse:
    file = get_object_or_404(keeper.organisation.roster_files, pk=file_id)
    form = ColumnsForm(file, request.POST or None)
    if request.method == "POST" and form.is_valid():
        file.columns = form.cleaned_data["columns"]
        file.save(update_fields=["columns"])
        return look(request, keeper, file)
    context = {"file": file, "form": form, "lacks_headings": looks_like_a_person(file.header), "tab": "roster"}
    return render(request, "members/columns.html", context, status=422 if form.is_bound else 200)


def look(request: HttpRequest, keeper: Member, file: RosterFile) -> HttpResponse:
    """Have the file compared with the roster, or say why that cannot be now."""
    try:
        return redirect("roster_work", want_job(kind=RosterJobKind.LOOK, by=keeper, file=file).pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("roster")


@require_POST
@for_keepers
def discard(request: HttpRequest, keeper: Member, file_id: int) -> HttpResponse:
    file = get_object_or_404(keeper.organisation.roster_files, pk=file_id)
    if file.jobs.filter(state__in=("waiting", "running")).exists():
        messages.error(request, _("It is being read just now. Stop that first."))
    elif file.update_made and file.update_made.state == "carrying_out":
        messages.error(request, _("It is half-way onto the roster. Finish it, or take it back, first."))
    else:
        throw_away(file=file)
        changed(keeper, f"threw the file {file.name} away")
        messages.success(request, _("%(name)s is thrown away. The roster is as it was.") % {"name": file.name})
    return redirect("roster")
