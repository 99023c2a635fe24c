"""The demo's data folder: whose it is, which world is in it, and whether that world was finished.

Knows files only. A folder that holds something else is never touched.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

SIGN, LOCK = "demo.json", "demo.lock"
OURS = ("sayso.sqlite3", "sayso.sqlite3-wal", "sayso.sqlite3-shm", "sayso.sqlite3-journal", SIGN)


class Unusable(Exception):
    """The folder cannot be used for the demo; the text says why, and the mend."""


@dataclass(frozen=True)
class World:
    """What makes one world: the same four give the same people, words and votes."""

    n_members: int
    seed: int
    words: str
    version: str


class DemoFolder:
    """One folder with one world in it, held by one demo at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Make it where it is missing, and hold it. Raises Unusable."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            names = {entry.name for entry in self.path.iterdir()}
            if names and not names & {SIGN, LOCK}:
                raise Unusable(f"{self.path} holds something else. Mend: give an empty folder to --data.")
            file = (self.path / LOCK).open("w")
        except OSError as wrong:
            raise Unusable(f"{self.path} cannot be used: {wrong.strerror}. Mend: give another --data.") from wrong
        with file:
            if not _lock(file):
                raise Unusable(f"another demo runs in {self.path}. Mend: end it, or give another --data.")
            yield

    def finished_world(self) -> World | None:
        """The world that is there and whole; None when there is none or its building was cut short."""
        try:
            sign = json.loads((self.path / SIGN).read_text(encoding="utf-8"))
            return World(**sign["world"]) if sign["is_finished"] and (self.path / OURS[0]).exists() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def has_remains(self) -> bool:
        """Whether there is a world, finished or not."""
        return (self.path / SIGN).exists()

    def clear(self) -> None:
        """Remove the world. The signing key and the logs stay."""
        for name in OURS:
            (self.path / name).unlink(missing_ok=True)
        for key in (self.path / "keys").glob("*.key"):
            key.unlink()

    def write_sign(self, world: World, *, is_finished: bool) -> None:
        """Say which world is here; written beside and moved, so that it is never half there."""
        beside = self.path / f"{SIGN}.new"
        beside.write_text(json.dumps({"world": asdict(world), "is_finished": is_finished}), encoding="utf-8")
        beside.replace(self.path / SIGN)


def _lock(file: IO[str]) -> bool:
    """Whether the file is ours alone now, until it is closed; the system does that however the process ends."""
    if os.name != "posix":  # without flock two demos in one folder are possible, and only slow each other
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
