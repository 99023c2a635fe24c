"""Duties given, offered, accepted, declined and ended: each one transaction, on record.

Who may do so is asked by the pages at the moment of the act; what can be given to whom is for `rules`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements import rules
from sayso.engagements.models import Engagement, Role, RoleName, RolesKept
from sayso.members.models import Member

NO_LONGER = lazily("This is no longer asked of you. You need do nothing.")


class Days(NamedTuple):
    """From the morning of the first to the end of the last, as the installation's clock has it."""

    first: date
    last: date

    def moments(self) -> tuple[datetime, datetime]:
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))


def grant_role(
    *,
    engagement: Engagement,
    member: Member,
    name: RoleName,
    by: Member | None = None,
    days: Days | None = None,
    is_offer: bool = False,
) -> Role:
    """Give a duty, on the record; the same again changes nothing. An offer is held once it is accepted. Raises Refused.

    With `days` it is held on these only.
    """
    with transaction.atomic():
        _lock_roles(engagement)
        rules.check_grantable(engagement, member, name)
        same = engagement.roles.standing().filter(member=member, name=name)
        accepted_at = None if is_offer else timezone.now()
        if known := _covering(same, days):
            return known if is_offer else _accepted(known)
        if days and _meeting(same, days).exists():
            raise rules.Refused(
                _("%(full_name)s has some of these days already. Mend: leave those out.")
                % {"full_name": member.full_name}
            )
        since, until = days.moments() if days else (None, None)
        return Role.objects.create(
            engagement=engagement,
            member=member,
            name=name,
            granted_by=by,
            accepted_at=accepted_at,
            since=since,
            until=until,
        )


def accept_role(*, role: Role) -> None:
    """Take on what was offered. Raises Refused when it was taken back meanwhile, or is over."""
    with transaction.atomic():
        _lock_roles(role.engagement)
        offered = role.engagement.roles.standing().filter(pk=role.pk).first()
        if offered is None:
            raise rules.Refused(NO_LONGER)
        rules.check_grantable(role.engagement, role.member, RoleName(role.name))
        _accepted(offered)


def decline_role(*, role: Role) -> None:
    """Say no to what was offered; what was accepted stays as it is."""
    offered = Role.objects.standing().filter(pk=role.pk, accepted_at=None)
    offered.update(ended_at=timezone.now(), ended_by=role.member)


def end_role(*, role: Role, by: Member) -> None:
    """End a duty at once, on the record. Raises Refused for the only lead."""
    with transaction.atomic():
        _lock_roles(role.engagement)
        rules.check_endable(role)
        Role.objects.standing().filter(pk=role.pk).update(ended_at=timezone.now(), ended_by=by)


def _covering(same: RolesKept, days: Days | None) -> Role | None:
    """One that holds on all of these days already; without days, one that has no end."""
    for_good = Q(since=None)
    if days is None:
        return same.filter(for_good).first()
    since, until = days.moments()
    return same.filter(for_good | Q(since__lte=since, until__gte=until)).first()


def _meeting(same: RolesKept, days: Days) -> RolesKept:
    since, until = days.moments()
    return same.filter(since__lt=until, until__gt=since)


def _accepted(role: Role) -> Role:
    if role.accepted_at is None:
        role.accepted_at = timezone.now()
        role.save(update_fields=["accepted_at"])
    return role


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _lock_roles(engagement: Engagement) -> None:
    """One change of roles at a time: two leads ending each other would leave nobody. Votes need not wait: no_key."""
    Engagement.objects.select_for_update(no_key=True).get(pk=engagement.pk)
