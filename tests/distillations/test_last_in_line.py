"""A snapshot's arithmetic gives way to pages, and its thread is left as soon as nobody waits for it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sayso.distillations.last_in_line import LastInLine, Tell

needs_linux = pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="only Linux has an end of the line")


def policy(tell: Tell) -> int:
    return os.sched_getscheduler(0)


@needs_linux
def test_the_work_stands_last_and_who_asked_for_it_does_not() -> None:
    assert LastInLine().run(policy) == os.SCHED_IDLE
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


@needs_linux
def test_whoever_was_starved_stands_in_line_the_next_time_and_once_fed_last_again() -> None:
    line = LastInLine(patience_s=0.05)
    line.run(lambda tell: time.sleep(0.1))
    assert line.run(policy) == os.SCHED_OTHER
    assert line.run(policy) == os.SCHED_IDLE


@needs_linux
def test_each_time_it_tells_something_it_leaves_its_processor_for_a_moment() -> None:
    def switches(tell: Tell) -> int:
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
        for _ in range(50):
            tell(0.0, "on and on")
        return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw - before

    assert LastInLine().run(switches) >= 50


@needs_linux
def test_work_that_gets_nothing_is_begun_again_in_line() -> None:
    begun: list[int] = []

    def work(tell: Tell) -> str:
        begun.append(policy(tell))
        while begun[-1] == os.SCHED_IDLE:
            time.sleep(0.01)
            tell(0.0, "on and on")
        return "done"

    assert LastInLine(patience_s=0.2).run(work) == "done"
    assert begun == [os.SCHED_IDLE, os.SCHED_OTHER]


SESSION = """
import sys, time
from pathlib import Path
from sayso.distillations.last_in_line import LastInLine
from sayso.distillations.own_session import OwnSession
file = Path(sys.argv[1])
place = lambda: file.read_text() if file.exists() else "-"
line = LastInLine(patience_s=0.2, session=OwnSession(file))
line.session.stand_last()
seen = [place()]
def work(tell):
    for _ in range(60):
        seen.append(place())
        time.sleep(0.01)
    tell(0.5, "half")
line.run(work)
print(*dict.fromkeys(seen), place())
"""


def places_seen(file: Path) -> list[bytes]:
    """Of a session that stands last, while work gets nothing and is done again in line, and after it."""
    command = [sys.executable, "-c", SESSION, str(file)]
    return subprocess.run(command, start_new_session=True, capture_output=True, check=True).stdout.split()


@needs_linux
def test_a_session_that_stands_last_stands_in_line_until_work_that_got_nothing_is_done(tmp_path: Path) -> None:
    assert places_seen(tmp_path / "autogroup") == [b"19", b"0", b"19"]


@needs_linux
def test_a_place_that_cannot_be_had_is_done_without(tmp_path: Path) -> None:
    assert places_seen(tmp_path / "no" / "such" / "file") == [b"-", b"-"]


def test_what_it_gives_or_raises_comes_back() -> None:
    def fails(tell: Tell) -> None:
        raise TimeoutError("its own")

    assert LastInLine().run(lambda tell: 7) == 7
    with pytest.raises(TimeoutError, match="its own"):
        LastInLine().run(fails)


def test_what_it_tells_is_passed_on_in_the_thread_of_who_asked() -> None:
    heard: list[tuple[str, str]] = []
    has_heard = threading.Event()

    def work(tell: Tell) -> None:
        tell(0.5, "half")
        assert has_heard.wait(5)

    def hear(progress: float, step: str) -> None:
        heard.append((step, threading.current_thread().name))
        has_heard.set()

    LastInLine().run(work, hear)
    assert heard == [("half", threading.current_thread().name)]


def test_it_is_left_when_who_hears_of_it_has_to_go() -> None:
    n_told = 0

    def work(tell: Tell) -> None:
        nonlocal n_told
        while n_told < 1_000:
            n_told += 1
            tell(0.0, "on and on")
            time.sleep(0.01)

    def hear(progress: float, step: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LastInLine().run(work, hear)
    assert n_told < 500
