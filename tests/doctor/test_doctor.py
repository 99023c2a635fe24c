"""`sayso doctor`: each planted fault is found, named and given a mend; a sound house is told so."""

from __future__ import annotations

import json
import os
import shutil
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from doctor.asking import found
from house import House, open_house
from sayso import doctor
from sayso.distillations import actions
from sayso.distillations.models import Job, JobState
from sayso.engagements.models import Event

pytestmark = pytest.mark.django_db


def alive() -> None:
    actions.beat(worker="a", started_at=timezone.now(), now=timezone.now())


@pytest.fixture
def house(db: None) -> House:
    return open_house(people=2, statements=2)


def test_the_worker_comes_first_and_every_finding_has_its_name() -> None:
    names = [finding.id for finding in doctor.examine()]
    assert names[0] == "worker.heartbeat"
    every = [check.id for check in doctor.CHECKS]
    assert names == [name for name in every if name in names]
    silent = {"mail.from", "mail.server", "mail.tls", "https.cookies", "https.proxy"}
    silent |= {"outside.provider", "outside.redirect", "mail.site", "translator.failed"}  # there is nothing to look at
    silent |= {"database.sqlite"} if connection.vendor != "sqlite" else set()
    assert set(every) - set(names) == silent
    assert len(every) == len(set(every))


def test_what_is_not_in_order_has_a_mend_and_what_is_has_none(house: House) -> None:
    for finding in doctor.examine():
        assert bool(finding.mend) == (finding.state != doctor.OK), finding
        assert finding.cause


def test_no_worker_yet_is_found() -> None:
    finding = found("worker.heartbeat")
    assert finding.state == doctor.FAIL
    assert "sayso worker" in finding.mend


def test_a_worker_that_fell_silent_is_found() -> None:
    actions.beat(worker="a", started_at=timezone.now(), now=timezone.now() - timedelta(seconds=31))
    assert found("worker.heartbeat").state == doctor.FAIL
    alive()
    assert found("worker.heartbeat").state == doctor.OK


@pytest.mark.parametrize(("minutes", "state"), [(1, doctor.OK), (5, doctor.WARN), (20, doctor.FAIL)])
def test_votes_that_wait_too_long_are_found(house: House, minutes: int, state: str) -> None:
    house.vote(0, 0, 1)
    Event.objects.update(created_at=timezone.now() - timedelta(minutes=minutes))
    assert found("jobs.oldest_due").state == state


def test_a_job_given_up_is_found_with_its_error(house: House) -> None:
    error = "Traceback …\nZeroDivisionError: planted"
    Job.objects.create(engagement=house.engagement, state=JobState.FAILED, finished_at=timezone.now(), error=error)
    finding = found("jobs.failed")
    assert finding.state == doctor.FAIL
    assert "ZeroDivisionError: planted" in finding.cause


@pytest.mark.parametrize(("free", "state"), [(10, doctor.FAIL), (1000, doctor.WARN), (9000, doctor.OK)])
def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": free * 2**20})())
    assert found("disk").state == state


def test_missing_styles_are_found(settings: Any) -> None:
    from django.contrib.staticfiles import finders

    assert found("static.files").state == doctor.OK
    settings.STATICFILES_FINDERS = []
    finders.get_finder.cache_clear()
    assert "Missing" in found("static.files").cause


def test_steps_not_applied_are_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'distillations'")
    assert found("database.migrations").state == doctor.FAIL


def test_an_empty_database_is_told_not_to_be_in_order_without_a_traceback(tmp_path: Path) -> None:
    told = _in_a_process(tmp_path)
    states = {finding["id"]: finding["state"] for finding in told}
    assert states["database.writable"] == doctor.OK
    assert states["database.migrations"] == doctor.FAIL
    assert states["worker.heartbeat"] == doctor.FAIL
    assert states["keys.secret"] == doctor.OK


def test_a_database_that_does_not_answer_is_found(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    states = {finding["id"]: finding["state"] for finding in _in_a_process(tmp_path, SAYSO_DATABASE_URL=url)}
    assert states["database.writable"] == states["worker.heartbeat"] == doctor.FAIL


def test_a_setting_that_makes_no_sense_is_found(tmp_path: Path) -> None:
    told = _in_a_process(tmp_path, SAYSO_HTTPS="perhaps")
    assert [finding["id"] for finding in told] == ["settings"]
    assert "SAYSO_HTTPS" in told[0]["cause"]


def _in_a_process(folder: Path, **more: str) -> list[dict[str, str]]:
    import subprocess
    import sys

    plain = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    environment = {**plain, "SAYSO_DATA": str(folder / "data"), "SAYSO_HTTPS": "0", **more}
    command = [sys.executable, "-m", "sayso.cli", "doctor", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    findings: list[dict[str, str]] = json.loads(done.stdout)
    return findings


@pytest.fixture
def run() -> Callable[..., int]:
    def run_with(*words: str) -> int:
        parser = ArgumentParser()
        doctor.add_arguments(parser)
        return doctor.run(parser.parse_args(words))

    return run_with


def test_the_exit_says_whether_something_failed(
    house: House, run: Callable[..., int], capsys: Any, settings: Any
) -> None:
    settings.SECRET_KEY = "abcdefghijklmnopqrstuvwxyz" * 2
    assert run() == 1
    assert "✗ worker.heartbeat: No worker has ever run here." in capsys.readouterr().out
    alive()
    assert run("--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told[0].keys() == {"id", "state", "cause", "mend"}
