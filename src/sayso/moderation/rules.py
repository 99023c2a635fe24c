"""What may be undone, and how long reading may take."""

from __future__ import annotations

from datetime import timedelta

from sayso.engagements.models import Engagement
from sayso.engagements.rules import Refused as Refused
from sayso.moderation.models import Policy


def policy_of(engagement: Engagement) -> Policy:
    """As it stands, or the usual one, which is kept nowhere until somebody changes it."""
    return Policy.objects.filter(engagement=engagement).first() or Policy(engagement=engagement)


def promised(policy: Policy) -> timedelta:
    return timedelta(hours=policy.promised_hours)
