"""Seconds and memory for many letters, each a page with a QR code of its own: python bench/letters.py [--people N]."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SAYSO_DATA=folder, SAYSO_HTTPS="0", DJANGO_SETTINGS_MODULE="sayso.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        began, cpu = time.perf_counter(), cpu_s()
        path = make(args.people)
        took, cpu = time.perf_counter() - began, cpu_s() - cpu
        print(f"{args.people:,} letters: {took:.0f} s, of them {cpu:.0f} s at work, {path.stat().st_size / 1e6:.0f} MB")
        if zipfile.is_zipfile(path):
            print(f"{len(zipfile.ZipFile(path).namelist())} parts")
    for who, name in ((resource.RUSAGE_SELF, "the worker"), (resource.RUSAGE_CHILDREN, "the setter")):
        print(f"{resource.getrusage(who).ru_maxrss / 1024:.0f} MB at most in {name}")
    return 0


def cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def make(n_people: int) -> Path:
    from sayso.engagements.mandate.opening import open_engagement
    from sayso.invitations import letter_actions
    from sayso.invitations.printing import Printer
    from sayso.members.actions import add_organisation, add_unit
    from sayso.members.models import Member

    organisation = add_organisation(name="The county")
    unit = add_unit(organisation=organisation, name="Roads")
    engagement = open_engagement(
        organisation=organisation,
        slug="county",
        title="How we work",
        objective="What should change?",
        promise="Nobody sees who said what.",
        answers_due=date.today() + timedelta(days=30),
    )
    languages = ("en", "de", "es", "ar")
    people = (
        Member(
            organisation=organisation,
            unit=unit,
            full_name=f"Pia Person{i}",
            staff_number=f"S{i}",
            language=languages[i % 4],
            password="!",
        )
        for i in range(n_people)
    )
    Member.objects.bulk_create(people, batch_size=2_000)
    batch = letter_actions.want_letters(
        engagement=engagement, units=(), is_for_all=False, site="https://say.example.org", by=None
    )
    Printer(worker="bench", stop=threading.Event()).round()
    return letter_actions.file_of(batch)


if __name__ == "__main__":
    sys.exit(main())
