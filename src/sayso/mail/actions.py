"""Writes of what all mail shares: each verb is one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.models import Engagement
from sayso.mail.models import BouncingAddress, MailPace, MailRules
from sayso.members.models import Member, Organisation


def take_slots(*, number: int, per_minute: float, now: datetime) -> datetime:
    """Room for so many messages, one after another, from the moment given back on. All workers take from one row.

    What a killed worker had taken is lost, so after a restart the mail server is never hurried.
    """
    with transaction.atomic():
        MailPace.objects.get_or_create(pk=1, defaults={"free_at": now})
        pace = MailPace.objects.select_for_update().get(pk=1)
        begins = max(pace.free_at, now)
        pace.free_at = begins + timedelta(minutes=number / per_minute)
        pace.save(update_fields=["free_at"])
    return begins


def mark_bouncing(*, organisation: Organisation | int, email: str, status: str) -> None:
    """The address does not work; the same again changes nothing. No moment is kept."""
    number = organisation if isinstance(organisation, int) else organisation.pk
    BouncingAddress.objects.get_or_create(organisation_id=number, email=email, defaults={"status": status[:20]})


def clear_bouncing(*, organisation: Organisation, email: str) -> None:
    BouncingAddress.objects.filter(organisation=organisation, email=email).delete()


def change_rules(*, engagement: Engagement, takes_replies: bool, has_feed: bool, by: Member) -> bool:
    """Allow or end statements by mail and the feed, on record. False when nothing changes."""
    with writing(engagement):
        rules, _ = MailRules.objects.select_for_update().get_or_create(engagement=engagement)
        if (rules.takes_replies, rules.has_feed) == (takes_replies, has_feed):
            return False
        rules.takes_replies, rules.has_feed = takes_replies, has_feed
        rules.save()
        record(
            engagement=engagement,
            kind=EventKind.MAIL_RULES_CHANGED,
            takes_replies=takes_replies,
            has_feed=has_feed,
            by=by.pk,
        )
    return True
