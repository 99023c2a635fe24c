"""An installation as an operator has it: its own data folder, a server and workers as processes of their own.

Knows commands, ports and processes; knows nothing of pages. Each process leads its own group, since killing
granian's parent alone leaves its children listening.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

SAYSO = Path(sys.executable).parent / "sayso"
# For what the worker does: it has to start first, and stands behind all else the machine has to do.
PATIENCE_S = 240
PATIENCE_MS = 1_000 * PATIENCE_S


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """One folder, one database, any number of processes."""

    folder: Path
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "sayso.settings",
            "SAYSO_DATA": str(self.folder),
            "SAYSO_HTTPS": "0",
            "SAYSO_WORKER_QUIET_S": "0.3",
            "SAYSO_WORKER_LONGEST_WAIT_S": "3",
            "SAYSO_WORKER_LEASE_S": "3",
            "SAYSO_EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend",
            "PYTHONUNBUFFERED": "1",
        }
        if url := os.environ.get("SAYSO_DATABASE_URL"):
            self.env["SAYSO_DATABASE_URL"] = _new_database(url)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def build(self, *wishes: str) -> dict[str, Any]:
        """Runs building.py in this installation; see there."""
        self.lay_tables()
        built: dict[str, Any] = self._run("building.py", *wishes)
        return built

    def lay_tables(self) -> None:
        """Where they are not yet: making them anew takes seconds, so on SQLite a copy is laid."""
        database = self.folder / "sayso.sqlite3"
        if "SAYSO_DATABASE_URL" not in self.env and not database.exists():
            database.write_bytes(_empty_database())

    def ask(self, question: str) -> Any:
        """Runs asking.py in this installation; see there."""
        return self._run("asking.py", question)

    def comes_to(self, question: str, answer: Any) -> None:
        """Waits until `ask` gives the answer: pages go on before the server has written."""
        wait_for(lambda: self.ask(question) == answer, 20, lambda: f"{question}: {self.ask(question)}, not {answer}")

    def _run(self, script: str, *words: str) -> Any:
        command = [sys.executable, Path(__file__).with_name(script), *words]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a SELECT gives, at once: `ask` takes a second to start."""
        if url := self.env.get("SAYSO_DATABASE_URL"):
            import psycopg

            with psycopg.connect(url) as connection:
                return connection.execute(query).fetchall()
        with contextlib.closing(sqlite3.connect(self.folder / "sayso.sqlite3", timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def start_server(self) -> subprocess.Popen[bytes]:
        # The children of a killed server take a moment to be gone.
        wait_for(lambda: not self._is_listening(), 10, lambda: "an older server still listens")
        server = self._start("server", "serve", "--port", str(self.port))
        wait_for(self.is_up, 90, lambda: f"the server did not come up:\n{self.log('server')}")
        return server

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "worker")

    def _start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [SAYSO, *command], env=self.env, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        self.processes.append(process)
        return process

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def wait_for_log(self, name: str, pattern: re.Pattern[str]) -> str:
        """What `pattern` finds first in a process' log, as soon as it stands there."""
        found = wait_for(lambda: pattern.search(self.log(name)), 30, lambda: self.log(name))
        return str(found.group(0))

    def is_up(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def close(self) -> None:
        for process in self.processes:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for the process and all its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def wait_for(claim: Any, seconds: float, otherwise: Any, *, pause: float = 0.1) -> Any:
    """What `claim()` gives as soon as it is true; fails with `otherwise()` when the time is up."""
    end = time.monotonic() + seconds
    while not (found := claim()):
        assert time.monotonic() < end, otherwise()
        time.sleep(pause)
    return found


@cache
def _empty_database() -> bytes:
    """Tables with nothing in them, made once in a process of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "sayso.settings", "SAYSO_DATA": folder, "SAYSO_HTTPS": "0"}
        subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=env, check=True)
        return (Path(folder) / "sayso.sqlite3").read_bytes()


def _new_database(url: str) -> str:
    """A fresh database in the cluster of `url`."""
    import psycopg

    name = f"journey_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
