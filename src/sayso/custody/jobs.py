"""Writes: what the worker has to do in custody. Each may be repeated without harm.

A claim is a compare-and-set; `attempts` is its fencing number, so a worker that lost its lease can store nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from sayso.custody.models import CustodyJob, JobKind, JobState
from sayso.engagements.models import Engagement

MAX_ATTEMPTS = 20  # a worker killed in the middle goes on where it was, so many are no harm
OPEN = (JobState.WAITING, JobState.RUNNING)
GAVE_UP = "The worker ended in the middle of it again and again. Its log says why. What is done so far stays."


class LeaseLost(Exception):
    """Another worker has this job now."""


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
    is_over = Q(lease_until=None) | Q(lease_until__lt=now)
    free = CustodyJob.objects.filter(is_over, state__in=OPEN)
    for job in list(free.order_by("pk")):
        unchanged = free.filter(pk=job.pk, state=job.state, attempts=job.attempts)
        if job.attempts >= MAX_ATTEMPTS:
            unchanged.update(state=JobState.FAILED, told=GAVE_UP, lease_until=None)
            continue
        lease = now + timedelta(seconds=lease_s)
        if unchanged.update(state=JobState.RUNNING, worker=worker, lease_until=lease, attempts=F("attempts") + 1):
            return CustodyJob.objects.select_related("engagement__organisation").get(pk=job.pk)
    return None


def renew_lease(*, job: CustodyJob, now: datetime, lease_s: float) -> None:
    """Raises LeaseLost when the job is another's."""
    keep(job=job, lease_until=now + timedelta(seconds=lease_s))


def keep(*, job: CustodyJob, **found: Any) -> None:
    """Store how far it is. Raises LeaseLost, with nothing stored, when the job is another's."""
    if not _ours(job).update(**found):
        raise LeaseLost(job.pk)
    for name, value in found.items():
        setattr(job, name, value)


def close_job(*, job: CustodyJob, state: JobState, told: str = "") -> None:
    """Raises LeaseLost, with nothing stored, when the job is another's by now."""
    keep(job=job, state=state, told=told, lease_until=None)


def put_off(*, job: CustodyJob, until: datetime | None = None, step: str = "") -> None:
    """Free a claimed job, as if it had never been claimed; nobody takes it up before `until`."""
    told = {"step": step} if step else {}
    _ours(job).update(state=JobState.WAITING, worker="", lease_until=until, attempts=F("attempts") - 1, **told)


def _ours(job: CustodyJob) -> QuerySet[CustodyJob]:
    return CustodyJob.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker, attempts=job.attempts)
