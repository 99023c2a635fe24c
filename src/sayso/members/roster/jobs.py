"""Writes: what the worker has to do to the roster. Each may be repeated without harm. Leases are `members.leases`'."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sayso.members import leases
from sayso.members.access import record_access
from sayso.members.models import (
    AccessKind,
    Member,
    RosterFile,
    RosterJob,
    RosterJobKind,
    RosterJobState,
    RosterUpdate,
)
from sayso.members.rules import Refused
from sayso.web.kept_words import sentence

MAX_ATTEMPTS = 20  # a worker killed in the middle goes on where it was, so many are no harm
GAVE_UP = sentence(
    "The worker ended in the middle of it again and again. Its log says why. What is done so far is safe."
)


class StopWanted(Exception):
    """The keeper asked to stop it."""


def want_job(
    *, kind: RosterJobKind, by: Member, file: RosterFile | None = None, update: RosterUpdate | None = None
) -> RosterJob:
    """Ask the worker for something. Raises Refused while another thing is under way."""
    try:
        with transaction.atomic():
            job = RosterJob.objects.create(
                organisation=by.organisation, kind=kind, file=file, update_made=update, asked_by=by
            )
            if update and kind in (RosterJobKind.CARRY_OUT, RosterJobKind.TAKE_BACK):
                detail = f"{job.get_kind_display()}: update {update.pk}, {update.file_name}"
                record_access(organisation=by.organisation, by=by, kind=AccessKind.ROSTER_CHANGED, detail=detail)
            return job
    except IntegrityError:
        raise Refused(_("Something else is being done to the roster. Wait until it is done, or stop it.")) from None


def claim_job(*, worker: str, now: datetime, lease_s: float) -> RosterJob | None:
    """The oldest free job, now ours until the lease runs out; None when there is none."""
    jobs = RosterJob.objects.select_related("organisation", "file", "update_made", "asked_by").order_by("pk")
    return leases.claim(
        jobs,
        worker=worker,
        now=now,
        lease_s=lease_s,
        most_attempts=MAX_ATTEMPTS,
        gave_up=lambda job: {"state": RosterJobState.FAILED, "told": GAVE_UP},
    )


def report_progress(*, job: RosterJob, n_done: int, n_all: int) -> None:
    """Say how far it is. Raises LeaseLost when the job is another's, StopWanted when its keeper asked for that."""
    leases.keep(job, n_done=n_done, n_all=n_all)
    if n_done < n_all and leases.held(job).filter(is_to_stop=True).exists():
        raise StopWanted


def close_job(*, job: RosterJob, state: RosterJobState, told: str = "", **found: Any) -> None:
    """Raises LeaseLost, with nothing stored, when the job is another's by now."""
    leases.keep(job, state=state, told=told, lease_until=None, **found)


def stop_job(*, job: RosterJob, now: datetime) -> None:
    """Ask the worker to stop after what it has in hand; at once where no worker has it."""
    idle = Q(state=RosterJobState.WAITING) | Q(state=RosterJobState.RUNNING, lease_until__lt=now)
    if not RosterJob.objects.filter(idle, pk=job.pk).update(state=RosterJobState.STOPPED, lease_until=None):
        RosterJob.objects.filter(pk=job.pk, state=RosterJobState.RUNNING).update(is_to_stop=True)
