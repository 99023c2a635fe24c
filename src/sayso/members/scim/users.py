"""A member as SCIM shows them. Knows rows and resources; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from scim2_models import Meta, Reference

from sayso.members.models import DirectoryEntry, Member
from sayso.members.scim.ids import group_id, user_id
from sayso.members.scim.resources import (
    Address,
    Email,
    EnterpriseUser,
    Manager,
    Membership,
    Name,
    Person,
)
from sayso.members.scim.tree import Tree
from sayso.members.scim.versions import version_of


def with_all_told(members: QuerySet[Member]) -> QuerySet[Member]:
    """Everything `shown` reads, in one query."""
    return members.select_related("directory_entry", "manager", "manager__directory_entry")


def shown_all(members: Iterable[Member], tree: Tree, base: str) -> list[Person]:
    return [shown(member, tree, base) for member in members]


def shown(member: Member, tree: Tree, base: str) -> Person:
    """base : the address everything stands under, without a slash at the end"""
    entry = entry_of(member)
    person = Person(
        id=user_id(member.pk),
        external_id=(entry.external_id or None) if entry else None,
        user_name=user_name(member),
        name=_name(member, entry),
        display_name=member.full_name if entry is None or entry.is_named else None,
        user_type=member.role or None,
        preferred_language=member.language or None,
        active=member.is_active,
        emails=[Email(value=member.email, type=Email.Type.work)] if member.email else None,
        addresses=[Address(locality=member.site, type=Address.Type.work)] if member.site else None,
        groups=_memberships(member, tree, base) or None,
    )
    if member.staff_number or member.unit_id or member.manager_id:
        person[EnterpriseUser] = EnterpriseUser(
            employee_number=member.staff_number or None,
            department=tree.path(member.unit_id) if member.unit_id else None,
            manager=_manager(member.manager, base) if member.manager and is_shown(member.manager) else None,
        )
    location = f"{base}/Users/{person.id}"
    person.meta = Meta(resource_type="User", location=location, version=version_of(person))
    return person


def is_shown(member: Member) -> bool:
    """Whether the directory has not deleted them; see `columns.shown_members`."""
    entry = entry_of(member)
    return member.is_active or not (entry and entry.is_removed)


def entry_of(member: Member) -> DirectoryEntry | None:
    """What the directory calls them, if it has told."""
    return getattr(member, "directory_entry", None)


def user_name(member: Member) -> str:
    """As the directory told it; before it did, what tells the person apart on the roster."""
    entry = entry_of(member)
    if entry and entry.user_name_key:
        return entry.user_name
    return member.email or member.staff_number or user_id(member.pk)


def _name(member: Member, entry: DirectoryEntry | None) -> Name | None:
    """The parts, where the directory told of any; we do not guess them."""
    if entry is None or not (entry.given_name or entry.family_name):
        return None
    return Name(formatted=member.full_name, given_name=entry.given_name or None, family_name=entry.family_name or None)


def _memberships(member: Member, tree: Tree, base: str) -> list[Membership]:
    units = tree.above(member.unit_id) if member.unit_id else []
    return [
        Membership(
            value=group_id(unit),
            ref=Reference(f"{base}/Groups/{group_id(unit)}"),
            display=tree.names[unit],
            type="indirect" if depth else "direct",
        )
        for depth, unit in enumerate(units)
    ]


def _manager(manager: Member, base: str) -> Manager:
    who = user_id(manager.pk)
    return Manager(value=who, ref=Reference(f"{base}/Users/{who}"))
