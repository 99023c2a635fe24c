"""Writes: which places may show cards, channels, and a link's way into one. Each verb is one transaction."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings

from sayso.correspondence.sealing import seal
from sayso.embedding import rules
from sayso.embedding.models import Channel, Embedding, PostingState, Program
from sayso.embedding.places import channel_host, origins_of
from sayso.embedding.queries import kept_origins, left_under_way
from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.models import Engagement
from sayso.members.models import Member
from sayso.web.kept_words import sentence


def allow_places(*, engagement: Engagement, typed: str, by: Member) -> bool:
    """Let these places, and no others, show the cards in a frame. False when nothing changes. Raises Unusable."""
    origins = origins_of(typed)
    with writing(engagement):
        Embedding.objects.select_for_update().get_or_create(engagement=engagement)
        if kept_origins(engagement) == origins:
            return False
        Embedding.objects.filter(engagement=engagement).update(origins=origins)
        record(engagement=engagement, kind=EventKind.EMBEDDING_CHANGED, origins=origins, by=by.pk)
    return True


def keep_channel(*, engagement: Engagement, program: Program, address: str, by: Member) -> Channel:
    """Keep the address of a channel, closed with the engagement's key. Raises Unusable, KeyMissing."""
    address = address.strip()
    host = channel_host(address, program, also=settings.CHANNEL_HOSTS)
    kept = {"host": host, "sealed": seal(engagement.slug, address=address), "trouble": "", "posted_on": None}
    with writing(engagement):
        channel, _ = Channel.objects.update_or_create(
            engagement=engagement, program=program, defaults={**kept, "state": PostingState.RESTING}
        )
        record(engagement=engagement, kind=EventKind.CHANNEL_CHANGED, program=program, host=host, by=by.pk)
    return channel


def forget_channel(*, engagement: Engagement, program: Program, by: Member) -> bool:
    """False when there is none."""
    with writing(engagement):
        gone, _ = Channel.objects.filter(engagement=engagement, program=program).delete()
        if gone:
            record(engagement=engagement, kind=EventKind.CHANNEL_CHANGED, program=program, host="", by=by.pk)
    return bool(gone)


def ask_for_posting(*, channel: Channel, link: str, by: Member) -> bool:
    """Have the link posted by the worker. False while it is on its way already. Raises Refused."""
    rules.check_may_post(channel.engagement)
    with writing(channel.engagement):
        free = Channel.objects.filter(pk=channel.pk).exclude(state__in=(PostingState.WAITING, PostingState.UNDER_WAY))
        if not free.update(state=PostingState.WAITING, link=link, trouble=""):
            return False
        record(engagement=channel.engagement, kind=EventKind.LINK_POSTED, program=channel.program, by=by.pk)
    return True


# The worker's


def begin_posting(*, channel: Channel, now: datetime) -> bool:
    """Waiting to under way. False: another worker has it."""
    waiting = Channel.objects.filter(pk=channel.pk, state=PostingState.WAITING)
    return bool(waiting.update(state=PostingState.UNDER_WAY, begun_at=now))


def end_posting(*, channel: Channel, today: date, trouble: str = "") -> None:
    under_way = Channel.objects.filter(pk=channel.pk, state=PostingState.UNDER_WAY)
    if trouble:
        under_way.update(state=PostingState.FAILED, begun_at=None, trouble=trouble[:60])
    else:
        under_way.update(state=PostingState.POSTED, begun_at=None, trouble="", posted_on=today)


def settle_doubt(*, now: datetime) -> int:
    """What a dead worker had under way may be out or not: it is not posted again, and its lead looks."""
    return left_under_way(now).update(
        state=PostingState.FAILED, begun_at=None, trouble=sentence("in doubt: look in the channel")
    )
