"""A job in a worker's hand, on a real row: kept while it is worked on, and let go of whatever happens."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from members.keeping import open_desk
from sayso.members import leases
from sayso.members.models import RosterJob

pytestmark = pytest.mark.django_db(transaction=True)
LEASE_S = 0.6
log = logging.getLogger("sayso.roster")


@pytest.fixture
def job() -> RosterJob:
    desk = open_desk()
    RosterJob.objects.create(organisation=desk.organisation, kind="read")
    return claimed("first")


def claimed(worker: str, *, after_s: float = 0.0) -> RosterJob | None:
    now = timezone.now() + timedelta(seconds=after_s)
    jobs = RosterJob.objects.order_by("pk")
    return leases.claim(
        jobs, worker=worker, now=now, lease_s=LEASE_S, most_attempts=2, gave_up=lambda _: {"state": "failed"}
    )


def work_on(job: RosterJob, work: Callable[[], object]) -> list[str]:
    """What was noted of a failure."""
    noted: list[str] = []
    with leases.in_hand(job, lease_s=LEASE_S, log=log, failed=lambda: noted.append("failed")):
        work()
    return noted


def state(job: RosterJob) -> tuple[str, str, int]:
    job.refresh_from_db()
    return job.state, job.worker, job.attempts


def test_work_that_takes_longer_than_its_lease_stays_ours(job: RosterJob) -> None:
    others: list[RosterJob | None] = []

    def work() -> None:
        time.sleep(LEASE_S * 2)
        others.append(claimed("second"))

    assert work_on(job, work) == []
    assert others == [None]
    assert "lease" not in [thread.name for thread in threading.enumerate()]


def test_a_lease_that_ran_out_is_anothers_and_the_first_stores_nothing(job: RosterJob) -> None:
    second = claimed("second", after_s=LEASE_S + 1)
    assert second is not None
    assert work_on(job, lambda: leases.keep(job, told="by the first")) == []
    second.refresh_from_db()
    assert (second.worker, second.attempts, second.told) == ("second", 2, "")


def test_under_which_workers_died_too_often_it_is_closed(job: RosterJob) -> None:
    claimed("second", after_s=LEASE_S + 1)
    assert claimed("third", after_s=3 * LEASE_S + 2) is None
    assert state(job)[0] == "failed"


def test_work_that_fails_is_noted_and_the_worker_lives(job: RosterJob) -> None:
    assert work_on(job, lambda: 1 / 0) == ["failed"]


def test_asked_to_end_it_is_put_down_as_if_never_claimed(job: RosterJob) -> None:
    stop = threading.Event()
    stop.set()
    assert work_on(job, lambda: leases.teller(lambda *_: None, stop)(1, 2)) == []
    assert state(job) == ("waiting", "", 0)


def test_a_database_that_is_away_is_passed_on_and_the_lease_left_to_run_out(job: RosterJob) -> None:
    def away() -> None:
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        work_on(job, away)
    assert state(job) == ("running", "first", 1)
    assert claimed("second", after_s=LEASE_S + 1) is not None


def test_what_is_put_down_until_later_is_not_taken_up_before(job: RosterJob) -> None:
    leases.put_down(job, until=timezone.now() + timedelta(seconds=60), told="Later")
    assert claimed("second", after_s=59) is None
    again = claimed("second", after_s=61)
    assert again is not None and again.told == "Later"


def test_told_are_the_end_and_a_few_moments_before() -> None:
    told: list[tuple[int, int]] = []
    tell = leases.teller(lambda n_done, n_all: told.append((n_done, n_all)), threading.Event())
    for n_done in range(1, 101):
        tell(n_done, 100)
    assert told == [(1, 100), (100, 100)]
