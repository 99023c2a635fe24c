"""Writes to the roster. Knows people and units; knows nothing of what anyone said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from sayso.members.models import Keeper, LineKind, Member, Organisation, RosterLine, RosterUpdate, Unit, UpdateState
from sayso.members.queries import members_by_key, newest_update, people_on_roster, remembered_columns, unit_ids
from sayso.members.roster_columns import check_columns, corrected, guess_columns
from sayso.members.roster_file import read_sheet
from sayso.members.roster_plan import UNITS_APART, Line, plan_roster
from sayso.members.rules import Refused

Progress = Callable[[int, int], None]
BATCH, SMALL_BATCH = 5_000, 250  # rows in one transaction; rows in one statement that tells many things of each


def add_organisation(*, name: str) -> Organisation:
    return Organisation.objects.create(name=name)


def add_unit(*, organisation: Organisation, name: str, parent: Unit | None = None) -> Unit:
    return Unit.objects.create(organisation=organisation, name=name, parent=parent)


def add_member(
    *, organisation: Organisation, full_name: str, email: str | None = None, unit: Unit | None = None
) -> Member:
    """A person on the roster. E-mail addresses count as one whatever their case."""
    member = Member(
        organisation=organisation, full_name=full_name, email=email.strip().lower() if email else None, unit=unit
    )
    member.set_unusable_password()
    member.save()
    return member


class RosterBusy(Exception):
    """The update cannot be carried out or taken back now; the text says why, and the mend."""


def look_at_roster(
    *,
    organisation: Organisation,
    file: Path,
    told_columns: Mapping[str, str] = {},
    who_is_missing_left: bool = False,
) -> RosterUpdate:
    """Compare a file with the roster and keep what it would do; the roster stays as it is.

    Raises UnreadableRoster or ColumnsUnclear.
    """
    version = Organisation.objects.values_list("roster_version", flat=True).get(pk=organisation.pk)
    sheet = read_sheet(file)
    columns = guess_columns(sheet.header, remembered_columns(organisation))
    columns = corrected(columns, sheet.header, told_columns)
    check_columns(columns)
    elsewhere = Member.objects.exclude(organisation=organisation).exclude(email=None)
    plan = plan_roster(
        sheet.rows,
        columns,
        people_on_roster(organisation),
        taken_elsewhere=frozenset(filter(None, elsewhere.values_list("email", flat=True))),
        who_is_missing_left=who_is_missing_left,
    )
    lines = [
        *(RosterLine(kind=LineKind.ADDED, row=line.row, after=line.after) for line in plan.added),
        *(_line(LineKind.CHANGED, line) for line in plan.changed),
        *(_line(LineKind.GONE, line) for line in plan.gone),
        *(RosterLine(kind=LineKind.REFUSED, row=refusal.row, told=refusal.told) for refusal in plan.refused),
        *(RosterLine(kind=LineKind.NOTICE, row=notice.row, told=notice.told) for notice in plan.notices),
        *(RosterLine(kind=LineKind.NOTICE, told=notice) for notice in sheet.notices),
    ]
    with transaction.atomic():
        update = RosterUpdate.objects.create(
            organisation=organisation,
            file_name=file.name[:200],
            columns={field: sheet.header[column] for field, column in columns.items()},
            looked_at_version=version,
            n_rows=plan.n_rows,
            n_same=plan.n_same,
        )
        for position, line in enumerate(lines):
            line.update_made, line.position = update, position
        RosterLine.objects.bulk_create(lines, batch_size=BATCH)
    return update


def carry_out_roster(*, update: RosterUpdate, progress: Progress = lambda done, of: None) -> RosterUpdate:
    """Do to the roster what an update said it would, batch by batch; stopped anywhere, calling it again goes on.

    Raises RosterBusy where another update came between, since what was looked at is then no longer so.
    """
    of, units = update.lines.count(), unit_ids(update.organisation)
    while True:
        with transaction.atomic():
            update = _locked(update)
            if update.state == UpdateState.LOOKED_AT:
                _check_may_begin(update)
            elif update.state != UpdateState.CARRYING_OUT:
                raise RosterBusy(f"Update {update.pk} is {update.get_state_display().lower()} already.")
            lines = list(update.lines.filter(position__gte=update.n_done).order_by("position")[:BATCH])
            _carry_out(update, lines, units)
            update.n_done += len(lines)
            update.state = UpdateState.CARRYING_OUT if update.n_done < of else UpdateState.DONE
            _keep(update)
        progress(update.n_done, of)
        if update.state == UpdateState.DONE:
            return update


def take_back_roster(*, update: RosterUpdate, progress: Progress = lambda done, of: None) -> RosterUpdate:
    """Undo an update, the newest first; stopped anywhere, calling it again goes on.

    Who was added counts as gone from then on and is not deleted: who had a say keeps it, and who is brought again is
    the same member, with the same vote. Raises RosterBusy.
    """
    of = update.n_done
    while True:
        with transaction.atomic():
            update = _locked(update)
            newest = newest_update(update.organisation)
            if newest != update:
                told = f"Mend: take back update {newest.pk} first." if newest else "It was never carried out."
                raise RosterBusy(f"Update {update.pk} is not the newest. {told}")
            first = max(update.n_done - BATCH, 0)
            lines = list(update.lines.filter(position__gte=first, position__lt=update.n_done))
            _take_back(update, lines)
            update.n_done = first
            update.state = UpdateState.TAKING_BACK if first else UpdateState.TAKEN_BACK
            _keep(update)
        progress(of - update.n_done, of)
        if update.state == UpdateState.TAKEN_BACK:
            return update


def _locked(update: RosterUpdate) -> RosterUpdate:
    """The update as it stands, no other one of the organisation being carried out meanwhile."""
    Organisation.objects.select_for_update().get(pk=update.organisation_id)
    return RosterUpdate.objects.select_related("organisation").get(pk=update.pk)


def _check_may_begin(update: RosterUpdate) -> None:
    newest = newest_update(update.organisation)
    if newest and newest.state != UpdateState.DONE:
        raise RosterBusy(f"Update {newest.pk} is not finished. Mend: finish it first.")
    if update.looked_at_version != update.organisation.roster_version:
        raise RosterBusy("The roster has changed since this file was looked at. Mend: look at it again.")


def _keep(update: RosterUpdate) -> None:
    """How far it is, and that the roster is another one: what was looked at half-way does not hold at the end."""
    update.save(update_fields=["n_done", "state"])
    Organisation.objects.filter(pk=update.organisation_id).update(roster_version=F("roster_version") + 1)


def _line(kind: str, line: Line) -> RosterLine:
    return RosterLine(kind=kind, row=line.row, member_id=line.member, before=line.before, after=line.after)


def _carry_out(update: RosterUpdate, lines: list[RosterLine], units: dict[str, int]) -> None:
    _add(update, [line.after for line in lines if line.kind == LineKind.ADDED], units)
    _change(update, {line.member_id: line.after for line in lines if line.member_id is not None}, units)


def _take_back(update: RosterUpdate, lines: list[RosterLine]) -> None:
    before = {line.member_id: line.before for line in lines if line.member_id is not None}
    _change(update, before, unit_ids(update.organisation))
    if any(line.kind == LineKind.ADDED for line in lines):
        update.brought.filter(is_active=True).update(is_active=False)


def _add(update: RosterUpdate, people: list[dict[str, Any]], units: dict[str, int]) -> None:
    """Managers come before their reports; within one batch they are written first, so that they have a number."""
    known = members_by_key(update.organisation, {told["manager"] for told in people if told.get("manager")})
    waiting = people
    while waiting:
        to_come = {told.get(name) for told in waiting for name in ("staff_number", "email")} - {"", None}
        is_ready = [told.get("manager") not in to_come or told["manager"] in known for told in waiting]
        ready = [told for told, now in zip(waiting, is_ready, strict=True) if now]
        waiting = [told for told, now in zip(waiting, is_ready, strict=True) if not now]
        fields = (_fields(update, told, units, known) for told in ready)
        members = [Member(organisation=update.organisation, brought_by=update, **told) for told in fields]
        for member in members:
            member.set_unusable_password()
        for member in Member.objects.bulk_create(members):
            known.update((key, member.pk) for key in (member.email, member.staff_number) if key)


def _change(update: RosterUpdate, told_of: Mapping[int, dict[str, Any]], units: dict[str, int]) -> None:
    known = members_by_key(update.organisation, {told["manager"] for told in told_of.values() if told.get("manager")})
    members = list(Member.objects.filter(pk__in=told_of))
    touched: set[str] = set()
    for member in members:
        for name, value in _fields(update, told_of[member.pk], units, known).items():
            setattr(member, name, value)
            touched.add(name)
    if touched:
        Member.objects.bulk_update(members, sorted(touched), batch_size=SMALL_BATCH)


def _fields(update: RosterUpdate, told: dict[str, Any], units: dict[str, int], known: dict[str, int]) -> dict[str, Any]:
    """What a line tells of somebody, as columns of `Member`."""
    found = dict(told)
    for name in ("email", "staff_number"):
        if name in found:
            found[name] = found[name] or None
    if "unit" in found:
        found["unit_id"] = _unit(update.organisation, found.pop("unit"), units)
    if "manager" in found:
        found["manager_id"] = known.get(found.pop("manager"))
    return found


def _unit(organisation: Organisation, path: str, units: dict[str, int]) -> int | None:
    """The unit at a path, made with all above it where it is new."""
    if not path:
        return None
    if path not in units:
        above, _, name = path.rpartition(f" {UNITS_APART} ")
        made, _ = Unit.objects.get_or_create(
            organisation=organisation, parent_id=_unit(organisation, above, units), name=name
        )
        units[path] = made.pk
    return units[path]


def appoint_keeper(*, member: Member, by: Member | None = None) -> Keeper:
    """Make somebody a roster keeper, on the record; the same again changes nothing."""
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=member.organisation_id)
        held = member.keeperships.held().first()
        return held or Keeper.objects.create(organisation=member.organisation, member=member, granted_by=by)


def change_language(*, member: Member, language: str) -> None:
    """What members may correct themselves. Raises Refused for what cannot be a language."""
    told = " ".join(language.split())
    if not told or len(told) > 40:
        raise Refused("Write the name of a language, at most 40 letters. Nothing is changed.")
    Member.objects.filter(pk=member.pk).update(language=told)
