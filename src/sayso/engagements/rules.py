"""Who may do what, and when."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from sayso.engagements.models import Engagement, Phase, Role, RoleName, Statement, StatementState
from sayso.members.models import Member
from sayso.members.rules import Refused as Refused  # one refusal on all floors

MODERATING = (RoleName.LEAD, RoleName.MODERATOR)


def may_take_part(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return isinstance(member, Member) and member.is_active and member.organisation_id == engagement.organisation_id


def may_moderate(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return _holds_any(member, engagement, MODERATING)


def may_grant_roles(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return _holds_any(member, engagement, (RoleName.LEAD,))


def may_guard(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return _holds_any(member, engagement, (RoleName.GUARDIAN,))


def _holds_any(member: Member | AnonymousUser, engagement: Engagement, names: tuple[RoleName, ...]) -> bool:
    if not isinstance(member, Member) or not may_take_part(member, engagement):
        return False
    return engagement.roles.held().filter(member=member, name__in=names).exists()


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


def check_endable(role: Role) -> None:
    """Without a lead nobody could give the role again."""
    leads = role.engagement.roles.held().filter(name=RoleName.LEAD, member__is_active=True)
    if role.name == RoleName.LEAD and not leads.exclude(pk=role.pk).exists():
        raise Refused("There must be a lead. Mend: give the role to somebody else first.")


def check_listening(engagement: Engagement) -> None:
    if engagement.phase != Phase.LISTEN:
        raise Refused("The time for saying and answering is over. What you gave so far counts.")


def check_open_for_votes(statement: Statement) -> None:
    if statement.state != StatementState.PUBLISHED:
        raise Refused("This one is no longer open. Here is the next.")
    check_listening(statement.engagement)
