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
    return engagement.roles.held().filter(member=member, name__in=MODERATING).exists()


def may_grant_roles(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    if not isinstance(member, Member) or not may_take_part(member, engagement):
        return False
    return engagement.roles.held().filter(member=member, name=RoleName.LEAD).exists()


def check_grantable(engagement: Engagement, member: Member, name: RoleName) -> None:
    """A guardian keeps what is confidential from those in charge, so nobody is both."""
    if not may_take_part(member, engagement):
        raise Refused("Only people on this organisation's roster can have a role here.")
    held = set(engagement.roles.held().filter(member=member).values_list("name", flat=True))
    others = held - {RoleName.GUARDIAN} if name == RoleName.GUARDIAN else held & {RoleName.GUARDIAN}
    if others:
        raise Refused(
            f"{member.full_name} cannot be data guardian and in charge at once. Mend: end the other role first."
        )


def check_listening(engagement: Engagement) -> None:
    if engagement.phase != Phase.LISTEN:
        raise Refused("The time for saying and answering is over. What you gave so far counts.")


def check_open_for_votes(statement: Statement) -> None:
    if statement.state != StatementState.PUBLISHED:
        raise Refused("This one is no longer open. Here is the next.")
    check_listening(statement.engagement)
