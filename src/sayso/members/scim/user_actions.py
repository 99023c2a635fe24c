"""What a directory does to people: brought, changed, gone, come back. Writes members; each verb one transaction.

The rules are those of roster files: who has the same staff number, or else address, is the same person, also after
having left; nobody is ever deleted; circles of managers are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scim2_models import InvalidValueException, NotFoundException, UniquenessException

from sayso.members.models import Connection, DirectoryEntry, Member, Organisation
from sayso.members.scim.changing import changing, note_changed
from sayso.members.scim.columns import members_called, shown_members
from sayso.members.scim.ids import USER, number_in
from sayso.members.scim.resources import Person
from sayso.members.scim.told import Told, told_by
from sayso.members.scim.tree import Tree
from sayso.members.scim.unit_actions import unit_at
from sayso.members.scim.users import entry_of, is_shown, shown, user_name, with_all_told
from sayso.members.scim.versions import check_still

PLAIN = ("full_name", "role", "site", "language", "is_active")


def create_user(*, connection: Connection, person: Person) -> Member:
    """Somebody new, or somebody who had left and is known again. Raises UniquenessException."""
    told = told_by(person)
    with changing(connection) as organisation:
        alike = _alike(organisation, told)
        member = _known_again(told, alike) or Member(organisation=organisation)
        _check_free(member, told, alike)
        if member.pk is None:
            member.set_unusable_password()
        _write(member, told, before=None)
        note_changed(connection)
        return _fetched(organisation, member.pk)


def change_user(
    *, connection: Connection, number: int, change: Callable[[Person], Person], base: str, if_match: str | None
) -> Member:
    """What `change` makes of somebody as shown. Raises NotFoundException, PreconditionFailedException and others."""
    with changing(connection) as organisation:
        member = _fetched(organisation, number)
        before = shown(member, Tree.of(organisation), base)
        check_still(before, if_match)
        told = told_by(change(before.model_copy(deep=True)), before, is_ours=entry_of(member) is None)
        _check_free(member, told, _alike(organisation, told))
        if _write(member, told, before=told_by(before, before)):
            note_changed(connection)
        return _fetched(organisation, number)


def remove_user(*, connection: Connection, number: int, base: str, if_match: str | None) -> None:
    """They have left. The row stays, and what they said and voted; brought again, they are the same member."""
    with changing(connection) as organisation:
        member = _fetched(organisation, number)
        if if_match:
            check_still(shown(member, Tree.of(organisation), base), if_match)
        entry = entry_of(member) or _entry_of_a_file(member)
        entry.is_removed = True
        entry.save()
        Member.objects.filter(pk=number).update(is_active=False)
        note_changed(connection)


def _entry_of_a_file(member: Member) -> DirectoryEntry:
    """For somebody of whom the directory has told nothing: the name they were shown by, if nobody else has it."""
    name, organisation = user_name(member), member.organisation
    is_alone = members_called(organisation, name) == [member.pk]
    key = name.lower() if is_alone else None
    return DirectoryEntry(organisation=organisation, member=member, user_name=name, user_name_key=key)


def _fetched(organisation: Organisation, number: int) -> Member:
    member = with_all_told(shown_members(organisation)).filter(pk=number).first()
    if member is None:
        raise NotFoundException(detail="There is no such user.")
    return member


def _alike(organisation: Organisation, told: Told) -> list[Member]:
    """Who has the name, the address or the number that is told, deleted or not; each found by its index."""
    here = Member.objects.filter(organisation=organisation)
    keys = set(members_called(organisation, told.user_name))
    for name in ("email", "staff_number"):
        if value := getattr(told, name):
            keys.update(here.filter(**{name: value}).values_list("pk", flat=True))
    return list(with_all_told(Member.objects.filter(pk__in=keys)).order_by("pk")) if keys else []


def _known_again(told: Told, alike: list[Member]) -> Member | None:
    """Who had been deleted and is meant now. Somebody with another staff number is somebody else."""
    numbers = {told.staff_number, None, ""}
    meant = [one for one in alike if not is_shown(one) and (not told.staff_number or one.staff_number in numbers)]
    return min(meant, key=lambda one: one.staff_number != told.staff_number, default=None)


def _check_free(member: Member, told: Told, alike: list[Member]) -> None:
    """Raises UniquenessException naming the field; of whose it is nothing is said, it may be another organisation's."""
    others = [one for one in alike if one.pk != member.pk]
    for other in others:
        if not is_shown(other):
            _let_go(other, told)
    if others and set(members_called(member.organisation, told.user_name)) - {member.pk}:
        _taken("userName", told.user_name, "correct it")
    if told.email and Member.objects.exclude(pk=member.pk).filter(email=told.email).exists():
        _taken("emails", told.email, "correct it, or leave it empty")
    if told.staff_number and told.staff_number in {other.staff_number for other in others}:
        _taken("employeeNumber", told.staff_number, "correct it, or leave it empty")


def _let_go(other: Member, told: Told) -> None:
    """The name and the address of somebody deleted go to whom the directory gives them now."""
    entry = entry_of(other)
    if entry and entry.user_name_key == told.user_name.lower():
        DirectoryEntry.objects.filter(pk=entry.pk).update(user_name_key=None)
    if told.email and other.email == told.email:
        Member.objects.filter(pk=other.pk).update(email=None)


def _taken(name: str, value: str, mend: str) -> None:
    told = f"{name} “{value}” is in use already. Nothing was done. Mend: {mend}."
    raise UniquenessException(attribute=name, value=value, detail=told)


def _write(member: Member, told: Told, before: Told | None) -> bool:
    """Row and entry; only what is new is written, so that what a file told meanwhile stays. Whether there was any."""
    if before == told:
        return False
    is_new = {
        name: before is None or getattr(told, name) != getattr(before, name) for name in told.__dataclass_fields__
    }
    new: dict[str, Any] = {name: getattr(told, name) for name in PLAIN if is_new[name]}
    if is_new["email"]:
        new["email"] = told.email or None
    if is_new["staff_number"] and (before or told.staff_number):  # who comes back keeps a number nobody told
        new["staff_number"] = told.staff_number or None
    if is_new["unit"]:
        new["unit"] = unit_at(member.organisation, told.unit)
    if is_new["manager"]:
        new["manager"] = _manager(member, told.manager)
    for name, value in new.items():
        setattr(member, name, value)
    if new:
        member.save(update_fields=list(new) if member.pk else None)
    _write_entry(member, told)
    return True


def _write_entry(member: Member, told: Told) -> None:
    values: dict[str, Any] = {
        "user_name": told.user_name,
        "user_name_key": told.user_name.lower(),
        "external_id": told.external_id,
        "given_name": told.given_name,
        "family_name": told.family_name,
        "is_named": told.is_named,
        "is_removed": False,
    }
    if not DirectoryEntry.objects.filter(member=member).update(**values):
        DirectoryEntry.objects.create(member=member, organisation_id=member.organisation_id, **values)


def _manager(member: Member, named: str) -> Member | None:
    """Whom an id names; nobody where it names nobody we know, as in files. Raises InvalidValueException on a circle."""
    number = number_in(named, USER)
    manager = shown_members(member.organisation).filter(pk=number).first() if number else None
    above, met = manager, set()
    while above is not None and above.pk not in met:
        if above.pk == member.pk:
            raise InvalidValueException(
                detail="Managers would go round in a circle. Nothing was done. Mend: correct one."
            )
        met.add(above.pk)
        above = above.manager
    return manager
