"""Names that authors put to their words, in engagements of open names: who may, and which may be shown.

A name is shown beside words that everybody may read, never before somebody has read them, and beside nothing else.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from sayso.engagements import rules
from sayso.engagements.models import Engagement, IdentityLevel, Statement, StatementState
from sayso.members.models import Member


def signer_of(member: Member | AnonymousUser, engagement: Engagement) -> str:
    """The name a tick puts to this member's words; empty where names are not asked."""
    return member.full_name if isinstance(member, Member) and rules.may_sign(member, engagement) else ""


def shown_name(statement: Statement, engagement: Engagement) -> str:
    is_shown = engagement.identity_level == IdentityLevel.OPEN and statement.state == StatementState.PUBLISHED
    return statement.signed_name if is_shown else ""


def names_shown(engagement: Engagement) -> dict[str, str]:
    """By number of statement, as results write it: every name that may be shown now."""
    if engagement.identity_level != IdentityLevel.OPEN:
        return {}
    signed = Statement.objects.filter(engagement=engagement, state=StatementState.PUBLISHED).exclude(signed_name="")
    return {str(number): name for number, name in signed.values_list("pk", "signed_name")}
