"""Work that takes of the processors what nobody else wants, so that a snapshot does not hold up the pages.

Knows threads and processors; knows neither snapshots nor tables.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

Tell = Callable[[float, str], None]
Done = TypeVar("Done")

LOOK_EVERY_S = 0.25
STARVED_BELOW = 0.1  # of a processor
BREATH_S = 0.0003


class Left(Exception):
    """The work is not waited for any more."""


class LastInLine:
    """Runs one work at a time in a thread of its own: one that has gone to the end of the line may not come back.

    A lower priority alone is not enough: each of a page's many short waits for the database would still end only when
    the work's slice does. On Linux the end of the line (SCHED_IDLE) gives way at once; elsewhere nothing changes. Where
    others left it less than STARVED_BELOW of a processor over `patience_s` seconds, the next work stands in line as
    everybody does.
    """

    def __init__(self, *, patience_s: float = 30.0) -> None:
        self.patience_s = patience_s
        self.is_starved = False

    def run(self, work: Callable[[Tell], Done], tell: Tell | None = None) -> Done:
        """What `work` gives, or raises. What it tells is passed on in this thread, the latest now and then; should
        `tell` raise, the work is left at the next thing it tells."""
        told: list[tuple[float, str]] = []
        is_left = threading.Event()

        def listen(progress: float, step: str) -> None:
            if is_left.is_set():
                raise Left
            told[:] = [(progress, step)]
            # A processor that has this work to do, if nothing else, takes over none of what waits for another one; one
            # with nothing at all to do does.
            time.sleep(BREATH_S)

        with ThreadPoolExecutor(1, thread_name_prefix="last in line", initializer=self._stand_last) as line:
            doing = line.submit(self._timed, work, listen)
            try:
                while not doing.done():
                    try:
                        doing.exception(LOOK_EVERY_S)
                    except TimeoutError:
                        if tell and told:
                            tell(*told.pop())
            except BaseException:
                is_left.set()
                raise
            return doing.result()

    def _stand_last(self) -> None:
        if hasattr(os, "SCHED_IDLE") and not self.is_starved:
            with suppress(OSError):  # a container may forbid it: then as elsewhere
                os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

    def _timed(self, work: Callable[[Tell], Done], listen: Tell) -> Done:
        began, had = time.monotonic(), time.thread_time()
        done = work(listen)
        took, had = time.monotonic() - began, time.thread_time() - had
        self.is_starved = took > self.patience_s and had < STARVED_BELOW * took
        return done
