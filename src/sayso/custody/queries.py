"""Reads for the guardian and for members about themselves: the key as it lies, accesses, wishes, own votes."""

from __future__ import annotations

import pwd
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from sayso.custody.models import BallotRecord, CustodyJob, ErasureWish, JobKind, JobState, WishState
from sayso.distillations.models import Snapshot
from sayso.engagements.models import Engagement, Participant, Vote
from sayso.members.leases import OPEN
from sayso.members.models import AccessKind, AccessRecord, Member
from sayso.members.pseudonyms import key_path

UNCLAIMED_AFTER = timedelta(seconds=10)
OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class KeyFile:
    """A key's file, as the operating system tells of it."""

    path: str
    since: datetime
    owner: str
    is_ours_alone: bool


def key_as_it_lies(engagement: Engagement) -> KeyFile | None:
    """None when it is not there."""
    path = key_path(engagement.slug)
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    try:
        owner = pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        owner = f"user {found.st_uid}"
    since = datetime.fromtimestamp(found.st_mtime, tz=timezone.get_current_timezone())
    return KeyFile(str(path), since, owner, not found.st_mode & OTHERS_MAY)


@dataclass(frozen=True)
class Chosen:
    """Which accesses somebody wants to see."""

    kind: str = ""
    person: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Chosen:
        kind, person = query.get("kind", ""), query.get("person", "")
        return cls(
            kind if kind in AccessKind.values else "", int(person) if person.isdecimal() and len(person) < 19 else None
        )

    @property
    def query(self) -> str:
        return urlencode({"kind": self.kind, "person": self.person or ""})


def accesses(engagement: Engagement, chosen: Chosen) -> QuerySet[AccessRecord]:
    """Of this engagement and of the whole organisation's roster, newest first."""
    found = _of(engagement).select_related("by").order_by("-pk")
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.person is not None:
        found = found.filter(by=chosen.person or None)
    return found


def people_in(engagement: Engagement) -> QuerySet[Member]:
    """Everybody who is on record with an access."""
    return Member.objects.filter(pk__in=_of(engagement).values("by")).order_by("full_name")


def _of(engagement: Engagement) -> QuerySet[AccessRecord]:
    here = Q(engagement_slug=engagement.slug) | Q(engagement_slug="")
    return AccessRecord.objects.filter(here, organisation=engagement.organisation)


def wishes(engagement: Engagement) -> QuerySet[ErasureWish]:
    return engagement.erasure_wishes.select_related("member").order_by("pk")


def open_wish(member: Member, engagement: Engagement) -> ErasureWish | None:
    return engagement.erasure_wishes.filter(member=member, state=WishState.OPEN).first()


def votes_of(participant: Participant) -> QuerySet[Vote]:
    """One's own votes with the words they are about, last one first. Never ask it for anybody but the one who looks."""
    return (
        Vote.objects.filter(participant=participant)
        .select_related("statement__topic", "statement__counts_for")
        .order_by("-pk")
    )


def words_of(engagement: Engagement, statements: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Statement number → its words and their language, for those that are still public."""
    found = engagement.statements.filter(pk__in=list(statements), state="published")
    return {number: (text, language or "") for number, text, language in found.values_list("pk", "text", "language")}


def ballot_record(engagement: Engagement) -> BallotRecord | None:
    return BallotRecord.objects.select_related("engagement").filter(engagement=engagement).first()


def newest_job(engagement: Engagement, kind: JobKind) -> CustodyJob | None:
    return engagement.custody_jobs.filter(kind=kind).order_by("-pk").first()


def is_left_alone(job: CustodyJob, now: datetime) -> bool:
    """Whether no worker takes the job up: most likely none is running."""
    since = job.lease_until or job.asked_at
    return job.state in OPEN and now - since > UNCLAIMED_AFTER


def ended_without_record() -> QuerySet[Engagement]:
    """Closed ones whose ballot record nobody has asked for."""
    asked = CustodyJob.objects.filter(engagement=OuterRef("pk"), kind=JobKind.BALLOTS)
    found = Engagement.objects.filter(closed_at__isnull=False, ballot_root="", key_destroyed_on=None)
    return found.filter(~Exists(asked), Exists(Snapshot.objects.filter(engagement=OuterRef("pk"))))


def failed_jobs() -> list[CustodyJob]:
    """Jobs given up, with none of their kind that went well since."""
    later = CustodyJob.objects.filter(engagement=OuterRef("engagement"), kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    found = CustodyJob.objects.filter(~Exists(later), state=JobState.FAILED)
    return list(found.select_related("engagement").order_by("-pk"))
