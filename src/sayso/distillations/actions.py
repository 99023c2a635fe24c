"""Writes: jobs, snapshots, places, heartbeats. Each is one transaction; each may be repeated without harm.

Leases are `members.leases`'.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from sayso.distillations import queries
from sayso.distillations.models import Heartbeat, IntegrityCheck, Job, JobState, Place, Snapshot
from sayso.distillations.placing import Placed, newcomers_on_older_map
from sayso.engagements.actions import keep_routing
from sayso.engagements.models import Engagement
from sayso.members import leases
from sayso.publication.snapshots import publish

if TYPE_CHECKING:
    from sayso.distillations.distilling import Made

MAX_ATTEMPTS = 5
PLACES_PER_INSERT = 2000
HEARTBEATS_KEPT = timedelta(days=1)
CHECK_FAILED = "Anything: the look failed. The worker's log says why."
SNAPSHOTS_KEPT = 20


def want_distillation(*, engagement: Engagement) -> Job:
    """An open job for the engagement: the one there is, or a new one."""
    try:
        with transaction.atomic():
            return Job.objects.create(engagement=engagement)
    except IntegrityError:
        # The database lets one job an engagement be open; another worker was first.
        return Job.objects.filter(engagement=engagement).order_by("-pk")[0]


def claim_job(*, worker: str, now: datetime, lease_s: float) -> Job | None:
    """The oldest free job, now ours until the lease runs out; None when there is none.

    A job whose workers died under it too often is given up here, its error kept.
    """

    def gave_up(job: Job) -> dict[str, Any]:
        reason = job.error or f"The worker ended in the middle of it {job.attempts} times."
        return {"state": JobState.FAILED, "finished_at": now, "error": reason}

    found: Job | None = leases.claim(
        Job.objects.order_by("created_at", "pk"),
        worker=worker,
        now=now,
        lease_s=lease_s,
        most_attempts=MAX_ATTEMPTS,
        gave_up=gave_up,
        progress=0.0,
        step="",
    )
    return found


def report_progress(*, job: Job, progress: float, step: str) -> None:
    """Say how far it is. Raises LeaseLost when the job is another's."""
    leases.keep(job, progress=progress, step=step[:100])


def fail_job(*, job: Job, error: str, now: datetime) -> None:
    """Note what went wrong; try again after a growing pause, or give up after MAX_ATTEMPTS."""
    if job.attempts >= MAX_ATTEMPTS:
        leases.held(job).update(state=JobState.FAILED, finished_at=now, lease_until=None, error=error)
    else:
        pause = timedelta(seconds=2**job.attempts)
        leases.held(job).update(state=JobState.WAITING, worker="", lease_until=now + pause, error=error)


def finish_job(*, job: Job, made: Made, now: datetime) -> Snapshot:
    """Store the snapshot, what of it may be told, and everybody's place; close the job. All or nothing.

    Raises LeaseLost, with nothing stored, when the job is another's by now.
    """
    previous = queries.latest_snapshot(job.engagement)
    body = made.distillation.snapshot
    published = publish(body, json.loads(previous.published) if previous else None)
    shown = queries.shown_snapshot(job.engagement)
    places = made.places(min_votes=job.engagement.min_votes_to_place)
    newcomers = newcomers_on_older_map(places, queries.places_on(shown)) if shown else []
    with transaction.atomic():
        done = {"state": JobState.DONE, "finished_at": now, "lease_until": None, "progress": 1.0, "error": ""}
        leases.keep(job, **done)
        snapshot, _ = Snapshot.objects.get_or_create(
            engagement=job.engagement,
            last_event=made.last_event,
            defaults={
                "engine_version": body["engine_version"],
                "seed": body["seed"],
                "input_digest": body["input_digest"],
                "body": made.distillation.to_json(),
                "published": json.dumps(published, ensure_ascii=False, separators=(",", ":")),
                "timings": made.timings,
            },
        )
        # Places belong to the map that is shown; while an older one is, only newcomers are put on it.
        if published["last_event"] == made.last_event:
            Place.objects.filter(snapshot__engagement=job.engagement).delete()
            _keep_places(snapshot, places)
        elif shown:
            _keep_places(shown, newcomers)
        keep_routing(engagement=job.engagement, body=made.routing())
        _forget_old_snapshots(job.engagement)
    return snapshot


def keep_integrity_check(*, engagement: Engagement, last_event: int, found: dict[str, Any], now: datetime) -> None:
    """Store what was found in place of the check before."""
    values = {"last_event": last_event, "found": found, "checked_at": now}
    IntegrityCheck.objects.update_or_create(engagement=engagement, defaults=values)


def postpone_integrity_check(*, engagement: Engagement, now: datetime) -> None:
    """It failed: what was found before stays, and the next look is a while away."""
    nothing = {"people": 0, "named": 0, "suspicions": [], "turned": [], "not_looked_for": [CHECK_FAILED]}
    check, is_new = IntegrityCheck.objects.get_or_create(
        engagement=engagement, defaults={"last_event": 0, "found": nothing, "checked_at": now}
    )
    if not is_new:
        check.checked_at = now
        check.save(update_fields=["checked_at"])


def _keep_places(snapshot: Snapshot, places: Iterable[Placed]) -> None:
    rows = (
        Place(
            snapshot=snapshot,
            participant_id=placed.participant,
            x=placed.x,
            y=placed.y,
            sd=placed.sd,
            group=placed.group,
            probability=placed.probability,
        )
        for placed in places
    )
    Place.objects.bulk_create(rows, batch_size=PLACES_PER_INSERT)


def _forget_old_snapshots(engagement: Engagement) -> None:
    """Keep the newest, and the last of each hour before: while people vote there are hundreds an hour.

    Any of them can be had again from the event log (`sayso replay`).
    """
    rows = list(Snapshot.objects.filter(engagement=engagement).order_by("-last_event").values_list("pk", "created_at"))
    hours: set[datetime] = set()
    forget = []
    for number, (pk, created_at) in enumerate(rows):
        hour = created_at.replace(minute=0, second=0, microsecond=0)
        if number >= SNAPSHOTS_KEPT and hour in hours:
            forget.append(pk)
        hours.add(hour)
    Snapshot.objects.filter(pk__in=forget, places__isnull=True).delete()


def beat(*, worker: str, started_at: datetime, now: datetime) -> None:
    """A worker's sign of life; those long silent are forgotten."""
    Heartbeat.objects.update_or_create(
        worker=worker,
        defaults={"beat_at": now},
        create_defaults={
            "worker": worker,
            "started_at": started_at,
            "beat_at": now,
        },
    )
    Heartbeat.objects.filter(beat_at__lt=now - HEARTBEATS_KEPT).delete()
