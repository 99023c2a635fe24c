"""The worker as a real process: two of them, killed ones, asked to end, and a database that goes away for a moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.utils import timezone

from house import House, open_house
from sayso.distillations import actions, queries
from sayso.distillations.models import Heartbeat, Job, JobState, Snapshot
from sayso.distillations.worker import Worker
from sayso.engagements.models import Vote

pytestmark = pytest.mark.django_db(transaction=True)

# A worker whose fits take as long as a file is there: real in everything else.
SLOW_WORKER = """
import os, sys, time, pathlib
import django
django.setup()
from sayso.distillations import distilling
from sayso.distillations.worker import Worker
real = distilling.distil
def slow(*args, progress, **kwargs):
    pathlib.Path(sys.argv[1]).touch()
    while pathlib.Path(sys.argv[2]).exists():
        time.sleep(0.05)
        progress(0.5, "waiting")
    return real(*args, progress=progress, **kwargs)
distilling.distil = slow
worker = Worker()
worker.end_on_signals()
worker.run()
"""


@pytest.fixture
def house() -> House:
    made = open_house(people=12, statements=8)
    made.everybody_votes()
    return made


def environment(**more: str) -> dict[str, str]:
    """The test's own database for another process."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        # Settings name the file sayso.sqlite3 in the data folder: a link of that name leads to the test's.
        folder = Path(settings.DATA_DIR) / "for-processes"
        folder.mkdir(exist_ok=True)
        link = folder / "sayso.sqlite3"
        link.unlink(missing_ok=True)
        link.symlink_to(database["NAME"])
        (folder / "keys").unlink(missing_ok=True)
        (folder / "keys").symlink_to(Path(settings.DATA_DIR) / "keys")
        return {**os.environ, "SAYSO_DATA": str(folder), **_quick(), **more}
    host = quote(database["HOST"], safe="")  # the folder of a socket
    url = f"postgresql://{database['USER']}@{host}:{database['PORT']}/{database['NAME']}"
    return {**os.environ, "SAYSO_DATABASE_URL": url, **_quick(), **more}


def _quick() -> dict[str, str]:
    return {"SAYSO_WORKER_QUIET_S": "0.1", "SAYSO_WORKER_LEASE_S": "2", "DJANGO_SETTINGS_MODULE": "sayso.settings"}


@contextmanager
def process(*command: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    log = Path(settings.DATA_DIR) / f"process-{time.monotonic_ns()}.log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            [sys.executable, *command], env=environment(**more), stdout=output, stderr=output, start_new_session=True
        )
        running.log = log  # type: ignore[attr-defined]
        try:
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def worker(**more: str) -> Any:
    return process("-m", "sayso.cli", "worker", **more)


def until(claim: Callable[[], Any], seconds: float = 240.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := claim():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_a_worker_process_distils_what_was_voted(house: House) -> None:
    with worker() as running:
        snapshot = until(lambda: Snapshot.objects.first())
        assert snapshot.last_event == queries.last_input_event(house.engagement)
        assert until(lambda: Heartbeat.objects.filter(worker__contains=f":{running.pid}:").exists())
        house.vote(0, 0, 0)
        until(lambda: Snapshot.objects.count() == 2)


def test_two_workers_never_do_one_twice(house: House) -> None:
    with ExitStack() as stack:
        # A lease that busy processors cannot let run out: it is not what is asked here.
        running = [stack.enter_context(worker(SAYSO_WORKER_LEASE_S="60")) for _ in range(3)]
        until(lambda: Heartbeat.objects.count() == 3)
        for round_number in range(4):
            house.vote(round_number, 0, round_number % 3 - 1)
            until(lambda: not queries.due_engagements(timezone.now()) and not _open_jobs())
        for one in running:
            one.terminate()
        logs = "".join(one.log.read_text() for one in running if one.wait(60) == 0)
    assert Job.objects.exclude(attempts=1).count() == 0
    assert Job.objects.filter(state=JobState.DONE).count() == Snapshot.objects.count()
    assert logs.count("distilled up to event") == Snapshot.objects.count()


def _open_jobs() -> bool:
    return Job.objects.filter(state__in=queries.OPEN_STATES).exists()


def test_threads_claiming_at_one_moment_get_one_job(house: House) -> None:
    actions.want_distillation(engagement=house.engagement)
    gate, claimed = threading.Barrier(4), []

    def claim(name: str) -> None:
        gate.wait()
        try:
            if job := actions.claim_job(worker=name, now=timezone.now(), lease_s=30):
                claimed.append(job)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 1
    assert Job.objects.get().attempts == 1


def test_threads_wanting_at_one_moment_make_one_job(house: House) -> None:
    gate, wanted = threading.Barrier(4), []

    def want() -> None:
        gate.wait()
        try:
            wanted.append(actions.want_distillation(engagement=house.engagement).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wanted) == 4
    assert len(set(wanted)) == 1


@pytest.fixture
def slow_worker(tmp_path: Path) -> tuple[list[str], Path, Path]:
    """Command of a worker that stays in its first fit, the file that shows it is there, the file that holds it."""
    begun, hold = tmp_path / "begun", tmp_path / "hold"
    hold.touch()
    return ["-c", SLOW_WORKER, str(begun), str(hold)], begun, hold


def test_a_worker_killed_in_mid_job_is_followed_by_another(
    house: House, slow_worker: tuple[list[str], Path, Path]
) -> None:
    command, begun, _ = slow_worker
    n_votes = Vote.objects.count()
    with process(*command) as victim:
        until(begun.exists)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
    assert Job.objects.get().state == JobState.RUNNING
    with worker():
        snapshot = until(lambda: Snapshot.objects.first())
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert f'"n_votes":{n_votes},' in snapshot.body


def test_a_long_fit_keeps_its_lease(house: House, slow_worker: tuple[list[str], Path, Path]) -> None:
    command, begun, hold = slow_worker
    with ExitStack() as stack:
        stack.enter_context(process(*command))
        until(begun.exists)
        stack.enter_context(worker())
        time.sleep(4.5)  # beyond the lease of two seconds
        assert Job.objects.get().attempts == 1
        assert not Snapshot.objects.exists()
        hold.unlink()
        until(Snapshot.objects.exists)
    assert Job.objects.get().attempts == 1


def test_a_worker_asked_to_end_gives_its_job_back(house: House, slow_worker: tuple[list[str], Path, Path]) -> None:
    command, begun, _ = slow_worker
    with process(*command) as running:
        until(begun.exists)
        running.terminate()
        assert running.wait(60) == 0
    job = Job.objects.get()
    assert (job.state, job.attempts, job.lease_until) == (JobState.WAITING, 0, None)


def test_an_idle_worker_ends_at_once(house: House) -> None:
    with worker() as running:
        until(Snapshot.objects.exists)
        running.send_signal(signal.SIGINT)
        assert running.wait(5) == 0


def test_once_does_what_is_due_and_ends(house: House) -> None:
    time.sleep(0.2)
    with process("-m", "sayso.cli", "worker", "--once") as running:
        assert running.wait(30) == 0
    assert Snapshot.objects.count() == 1


def test_a_job_that_fails_keeps_its_error_and_the_worker_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    other = open_house("another", people=2, statements=2)
    other.everybody_votes()
    broken = house.engagement.pk
    from sayso.distillations import worker as worker_module

    real = worker_module.distil_engagement

    def fails_for_one(engagement: Any, **kwargs: Any) -> Any:
        if engagement.pk == broken:
            raise ZeroDivisionError("planted")
        return real(engagement, **kwargs)

    monkeypatch.setattr(worker_module, "distil_engagement", fails_for_one)
    for made in (house, other):
        actions.want_distillation(engagement=made.engagement)
    Worker().run_once()
    assert Snapshot.objects.get().engagement == other.engagement
    job = Job.objects.get(engagement=house.engagement)
    assert job.state == JobState.WAITING
    assert "ZeroDivisionError: planted" in job.error


def test_the_worker_waits_while_the_database_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection breaks where the result is stored, three times; then it is stored, once."""
    actions.want_distillation(engagement=house.engagement)
    real, broken = actions.finish_job, iter(range(3))

    def breaks(**kwargs: Any) -> Any:
        if next(broken, None) is not None:
            raise OperationalError("server closed the connection unexpectedly")
        return real(**kwargs)

    monkeypatch.setattr(actions, "finish_job", breaks)
    Worker().run_once()
    assert Snapshot.objects.count() == 1
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.postgres
def test_the_worker_survives_its_connections_being_cut(house: House) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("connections can be cut on PostgreSQL only")
    with worker() as running:
        until(Snapshot.objects.exists)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        house.vote(0, 0, 0)
        until(lambda: Snapshot.objects.count() == 2)
        assert running.poll() is None
