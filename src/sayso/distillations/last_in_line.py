"""Work that takes of the processors what nobody else wants, so that a snapshot does not hold up the pages.

Knows threads and processors; knows neither snapshots nor tables.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

Tell = Callable[[float, str], None]
Done = TypeVar("Done")

LOOK_EVERY_S = 0.25
STARVED_BELOW = 0.1  # of a processor
BREATH_S = 0.0003
SESSION = Path("/proc/self/autogroup")  # where Linux shares processors out by session
LAST_SESSION = 19
TRIES = 20


class Left(Exception):
    """The work is not waited for any more."""


class LastInLine:
    """Runs one work at a time in a thread of its own: one that has gone to the end of the line may not come back.

    A lower priority alone is not enough: each of a page's many short waits for the database would still end only when
    the work's slice does. On Linux the end of the line (SCHED_IDLE) gives way at once; elsewhere nothing changes. Where
    others leave it less than STARVED_BELOW of a processor over `patience_s` seconds, the work is begun again in line,
    as everybody's is.
    """

    def __init__(self, *, patience_s: float = 30.0) -> None:
        self.patience_s = patience_s
        self.is_starved = False
        self.session = 0  # how nice our session is to others
        self._clock: int | None = None  # of the thread that stands last

    def place_session(self, place: int) -> None:
        """Where Linux shares processors out by session, how nice a process is counts within its session alone: this is
        how nice the whole session is to others. Nothing happens where we do not lead it."""
        self.session = place
        _place(place)

    def run(self, work: Callable[[Tell], Done], tell: Tell | None = None) -> Done:
        """What `work` gives, or raises. What it tells is passed on in this thread, the latest now and then; should
        `tell` raise, the work is left at the next thing it tells."""
        with ExitStack() as places:
            if not self.is_starved:
                with suppress(Left):
                    return self._run(work, tell, places, self._stand_last)
            else:
                places.enter_context(self._session_in_line())
            return self._run(work, tell, places)

    def _run(
        self,
        work: Callable[[Tell], Done],
        tell: Tell | None,
        places: ExitStack,
        initializer: Callable[[], None] | None = None,
    ) -> Done:
        told: list[tuple[float, str]] = []
        is_left = threading.Event()
        self._clock = None

        def listen(progress: float, step: str) -> None:
            if is_left.is_set():
                raise Left
            told[:] = [(progress, step)]
            # A processor that has this work to do, if nothing else, takes over none of what waits for another one; one
            # with nothing at all to do does.
            time.sleep(BREATH_S)

        with ThreadPoolExecutor(1, thread_name_prefix="last in line", initializer=initializer) as line:
            doing = line.submit(self._timed, work, listen)
            since, had_before = time.monotonic(), 0.0
            try:
                while not doing.done():
                    try:
                        doing.exception(LOOK_EVERY_S)
                    except TimeoutError:
                        if tell and told:
                            tell(*told.pop())
                        now, had = time.monotonic(), self._had()
                        if self._is_too_little(now - since, had - had_before) and not is_left.is_set():
                            is_left.set()
                            places.enter_context(self._session_in_line())  # so that it comes to what it tells next
                        if now - since > self.patience_s:
                            since, had_before = now, had
            except BaseException:
                is_left.set()
                raise
            return doing.result()

    def _stand_last(self) -> None:
        if hasattr(os, "SCHED_IDLE"):
            with suppress(OSError):  # a container may forbid it: then as elsewhere
                os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
                self._clock = time.pthread_getcpuclockid(threading.get_ident())

    def _had(self) -> float:
        """Seconds of a processor of the thread that stands last; more than any, where none does."""
        return time.clock_gettime(self._clock) if self._clock else float("inf")

    def _timed(self, work: Callable[[Tell], Done], listen: Tell) -> Done:
        began, had = time.monotonic(), time.thread_time()
        try:
            return work(listen)
        finally:
            self.is_starved = self._is_too_little(time.monotonic() - began, time.thread_time() - had)

    def _is_too_little(self, took: float, had: float) -> bool:
        return took > self.patience_s and had < STARVED_BELOW * took

    @contextmanager
    def _session_in_line(self) -> Iterator[None]:
        """The session stands as everybody's, for a while."""
        if self.session:
            _place(0)
        try:
            yield
        finally:
            if self.session:
                _place(self.session)


def _place(place: int) -> None:
    for _ in range(TRIES):
        try:
            if os.getsid(0) == os.getpid():
                SESSION.write_text(str(place))
            return
        except BlockingIOError:  # Linux takes one such wish in a tenth of a second, whoever has it
            time.sleep(0.1)
        except OSError:
            return
