"""`sayso worker`: starts the worker. Knows the command line; the work is in `worker`."""

from __future__ import annotations

import argparse
import os
import sys


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
    else:
        worker.run()
    return 0
