"""Server and worker beside the demo: started each in its own process group, watched, and ended to the last process.

Knows processes and ports; knows nothing of worlds.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HOST = "127.0.0.1"
PORTS_TRIED = 20
PATIENCE_S = 10.0
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Ended(Exception):
    """A process that should run does not; the text says which, and shows the end of its log."""


def is_free(port: int) -> bool:
    """Asked before the server starts: it shares its port, so two could listen at once, old pages among the new."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def first_free(port: int) -> int | None:
    """The first free port from this one on; None when a whole run of them is taken."""
    return next((one for one in range(port, port + PORTS_TRIED) if one < 65_536 and is_free(one)), None)


class Processes:
    """The `sayso` subcommands that run beside the demo; their output goes to files in the data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *words: str) -> None:
        """Start `sayso NAME WORDS`, leading a process group of its own."""
        with self.log_of(name).open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - the words are the demo's own
                [sys.executable, "-m", "sayso.cli", name, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    def log_of(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def check(self) -> None:
        """Raises Ended when one of them has ended."""
        for name, process in self._running.items():
            if (status := process.poll()) is not None:
                raise Ended(f"the {name} ended by itself (status {status}). The end of its log:\n{self._tail(name)}")

    def wait_until_served(self, port: int, path: str = "/", patience_s: float = 60.0) -> None:
        """Return when the page answers. Raises Ended when it does not, in time or ever."""
        end = time.monotonic() + patience_s
        while not _answers(f"http://{HOST}:{port}{path}"):
            self.check()
            if time.monotonic() > end:
                raise Ended(f"the server gave no page in {patience_s:.0f} s. Its log:\n{self._tail('serve')}")
            time.sleep(0.1)

    def end(self) -> None:
        """End all of them, politely, then not; no process of any of the groups is left."""
        for process in self._running.values():
            _tell_group(process, signal.SIGTERM)
        until = time.monotonic() + PATIENCE_S
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, until - time.monotonic()))
            _tell_group(process, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def _tail(self, name: str, n_lines: int = 15) -> str:
        lines = self.log_of(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-n_lines:])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
            return True
    except (OSError, urllib.error.URLError):
        return False


def _tell_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _end_with_parent() -> None:
    # Killed outright, the demo cannot end its processes; they would go on serving a folder nobody holds.
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
