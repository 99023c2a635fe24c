"""Reads of people and units for the keepers' pages. Whether somebody has taken part is not known on this floor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from sayso.members.models import Member, Organisation, RosterUpdate
from sayso.members.queries import unit_paths
from sayso.members.unit_paths import JOINT


def people_found(organisation: Organisation, typed: str, *, left: bool = False) -> QuerySet[Member]:
    """By name, e-mail address, staff number or unit; those who are here, or those who left."""
    people = Member.objects.filter(organisation=organisation, is_active=not left, is_nameless=False).select_related(
        "unit"
    )
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
