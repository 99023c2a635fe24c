"""What a directory does to groups: made, named, filled, emptied, ended. Writes units and who is in them.

Somebody is in one unit at a time, so who is added to a group leaves the one they were in. No row is ever deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scim2_models import ConflictException, InvalidValueException, NotFoundException, UniquenessException

from sayso.members.models import Connection, DirectoryGroup, Member, Organisation, Unit
from sayso.members.scim import groups
from sayso.members.scim.changing import changing, note_changed
from sayso.members.scim.columns import shown_members, shown_units
from sayso.members.scim.ids import GROUP, USER, number_in
from sayso.members.scim.patching import MembersChange
from sayso.members.scim.resources import Group
from sayso.members.scim.told import line
from sayso.members.scim.tree import Tree
from sayso.members.scim.versions import check_still
from sayso.members.unit_paths import UNITS_APART

AT_ONCE = 5_000  # ids in one statement


def create_group(*, connection: Connection, group: Group, members: Sequence[str]) -> Unit:
    """A new unit at the top, or one of that name which had been deleted. Raises UniquenessException and others."""
    with changing(connection) as organisation:
        name = _name(group.display_name)
        deleted = DirectoryGroup.objects.filter(is_removed=True).values("unit")
        here = Unit.objects.filter(organisation=organisation, parent=None, name=name)
        unit = here.filter(pk__in=deleted).exclude(pk__in=shown_units(organisation)).first()
        if unit is None:
            _check_free(organisation, name, parent=None)
            unit = Unit.objects.create(organisation=organisation, name=name)
        _write(unit, group.external_id)
        change_members(organisation, unit, [MembersChange("replace", tuple(members))])
        note_changed(connection)
        return _fetched(organisation, unit.pk)


def change_group(
    *,
    connection: Connection,
    number: int,
    change: Callable[[Group], Group],
    members: Sequence[MembersChange],
    base: str,
    if_match: str | None,
) -> Unit:
    """What `change` makes of a group as shown without its members, then the changes to these."""
    with changing(connection) as organisation:
        unit = _fetched(organisation, number)
        before = groups.shown(organisation, unit, base, with_members=False)
        check_still(before, if_match)
        after = change(before.model_copy(deep=True))
        n_changed = _rename(organisation, unit, _name(after.display_name))
        n_changed += _write(unit, after.external_id) if after.external_id != before.external_id else 0
        n_changed += change_members(organisation, unit, members)
        if n_changed:
            note_changed(connection)
        return _fetched(organisation, number)


def remove_group(*, connection: Connection, number: int, base: str, if_match: str | None) -> None:
    """The unit is nobody's any more. One that holds others stays: where these belong would be anybody's guess."""
    with changing(connection) as organisation:
        unit = _fetched(organisation, number)
        if if_match:
            check_still(groups.shown(organisation, unit, base, with_members=False), if_match)
        if shown_units(organisation).filter(parent=unit).exists():
            told = "The group holds other groups. Nothing was done. Mend: delete those first, or take them out."
            raise ConflictException(detail=told)
        Member.objects.filter(unit=unit).update(unit=None)
        DirectoryGroup.objects.update_or_create(unit=unit, defaults={"is_removed": True})
        note_changed(connection)


def change_members(organisation: Organisation, unit: Unit, changes: Iterable[MembersChange]) -> int:
    """In their order; how many moved. Raises InvalidValueException: an id that is nobody's, groups in a circle."""
    moved = 0
    for change in changes:
        people, within = _numbers(change.ids or (), USER), _numbers(change.ids or (), GROUP)
        if change.op == "remove":
            moved += _take_out(organisation, unit, people, within, everybody=change.ids is None)
            continue
        _check_known(organisation, change.ids or (), people, within)
        if change.op == "replace":
            moved += _take_out_others(organisation, unit, people, within)
        for some in _in_parts(people):
            moved += Member.objects.filter(organisation=organisation, pk__in=some).exclude(unit=unit).update(unit=unit)
        moved += _put_within(organisation, unit, within)
    return moved


def _fetched(organisation: Organisation, number: int) -> Unit:
    unit = shown_units(organisation).select_related("directory_group").filter(pk=number).first()
    if unit is None:
        raise NotFoundException(detail="There is no such group.")
    return unit


def _name(told: str | None) -> str:
    name = line("displayName", told)
    if not name or UNITS_APART in name:
        why = f"has “{UNITS_APART}” in it, which stands between units" if name else "is empty"
        raise InvalidValueException(detail=f"displayName {why}. Nothing was done. Mend: correct it.")
    return name


def _rename(organisation: Organisation, unit: Unit, name: str) -> int:
    if name == unit.name:
        return 0
    _check_free(organisation, name, parent=unit.parent_id)
    return Unit.objects.filter(pk=unit.pk).update(name=name)


def _check_free(organisation: Organisation, name: str, parent: int | None) -> None:
    """Raises UniquenessException where there is such a group; one that had been deleted gives its name up."""
    alike = Unit.objects.filter(organisation=organisation, parent=parent, name=name)
    if alike.filter(pk__in=shown_units(organisation)).exists():
        told = f"There is a group “{name}” beside it already. Nothing was done. Mend: use that, or another name."
        raise UniquenessException(attribute="displayName", value=name, detail=told)
    for deleted in alike:
        Unit.objects.filter(pk=deleted.pk).update(name=f"{name[:170]} (deleted {deleted.pk})")


def _write(unit: Unit, external_id: str | None) -> int:
    told: dict[str, Any] = {"external_id": line("externalId", external_id), "is_removed": False}
    DirectoryGroup.objects.update_or_create(unit=unit, defaults=told)
    return 1


def _numbers(ids: Iterable[str], kind: str) -> list[int]:
    return [number for one in ids if (number := number_in(one, kind))]


def _in_parts(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[first : first + AT_ONCE] for first in range(0, len(numbers), AT_ONCE))


def _check_known(organisation: Organisation, ids: Sequence[str], people: list[int], within: list[int]) -> None:
    known = {f"{GROUP}{pk}" for pk in shown_units(organisation).filter(pk__in=within).values_list("pk", flat=True)}
    for some in _in_parts(people):
        found = shown_members(organisation).filter(pk__in=some).values_list("pk", flat=True)
        known.update(f"{USER}{pk}" for pk in found)
    if unknown := [one for one in ids if one.rpartition("/")[2] not in known]:
        told = f"No user and no group has the id “{unknown[0][:40]}”"
        more = f", nor {len(unknown) - 1} others" if len(unknown) > 1 else ""
        raise InvalidValueException(detail=f"{told}{more}. Nothing was done. Mend: bring the people first.")


def _take_out(organisation: Organisation, unit: Unit, people: list[int], within: list[int], *, everybody: bool) -> int:
    held, below = Member.objects.filter(unit=unit), Unit.objects.filter(parent=unit)
    moved = held.update(unit=None) if everybody else 0
    for some in _in_parts(people):
        moved += held.filter(pk__in=some).update(unit=None)
    for child in below if everybody else below.filter(pk__in=within):
        _check_free(organisation, child.name, parent=None)
        moved += Unit.objects.filter(pk=child.pk).update(parent=None)
    return moved


def _take_out_others(organisation: Organisation, unit: Unit, people: list[int], within: list[int]) -> int:
    stay = set(people)
    held = Member.objects.filter(unit=unit).values_list("pk", flat=True)
    children = Unit.objects.filter(parent=unit).exclude(pk__in=within).values_list("pk", flat=True)
    return _take_out(organisation, unit, [pk for pk in held if pk not in stay], list(children), everybody=False)


def _put_within(organisation: Organisation, unit: Unit, within: list[int]) -> int:
    above = set(Tree.of(organisation).above(unit.pk)) if within else set()
    moved = 0
    for child in Unit.objects.filter(organisation=organisation, pk__in=within).exclude(parent=unit):
        if child.pk in above:
            raise InvalidValueException(
                detail="Groups would go round in a circle. Nothing was done. Mend: correct one."
            )
        _check_free(organisation, child.name, parent=unit.pk)
        moved += Unit.objects.filter(pk=child.pk).update(parent=unit)
    return moved
