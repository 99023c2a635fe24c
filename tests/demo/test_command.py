"""`sayso demo` as somebody runs it: a process of its own, a free port, a browser without scripts; and its end.

Linux tells which processes belong to a demo: their environment names its folder.
"""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

SAYSO = Path(sys.executable).parent / "sayso"
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="tells processes apart by /proc")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """A demo that was started, and what it says."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder, self.port, self.lines = folder, free_port(), list[str]()
        command = [SAYSO, "demo", "--no-browser", "--port", str(self.port), "--data", folder, *words]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "SAYSO_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"},
            cwd=folder.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait_for(self, words: str) -> str:
        """The line that holds these words; fails when the demo ends before it comes."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if words in line:
                return line
        raise AssertionError(f"{words!r} was never said:\n{''.join(self.lines)}")

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.until_end()

    def until_end(self) -> int:
        assert self.process.stdout is not None
        self.lines += self.process.stdout.readlines()
        return self.process.wait(timeout=60)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def processes(self) -> list[int]:
        """Every process, of whatever group, that works on this folder."""
        sign = f"SAYSO_DATA={self.folder.resolve()}\0".encode()
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and sign in (entry / "environ").read_bytes() + b"\0":
                    found.append(int(entry.name))
        return found

    def running(self, name: str) -> int:
        """The process id of `sayso NAME` of this demo."""
        (number,) = [
            pid
            for pid in self.processes()
            if f"sayso.cli\0{name}\0".encode() in Path(f"/proc/{pid}/cmdline").read_bytes() and os.getpgid(pid) == pid
        ]
        return number


@pytest.fixture
def start(tmp_path) -> Iterator[object]:
    """Starts demos in one folder; whatever is left of them is killed at the end."""
    demos: list[Demo] = []

    def begin(*words: str) -> Demo:
        demos.append(Demo(tmp_path / "demo", *words))
        return demos[-1]

    yield begin
    for demo in demos:
        for pid in {*demo.processes(), *([demo.process.pid] if demo.process.poll() is None else [])}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        demo.process.wait(timeout=10)
        if demo.process.stdout:
            demo.process.stdout.close()


def nothing_runs(demo: Demo, within_s: float = 15) -> bool:
    end = time.monotonic() + within_s
    while (left := demo.processes()) and time.monotonic() < end:
        time.sleep(0.1)
    return left == []


class Visitor:
    """A browser that keeps cookies and sends forms with their token."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> str:
        with self.opener.open(self.demo.url + path, timeout=20) as reply:
            return str(reply.read().decode())

    def post(self, path: str, page: str, **fields: str) -> tuple[str, str]:
        """Where it led, and the page there."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        headers = {"Referer": self.demo.url + "/"}
        with self.opener.open(urllib.request.Request(self.demo.url + path, form, headers), timeout=20) as reply:
            return urllib.parse.urlsplit(reply.url).path, reply.read().decode()


@pytest.mark.slow
@needs_proc
def test_one_command_builds_serves_lives_and_ends_without_remains(start):
    demo = start()
    demo.wait_for("Ready after")
    demo.wait_for("Ctrl-C")
    assert "Found 3 groups" in demo.said, demo.said
    assert demo.url in demo.said

    visitor = Visitor(demo)
    page = visitor.get("/")
    assert "1,200 people" in page and "Come in as a member" in page
    place, promise = visitor.post("/demo/member/", page)
    assert place == "/e/how-we-work/" and "Have my say" in promise
    assert "<blockquote" in visitor.get("/e/how-we-work/cards/")
    place, inbox = visitor.post("/demo/lead/", visitor.get("/"))
    assert place == "/e/how-we-work/inbox/" and "waiting to be read" in inbox
    assert "Bold" in visitor.get("/e/how-we-work/results/")

    before = n_votes_told(visitor)
    wait_until(lambda: n_votes_told(visitor) > before, 900)  # a count is last in line, and others may have work too

    assert len(demo.processes()) >= 3
    assert demo.end(signal.SIGINT) == 0
    assert "Everything has ended" in demo.said
    assert nothing_runs(demo, 0)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", demo.port)) != 0


def n_votes_told(visitor: Visitor) -> int:
    return int(re.search(r"with ([\d,]+) votes", visitor.get("/"))[1].replace(",", ""))


def wait_until(claim, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.5)


@pytest.mark.slow
@needs_proc
def test_the_world_is_kept_for_the_next_time_and_sigterm_ends_it_too(start):
    first = start("--members", "60", "--no-live")
    first.wait_for("Ctrl-C")
    assert "Simulated members go on" not in first.said
    assert first.end(signal.SIGTERM) == 0 and nothing_runs(first, 0)

    second = start("--no-live")
    second.wait_for("Ctrl-C")
    assert "Its 60 members are there from the last time" in second.said
    assert "60 people" in Visitor(second).get("/")
    assert second.end() == 0

    third = start("--members", "60", "--fresh", "--no-live")
    third.wait_for("Ctrl-C")
    assert "Building anew" in third.said
    assert third.end() == 0


@pytest.mark.slow
@needs_proc
def test_when_the_worker_dies_the_demo_says_so_and_ends(start):
    demo = start("--members", "60", "--no-live")
    demo.wait_for("Ctrl-C")
    os.kill(demo.running("worker"), signal.SIGKILL)
    assert demo.until_end() == 1
    assert "the worker ended by itself" in demo.said
    assert nothing_runs(demo, 0)


@pytest.mark.slow
@needs_proc
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_killed_outright_it_leaves_nothing_running_and_a_half_built_world_is_built_anew(start):
    demo = start("--members", "3000", "--no-live")
    demo.wait_for("Distilling")
    demo.end(signal.SIGKILL)
    assert json.loads((demo.folder / "demo.json").read_text())["is_finished"] is False
    again = start("--members", "60", "--no-live")
    again.wait_for("Ctrl-C")
    assert "cut short" in again.said
    again.end(signal.SIGKILL)
    assert nothing_runs(again)


def demo_fails(*words: str) -> tuple[int, str]:
    done = subprocess.run([SAYSO, "demo", "--no-browser", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_port_in_use_is_refused_when_it_was_asked_for(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, said = demo_fails("--port", str(port), "--data", str(tmp_path / "demo"))
    assert status == 1 and f"port {port} is in use" in said and "Traceback" not in said


def test_a_folder_of_somebody_elses_is_refused(tmp_path):
    (tmp_path / "sayso.sqlite3").write_bytes(b"real")
    status, said = demo_fails("--data", str(tmp_path))
    assert status == 1 and "holds something else" in said
    assert (tmp_path / "sayso.sqlite3").read_bytes() == b"real"


@pytest.mark.parametrize("words", [("--members", "5"), ("--members", "many"), ("--port", "70000"), ("--lives",)])
def test_wrong_usage_is_told_with_status_2(tmp_path, words):
    status, said = demo_fails("--data", str(tmp_path / "demo"), *words)
    assert status == 2 and "sayso demo" in said and "Traceback" not in said
    assert not (tmp_path / "demo").exists()


def test_the_next_free_port_is_taken_when_none_was_asked_for(monkeypatch, capsys):
    from sayso.demo import command

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(command, "PORT", taken)
        chosen = command._choose_port(None)
    assert chosen > taken and f"Port {taken} is in use; taking {chosen}." in capsys.readouterr().out
