"""Reads of the roster. Knows people and units; knows nothing of what anyone said."""

from __future__ import annotations

from sayso.members.models import Member, Organisation
from sayso.members.unit_paths import JOINT


def unit_paths(organisation: Organisation) -> dict[int, str]:
    """Each unit's place in the tree, from the top: "Care > Home care > North"."""
    above = {pk: (parent, name) for pk, parent, name in organisation.units.values_list("pk", "parent", "name")}
    paths: dict[int, str] = {}

    def path(pk: int) -> str:
        if pk not in paths:
            parent, name = above[pk]
            paths[pk] = f"{path(parent)}{JOINT}{name}" if parent else name
        return paths[pk]

    return {pk: path(pk) for pk in above}


def unit_ids(organisation: Organisation) -> dict[str, int]:
    """Path to unit, see `unit_paths`; paths from before a renaming lead to the unit too."""
    former = dict(organisation.former_unit_paths.values_list("path", "unit"))
    return former | {path: pk for pk, path in unit_paths(organisation).items()}


def renamed_units(organisation: Organisation) -> dict[str, str]:
    """Former path to today's, of units renamed or moved, where no unit of that name has been made since."""
    today = unit_paths(organisation)
    former = organisation.former_unit_paths.values_list("path", "unit")
    taken = set(today.values())
    return {path: today[unit] for path, unit in former if path not in taken}


def members_by_key(organisation: Organisation, keys: set[str]) -> dict[str, int]:
    """Staff number or e-mail address to member, of those asked for; a staff number goes first."""
    here = Member.objects.filter(organisation=organisation)
    found: dict[str, int] = {}
    for name in ("email", "staff_number"):
        found.update(here.filter(**{f"{name}__in": keys}).values_list(name, "pk"))
    return found


def member_known_as(organisation: Organisation, typed: str) -> Member | None:
    """Who is on the roster with this e-mail address or staff number, and has not left."""
    here = Member.objects.filter(organisation=organisation, is_active=True)
    return here.filter(staff_number=typed).first() or here.filter(email=typed.lower()).first()
