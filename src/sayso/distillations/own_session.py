"""How nice our whole session is to others. Knows nothing of work.

Where Linux shares processors out by session (autogroups), how nice a process is counts within its session alone.
Nothing happens elsewhere, nor where we do not lead our session.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERYBODYS, LAST = 0, 19
TRIES = 20


class OwnSession:
    """Stands where it was put, unless told to stand last."""

    def __init__(self, file: Path = Path("/proc/self/autogroup")) -> None:
        self._file = file
        self._is_last = False

    def stand_last(self) -> None:
        """Behind all other sessions."""
        self._is_last = True
        self._take(LAST)

    @contextmanager
    def in_line(self) -> Iterator[None]:
        """Stands as everybody's for a while, where it was told to stand last."""
        if self._is_last:
            self._take(EVERYBODYS)
        try:
            yield
        finally:
            if self._is_last:
                self._take(LAST)

    def _take(self, place: int) -> None:
        if os.getsid(0) != os.getpid():
            return
        for _ in range(TRIES):
            try:
                self._file.write_text(str(place))
                return
            except BlockingIOError:  # Linux takes one such wish in a tenth of a second, whoever has it
                time.sleep(0.1)
            except OSError:
                return
