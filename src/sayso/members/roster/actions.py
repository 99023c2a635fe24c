"""Writes to the roster, each as an update that can be taken back. Knows people and units; knows nothing of files."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import F, Q

from sayso.members.models import LineKind, Member, Organisation, RosterLine, RosterUpdate, Unit, UpdateState
from sayso.members.queries import members_by_key, unit_ids
from sayso.members.roster.queries import newest_update, people_on_roster
from sayso.members.roster.undo import what_to_restore
from sayso.members.rules import Refused
from sayso.members.unit_paths import JOINT
from sayso.web.kept_told import in_words
from sayso.web.kept_words import Kept, sentence

Progress = Callable[[int, int], None]
BATCH, SMALL_BATCH = 5_000, 250  # rows in one transaction; rows in one statement that tells many things of each


class RosterBusy(Refused):
    """The update cannot be carried out or taken back now; the text says why, and the mend."""

    def __str__(self) -> str:
        return in_words(self.args[0])


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
                raise RosterBusy(_already(update))
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
            if newest != update and not (update.is_by_hand and (newest is None or newest.state == UpdateState.DONE)):
                raise RosterBusy(_not_the_newest(update, newest))
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
    Organisation.objects.select_for_update(no_key=True).get(pk=update.organisation_id)
    return RosterUpdate.objects.select_related("organisation").get(pk=update.pk)


def _check_may_begin(update: RosterUpdate) -> None:
    newest = newest_update(update.organisation)
    if newest and newest.state != UpdateState.DONE:
        raise RosterBusy(sentence("Update %(number)s is not finished. Mend: finish it first.", number=newest.pk))
    if update.looked_at_version != update.organisation.roster_version:
        raise RosterBusy(sentence("The roster has changed since this file was looked at. Mend: look at it again."))


def _keep(update: RosterUpdate) -> None:
    """How far it is, and that the roster is another one: what was looked at half-way does not hold at the end."""
    update.save(update_fields=["n_done", "state"])
    Organisation.objects.filter(pk=update.organisation_id).update(roster_version=F("roster_version") + 1)


def change_by_hand(
    *, organisation: Organisation, by: Member, told: Mapping[str, str | bool], member: Member | None = None
) -> RosterUpdate:
    """Add somebody, or change what is told of a member; kept as an update of one line, so that it can be taken back.

    Nothing is written where nothing would change. Raises RosterBusy.
    """
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        newest = newest_update(organisation)
        if newest and newest.state != UpdateState.DONE:
            raise RosterBusy(sentence("A file is half-way onto the roster. Finish it, or take it back, and try again."))
        update = RosterUpdate(
            organisation=organisation, columns={}, looked_at_version=organisation.roster_version, n_rows=1, n_same=1
        )
        update.is_by_hand, update.brought_by, update.state = True, by, UpdateState.DONE
        held = _held(member) if member else {}
        after = {name: value for name, value in told.items() if member is None or held.get(name, "") != value}
        if after:
            update.n_same, update.n_done = 0, 1
            update.save()
            kind = LineKind.CHANGED if member else LineKind.ADDED
            before = {name: held.get(name, "") for name in after} if member else {}
            line = RosterLine.objects.create(
                update_made=update, position=0, kind=kind, member=member, before=before, after=after
            )
            _carry_out(update, [line], unit_ids(organisation))
            _keep(update)
    return update


def _held(member: Member) -> dict[str, str | bool]:
    (person,) = people_on_roster(member.organisation, only=[member.pk])
    return {**person.told, "is_active": person.is_active}


def _carry_out(update: RosterUpdate, lines: list[RosterLine], units: dict[str, int]) -> None:
    _add(update, [line.after for line in lines if line.kind == LineKind.ADDED], units)
    _change(update, {line.member_id: line.after for line in lines if line.member_id is not None}, units)


def _take_back(update: RosterUpdate, lines: list[RosterLine]) -> None:
    _change(update, what_to_restore(update, lines), unit_ids(update.organisation))
    if any(line.kind == LineKind.ADDED for line in lines):
        # Whom a directory has taken over since is the directory's.
        theirs = Q(directory_entry__is_removed=False)
        update.brought.filter(is_active=True).exclude(theirs).update(is_active=False)


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
            # As `set_unusable_password` does, which draws letter by letter: four seconds for 100,000 people.
            member.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)
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
        above, _, name = path.rpartition(JOINT)
        made, _ = Unit.objects.get_or_create(
            organisation=organisation, parent_id=_unit(organisation, above, units), name=name
        )
        units[path] = made.pk
    return units[path]


def _already(update: RosterUpdate) -> Kept:
    told = {
        UpdateState.DONE: sentence("Update %(number)s is carried out already.", number=update.pk),
        UpdateState.TAKING_BACK: sentence("Update %(number)s is being taken back already.", number=update.pk),
        UpdateState.TAKEN_BACK: sentence("Update %(number)s is taken back already.", number=update.pk),
    }
    return told.get(UpdateState(update.state), sentence("Update %(number)s is being compared.", number=update.pk))


def _not_the_newest(update: RosterUpdate, newest: RosterUpdate | None) -> Kept:
    if newest is None:
        return sentence("Update %(number)s is not the newest. It was never carried out.", number=update.pk)
    return sentence(
        "Update %(number)s is not the newest. Mend: take back update %(newest)s first.",
        number=update.pk, newest=newest.pk,
    )  # fmt: skip
