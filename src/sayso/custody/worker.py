"""The worker's half for custody: makes ballot records, does what follows when a key is destroyed; a job at a time.

Once an hour it makes nameless who left long ago.

Runs in a thread of its own inside `sayso worker`. Killed outright, the lease runs out and the next one goes on: a log
half written anew where it was, a ballot record from its beginning.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from sayso.custody import queries, rules, sealing
from sayso.custody.actions import ask_for_ballots, publish_ballots
from sayso.custody.jobs import claim_job, close_job, keep
from sayso.custody.models import CustodyJob, JobKind, JobState
from sayso.custody.nameless import make_due_nameless, note_who_left
from sayso.members.leases import in_hand, put_down, teller
from sayso.members.models import Organisation
from sayso.members.pseudonyms import KeyMissing, destroy_key
from sayso.web.kept_words import sentence

log = logging.getLogger("sayso.custody")

LOOK_EVERY = timedelta(seconds=2)
CLEAR_EVERY = timedelta(hours=1)
WAIT_FOR_COUNT = timedelta(seconds=2)
SWEEP_AGAIN_AFTER = timedelta(seconds=30)
COUNT_FIRST = sentence("The last count comes first")
LETTING_GO = sentence("Having the database let go of the old rows")
OUR_FAULT = sentence("It could not be done, and the fault is ours. What was done before stays. Try again, or tell us.")
KEY_IS_MISSING = sentence("The key is not where it should be. Put the folder keys/ back from its copy.")
KEY_STAYS = sentence(
    "The file of the key could not be removed. Have it removed by whoever runs the server, then try again."
)
WOULD_DIFFER = sentence(
    "The key is gone. The log was not written anew: the published figures would not come out of it again. "
    "Tell us; until it is mended, order and moments are still in the database."
)


class CustodyWorker:
    def __init__(self, *, worker: str, stop: threading.Event | None = None, lease_s: float | None = None) -> None:
        self.name = worker
        self.stop = stop or threading.Event()
        self.lease_s = settings.WORKER_LEASE_S if lease_s is None else lease_s
        self._looked_at: datetime | None = None
        self._cleared_at: datetime | None = None

    def run_once(self) -> None:
        """Do what is due now, then end."""
        while not self.stop.is_set() and self.round():
            pass

    def round(self) -> bool:
        """Do one job; True when there was one that could be done."""
        now = timezone.now()
        if self._looked_at is None or now - self._looked_at >= LOOK_EVERY:
            self._looked_at = now
            for engagement in queries.ended_without_record():
                ask_for_ballots(engagement=engagement)
        if self._cleared_at is None or now - self._cleared_at >= CLEAR_EVERY:
            self._clear()
            self._cleared_at = now
        job = claim_job(worker=self.name, now=now, lease_s=self.lease_s)
        return job is not None and self._work(job)

    def _clear(self) -> None:
        """Who left: since when, and whose names have been kept long enough. Batch by batch, so it may end anywhere."""
        today = timezone.localdate()
        note_who_left(today=today)
        for organisation in Organisation.objects.exclude(nameless_after_days=None):
            while not self.stop.is_set() and (number := make_due_nameless(organisation=organisation, today=today)):
                log.info("%s people who left were made nameless by rule", number)

    def close(self) -> None:
        """Nothing is kept open between jobs."""

    def _work(self, job: CustodyJob) -> bool:
        """False when it has to wait for something else first."""

        def failed(told: str = OUR_FAULT) -> None:
            close_job(job=job, state=JobState.FAILED, told=told)

        def tell(n_done: int, n_all: int) -> None:
            keep(job=job, n_done=n_done, n_all=n_all)

        with in_hand(job, lease_s=self.lease_s, log=log, failed=failed):
            try:
                DOING[JobKind(job.kind)](job, teller(tell, self.stop))
            except sealing.NotYet:
                put_down(job, until=timezone.now() + WAIT_FOR_COUNT, step=COUNT_FIRST)
                return False
            except KeyMissing:
                failed(KEY_IS_MISSING)
            except sealing.Differs:
                log.error("job %s: the log drawn up anew would give other figures", job.pk)
                failed(WOULD_DIFFER)
        return True


Teller = Callable[[int, int], None]


def _ballots(job: CustodyJob, tell: Teller) -> None:
    keep(job=job, step="", n_done=0, n_all=0)
    if publish_ballots(engagement=job.engagement, tell=tell) is None and rules.is_voting_over(job.engagement):
        raise sealing.NotYet
    # Without a record when people vote again: it is asked for anew.
    close_job(job=job, state=JobState.DONE)


def _seal(job: CustodyJob, tell: Teller) -> None:
    """First the key, if whoever ordered it was stopped before it went; then the rows; then what lies under them."""
    try:
        destroy_key(engagement_slug=job.engagement.slug)
    except OSError:
        log.exception("the key of %s could not be removed", job.engagement.slug)
        close_job(job=job, state=JobState.FAILED, told=KEY_STAYS)
        return
    sealing.seal(job, tell)
    keep(job=job, step=LETTING_GO, n_done=job.n_all)
    if sealing.sweep():
        close_job(job=job, state=JobState.DONE)
    else:
        put_down(job, until=timezone.now() + SWEEP_AGAIN_AFTER)


DOING: dict[JobKind, Callable[[CustodyJob, Teller], None]] = {JobKind.BALLOTS: _ballots, JobKind.SEAL: _seal}
