"""What links in our mails carry: each opens one page about one person, and nothing else. Nothing of it is stored.

Raising the member's number makes all earlier ones void, as with personal links.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from sayso.correspondence import rules
from sayso.engagements.models import Engagement
from sayso.members.models import Member
from sayso.members.ways_in.passes import keyed_mark

CHOICE, ANSWER = "sayso.correspondence.choice", "sayso.correspondence.answer"


@dataclass(frozen=True)
class Named:
    """Whose a link is, in which engagement, and about which statement (0: none)."""

    engagement: Engagement
    member: Member
    statement_id: int = 0


def choice_token(engagement: Engagement, member: Member) -> str:
    """Good for as long as the member is: who wants no more mail must not be told that a link is too old."""
    return Signer(salt=CHOICE, sep=".").sign(f"{engagement.pk}-{member.pk}-{member.pass_number}")


def answer_token(engagement: Engagement, member: Member, statement_id: int) -> str:
    """It holds the day it was made, never the moment."""
    day = timezone.localdate().toordinal()
    return Signer(salt=ANSWER, sep=".").sign(f"{day}-{engagement.pk}-{member.pk}-{member.pass_number}-{statement_id}")


def named_by_choice(token: str) -> Named | None:
    try:
        return _named(Signer(salt=CHOICE, sep=".").unsign(token))
    except BadSignature:
        return None


def named_by_answer(token: str) -> Named | None:
    """None as well when it is too old."""
    try:
        day, _, told = Signer(salt=ANSWER, sep=".").unsign(token).partition("-")
    except BadSignature:
        return None
    age = timezone.localdate().toordinal() - int(day)
    return _named(told) if age <= rules.LINKS_GOOD_FOR.days else None


def _named(told: str) -> Named | None:
    engagement_id, member_id, pass_number, *statement = map(int, told.split("-"))
    engagement = Engagement.objects.select_related("organisation").filter(pk=engagement_id).first()
    member = Member.objects.filter(pk=member_id, is_active=True, pass_number=pass_number).first()
    if engagement is None or member is None or member.organisation_id != engagement.organisation_id:
        return None
    return Named(engagement, member, *statement)


def feed_token(engagement: Engagement) -> str:
    """One for all members: it says which engagement, and never who reads."""
    return keyed_mark(f"feed {engagement.pk}")


def engagement_of_feed(token: str) -> Engagement | None:
    """The engagement of a feed that its lead allows."""
    for engagement in Engagement.objects.filter(mail_rules__has_feed=True):
        if constant_time_compare(feed_token(engagement), token):
            return engagement
    return None
