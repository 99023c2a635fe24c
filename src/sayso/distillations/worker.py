"""The worker: turns new events into snapshots, one job at a time. The only process that loads the engine.

A round:

1. look at the event log: which engagements have news that has settled? each gets one open job;
2. claim the oldest free job (compare-and-set, so that two workers never do one twice);
3. read its votes from the event log, up to the last event all of whose elders are visible;
4. distil, last in line for the processors, telling how far it is; other threads renew the lease and beat meanwhile;
5. store snapshot, places and the closed job in one transaction;
6. learn from what people said their statements are, and guess the others anew;
7. with nothing to distil, look through the votes of an engagement for accounts that seem not to answer for themselves.

Ends at once and cleanly on SIGTERM and SIGINT: a job in hand is given back. Killed outright, its lease runs out
and the job is free again. While the database is away it waits.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.utils import timezone

from sayso.distillations import actions, queries
from sayso.distillations.distilling import check_integrity, distil_engagement
from sayso.distillations.kind_learning import learn_kinds
from sayso.distillations.last_in_line import LastInLine
from sayso.distillations.models import Job
from sayso.engagements.models import Engagement
from sayso.members.leases import DATABASE_AWAY, Ending, in_hand

log = logging.getLogger("sayso.worker")

LOOK_EVERY_S = 0.5
BEAT_EVERY_S = 5.0
TELL_EVERY_S = 1.0
LONGEST_PAUSE_S = 5.0
CHECK_EVERY = timedelta(hours=1)

Found = TypeVar("Found")


class Worker:
    """One worker; its name is its own for life, so that a lease says whose it is."""

    def __init__(self, *, lease_s: float | None = None) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.lease_s = settings.WORKER_LEASE_S if lease_s is None else lease_s
        self.started_at = timezone.now()
        self.stop = threading.Event()
        self.line = LastInLine()

    def run(self) -> None:
        """Work until asked to stop."""
        log.info("worker %s is ready", self.name)
        pulse = threading.Thread(target=self._keep_beating, name="pulse", daemon=True)
        pulse.start()
        while not self.stop.is_set():
            if not self._patiently(self.round):
                self.stop.wait(LOOK_EVERY_S)
        pulse.join(timeout=BEAT_EVERY_S)
        connection.close()
        log.info("worker %s has ended", self.name)

    def run_once(self) -> None:
        """Do what is due now, then end."""
        self.beat()
        while not self.stop.is_set() and self.round():
            pass

    def round(self) -> bool:
        """Look for news, do one job; True when there was one."""
        for engagement in queries.due_engagements(timezone.now()):
            actions.want_distillation(engagement=engagement)
        job = actions.claim_job(worker=self.name, now=timezone.now(), lease_s=self.lease_s)
        if job is None:
            return self._look_for_suspicions()
        self._work(job)
        return True

    def _look_for_suspicions(self) -> bool:
        """When no snapshot is waited for: one engagement's accounts, for its data guardian. True when there was one."""
        engagement = queries.due_checks(timezone.now(), every=CHECK_EVERY).first()
        if engagement is None:
            return False
        began = time.monotonic()
        try:
            last_event, found = check_integrity(engagement)
        except DATABASE_AWAY:
            raise
        except Exception:
            log.exception("%s could not be looked through", engagement.slug)
            actions.postpone_integrity_check(engagement=engagement, now=timezone.now())
            return False
        actions.keep_integrity_check(engagement=engagement, last_event=last_event, found=found, now=timezone.now())
        log.info("%s looked through up to event %s in %.1f s", engagement.slug, last_event, _since(began))
        return True

    def end_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())

    def beat(self) -> None:
        actions.beat(worker=self.name, started_at=self.started_at, now=timezone.now())

    def _work(self, job: Job) -> None:
        def failed() -> None:
            error = traceback.format_exc(limit=-8)
            self._patiently(lambda: actions.fail_job(job=job, error=error, now=timezone.now()))

        with in_hand(job, lease_s=self.lease_s, log=log, failed=failed):
            made = distil_engagement(job.engagement, progress=self._teller(job), line=self.line)
            self._patiently(lambda: actions.finish_job(job=job, made=made, now=timezone.now()))
            log.info("%s distilled up to event %s", job.engagement.slug, made.last_event)
        self._patiently(lambda: self._learn_kinds(job.engagement))

    def _learn_kinds(self, engagement: Engagement) -> None:
        """Beside the snapshot, not in it. Failing, it leaves the guesses as they were until the next one."""
        try:
            n_changed = learn_kinds(engagement)
        except DATABASE_AWAY:
            raise
        except Exception:
            log.exception("kinds of %s could not be learnt", engagement.slug)
        else:
            log.info("%s guesses of %s are new", n_changed, engagement.slug)

    def _teller(self, job: Job) -> Callable[[float, str], None]:
        """Called by the engine again and again; the place where a long fit can be left."""
        told_at = 0.0

        def tell(progress: float, step: str) -> None:
            nonlocal told_at
            if self.stop.is_set():
                raise Ending
            if time.monotonic() - told_at < TELL_EVERY_S:
                return
            told_at = time.monotonic()
            try:
                actions.report_progress(job=job, progress=progress, step=step)
            except DATABASE_AWAY:
                connection.close()  # the fit goes on; storing it will wait for the database

        return tell

    def _keep_beating(self) -> None:
        """A thread of its own, with a database connection of its own: signs of life, also during a long fit."""
        while True:
            try:
                self.beat()
            except DATABASE_AWAY:
                connection.close()
            if self.stop.wait(BEAT_EVERY_S):
                break
        connection.close()

    def _patiently(self, act: Callable[[], Found]) -> Found | None:
        """Do it, again and again while the database is away; None when asked to stop first."""
        pause_s = 0.2
        while True:
            try:
                return act()
            except DATABASE_AWAY as away:
                log.warning("the database does not answer (%s); trying again", str(away).strip().split("\n")[0])
                connection.close()
                if self.stop.wait(pause_s):
                    return None
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def _since(began: float) -> float:
    return time.monotonic() - began
