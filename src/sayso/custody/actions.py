"""Writes: the ballot record, the end of a key, wishes to be erased. Each verb ends in one transaction."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazily

from sayso.correspondence.actions import forget_engagement
from sayso.custody import queries, rules
from sayso.custody.ballot_sheets import Teller, make_sheets, tell_nobody
from sayso.custody.jobs import want_job
from sayso.custody.models import (
    BallotRecord,
    BallotSheet,
    CustodyJob,
    ErasureWish,
    JobKind,
    JobState,
    WishState,
)
from sayso.distillations.queries import latest_snapshot
from sayso.engagements.events import EventKind, record, settled_events
from sayso.engagements.locking import writing
from sayso.engagements.models import Engagement, Participant
from sayso.engagements.queries import participant_of
from sayso.engagements.rules import Refused
from sayso.engagements.withdrawing import cut_off
from sayso.engagements.withdrawing import leave as take_statements_back
from sayso.members.access import record_access
from sayso.members.leases import OPEN
from sayso.members.models import AccessKind, Member
from sayso.members.pseudonyms import destroy_key
from sayso.replies.leaving import cut_replies_off, take_replies_back

ASK_AGAIN_AFTER = timedelta(minutes=10)
SETTLING = timedelta(seconds=2)
WRONG_TITLE = lazily("The title is not the same. Nothing is destroyed. Type it as it stands above.")


def ask_for_ballots(*, engagement: Engagement) -> CustodyJob | None:
    """Have the worker make the ballot record, when voting is over and there is none. Nobody decides on it.

    Whoever looks asks for it; at the close the worker asks by itself. A job that failed is not asked for again at once.
    """
    if engagement.ballot_root or engagement.key_destroyed_on or not rules.is_voting_over(engagement):
        return None
    last = queries.newest_job(engagement, JobKind.BALLOTS)
    if last and last.state in OPEN:
        return last
    if last and last.state == JobState.FAILED and timezone.now() - last.asked_at < ASK_AGAIN_AFTER:
        return last
    return want_job(engagement=engagement, kind=JobKind.BALLOTS)


def publish_ballots(*, engagement: Engagement, tell: Teller = tell_nobody) -> BallotRecord | None:
    """Publish the ballot record once voting is over and all is counted; None before.

    Sheets are kept as they are made, under a number of this making; the record that names it makes them public, in one
    transaction. Two at it do not mix, and what a killed one left is thrown away. Raises KeyMissing.
    """
    if known := BallotRecord.objects.filter(engagement=engagement).first():
        return known
    snapshot = latest_snapshot(engagement) if rules.is_voting_over(engagement) else None
    if snapshot is None or not rules.is_all_counted(engagement):
        return None
    told = json.loads(snapshot.published)
    making, tree = make_sheets(engagement, told, tell)
    try:
        with writing(engagement):
            published = BallotRecord.objects.create(
                engagement=engagement,
                counted_to=told["last_event"],
                root=tree.root().hex(),
                making=making,
                block_roots=b"".join(tree.block_roots()),
            )
            Engagement.objects.filter(pk=engagement.pk).update(ballot_root=published.root)
            record(engagement=engagement, kind=EventKind.BALLOTS_PUBLISHED, root=published.root)
            BallotSheet.objects.filter(engagement=engagement).exclude(making=making).delete()
    except IntegrityError:  # another worker was first
        BallotSheet.objects.filter(engagement=engagement, making=making).delete()
        published = BallotRecord.objects.get(engagement=engagement)
    engagement.ballot_root = published.root
    return published


def destroy_engagement_key(*, engagement: Engagement, by: Member, typed_title: str) -> CustodyJob:
    """Burn the only bridge between people and what they said, for good. Raises Refused.

    That it is so ordered is written down first, and from then on nothing is derived from the key, be it there or not.
    Then the key goes, at once. The worker does the rest, and takes the key too if we were stopped in between.
    """
    if " ".join(typed_title.split()).casefold() != " ".join(engagement.title.split()).casefold():
        raise Refused(rules.why_not_destroy(engagement) or WRONG_TITLE)
    with transaction.atomic(durable=True), settled_events(engagement):
        locked = Engagement.objects.select_for_update().get(pk=engagement.pk)
        if reason := rules.why_not_destroy(locked):
            raise Refused(reason)
        forget_engagement(engagement=engagement)
        Engagement.objects.filter(pk=engagement.pk).update(key_destroyed_on=timezone.localdate())
        record(engagement=engagement, kind=EventKind.KEY_DESTROYED)
        record_access(
            organisation=engagement.organisation,
            by=by,
            kind=AccessKind.KEY_DESTROYED,
            engagement_slug=engagement.slug,
        )
        # Requests that found their participant before this moment come to their end first.
        job = want_job(engagement=engagement, kind=JobKind.SEAL, not_before=timezone.now() + SETTLING)
    with suppress(OSError):  # then the worker tries, and says what is wrong
        destroy_key(engagement_slug=engagement.slug)
    engagement.refresh_from_db()
    return job


def leave(*, participant: Participant, keep_words: bool) -> None:
    """Take everything back. Published statements and replies stay, without their author's votes, when they wish so."""
    with transaction.atomic():
        take_replies_back(participant=participant, keep_shown=keep_words)
        take_statements_back(participant=participant, keep_statements=keep_words)


def wish_erasure(*, engagement: Engagement, member: Member) -> ErasureWish:
    """Tell the data guardian of one's wish; the same again changes nothing."""
    wish, _ = ErasureWish.objects.get_or_create(engagement=engagement, member=member, state=WishState.OPEN)
    return wish


def take_back_wish(*, engagement: Engagement, member: Member) -> bool:
    """Nothing is left of a wish taken back. False when there was none."""
    deleted, _ = ErasureWish.objects.filter(engagement=engagement, member=member, state=WishState.OPEN).delete()
    return bool(deleted)


def carry_out_wish(*, wish: ErasureWish, by: Member) -> bool:
    """Take back all the member gave, and cut the way to their participant. False when it was done before.

    Who it was is forgotten with it, here and in the record of accesses: a name beside this moment would say which
    participant was cut off. Raises KeyMissing.
    """
    with writing(wish.engagement):
        locked = ErasureWish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
        if locked.state != WishState.OPEN or locked.member is None:
            return False
        if participant := participant_of(locked.member, locked.engagement):
            cut_replies_off(participant=participant)
            cut_off(participant=participant)
        locked.engagement.roster_places.filter(member=locked.member).delete()
        locked.state, locked.member, locked.closed_on = WishState.CARRIED_OUT, None, timezone.localdate()
        locked.save()
        record_access(
            organisation=locked.engagement.organisation,
            by=by,
            kind=AccessKind.ERASED,
            engagement_slug=locked.engagement.slug,
        )
    return True
