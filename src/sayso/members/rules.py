"""Who may do what with the organisation's roster. Knows people; knows nothing of engagements."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from sayso.members.models import Keeper, Member


class Refused(Exception):
    """Something the rules do not allow; its text says why, to the person who tried."""


def may_keep_roster(member: Member | AnonymousUser) -> bool:
    """Roster keepers bring and change the roster, connect it, and begin engagements."""
    return isinstance(member, Member) and member.is_active and member.keeperships.held().exists()


def is_last_keeper(member: Member) -> bool:
    """Whether nobody would keep the roster without this member."""
    held = Keeper.objects.held().filter(organisation=member.organisation_id, member__is_active=True)
    return may_keep_roster(member) and not held.exclude(member=member).exists()
