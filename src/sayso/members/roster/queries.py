"""Reads for the keepers' pages. Knows people and what files do to them; knows nothing of what anyone said.

Nothing here tells whether somebody has taken part: it is not known on this floor, and must not be.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from sayso.members.models import (
    LineKind,
    Member,
    Organisation,
    RosterFile,
    RosterJob,
    RosterJobState,
    RosterLine,
    RosterUpdate,
    UpdateState,
)
from sayso.members.queries import unit_paths
from sayso.members.roster.keys import OnRoster

UNCLAIMED_AFTER = timedelta(seconds=8)
NOT_YET = (UpdateState.LOOKING, UpdateState.LOOKED_AT)
OPEN = (RosterJobState.WAITING, RosterJobState.RUNNING)
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


def people_on_roster(organisation: Organisation, only: Collection[int] | None = None) -> list[OnRoster]:
    """Everybody, those who left too, or only some of them, as a roster file would tell of them."""
    units = unit_paths(organisation)
    plain = ("staff_number", "full_name", "email", "role", "site", "language")
    others = ("pk", "is_active", "unit_id", "manager__staff_number", "manager__email")
    here = Member.objects.filter(organisation=organisation)
    here = here if only is None else here.filter(pk__in=only)
    found = []
    for values in here.order_by("pk").values(*plain, *others).iterator():
        told = {name: values[name] or "" for name in plain}
        told["unit"] = units.get(values["unit_id"], "")
        told["manager"] = values["manager__staff_number"] or values["manager__email"] or ""
        found.append(OnRoster(values["pk"], values["is_active"], told))
    return found


def remembered_columns(organisation: Organisation) -> dict[str, str]:
    """Field to heading, as in the last file that was carried out."""
    last = RosterUpdate.objects.filter(organisation=organisation, is_by_hand=False).exclude(state__in=NOT_YET)
    newest = last.order_by("-pk").values_list("columns", flat=True).first()
    return dict(newest or {})


def newest_update(organisation: Organisation) -> RosterUpdate | None:
    """The last file that did something to the roster."""
    done = RosterUpdate.objects.filter(organisation=organisation, is_by_hand=False).exclude(state__in=NOT_YET)
    return done.exclude(state=UpdateState.TAKEN_BACK).order_by("-pk").first()
