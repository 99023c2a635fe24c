"""`sayso roster`: bring a file of people to the roster: look first, then carry it out, take it back if need be."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sayso.web.database import bring_database_up_to_date

if TYPE_CHECKING:
    from sayso.members.models import Organisation, RosterUpdate

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    look = verbs.add_parser("look", help="say what a file would do, and do nothing yet")
    look.add_argument("file", type=Path, help="CSV or XLSX: a row of headings, then a row for each person")
    look.add_argument("--organisation", metavar="NAME", help="whose roster; made when it is not there yet")
    look.add_argument(
        "--column",
        metavar="FIELD=HEADING",
        action="append",
        default=[],
        help="which column holds a field, where the guess is wrong; an empty heading leaves the field out",
    )
    look.add_argument("--missing-left", action="store_true", help="who is on the roster and not in the file has left")
    for verb, purpose in (
        ("carry-out", "do what `look` said; goes on where it was stopped"),
        ("take-back", "undo the newest update; goes on where it was stopped"),
        ("show", "all rows refused, and why"),
    ):
        verbs.add_parser(verb, help=purpose).add_argument("update", type=int, help="the number `look` gave")


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        django.setup()
        bring_database_up_to_date()  # people are often brought before anything is served
        return _do(args)
    except ImproperlyConfigured as wrong:
        print(f"sayso roster: {wrong}", file=sys.stderr)
    except DatabaseError as away:
        told = str(away).strip().split("\n")[0]
        print(
            f"sayso roster: the database does not answer: {told} What is done so far is safe. Mend: `sayso doctor` "
            "says more; then the same command goes on.",
            file=sys.stderr,
        )
    return 1


def _do(args: argparse.Namespace) -> int:
    from sayso.members.roster.actions import RosterBusy, carry_out_roster, take_back_roster
    from sayso.members.roster.columns import ColumnsUnclear
    from sayso.members.roster.looking import look_at_roster
    from sayso.members.roster.sheet import UnreadableRoster

    try:
        if args.verb == "look":
            update = look_at_roster(
                organisation=_organisation(args.organisation),
                file=args.file,
                told_columns=dict(_told(pair) for pair in args.column),
                who_is_missing_left=args.missing_left,
            )
            _log(update, is_change=False, verb=args.verb)
            _tell(update, SHOWN)
            print(f"Nothing is done yet. To do it: sayso roster carry-out {update.pk}")
            return 0
        update = _update(args.update)
        _log(update, is_change=args.verb != "show", verb=args.verb)
        if args.verb == "show":
            _tell(update, None)
        elif args.verb == "carry-out":
            update = carry_out_roster(update=update, progress=_progress)
            print(f"Carried out. To undo it: sayso roster take-back {update.pk}")
        else:
            take_back_roster(update=update, progress=_progress)
            print("Taken back. Who had been added counts as gone.")
    except (UnreadableRoster, ColumnsUnclear, RosterBusy) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _log(update: RosterUpdate, *, is_change: bool, verb: str) -> None:
    """For the data guardian: the command line was used on the roster. By whom, only the operating system knows."""
    from sayso.members.access import record_access
    from sayso.members.models import AccessKind

    kind = AccessKind.ROSTER_CHANGED if is_change else AccessKind.ROSTER_SEEN
    record_access(organisation=update.organisation, by=None, kind=kind, detail=f"sayso roster {verb} {update.pk}")


def _told(pair: str) -> tuple[str, str]:
    field, _, heading = pair.partition("=")
    return field.strip(), heading.strip()


def _update(number: int) -> RosterUpdate:
    from sayso.members.models import RosterUpdate
    from sayso.members.roster.actions import RosterBusy

    update = RosterUpdate.objects.filter(pk=number).select_related("organisation").first()
    if update is None:
        raise RosterBusy(f"There is no update {number}. Mend: sayso roster look FILE gives a number.")
    return update


def _organisation(name: str | None) -> Organisation:
    from sayso.members.actions import add_organisation
    from sayso.members.models import Organisation
    from sayso.members.roster.actions import RosterBusy

    if name:
        return Organisation.objects.filter(name=name).first() or add_organisation(name=name)
    found = list(Organisation.objects.order_by("pk")[:2])
    if len(found) != 1:
        raise RosterBusy('It is not clear whose roster this is. Mend: --organisation "NAME".')
    return found[0]


def _tell(update: RosterUpdate, at_most: int | None) -> None:
    from django.db.models import Count

    from sayso.web.kept_told import in_words

    counted = dict(update.lines.values_list("kind").annotate(number=Count("pk")).order_by("kind"))
    where = ", ".join(f"{field} from “{heading}”" for field, heading in update.columns.items())
    print(f"Update {update.pk}: {update.file_name}, {update.n_rows:,} rows; {where}.")
    numbers = (f"{counted.get(what, 0):,} {what}" for what in ("added", "changed", "gone", "refused"))
    print(f"{', '.join(numbers)}, {update.n_same:,} as they were.")
    told = update.lines.exclude(told="").order_by("kind", "row", "position")
    for line in told[:at_most]:
        told_here = in_words(line.told)
        print(f"  Row {line.row}: {told_here}" if line.row else f"  {told_here}")
    if at_most is not None and (more := told.count() - at_most) > 0:
        print(f"  … and {more:,} more: sayso roster show {update.pk}")


def _progress(done: int, of: int) -> None:
    ends = "\n" if done >= of or not sys.stderr.isatty() else ""
    start = "\r" if sys.stderr.isatty() else ""
    print(f"{start}{done:,} of {of:,} lines", end=ends, file=sys.stderr, flush=True)
