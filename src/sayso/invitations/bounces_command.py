"""`sayso bounces`: reads mail that came back. Knows the command line; what it means is in `bounces`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", type=Path, help="maildirs, mboxes or single messages; without any, one message from a pipe"
    )


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        print(f"sayso bounces: {wrong}", file=sys.stderr)
        return 1
    from sayso.invitations.bounces import MOST_BYTES, Told, messages_in, take_bounce

    told = Told()
    try:
        if not args.files:
            take_bounce(sys.stdin.buffer.read(MOST_BYTES), told)
        for path in args.files:
            for raw in messages_in(path):
                take_bounce(raw, told)
    except OSError as wrong:
        print(f"sayso bounces: {wrong}. What was read before it counts.", file=sys.stderr)
        return 1
    print(
        f"{told.marked} came back for good; their addresses are marked. {told.passing} may still arrive. "
        f"{told.not_ours} are not about invitations of ours. {told.unread} cannot be read."
    )
    return 0
