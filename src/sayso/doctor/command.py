"""Joins the checks in the order in which they help, and prints what they found."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict

from sayso.doctor import (
    channels,
    clock,
    correspondence,
    database,
    house,
    https,
    keys,
    mail,
    outside,
    roster,
    signing,
    translating,
    worker,
)
from sayso.doctor.finding import FAIL, OK, SIGNS, Check, Finding

# The worker's first: a worker that does not run is what most often ails such a house.
CHECKS: tuple[Check, ...] = (
    *worker.FIRST,
    *database.CHECKS,
    *worker.CHECKS,
    *clock.CHECKS,
    *keys.CHECKS,
    *roster.CHECKS,
    *signing.CHECKS,
    *mail.CHECKS,
    *outside.CHECKS,
    *correspondence.CHECKS,
    *channels.CHECKS,
    *translating.CHECKS,
    *https.CHECKS,
    *house.CHECKS,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    findings = list(examine())
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{SIGNS[finding.state]} {finding.id}: {finding.cause}")
            if finding.mend:
                print(f"    mend: {finding.mend}")
    return 1 if any(finding.state == FAIL for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """All findings; where the database is not in order, what needs it says so."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        yield Finding("settings", FAIL, str(wrong), "Correct the variable; docs/settings.md lists them all.")
        return
    except OSError as wrong:
        yield Finding("settings", FAIL, f"The data folder cannot be used: {wrong}", "Set SAYSO_DATA to one that can.")
        return
    written = database.writable()
    there = {"nothing": True, "database": written.state == OK}
    there["tables"] = there["database"] and database.tables_are_there()
    for check in CHECKS:
        if check.id == written.id:
            yield written
        elif there[check.needs]:
            yield from check.findings()
        else:
            yield Finding(
                check.id, FAIL, "Cannot be known while the database is not in order.", "Mend the database first."
            )
