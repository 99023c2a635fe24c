"""Reads for the keepers' pages. Knows people and what files do to them; knows nothing of what anyone said.

Nothing here tells whether somebody has taken part: it is not known on this floor, and must not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from sayso.members.models import (
    Keeper,
    LineKind,
    Member,
    Organisation,
    RosterFile,
    RosterJob,
    RosterJobState,
    RosterLine,
    RosterUpdate,
)
from sayso.members.queries import unit_paths
from sayso.members.roster.queries import OPEN, newest_update
from sayso.members.unit_paths import JOINT

UNCLAIMED_AFTER = timedelta(seconds=8)
KINDS = (LineKind.REFUSED, LineKind.NOTICE, LineKind.ADDED, LineKind.CHANGED, LineKind.GONE)


@dataclass(frozen=True)
class RosterCounts:
    here: int
    left: int
    without_email: int
    without_number: int
    units: int


def counts_of(organisation: Organisation) -> RosterCounts:
    here = Q(is_active=True)
    found = organisation.members.aggregate(
        here=Count("pk", filter=here),
        left=Count("pk", filter=~here & Q(is_nameless=False)),
        without_email=Count("pk", filter=here & Q(email=None)),
        without_number=Count("pk", filter=here & Q(staff_number=None)),
    )
    return RosterCounts(**found, units=organisation.units.count())


def open_job(organisation: Organisation) -> RosterJob | None:
    return organisation.roster_jobs.filter(state__in=OPEN).first()


def last_job(update: RosterUpdate) -> RosterJob | None:
    return update.jobs.order_by("-pk").first()


def is_left_alone(job: RosterJob, now: datetime) -> bool:
    """Whether no worker takes the job up: most likely none is running."""
    if job.state == RosterJobState.WAITING:
        return now - job.asked_at > UNCLAIMED_AFTER
    return job.state == RosterJobState.RUNNING and job.lease_until is not None and job.lease_until < now


def open_files(organisation: Organisation) -> QuerySet[RosterFile]:
    """Files neither carried out nor thrown away."""
    return organisation.roster_files.select_related("update_made").order_by("-pk")


def updates_of(organisation: Organisation) -> QuerySet[RosterUpdate]:
    """What was done to the roster, newest first; what was only looked at stands with its file."""
    done = organisation.roster_updates.exclude(state__in=("looking", "looked_at"))
    return done.select_related("brought_by").order_by("-pk")


def looked_at_without_file(organisation: Organisation) -> QuerySet[RosterUpdate]:
    """Compared on the command line."""
    return organisation.roster_updates.filter(state="looked_at", file=None).order_by("-pk")


def counts_by_kind(update: RosterUpdate) -> dict[str, int]:
    """Lines of each kind, noughts too, in the order they are shown."""
    counted = dict(update.lines.order_by().values_list("kind").annotate(Count("pk")))
    return {kind.value: counted.get(kind.value, 0) for kind in KINDS}


def lines_of(update: RosterUpdate, kind: str) -> QuerySet[RosterLine]:
    return update.lines.filter(kind=kind).select_related("member").order_by("position")


def is_newest(update: RosterUpdate) -> bool:
    return update.is_by_hand or newest_update(update.organisation) == update


def people_found(organisation: Organisation, typed: str, *, left: bool = False) -> QuerySet[Member]:
    """By name, e-mail address, staff number or unit; those who are here, or those who left."""
    people = Member.objects.filter(organisation=organisation, is_active=not left, is_nameless=False)
    people = people.select_related("unit")
    for word in typed.split()[:8]:
        people = people.filter(
            Q(full_name__icontains=word)
            | Q(email__icontains=word)
            | Q(staff_number__icontains=word)
            | Q(unit__name__icontains=word)
        )
    return people.order_by("full_name", "pk")


def last_by_hand(member: Member) -> RosterUpdate | None:
    """The last correction of somebody that still stands and can be taken back."""
    lines = member.roster_lines.filter(update_made__is_by_hand=True, update_made__state="done")
    line = lines.select_related("update_made").order_by("-pk").first()
    return line.update_made if line else None


def keepers_of(organisation: Organisation) -> QuerySet[Keeper]:
    """All there ever were, with who gave and ended it."""
    return organisation.keepers.select_related("member", "granted_by", "ended_by").order_by("granted_at", "pk")


@dataclass(frozen=True)
class Branch:
    """A unit in the tree: how deep, how many people it has itself and with all below it."""

    pk: int
    name: str
    path: str
    depth: int
    own: int
    whole: int


def unit_tree(organisation: Organisation) -> list[Branch]:
    """Every unit below the one it belongs to, by name; people who left are not counted."""
    paths = unit_paths(organisation)
    here = Member.objects.filter(organisation=organisation, is_active=True).exclude(unit=None)
    own = dict(here.order_by().values_list("unit").annotate(Count("pk")))
    whole: dict[str, int] = {}
    for pk, path in paths.items():
        for above in _all_above(path):
            whole[above] = whole.get(above, 0) + own.get(pk, 0)
    ordered = sorted(paths.items(), key=lambda item: [part.casefold() for part in item[1].split(JOINT)])
    return [
        Branch(pk, path.rpartition(JOINT)[2], path, path.count(JOINT), own.get(pk, 0), whole[path])
        for pk, path in ordered
    ]


def _all_above(path: str) -> Iterator[str]:
    """The path itself and each path above it."""
    while path:
        yield path
        path = path.rpartition(JOINT)[0]
