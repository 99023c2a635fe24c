"""Writes: what the worker has to do in custody. Each may be repeated without harm. Leases are `members.leases`'."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from sayso.custody.models import CustodyJob, JobKind, JobState
from sayso.engagements.models import Engagement
from sayso.members import leases
from sayso.web.kept_words import sentence

MAX_ATTEMPTS = 20  # a worker killed in the middle goes on where it was, so many are no harm
GAVE_UP = sentence("The worker ended in the middle of it again and again. Its log says why. What is done so far stays.")


def want_job(*, engagement: Engagement, kind: JobKind, not_before: datetime | None = None) -> CustodyJob:
    """An open job of this kind: the one there is, or a new one."""
    try:
        with transaction.atomic():
            return CustodyJob.objects.create(engagement=engagement, kind=kind, lease_until=not_before)
    except IntegrityError:
        return CustodyJob.objects.filter(engagement=engagement, kind=kind).order_by("-pk")[0]


def want_again(*, job: CustodyJob) -> None:
    """A job that failed goes on where it was."""
    CustodyJob.objects.filter(pk=job.pk, state=JobState.FAILED).update(
        state=JobState.WAITING, attempts=0, told="", lease_until=None
    )


def claim_job(*, worker: str, now: datetime, lease_s: float) -> CustodyJob | None:
    """The oldest free job, now ours until the lease runs out; None when there is none."""
    return leases.claim(
        CustodyJob.objects.select_related("engagement__organisation").order_by("pk"),
        worker=worker,
        now=now,
        lease_s=lease_s,
        most_attempts=MAX_ATTEMPTS,
        gave_up=lambda job: {"state": JobState.FAILED, "told": GAVE_UP},
    )


def keep(*, job: CustodyJob, **found: Any) -> None:
    """Store how far it is. Raises LeaseLost, with nothing stored, when the job is another's."""
    leases.keep(job, **found)
    for name, value in found.items():
        setattr(job, name, value)


def close_job(*, job: CustodyJob, state: JobState, told: str = "") -> None:
    """Raises LeaseLost, with nothing stored, when the job is another's by now."""
    keep(job=job, state=state, told=told, lease_until=None)
