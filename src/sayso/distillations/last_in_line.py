"""Work that takes of the processors what nobody else wants, so that a snapshot does not hold up the pages.

Knows threads and processors; knows neither snapshots nor tables.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import TypeVar

from sayso.distillations.own_session import OwnSession

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
    others leave it less than STARVED_BELOW of a processor over `patience_s` seconds, the work is begun again in line,
    as everybody's is.
    """

    def __init__(self, *, patience_s: float = 30.0, session: OwnSession | None = None) -> None:
        self.patience_s = patience_s
        self.session = session or OwnSession()
        self.is_starved = False
        self._stands_last = False
        self._clock: int | None = None  # of the thread at work

    def run(self, work: Callable[[Tell], Done], tell: Tell | None = None) -> Done:
        """What `work` gives, or raises. What it tells is passed on in this thread, the latest now and then; should
        `tell` raise, the work is left at the next thing it tells."""
        with ExitStack() as places:
            if self.is_starved:
                places.enter_context(self.session.in_line())
            else:
                with suppress(Left):
                    return self._run(work, tell, places, is_last=True)
            return self._run(work, tell, places, is_last=False)

    def _run(self, work: Callable[[Tell], Done], tell: Tell | None, places: ExitStack, *, is_last: bool) -> Done:
        told: list[tuple[float, str]] = []
        is_left = threading.Event()

        def listen(progress: float, step: str) -> None:
            if is_left.is_set():
                raise Left
            told[:] = [(progress, step)]
            # A processor that has this work to do, if nothing else, takes over none of what waits for another one; one
            # with nothing at all to do does.
            time.sleep(BREATH_S)

        with ThreadPoolExecutor(1, "last in line", initializer=self._stand, initargs=(is_last,)) as line:
            doing = line.submit(work, listen)
            began = since = time.monotonic()
            had_before = 0.0
            try:
                while not doing.done():
                    try:
                        doing.exception(LOOK_EVERY_S)
                    except TimeoutError:
                        if tell and told:
                            tell(*told.pop())
                        now, had = time.monotonic(), self._had()
                        if now - since <= self.patience_s:
                            continue
                        if (
                            self._stands_last
                            and self._is_little(had - had_before, now - since)
                            and not is_left.is_set()
                        ):
                            is_left.set()
                            places.enter_context(self.session.in_line())  # so that it comes to what it tells next
                        since, had_before = now, had
            except BaseException:
                is_left.set()
                raise
            took = time.monotonic() - began
            self.is_starved = took > self.patience_s and self._is_little(self._had(), took)
            return doing.result()

    def _stand(self, is_last: bool) -> None:
        """Where the thread that runs this is to stand."""
        self._stands_last = False
        if hasattr(time, "pthread_getcpuclockid"):
            self._clock = time.pthread_getcpuclockid(threading.get_ident())
        if is_last and hasattr(os, "SCHED_IDLE"):
            with suppress(OSError):  # a container may forbid it: then as elsewhere
                os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
                self._stands_last = True

    def _had(self) -> float:
        """Seconds of a processor that the thread at work has had; more than any, where that is not known."""
        return time.clock_gettime(self._clock) if self._clock is not None else float("inf")

    @staticmethod
    def _is_little(had: float, took: float) -> bool:
        return had < STARVED_BELOW * took
