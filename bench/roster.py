"""Seconds to bring a large roster, to change a twentieth of it, and to take both back.

python bench/roster.py                            100,000 people, on SQLite
python tests/postgres.py python bench/roster.py   the same on PostgreSQL
"""

from __future__ import annotations

import argparse
import csv
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
    from sayso.members.actions import add_organisation, carry_out_roster, take_back_roster
    from sayso.members.roster_looking import look_at_roster

    organisation = add_organisation(name="The county")
    first, second = folder / "first.csv", folder / "second.csv"
    write(first, n_people, changed=False)
    write(second, n_people, changed=True)
    look = timed("look at the first file", lambda: look_at_roster(organisation=organisation, file=first))
    timed("carry it out", lambda: carry_out_roster(update=look))
    again = timed("look at the second", lambda: look_at_roster(organisation=organisation, file=second))
    print("   ", *(f"{again.lines.filter(kind=kind).count():,} {kind}" for kind in ("added", "changed", "gone")))
    timed("carry it out", lambda: carry_out_roster(update=again))
    timed("take the second back", lambda: take_back_roster(update=again))
    timed("take the first back", lambda: take_back_roster(update=look))


def timed(what, work):
    began = time.perf_counter()
    done = work()
    print(f"{time.perf_counter() - began:7.1f} s  {what}", flush=True)
    return done


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
