"""`sayso serve` as a real process: it makes its own database, says why it cannot start, and leaves nobody behind."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

OPEN_PAGES = 1_100  # more than the server takes unless it is told otherwise
SERVE = [sys.executable, "-m", "sayso.cli", "serve"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log:
        command = [*SERVE, "--port", str(port)]
        running = subprocess.Popen(command, env=environment(folder), stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(lambda: answer(port) == "ok\n", folder)
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def environment(folder: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    return {**plain, "SAYSO_DATA": str(folder / "data"), "SAYSO_HTTPS": "0"}


def answer(port: int, path: str = "/healthz") -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return str(reply.read().decode())
    except urllib.error.HTTPError as told:
        return str(told.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


def wait_for(claim: object, folder: Path, seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if claim():  # type: ignore[operator]
            return
        time.sleep(0.1)
    raise AssertionError(f"it did not happen in time:\n{(folder / 'log').read_text()}")


def test_it_makes_its_database_and_answers(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port):
        assert "not set up yet" in answer(port, "/")
        assert answer(port, "/static/web/tokens.css")
    told = (tmp_path / "log").read_text()
    assert "Bringing the database up to date" in told
    assert f"http://127.0.0.1:{port}/" in told
    assert "/setup/" in told
    assert (tmp_path / "data" / "sayso.sqlite3").exists()


def test_many_open_pages_keep_nobody_out(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2 * OPEN_PAGES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(2 * OPEN_PAGES, hard), hard))
    with serving(tmp_path, port := free_port()), ExitStack() as pages:
        for _ in range(OPEN_PAGES):
            page = pages.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            page.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert page.recv(100).startswith(b"HTTP/1.1 200"), "each is answered, while all before it stay open"


def test_a_port_in_use_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*SERVE, "--port", str(port)]
        done = subprocess.run(
            command, env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert f"port {port}" in done.stderr and "--port" in done.stderr
    assert not (tmp_path / "data" / "sayso.sqlite3").exists()


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "70000"], ["--workers", "0"]])
def test_what_makes_no_sense_is_wrong_usage(tmp_path: Path, words: list[str]) -> None:
    done = subprocess.run([*SERVE, *words], env=environment(tmp_path), capture_output=True, timeout=60, check=False)
    assert done.returncode == 2


def test_it_ends_when_asked(tmp_path: Path) -> None:
    with serving(tmp_path, free_port()) as running:
        running.send_signal(signal.SIGINT)
        assert running.wait(15) == 0


def test_killed_outright_it_leaves_nobody_answering(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as running:
        os.kill(running.pid, signal.SIGKILL)  # the parent only, as the system does when memory runs out
        running.wait()
        wait_for(lambda: answer(port) == "", tmp_path, 15)
    with serving(tmp_path, port):  # and the port is free again
        pass
