"""The page that says how far the worker is with a roster job. Open pages ask again every second."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_GET, require_POST

from sayso.members.keepers.doors import for_keepers
from sayso.members.models import Member, RosterJob, RosterJobKind, RosterJobState
from sayso.members.roster import queries
from sayso.members.roster.jobs import stop_job, want_job
from sayso.members.roster.queries import OPEN
from sayso.members.rules import Refused

DONE_TOLD = {
    RosterJobKind.CARRY_OUT: lazily("Carried out. The roster is up to date."),
    RosterJobKind.TAKE_BACK: lazily("Taken back. The roster is as it was before."),
}


@require_GET
@for_keepers
def work(request: HttpRequest, keeper: Member, job_id: int) -> HttpResponse:
    job = get_object_or_404(keeper.organisation.roster_jobs.select_related("file", "update_made"), pk=job_id)
    is_asked_again = bool(request.htmx)  # type: ignore[attr-defined]
    if job.state == RosterJobState.DONE:
        return _go_on(request, job, is_asked_again=is_asked_again)
    if is_asked_again and job.state not in OPEN:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "job": job,
        "name": job.file.name if job.file else job.update_made.file_name if job.update_made else "",
        "is_open": job.state in OPEN,
        "is_left_alone": queries.is_left_alone(job, timezone.now()),
        "tab": "roster",
    }
    return render(request, "members/work_now.html" if is_asked_again else "members/work.html", context)


def _go_on(request: HttpRequest, job: RosterJob, *, is_asked_again: bool) -> HttpResponse:
    """To where the keeper goes on: the columns after reading, the update after all else."""
    if told := DONE_TOLD.get(RosterJobKind(job.kind)):
        messages.success(request, told)
    if job.kind == RosterJobKind.READ:
        where = reverse("roster_columns", args=[job.file_id]) if job.file_id else reverse("roster")
    else:
        where = reverse("roster_update", args=[job.update_made_id])
    if is_asked_again:
        return HttpResponse(headers={"HX-Redirect": where})
    return redirect(where)


@require_POST
@for_keepers
def stop(request: HttpRequest, keeper: Member, job_id: int) -> HttpResponse:
    job = get_object_or_404(keeper.organisation.roster_jobs, pk=job_id)
    stop_job(job=job, now=timezone.now())
    return redirect("roster_work", job.pk)


@require_POST
@for_keepers
def go_on(request: HttpRequest, keeper: Member, job_id: int) -> HttpResponse:
    """The same again: what is done already is not done twice."""
    job = get_object_or_404(keeper.organisation.roster_jobs.exclude(state__in=OPEN), pk=job_id)
    try:
        again = want_job(kind=RosterJobKind(job.kind), by=keeper, file=job.file, update=job.update_made)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("roster")
    return redirect("roster_work", again.pk)
