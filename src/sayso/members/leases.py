"""A job in a worker's hand: claimed for a while, kept while it is worked on, let go of whatever happens.

A claim is a compare-and-set; `attempts` is its fencing number, so a worker that lost its lease can store nothing.
Knows no table: a job is any row with these four columns, and with what the work is it has nothing to do.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Protocol

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

WAITING, RUNNING = "waiting", "running"
OPEN = (WAITING, RUNNING)
TELL_EVERY_S = 0.3
DATABASE_AWAY = (OperationalError, InterfaceError)


class LeaseLost(Exception):
    """Another worker has this job now; nothing of ours was stored."""


class Ending(Exception):
    """The worker was asked to end."""


class Leased(Protocol):
    """A job's row. While it waits, `lease_until` is when it may be taken up at the earliest."""

    pk: Any
    state: Any
    worker: Any
    lease_until: Any
    attempts: Any


def free(jobs: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """Those nobody works on: waiting ones whose pause is over, running ones whose lease ran out."""
    return jobs.filter(Q(lease_until=None) | Q(lease_until__lte=now), state__in=OPEN)


def claim(
    jobs: QuerySet[Any],
    *,
    worker: str,
    now: datetime,
    lease_s: float,
    most_attempts: int,
    gave_up: Callable[[Any], dict[str, Any]],
    **also: Any,
) -> Any | None:
    """The first free one, now ours until the lease runs out; None when there is none.

    One under which workers died too often is closed here, with what `gave_up` says of it.
    """
    for job in list(free(jobs, now)):
        unchanged = free(jobs, now).order_by().filter(pk=job.pk, state=job.state, attempts=job.attempts)
        if job.attempts >= most_attempts:
            unchanged.update(lease_until=None, **gave_up(job))
            continue
        ours = {"state": RUNNING, "worker": worker, "lease_until": now + timedelta(seconds=lease_s)}
        if unchanged.update(attempts=F("attempts") + 1, **ours, **also):
            return jobs.get(pk=job.pk)
    return None


def held(job: Leased) -> QuerySet[Any]:
    """Its row as long as it is ours; no row once it is another's, or closed."""
    table: Any = type(job)
    rows: QuerySet[Any] = table.objects.filter(pk=job.pk, state=RUNNING, worker=job.worker, attempts=job.attempts)
    return rows


def keep(job: Leased, **found: Any) -> None:
    """Store how far it is, or how it ended. Raises LeaseLost, with nothing stored, when it is another's."""
    if not held(job).update(**found):
        raise LeaseLost(job.pk)


def renew(job: Leased, *, now: datetime, lease_s: float) -> None:
    """Raises LeaseLost when it is another's."""
    keep(job, lease_until=now + timedelta(seconds=lease_s))


def put_down(job: Leased, *, until: datetime | None = None, **told: Any) -> None:
    """Free it, as if it had never been claimed; nobody takes it up before `until`."""
    held(job).update(state=WAITING, worker="", lease_until=until, attempts=F("attempts") - 1, **told)


@contextmanager
def in_hand(job: Leased, *, lease_s: float, log: logging.Logger, failed: Callable[[], None]) -> Iterator[None]:
    """Work on it within; what goes wrong and has no handler of its own ends here, as it does for every job.

    Asked to end, it is put down. When the work fails, `failed` notes that, called where the error can still be had.
    Only a database that is away is passed on: the lease runs out, and the job is taken up again.
    """
    began = time.monotonic()
    try:
        with LeaseKept(lambda: renew(job, now=timezone.now(), lease_s=lease_s), lease_s=lease_s):
            yield
        log.info("job %s worked on for %.1f s", job.pk, time.monotonic() - began)
    except LeaseLost:
        log.warning("job %s is another worker's by now; what that one stores stands", job.pk)
    except Ending:
        put_down(job)
        log.info("job %s is given back", job.pk)
    except DATABASE_AWAY:
        raise
    except Exception:
        log.exception("job %s failed at attempt %s", job.pk, job.attempts)
        try:
            failed()
        except LeaseLost:
            log.warning("job %s is another worker's by now", job.pk)


class LeaseKept:
    """A second thread, with a database connection of its own, renews a lease: some steps take minutes."""

    def __init__(self, renew: Callable[[], None], *, lease_s: float) -> None:
        self._renew, self._every_s = renew, lease_s / 3
        self._let_go = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._thread.start()

    def let_go(self) -> None:
        """Renew no more, without waiting for a renewal under way."""
        self._let_go.set()

    def __enter__(self) -> None:
        """It is kept from the beginning."""

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        self.let_go()
        self._thread.join()

    def _keep(self) -> None:
        while not self._let_go.wait(self._every_s):
            try:
                self._renew()
            except LeaseLost:
                break
            except DATABASE_AWAY:
                connection.close()
        connection.close()


def teller(tell: Callable[[int, int], None], stop: threading.Event) -> Callable[[int, int], None]:
    """For work to say how far it is as often as it likes: told a few times a second. Raises Ending when asked to."""
    told_at = 0.0

    def tell_now_and_then(n_done: int, n_all: int) -> None:
        nonlocal told_at
        if stop.is_set():
            raise Ending
        if n_done >= n_all or time.monotonic() - told_at >= TELL_EVERY_S:
            told_at = time.monotonic()
            tell(n_done, n_all)

    return tell_now_and_then
