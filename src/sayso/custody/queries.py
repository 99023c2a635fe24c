"""Reads for the guardian and for members about themselves: the key as it lies, accesses, wishes, own votes."""

from __future__ import annotations

import pwd
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone

from sayso.custody.models import ErasureWish, WishState
from sayso.engagements.models import Engagement, Participant, Vote
from sayso.members.models import AccessKind, AccessRecord, Member
from sayso.members.pseudonyms import key_path

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


def words_of(engagement: Engagement, record: Mapping[str, Any]) -> dict[str, str]:
    """Statement number → its words, for those in a ballot record that are still public."""
    numbers = [int(told["statement"]) for told in record["statements"]]
    found = engagement.statements.filter(pk__in=numbers, state="published").values_list("pk", "text")
    return {str(number): text for number, text in found}
