"""A worker killed outright, again and again, while it sends: nobody is left out, and at most the one in the air is
sent again, under the same name."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from invitations.sink import Sink
from journeys.running import PATIENCE_S, Installation, kill, wait_for

PEOPLE, KILLS, PER_MINUTE = 500, 3, 6_000


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path / "sayso")
    installation.folder.mkdir()
    yield installation
    installation.close()


def mail_by(installation: Installation, sink: Sink) -> None:
    installation.env.update(
        SAYSO_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        SAYSO_SMTP_HOST="127.0.0.1",
        SAYSO_SMTP_PORT=str(sink.port),
        SAYSO_SMTP_TLS="0",
        SAYSO_MAIL_FROM="say@county.example",
        SAYSO_MAIL_PER_MINUTE=str(PER_MINUTE),
        SAYSO_WORKER_LEASE_S="1",
    )


def build(installation: Installation, *wishes: str) -> None:
    installation.lay_tables()
    command = [sys.executable, Path(__file__).with_name("building.py"), *wishes]
    subprocess.run(command, env=installation.env, check=True, capture_output=True)


def state(installation: Installation) -> str:
    return str(installation.rows("SELECT state FROM invitations_wave")[0][0])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["invitation", "reminder"])
def test_killed_again_and_again_it_leaves_nobody_out_and_sends_nobody_two(
    installation: Installation, kind: str
) -> None:
    rng = random.Random()
    with Sink() as sink:
        mail_by(installation, sink)
        build(installation, f"people={PEOPLE}", *(["reminder=1", "voted=100"] if kind == "reminder" else []))
        for _ in range(KILLS):
            before = len(sink.kept)
            worker = installation.start_worker()
            more = before + rng.randint(20, 90)
            wait_for(lambda more=more: len(sink.kept) >= more, 120, lambda: installation.log("worker"), pause=0.001)
            kill(worker)
        assert state(installation) == "sending", "it was over before it was killed for the last time"
        installation.start_worker()
        wait_for(lambda: state(installation) == "done", PATIENCE_S, lambda: installation.log("worker"))
    counted = sink.by_recipient()
    twice = [email for email, number in counted.items() if number > 1]
    (doubtful,) = installation.rows("SELECT n_doubtful FROM invitations_wave")[0]
    assert doubtful <= KILLS
    if kind == "reminder":
        assert twice == [] and PEOPLE - 100 - len(counted) <= doubtful, "a reminder in the air is not sent again"
        assert not {f"p{i}@county.example" for i in range(100)} & set(counted), "these have had their say"
    else:
        assert set(counted) == {f"p{i}@county.example" for i in range(PEOPLE)}
        assert sum(counted.values()) - PEOPLE <= doubtful, "a copy more for each kill, and be it of the same one"
        assert len({kept.name for kept in sink.kept}) == PEOPLE, "a copy is called as the first"
    assert most_in_a_second(sink) <= PER_MINUTE / 60 * 1.5 + 1
    assert "@county.example" not in installation.log("worker")


def most_in_a_second(sink: Sink) -> int:
    moments = sorted(kept.at for kept in sink.kept)
    first = most = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
