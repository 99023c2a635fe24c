"""A unit as SCIM shows it: a group of its people and the units within. Knows rows and resources; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from scim2_models import Meta, Reference

from sayso.members.models import DirectoryGroup, Organisation, Unit
from sayso.members.scim.columns import shown_members, shown_units
from sayso.members.scim.ids import group_id, user_id
from sayso.members.scim.resources import Group, GroupMember
from sayso.members.scim.versions import version_of


def shown_all(
    organisation: Organisation, units: Sequence[Unit], base: str, *, with_members: bool = True
) -> list[Group]:
    """Groups with all they hold, in a fixed number of queries.

    with_members : without them the members are left out, and counted for the version only
    """
    held: dict[int, list[GroupMember]] = {unit.pk: [] for unit in units}
    ids: dict[int, list[str]] = {unit.pk: [] for unit in units}
    people = shown_members(organisation).filter(unit__in=held).order_by("pk")
    within = shown_units(organisation).filter(parent__in=held).order_by("pk")
    for pk, unit in people.values_list("pk", "unit_id"):
        ids[unit].append(user_id(pk))
        if with_members:
            held[unit].append(_member(f"{base}/Users/", user_id(pk), "User"))
    for pk, unit in within.values_list("pk", "parent_id"):
        ids[unit].append(group_id(pk))
        if with_members:
            held[unit].append(_member(f"{base}/Groups/", group_id(pk), "Group"))
    return [_shown(unit, held[unit.pk], ids[unit.pk], base) for unit in units]


def shown(organisation: Organisation, unit: Unit, base: str, *, with_members: bool = True) -> Group:
    return shown_all(organisation, [unit], base, with_members=with_members)[0]


def told_of(unit: Unit) -> DirectoryGroup | None:
    """What the directory calls it, if it has told."""
    return getattr(unit, "directory_group", None)


def _shown(unit: Unit, members: list[GroupMember], ids: list[str], base: str) -> Group:
    told, name = told_of(unit), group_id(unit.pk)
    group = Group(id=name, display_name=unit.name, external_id=(told.external_id or None) if told else None)
    version = version_of(group, also=ids)
    group.members = members or None
    group.meta = Meta(resource_type="Group", location=f"{base}/Groups/{name}", version=version)
    return group


def _member(under: str, name: str, kind: str) -> GroupMember:
    return GroupMember(value=name, ref=Reference(f"{under}{name}"), type=kind)
