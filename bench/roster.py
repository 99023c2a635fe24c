"""Seconds to bring a large roster by page and worker, to change a twentieth of it, and to take both back.

python bench/roster.py                            100,000 people, on SQLite
python tests/postgres.py python bench/roster.py   the same on PostgreSQL
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

HEAD = ("staff number", "name", "email", "unit", "manager", "role", "site")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SAYSO_DATA=folder, SAYSO_HTTPS="0", DJANGO_SETTINGS_MODULE="sayso.settings")
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        print(f"{args.people:,} people on {connection.vendor}")
        bring(Path(folder), args.people)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    return 0


def bring(folder: Path, n_people: int) -> None:
    """As a keeper does it: the file handed to the page, each step done by the worker, which tells how far it is."""
    from sayso.members.actions import add_member, add_organisation
    from sayso.members.keepers.actions import appoint_keeper
    from sayso.members.models import RosterFile, RosterJobKind

    organisation = add_organisation(name="The county")
    keeper = add_member(organisation=organisation, full_name="Kim Keeper", staff_number="K1")
    appoint_keeper(member=keeper)
    first, second = folder / "first.csv", folder / "second.csv"
    write(first, n_people, changed=False)
    write(second, n_people, changed=True)
    updates = []
    for path in (first, second):
        work(f"hand {path.name} to the page, read it", RosterJobKind.READ, keeper, file=handed_in(keeper, path))
        work("compare it", RosterJobKind.LOOK, keeper, file=RosterFile.objects.get())
        update = organisation.roster_updates.order_by("-pk")[0]
        print("    ", *(f"{update.lines.filter(kind=kind).count():,} {kind}" for kind in ("added", "changed", "gone")))
        work("carry it out", RosterJobKind.CARRY_OUT, keeper, update=update)
        updates.append(update)
    work("take the second back", RosterJobKind.TAKE_BACK, keeper, update=updates[1])
    work("take the first back", RosterJobKind.TAKE_BACK, keeper, update=updates[0])


def handed_in(keeper, path: Path):
    """What the page does with a file it is sent."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from sayso.members.models import RosterFile, RosterJob

    client = Client(headers={"host": "localhost"})
    client.force_login(keeper)
    sent = client.post("/roster/bring/", {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    assert sent.status_code == 302, sent.content
    RosterJob.objects.all().delete()  # asked for again below, by the clock
    return RosterFile.objects.get()


def work(what: str, kind, keeper, **asked) -> None:
    """Seconds until the worker has done it, and how often somebody at the page saw it move."""
    from sayso.members.models import RosterJob
    from sayso.members.roster import worker
    from sayso.members.roster.jobs import want_job

    job = want_job(kind=kind, by=keeper, **asked)
    steps = []
    told = worker.report_progress

    def report(*, job, n_done, n_all):
        steps.append((time.perf_counter(), n_done, n_all))
        told(job=job, n_done=n_done, n_all=n_all)

    worker.report_progress = report
    began, cpu_before = time.perf_counter(), time.process_time()
    worker.RosterWorker(worker="bench").run_once()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu_before
    worker.report_progress = told
    done = RosterJob.objects.get(pk=job.pk)
    assert done.state == "done", done.told
    times = [began, *(at for at, _, _ in steps), began + took]
    longest = max(later - at for at, later in itertools.pairwise(times))
    told_how = f"progress told {len(steps)} times, at most {longest:.1f} s apart"
    print(f"{took:7.1f} s ({cpu:.1f} s of this process' own)  {what}; {told_how}", flush=True)


def write(path: Path, n_people: int, *, changed: bool) -> None:
    """Everybody's manager is the one of a tenth their number; one in five has no e-mail address."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEAD)
        for n in range(1, n_people + 1):
            moved = changed and n % 20 == 0
            unit = f"Division {n % 10} > Department {n % 100} > Team {(n + 1000 * moved) % 2000}"
            mail = f"p{n}@county.example" if n % 5 else ""
            manager = f"{n // 10:06}" if n > 9 else ""
            table.writerow((f"{n:06}", f"Person {n}", mail, unit, manager, f"Role {n % 7}", ""))


if __name__ == "__main__":
    sys.exit(main())
