"""Writes: the ballot record, the end of a key, wishes to be erased. Each verb is one transaction."""

from __future__ import annotations

import json

from django.db import IntegrityError, transaction
from django.utils import timezone

from sayso.correspondence.actions import forget_engagement
from sayso.custody import rules, sealing
from sayso.custody.ballots.receipt import tag
from sayso.custody.ballots.record import as_json, make_record
from sayso.custody.counted import counted_ballots
from sayso.custody.models import BallotRecord, ErasureWish, WishState
from sayso.distillations.queries import latest_snapshot
from sayso.engagements.events import EventKind, record, settled_events
from sayso.engagements.models import Engagement
from sayso.engagements.queries import participant_of
from sayso.engagements.rules import Refused
from sayso.engagements.withdrawing import cut_off
from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member
from sayso.members.pseudonyms import ballot_secrets, destroy_key


def publish_ballots(*, engagement: Engagement) -> BallotRecord | None:
    """Publish the ballot record once voting is over and all is counted; None before. Nobody decides on it.

    The first who asks for it makes it. Later calls give the same one. Raises KeyMissing.
    """
    if known := BallotRecord.objects.filter(engagement=engagement).first():
        return known
    snapshot = latest_snapshot(engagement) if rules.is_voting_over(engagement) else None
    if snapshot is None or not rules.is_all_counted(engagement):
        return None
    made = _record_of(engagement, json.loads(snapshot.published))
    try:
        with transaction.atomic():
            published = BallotRecord.objects.create(
                engagement=engagement, counted_to=made["counted_to"], root=made["root"], body=as_json(made)
            )
            Engagement.objects.filter(pk=engagement.pk).update(ballot_root=made["root"])
            record(engagement=engagement, kind=EventKind.BALLOTS_PUBLISHED, root=made["root"])
    except IntegrityError:  # somebody else asked at the same moment
        published = BallotRecord.objects.get(engagement=engagement)
    engagement.ballot_root = published.root
    return published


def _record_of(engagement: Engagement, published: dict) -> dict:  # type: ignore[type-arg]
    ballots = counted_ballots(engagement, published)
    names = dict(engagement.participants.values_list("pk", "pseudonym"))
    secrets = dict(zip(names, ballot_secrets(engagement_slug=engagement.slug, pseudonyms=names.values()), strict=True))
    marked = {
        statement: [(tag(secrets[participant], str(statement)), stance) for participant, stance in votes.items()]
        for statement, votes in ballots.items()
    }
    return make_record(engagement=engagement.slug, counted_to=published["last_event"], ballots=marked)


def destroy_engagement_key(*, engagement: Engagement, by: Member, typed_title: str) -> bool:
    """Burn the only bridge between people and what they said, for good. Raises Refused.

    First the rows are drawn up anew (`sealing`), in one transaction; only when that stands the key goes. Stopped in
    between, the same again ends it. False when the database could not be swept of the old rows at once.
    """
    if reason := rules.why_not_destroy(engagement):
        raise Refused(reason)
    if " ".join(typed_title.split()).casefold() != " ".join(engagement.title.split()).casefold():
        raise Refused("The title is not the same. Nothing is destroyed. Type it as it stands above.")
    with transaction.atomic(durable=True), settled_events(engagement):
        sealing.seal(engagement)
        forget_engagement(engagement=engagement)
        Engagement.objects.filter(pk=engagement.pk).update(key_destroyed_on=timezone.localdate())
        record(engagement=engagement, kind=EventKind.KEY_DESTROYED)
        record_access(
            organisation=engagement.organisation,
            by=by,
            kind=AccessKind.KEY_DESTROYED,
            engagement_slug=engagement.slug,
        )
    destroy_key(engagement_slug=engagement.slug)
    engagement.refresh_from_db()
    return sealing.sweep()


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
    with transaction.atomic():
        locked = ErasureWish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
        if locked.state != WishState.OPEN or locked.member is None:
            return False
        if participant := participant_of(locked.member, locked.engagement):
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
