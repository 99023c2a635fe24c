"""Reads of where cards may be shown and which channels there are."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from sayso.embedding import rules
from sayso.embedding.messages import Told
from sayso.embedding.models import Channel, Embedding, PostingState
from sayso.engagements.models import Engagement
from sayso.web.kept_told import in_words


def origins_for(engagement: Engagement) -> list[str]:
    """The places that may show its cards now; none where it may not be shown at all."""
    if not rules.may_be_shown(engagement):
        return []
    return kept_origins(engagement)


def kept_origins(engagement: Engagement) -> list[str]:
    kept = Embedding.objects.filter(engagement=engagement).values_list("origins", flat=True).first()
    return list(kept or [])


def channels_of(engagement: Engagement) -> dict[str, Channel]:
    return {channel.program: channel for channel in engagement.channels.order_by("program")}


def waiting_channels() -> QuerySet[Channel]:
    return Channel.objects.filter(state=PostingState.WAITING).select_related("engagement").order_by("pk")


def left_under_way(now: datetime) -> QuerySet[Channel]:
    return Channel.objects.filter(state=PostingState.UNDER_WAY, begun_at__lt=now - rules.DEAD_AFTER)


def failed_postings() -> list[str]:
    """Why each that failed did, in words that hold no address. Of those of which can still be told."""
    failed = Channel.objects.filter(state=PostingState.FAILED, engagement__key_destroyed_on=None)
    return [in_words(trouble) for trouble in failed.values_list("trouble", flat=True)]


def told_of(engagement: Engagement, link: str) -> Told:
    return Told(engagement.title, engagement.objective, engagement.answers_due, link)
