"""Reads of roles: who has which, who is asked, and who reads on which day. Knows no statement and no vote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from sayso.engagements.models import Engagement, Role, RoleName
from sayso.members.models import Member

DAYS_SHOWN = 7


@dataclass
class Day:
    """One day of the rota: who reads on it, of those named for days."""

    day: date
    is_today: bool
    roles: list[Role] = field(default_factory=list)


def roles_now(engagement: Engagement) -> list[Role]:
    """Held, offered and planned, in the order in which they were given."""
    return list(_with_people(engagement.roles.standing()).order_by("since", "pk"))


def roles_past(engagement: Engagement) -> list[Role]:
    """Ended, declined, or their days are over; the last first."""
    past = _with_people(engagement.roles.exclude(pk__in=engagement.roles.standing().values("pk")))
    return sorted(past, key=over_since, reverse=True)


def over_since(role: Role) -> datetime:
    return min(moment for moment in (role.ended_at, role.until) if moment is not None)


def offers_to(member: Member) -> list[Role]:
    """What the member is asked to do and has not answered."""
    offers = Role.objects.standing().filter(
        member=member, accepted_at=None, engagement__organisation=member.organisation
    )
    return list(offers.select_related("engagement", "granted_by").order_by("pk"))


def rota(roles: Iterable[Role], first: date) -> list[Day]:
    """The week from a day on, with those named for each day."""
    today = timezone.localdate()
    week = [Day(day, day == today) for day in (first + timedelta(days=n) for n in range(DAYS_SHOWN))]
    for role in roles:
        for day in week:
            if role.first_day and role.last_day and role.first_day <= day.day <= role.last_day:
                day.roles.append(role)
    return week


def can_be_planned(engagement: Engagement) -> QuerySet[Member]:
    """Who has read before, or leads: to pick from when a week is planned. Nobody who guards, or reads every day."""
    reading = engagement.roles.filter(name__in=(RoleName.MODERATOR, RoleName.LEAD)).values("member")
    guarding = engagement.roles.standing().filter(name=RoleName.GUARDIAN).values("member")
    daily = engagement.roles.standing().filter(name=RoleName.MODERATOR, since=None).values("member")
    people = Member.objects.filter(pk__in=reading, is_active=True).exclude(pk__in=guarding).exclude(pk__in=daily)
    return people.order_by("full_name", "pk")


def _with_people(roles: QuerySet[Role]) -> QuerySet[Role]:
    return roles.select_related("member", "granted_by", "ended_by", "engagement")
