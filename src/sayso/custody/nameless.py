"""Takes out of the roster who somebody was that has left: for good. Writes; each verb one transaction.

What stays is a row without a name, so that figures, duties and the record of accesses still add up. What they said
stays as well, until they or the key's end take the way to it: that is the data guardian's (`custody.actions`).
Brought again, by a file or a directory, they are somebody new.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.engagements.models import Role, RosterPlace, TrialSeat
from sayso.invitations.models import Invitation, Turn
from sayso.mail.models import BouncingAddress
from sayso.members.access import record_access
from sayso.members.models import (
    AccessKind,
    AccessRecord,
    DirectoryEntry,
    Keeper,
    LineKind,
    Member,
    Organisation,
    Passkey,
    RosterLine,
    RosterUpdate,
    UpdateState,
)
from sayso.members.roster.line_words import NAMELESS
from sayso.members.roster.queries import newest_update
from sayso.members.rules import Refused
from sayso.members.ways_in.sessions import SessionStore

AT_ONCE = 100
FEWEST_DAYS, MOST_DAYS = 30, 3_650
KEYS = ("staff_number", "email")
# What is under way, or looked at and not yet done, names people: it has to end first.
HALF_WAY = "A file is half-way onto the roster. Finish it, or take it back, and try again. Nothing was removed."


def make_nameless(*, member: Member, by: Member, typed_name: str) -> None:
    """One who has left, by a keeper's hand. Raises Refused."""
    if _plain(typed_name) != _plain(member.full_name):
        raise Refused(_("The name is not the same. Nothing is removed. Type it as it stands above."))
    with transaction.atomic():
        organisation = _locked(member.organisation_id)
        if not Member.objects.filter(pk=member.pk, is_active=False, is_nameless=False).exists():
            raise Refused(_("Only who has left can be removed. Nothing is removed."))
        _take_names(organisation, [member.pk])
        record_access(
            organisation=organisation,
            by=by,
            kind=AccessKind.ROSTER_CHANGED,
            detail=f"removed who person {member.pk} was",
        )


def set_rule(*, organisation: Organisation, days: int | None, by: Member) -> None:
    """After how many days the worker makes nameless who has left; None: never. Raises Refused."""
    if days is not None and not FEWEST_DAYS <= days <= MOST_DAYS:
        raise Refused(
            _("Write a number of days from %(fewest_days)s to %(most_days)s. Nothing is changed.")
            % {"fewest_days": FEWEST_DAYS, "most_days": MOST_DAYS}
        )
    with transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(nameless_after_days=days)
        told = f"after {days} days" if days else "only by hand"
        detail = f"names of those who left are removed {told}"
        record_access(organisation=organisation, by=by, kind=AccessKind.ROSTER_CHANGED, detail=detail)


def note_who_left(*, today: date) -> None:
    """The day since which somebody is gone, whoever said so: a keeper, a file or a directory."""
    Member.objects.filter(is_active=False, left_on=None).update(left_on=today)
    Member.objects.filter(is_active=True).exclude(left_on=None).update(left_on=None)


def due(organisation: Organisation, *, today: date, days: int | None = None) -> QuerySet[Member]:
    """Who has been gone for as long as the rule says, or as `days` would."""
    days = organisation.nameless_after_days if days is None else days
    gone = organisation.members.filter(is_active=False, is_nameless=False)
    return gone.filter(left_on__lte=today - timedelta(days=days)) if days else gone.none()


def make_due_nameless(*, organisation: Organisation, today: date) -> int:
    """A batch of those the rule is about; how many. A file half-way onto the roster makes it wait."""
    with transaction.atomic():
        organisation = _locked(organisation.pk, is_patient=True)
        people = list(due(organisation, today=today).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not people or _is_half_way(organisation):
            return 0
        _take_names(organisation, people)
        detail = f"removed who {len(people)} {'person was' if len(people) == 1 else 'people were'}, by rule"
        record_access(organisation=organisation, by=None, kind=AccessKind.ROSTER_CHANGED, detail=detail)
    return len(people)


def _locked(organisation: int, *, is_patient: bool = False) -> Organisation:
    """Nothing else is done to the roster meanwhile."""
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation)
    if not is_patient and _is_half_way(locked):
        raise Refused(HALF_WAY)
    return locked


def _is_half_way(organisation: Organisation) -> bool:
    newest = newest_update(organisation)
    is_looking = organisation.roster_updates.filter(state=UpdateState.LOOKING).exists()
    return is_looking or bool(newest and newest.state != UpdateState.DONE)


def _take_names(organisation: Organisation, people: Sequence[int]) -> None:
    members = Member.objects.filter(pk__in=people)
    told = list(members.values_list("full_name", "email", "staff_number"))
    _empty_lines(organisation, people, _keys(people, told))
    _empty_looks(organisation, [value for row in told for value in row if value])
    BouncingAddress.objects.filter(
        organisation=organisation, email__in=[email for _, email, _ in told if email]
    ).delete()
    DirectoryEntry.objects.filter(member__in=people).delete()
    Passkey.objects.filter(member__in=people).delete()
    TrialSeat.objects.filter(member__in=people).delete()
    RosterPlace.objects.filter(member__in=people).delete()
    Invitation.objects.filter(member__in=people, turn=Turn.WAITING).delete()
    now = timezone.now()
    Role.objects.filter(member__in=people, ended_at=None).update(ended_at=now)
    Keeper.objects.filter(member__in=people, ended_at=None).update(ended_at=now)
    Member.objects.filter(manager__in=people).update(manager=None)
    _end_sessions(people)
    members.update(
        full_name=NAMELESS,
        email=None,
        staff_number=None,
        unit=None,
        manager=None,
        role="",
        site="",
        language="",
        brought_by=None,
        password=f"!{secrets.token_hex(20)}",
        pass_number=F("pass_number") + 1,
        is_nameless=True,
    )
    # What was compared before this moment may still name them: it does not hold any more.
    Organisation.objects.filter(pk=organisation.pk).update(roster_version=F("roster_version") + 1)
    RosterUpdate.objects.filter(organisation=organisation, state=UpdateState.LOOKED_AT).delete()


def _keys(people: Sequence[int], told: list[tuple[str, str | None, str | None]]) -> dict[str, set[str]]:
    """Every number and address they are or were known by."""
    keys = {
        "email": {email for _, email, _ in told if email},
        "staff_number": {number for *_, number in told if number},
    }
    for sides in RosterLine.objects.filter(member__in=people).values_list("before", "after"):
        for name in KEYS:
            keys[name] |= {side[name] for side in sides if side.get(name)}
    return keys


def _empty_lines(organisation: Organisation, people: Sequence[int], keys: dict[str, set[str]]) -> None:
    """Their lines say no more than that there was one, and can bring nothing back; others forget them as manager."""
    lines = RosterLine.objects.filter(update_made__organisation=organisation)
    theirs = Q(member__in=people)
    for side in ("before", "after"):
        for name in KEYS:
            theirs |= Q(**{f"{side}__{name}__in": sorted(keys[name])})
    # Lines of people who are still here and once had this number or address are theirs, not the leaver's.
    of_others = Q(member__isnull=False) & ~Q(member__in=people)
    lines.filter(theirs).exclude(of_others).update(before={}, after={}, told="")
    every = sorted(keys["email"] | keys["staff_number"])
    for key in every:
        spoken_of = lines.filter(kind__in=(LineKind.REFUSED, LineKind.NOTICE), told__contains=f"“{key}”")
        spoken_of.update(before={}, after={}, told=NAMELESS)
    managed = Q(before__manager__in=every) | Q(after__manager__in=every)
    waiting = iter(lines.filter(managed).only("before", "after"))
    while batch := list(islice(waiting, AT_ONCE)):
        for line in batch:
            line.before, line.after = _without_manager(line.before, every), _without_manager(line.after, every)
        RosterLine.objects.bulk_update(batch, ["before", "after"])


def _without_manager(told: dict[str, object], keys: Sequence[str]) -> dict[str, object]:
    return {name: value for name, value in told.items() if name != "manager" or value not in keys}


def _empty_looks(organisation: Organisation, told: Sequence[str]) -> None:
    """Who looked, and when, stays on the record of accesses; whom they typed goes."""
    for value in told:
        looked_up = f"looked up “{value}”"
        looks = AccessRecord.objects.filter(organisation=organisation, detail__icontains=looked_up)
        for typed in set(looks.values_list("detail", flat=True)):
            begins = typed.lower().index(looked_up.lower())
            shown = typed[begins : begins + len(looked_up)]
            looks.filter(detail=typed).update(
                detail=Replace("detail", Value(shown), Value(f"looked up {NAMELESS.lower()}"), output_field=TextField())
            )


def _end_sessions(people: Sequence[int]) -> None:
    """Who is signed in stands inside of each session, so all are looked through."""
    theirs = {str(person) for person in people}
    ended = [
        key
        for key, coded in Session.objects.values_list("session_key", "session_data").iterator()
        if SessionStore().decode(coded).get("_auth_user_id") in theirs
    ]
    Session.objects.filter(session_key__in=ended).delete()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
