"""Reads: what is due, what the newest snapshot tells, where one participant stands. Recomputes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from sayso.distillations import rules
from sayso.distillations.models import (
    Heartbeat,
    IntegrityCheck,
    Job,
    JobState,
    KeyPointWish,
    Place,
    PublicResults,
    Snapshot,
)
from sayso.distillations.placing import Placed
from sayso.engagements.events import DUE_KINDS
from sayso.engagements.models import Engagement, Event, Participant, Role, Vote
from sayso.engagements.queries import engagement_called, participant_of
from sayso.engagements.rules import may_take_part
from sayso.engagements.saying.names import names_shown
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing
from sayso.publication.counts import in_steps
from sayso.web.ready_queries import ReadyQuery

OPEN_STATES = (JobState.WAITING, JobState.RUNNING)

Mark = tuple[int, datetime]  # a snapshot's number, and when it was made


@dataclass(frozen=True)
class Published:
    """The newest snapshot as everybody may see it."""

    snapshot_id: int
    created_at: datetime
    text: str

    @cached_property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True)
class Reader:
    """A member who wants to read results of an engagement: as whom, and after how many own votes."""

    engagement: Engagement
    participant: Participant | None
    n_votes: int
    member: Member | None = None
    key_is_missing: bool = False
    is_anybody: bool = False

    @cached_property
    def roles(self) -> frozenset[str]:
        """Asked for only where a right hangs on it: open pages ask again and again."""
        if self.member is None:
            return frozenset()
        held = Role.objects.held().filter(engagement=self.engagement, member=self.member)
        return frozenset(held.values_list("name", flat=True))

    @cached_property
    def names(self) -> dict[str, str]:
        """By number of statement. A name was put to words for those who are in here."""
        return {} if self.is_anybody else names_shown(self.engagement)

    @cached_property
    def is_public(self) -> bool:
        return self.is_anybody or is_public(self.engagement)


_mark = ReadyQuery(
    lambda engagement: (
        Snapshot.objects.filter(engagement=engagement).order_by("-last_event").values_list("pk", "created_at")[:1]
    )
)


def _count_votes(participant: int) -> QuerySet[Vote, tuple[int]]:
    """Grouped by the one participant, so that it can be asked as rows are; nobody's votes are no row."""
    return Vote.objects.filter(participant=participant).values("participant").annotate(n=Count("pk")).values_list("n")


_n_votes = ReadyQuery(_count_votes)


def reader_of(member: Member, slug: str) -> Reader | None:
    """The member as a reader; None when the engagement is another organisation's, or is not there."""
    engagement = engagement_called(slug)
    if engagement is None or not may_take_part(member, engagement):
        return None
    try:
        participant = participant_of(member, engagement)
    except KeyMissing:  # nobody can be linked any more; whoever reads by duty still can
        return Reader(engagement, None, 0, member, key_is_missing=True)
    return Reader(engagement, participant, _n_votes_of(participant) if participant else 0, member)


def _n_votes_of(participant: Participant) -> int:
    found = _n_votes.first(participant.pk)
    return found[0] if found else 0


def is_public(engagement: Engagement) -> bool:
    """Whether anybody may read its results now: the lead wants it, and nobody votes any more."""
    return rules.is_over(engagement) and wants_public(engagement)


def wants_public(engagement: Engagement) -> bool:
    return PublicResults.objects.filter(engagement=engagement, is_public=True).exists()


def made_public(slug: str) -> Engagement | None:
    """The engagement, where anybody may read its results now."""
    engagement = Engagement.objects.filter(slug=slug, public_results__is_public=True).first()
    return engagement if engagement and rules.is_over(engagement) else None


def anybody(engagement: Engagement) -> Reader:
    return Reader(engagement, None, 0, is_anybody=True)


def guest_as_reader(guest: Participant) -> Reader:
    return Reader(guest.engagement, guest, _n_votes_of(guest))


def tenths_of_guests(engagement: Engagement) -> int | None:
    """How many in ten of those who answered came as guests, where both are enough to be told of; never the number."""
    answered = engagement.participants.filter(Exists(Vote.objects.filter(participant=OuterRef("pk"))))
    counted = answered.aggregate(n_all=Count("pk"), n_guests=Count("pk", filter=Q(is_guest=True)))
    n_all, n_guests = counted["n_all"], counted["n_guests"]
    least = engagement.min_group_scores
    guests, members = in_steps(n_guests, least), in_steps(n_all - n_guests, least)
    return round(10 * guests / (guests + members)) if guests and members else None


def due_checks(now: datetime, *, every: timedelta) -> QuerySet[Engagement]:
    """Engagements with votes that nobody has looked through for so long: since the last look, or the first snapshot."""
    seen_to = Subquery(IntegrityCheck.objects.filter(engagement=OuterRef("pk")).values("last_event")[:1])
    seen_at = Subquery(IntegrityCheck.objects.filter(engagement=OuterRef("pk")).values("checked_at")[:1])
    found = Engagement.objects.annotate(
        seen_to=Coalesce(seen_to, Value(0)),
        newest=Max("snapshots__last_event"),
        since=Coalesce(seen_at, Min("snapshots__created_at")),
    )
    found = found.filter(key_destroyed_on=None)  # from then on the log is written anew
    return found.filter(since__lt=now - every, newest__gt=F("seen_to")).order_by("since")


def integrity_check(engagement: Engagement) -> IntegrityCheck | None:
    return IntegrityCheck.objects.filter(engagement=engagement).first()


def latest_snapshot(engagement: Engagement) -> Snapshot | None:
    """The newest snapshot, whole. For the worker; pages take `latest_published`."""
    return Snapshot.objects.filter(engagement=engagement).order_by("-last_event").first()


def latest_published(engagement: Engagement) -> Published | None:
    newest = Snapshot.objects.filter(engagement=engagement).order_by("-last_event")
    row = newest.values_list("pk", "created_at", "published").first()
    return Published(*row) if row else None


def published_in(engagement: Engagement, snapshot_id: int) -> Published | None:
    """An earlier snapshot of this engagement as everybody could see it."""
    row = Snapshot.objects.filter(engagement=engagement, pk=snapshot_id).values_list("pk", "created_at", "published")
    return Published(*found) if (found := row.first()) else None


def latest_mark(engagement: Engagement) -> Mark | None:
    """Id and time of the newest snapshot: cheap enough to be asked every other second by all who look."""
    return _mark.first(engagement.pk)


def has_votes(engagement: Engagement) -> bool:
    return Vote.objects.filter(statement__engagement=engagement).exists()


def place_of(participant: Participant) -> dict[str, Any] | None:
    """Where this participant stands on the map that is shown. Never ask it for anybody but the one who looks."""
    newest = Place.objects.filter(participant=participant).order_by("-snapshot_id")
    row = newest.values("x", "y", "sd", "group", "probability").first()
    return dict(row) if row else None


def shown_snapshot(engagement: Engagement) -> Snapshot | None:
    """The snapshot whose map is shown: the one with places."""
    return Snapshot.objects.filter(engagement=engagement, places__isnull=False).order_by("-last_event").first()


def places_on(snapshot: Snapshot) -> list[Placed]:
    """Everybody's place on a map. For the worker only."""
    rows = Place.objects.filter(snapshot=snapshot)
    return [Placed(*row) for row in rows.values_list("participant_id", "x", "y", "sd", "group", "probability")]


def stances_of(participant: Participant) -> dict[str, int]:
    """The participant's own votes: statement id → stance."""
    votes = Vote.objects.filter(participant=participant).values_list("statement_id", "stance")
    return {str(statement): stance for statement, stance in votes}


def due_engagements(now: datetime) -> list[Engagement]:
    """Engagements whose events since the last snapshot are to be distilled now.

    Due when nothing has come in for WORKER_QUIET_S, or the first has waited WORKER_LONGEST_WAIT_S. After a job
    that failed for good, only events that came later make due again.
    """
    quiet_since = now - timedelta(seconds=settings.WORKER_QUIET_S)
    waited_since = now - timedelta(seconds=settings.WORKER_LONGEST_WAIT_S)
    return [
        engagement
        for engagement in _engagements_with_news().exclude(jobs__state__in=OPEN_STATES)
        if (engagement.newest <= quiet_since or engagement.oldest <= waited_since)
        and (engagement.failed_at is None or engagement.newest > engagement.failed_at)
    ]


def _engagements_with_news() -> QuerySet[Engagement, Any]:
    """Engagements with input events after their last snapshot: `oldest`, `newest` of them, and `failed_at`."""
    snapshots = Snapshot.objects.filter(engagement=OuterRef("pk")).order_by("-last_event")
    failed = Job.objects.filter(engagement=OuterRef("pk"), state=JobState.FAILED).order_by("-finished_at")
    news = Event.objects.filter(engagement=OuterRef("pk"), kind__in=DUE_KINDS, id__gt=OuterRef("counted_to"))
    by_engagement = news.order_by().values("engagement")
    return (
        Engagement.objects.filter(opened_at__isnull=False)  # a trial is nobody's result
        .annotate(counted_to=Coalesce(Subquery(snapshots.values("last_event")[:1]), Value(0)))
        .annotate(
            oldest=Subquery(by_engagement.annotate(at=Min("created_at")).values("at")),
            newest=Subquery(by_engagement.annotate(at=Max("created_at")).values("at")),
            failed_at=Subquery(failed.values("finished_at")[:1]),
        )
        .filter(newest__isnull=False)
        .order_by("pk")
    )


def oldest_unread_event() -> datetime | None:
    """When the oldest event that no snapshot holds yet was written; None when all are counted."""
    return min((engagement.oldest for engagement in _engagements_with_news()), default=None)


def last_input_event(engagement: Engagement) -> int:
    """Id of the last event that a distillation reads, 0 when there is none. Ask it within `settled_events`."""
    found = Event.objects.filter(engagement=engagement, kind__in=DUE_KINDS).aggregate(last=Max("id"))["last"]
    return int(found or 0)


def standing_wishes(engagement: Engagement) -> QuerySet[KeyPointWish]:
    """What leads want of key points, and have not taken back; the oldest first."""
    found = KeyPointWish.objects.filter(engagement=engagement, ended_at=None)
    return found.select_related("by").order_by("pk")


def newest_heartbeat() -> Heartbeat | None:
    return Heartbeat.objects.order_by("-beat_at").first()


def failed_jobs() -> Sequence[Job]:
    """Jobs given up for good whose engagement has had no snapshot since."""
    later = Snapshot.objects.filter(engagement=OuterRef("engagement")).order_by("-created_at").values("created_at")[:1]
    jobs = Job.objects.filter(state=JobState.FAILED).annotate(snapshot_at=Subquery(later))
    return list(
        jobs.filter(Q(snapshot_at__isnull=True) | Q(snapshot_at__lt=F("finished_at"))).select_related("engagement")
    )
