"""Reads of what waits, what somebody wants, and each week's rounds."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When

from sayso.correspondence import rules
from sayso.correspondence.models import Choice, DigestRound, MailChoice, MailKind, MailState, OutgoingMail
from sayso.engagements.models import Engagement, Phase
from sayso.members.models import Member
from sayso.members.pseudonyms import mark_of

WHAT_I_SEND = "what I send you"
# Who wrote waits for the answer; the news of the week can wait.
URGENCY = Case(
    When(kind__in=(MailKind.RECEIPT, MailKind.ANSWER), then=Value(0)), When(kind=MailKind.INSTANT, then=Value(1)),
    default=Value(2),
)  # fmt: skip


def site_of(engagement: Engagement) -> str:
    """What links begin with: as the operator set it, else as the lead last reached it. Empty when nobody knows."""
    wave = engagement.waves.order_by("-pk").values_list("site", flat=True).first()
    return settings.SITE or wave or ""


def choice_of(member: Member, engagement: Engagement) -> Choice:
    """Raises KeyMissing."""
    mark = mark_of(member=member, engagement_slug=engagement.slug, purpose=WHAT_I_SEND)
    chosen = MailChoice.objects.filter(engagement=engagement, mark=mark).values_list("choice", flat=True).first()
    return Choice(chosen or Choice.WEEKLY)


def due_mails(now: datetime) -> QuerySet[OutgoingMail]:
    due = OutgoingMail.objects.filter(state=MailState.WAITING, due_at__lte=now)
    return due.select_related("engagement__organisation").order_by(URGENCY, "due_at", "pk")


def still_waits(mail: OutgoingMail) -> bool:
    return OutgoingMail.objects.filter(pk=mail.pk, state=MailState.WAITING).exists()


def telling_news() -> QuerySet[Engagement]:
    """As `rules.tells_news` says of one."""
    begun = Engagement.objects.filter(opened_at__isnull=False, key_destroyed_on=None)
    return begun.exclude(phase__in=(Phase.MANDATE, Phase.MAP)).select_related("organisation").order_by("pk")


def round_before(this: DigestRound) -> DigestRound | None:
    return DigestRound.objects.filter(engagement=this.engagement_id, week__lt=this.week).order_by("-week").first()


def rounds_of(engagement: Engagement) -> QuerySet[DigestRound]:
    return engagement.digest_rounds.order_by("-week")


def n_late(now: datetime) -> int:
    return OutgoingMail.objects.filter(state=MailState.WAITING, due_at__lt=now - rules.LATE_AFTER).count()


def n_failed() -> int:
    return OutgoingMail.objects.filter(state=MailState.FAILED).count()
