"""One person's place on the roster, changed by hand: added, corrected, gone, back; earlier links made void.

Each is kept as an update of one line, so that it stands on record and can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member, Organisation, RosterUpdate
from sayso.members.queries import members_by_key
from sayso.members.roster.actions import change_by_hand
from sayso.members.rules import Refused, is_last_keeper

MOST_LEVELS = 100  # of managers above somebody; more is a circle that was there before


def add_person(*, organisation: Organisation, by: Member, told: Mapping[str, str]) -> Member:
    """Somebody new. Raises Refused."""
    with transaction.atomic():
        _check(organisation, told, None)
        update = change_by_hand(organisation=organisation, by=by, told=told)
        member = update.brought.get()
        _record(by, f"added person {member.pk}")
    return member


def correct_person(*, member: Member, by: Member, told: Mapping[str, str]) -> RosterUpdate:
    """What is told of somebody. Raises Refused."""
    with transaction.atomic():
        _check(member.organisation, told, member)
        update = change_by_hand(organisation=member.organisation, by=by, told=told, member=member)
        _record(by, f"corrected person {member.pk}")
    return update


def leave(*, member: Member, by: Member) -> RosterUpdate:
    """Somebody has left: cannot come in any more; what they said stays. Raises Refused."""
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=member.organisation_id)
        if is_last_keeper(member):
            raise Refused(_("Nobody else keeps the roster. Make another person keeper first."))
        update = change_by_hand(organisation=member.organisation, by=by, told={"is_active": False}, member=member)
        _record(by, f"person {member.pk} has left")
    return update


def bring_back(*, member: Member, by: Member) -> RosterUpdate:
    """Somebody who left is here again, as the same member with the same votes."""
    with transaction.atomic():
        update = change_by_hand(organisation=member.organisation, by=by, told={"is_active": True}, member=member)
        _record(by, f"person {member.pk} is back")
    return update


def make_passes_void(*, member: Member, by: Member) -> None:
    """Links and codes made for somebody so far open nothing any more."""
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(pass_number=F("pass_number") + 1)
        _record(by, f"made links of person {member.pk} void")


def _check(organisation: Organisation, told: Mapping[str, str], member: Member | None) -> None:
    others = Member.objects.exclude(pk=member.pk) if member else Member.objects.all()
    email, number = told.get("email"), told.get("staff_number")
    if not email and not number:
        raise Refused(_("Give a staff number or an e-mail address: without one nobody could come in."))
    if email and others.filter(email=email).exists():
        raise Refused(_("Somebody has this e-mail address already. Look them up, or correct it."))
    if number and others.filter(organisation=organisation, staff_number=number).exists():
        raise Refused(_("Somebody has this staff number already. Look them up, or correct it."))
    if manager := told.get("manager"):
        _check_manager(organisation, manager, member)


def _check_manager(organisation: Organisation, key: str, member: Member | None) -> None:
    found = members_by_key(organisation, {key}).get(key)
    if found is None:
        raise Refused(_("The manager is nobody's staff number or e-mail address here. Look it up, or leave it empty."))
    for _step in range(MOST_LEVELS):
        if member and found == member.pk:
            raise Refused(_("Then managers would go round in a circle. Choose another manager, or leave it empty."))
        above = Member.objects.filter(pk=found).values_list("manager", flat=True).first()
        if above is None:
            return
        found = above


def _record(by: Member, detail: str) -> None:
    record_access(organisation=by.organisation, by=by, kind=AccessKind.ROSTER_CHANGED, detail=detail)
