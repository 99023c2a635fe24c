"""`sayso worker`: starts the worker, and beside it the one for the roster. Knows the command line; no work."""

from __future__ import annotations

import argparse
import os
import sys
import threading


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
    from sayso.members.worker import RosterWorker

    worker = Worker()
    roster = RosterWorker(name=worker.name, stop=worker.stop)
    worker.end_on_signals()
    if args.once:
        roster.run_once()
        worker.run_once()
        return 0
    beside = threading.Thread(target=roster.run, name="roster")
    beside.start()
    worker.run()
    beside.join()
    return 0
