"""`sayso worker` does what is due in every app's room; one that fails stops no other, and its log names nobody."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection

from invitations.sink import Sink
from invitations.test_killed import build, mail_by
from journeys.running import Installation
from sayso import worker_command


@pytest.mark.slow
def test_once_sends_what_is_due(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    with Sink() as sink:
        mail_by(installation, sink)
        build(installation, "people=5")
        sayso = Path(sys.executable).parent / "sayso"
        done = subprocess.run([sayso, "worker", "--once"], env=installation.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert sink.by_recipient() == {f"p{i}@county.example": 1 for i in range(5)}
    assert "@county.example" not in done.stderr


def test_on_postgresql_each_room_finds_a_connection() -> None:
    """A room holds one from its first round on: too few of them, and the last to come waits for ever."""
    pool = connection.settings_dict["OPTIONS"].get("pool")
    if pool is None:
        pytest.skip("SQLite has no pool")
    assert len(worker_command.ROOMS) + 2 <= pool["max_size"], "beside the rooms, the distilling one and the pulse"


@pytest.mark.django_db(transaction=True)
def test_a_room_that_fails_goes_on_and_its_words_are_not_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_command, "LOOK_EVERY_S", 0.01)
    stop = threading.Event()

    class Failing:
        rounds = closed = 0

        def round(self) -> bool:
            self.rounds += 1
            if self.rounds == 3:
                stop.set()
                return False
            raise RuntimeError("no mail to ann@county.example")

        def close(self) -> None:
            self.closed += 1

    room = Failing()
    with caplog.at_level(logging.INFO):
        worker_command._keep_at_it(room, stop)
    assert (room.rounds, room.closed) == (3, 1)
    assert "RuntimeError" in caplog.text and "ann@" not in caplog.text
