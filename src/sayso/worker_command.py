"""`sayso worker`: one process in which every app's room with due work is at it. Knows which rooms there are.

The distilling worker is the main thread's; each other room has a thread of its own, so that mails go out while a
snapshot is made. A room is a class with `round()`, True when there was something to do, and `close()`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from importlib import import_module
from typing import Any, Protocol

# Beside distillations: where the class is.
ROOMS = (
    "sayso.members.roster.worker:RosterWorker",
    "sayso.engagements.languages.worker:Teller",
    "sayso.engagements.languages.worker:Interpreter",
    "sayso.replies.worker:ReplyTeller",
    "sayso.custody.worker:CustodyWorker",
    "sayso.invitations.worker:Sender",
    "sayso.invitations.printing:Printer",
    "sayso.correspondence.worker:Outgoing",
    "sayso.correspondence.worker:Incoming",
    "sayso.embedding.worker:Announcer",
)
LOOK_EVERY_S = 1.0
LONGEST_PAUSE_S = 5.0
LEAVE_S = 10.0
BEHIND_PAGES = 5  # of 19: on a machine with few processors people's clicks come before a snapshot

log = logging.getLogger("sayso.worker")


class Room(Protocol):
    def round(self) -> bool: ...
    def close(self) -> None: ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do what is due now, then end")


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        print(f"sayso worker: {wrong}", file=sys.stderr)
        return 1
    from sayso.distillations.worker import Worker

    worker = Worker()
    worker.end_on_signals()
    if args.once:
        worker.run_once()
        for room in _rooms(worker):
            while not worker.stop.is_set() and room.round():
                pass
            room.close()
        return 0
    _stand_behind_pages(worker)
    threads = [threading.Thread(target=_keep_at_it, args=(room, worker.stop)) for room in _rooms(worker)]
    for thread in threads:
        thread.start()
    worker.run()
    for thread in threads:
        thread.join(LEAVE_S)
    return 0


def _stand_behind_pages(worker: Any) -> None:
    if hasattr(os, "nice"):
        os.nice(BEHIND_PAGES)
        worker.line.session.stand_last()


def _rooms(worker: Any) -> list[Room]:
    found = (place.split(":") for place in ROOMS)
    return [getattr(import_module(module), name)(worker=worker.name, stop=worker.stop) for module, name in found]


def _keep_at_it(room: Room, stop: threading.Event) -> None:
    """Round after round until asked to stop, also when one fails or the database is away."""
    from django.db import connection

    pause_s = LOOK_EVERY_S
    while not stop.is_set():
        try:
            pause_s = 0.0 if room.round() else LOOK_EVERY_S
        except Exception as wrong:
            # The text of an error may hold somebody's address: its kind is all that is logged.
            log.error("%s failed: %s", type(room).__name__, type(wrong).__name__)
            connection.close()
            pause_s = min(max(pause_s * 2, LOOK_EVERY_S), LONGEST_PAUSE_S)
        stop.wait(pause_s)
    try:
        room.close()
    finally:
        connection.close()
