"""`sayso mail-in`: takes in one mail from a pipe. Knows the command line; what becomes of it is in `taking_in`."""

from __future__ import annotations

import argparse
import os
import sys

TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps the mail and comes again


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Exit status 75 asks the mail server to bring it again later."


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        print(f"sayso mail-in: {wrong}", file=sys.stderr)
        return TRY_LATER
    from sayso.correspondence.reading import MOST_BYTES
    from sayso.correspondence.taking_in import take_mail

    raw = sys.stdin.buffer.read(MOST_BYTES)
    while sys.stdin.buffer.read(MOST_BYTES):
        pass  # to its end: a mail server takes a pipe closed early for a failure
    try:
        outcome = take_mail(raw)
    except DatabaseError as wrong:
        print(f"sayso mail-in: the database does not take it ({type(wrong).__name__}). Try again.", file=sys.stderr)
        return TRY_LATER
    print(f"mail-in: {outcome.value.replace('_', ' ')}")
    return 0
