"""Who may do what, and when."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from sayso.engagements.models import Engagement, Phase, RoleName, Statement, StatementState
from sayso.members.models import Member

MODERATING = (RoleName.LEAD, RoleName.MODERATOR)


class Refused(Exception):
    """Something the rules do not allow; its text says why, to the person who tried."""


def may_take_part(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return isinstance(member, Member) and member.is_active and member.organisation_id == engagement.organisation_id


def may_moderate(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    if not isinstance(member, Member) or not may_take_part(member, engagement):
        return False
    return engagement.roles.filter(member=member, name__in=MODERATING).exists()


def check_listening(engagement: Engagement) -> None:
    if engagement.phase != Phase.LISTEN:
        raise Refused("The time for saying and answering is over. What you gave so far counts.")


def check_open_for_votes(statement: Statement) -> None:
    if statement.state != StatementState.PUBLISHED:
        raise Refused("This one is no longer open. Here is the next.")
    check_listening(statement.engagement)
