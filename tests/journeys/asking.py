"""Looks into an installation's database and prints one answer as JSON. A process of its own, like `building`."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from sayso.distillations.models import Snapshot  # noqa: E402  # models need django.setup
from sayso.engagements.events import EventKind  # noqa: E402
from sayso.engagements.mandate.opening import close_engagement  # noqa: E402
from sayso.engagements.models import Engagement, Event, RoleName, Vote  # noqa: E402
from sayso.members.models import Member  # noqa: E402
from sayso.members.pseudonyms import pseudonym_of  # noqa: E402
from sayso.members.ways_in.passes import letter_code, link_token  # noqa: E402
from sayso.replies.models import AuthorQuestion  # noqa: E402


def stances() -> list[int]:
    """Every vote that stands, in the order of their rows."""
    return list(Vote.objects.order_by("pk").values_list("stance", flat=True))


def votes_by_member() -> list[tuple[str, int, int]]:
    """(e-mail, statement, stance) of every row; only a test may ask this, having the key."""
    rows = Vote.objects.values_list("participant__pseudonym", "statement_id", "stance")
    name = _names()
    return sorted((name[pseudonym], statement, stance) for pseudonym, statement, stance in rows)


def votes_by_event_log() -> list[tuple[str, int, int]]:
    """The same from the log alone; a vote logged twice comes twice."""
    name, pseudonym = _names(), dict(Engagement.objects.get().participants.values_list("pk", "pseudonym"))
    payloads = Event.objects.filter(kind=EventKind.VOTE_CAST).values_list("payload", flat=True)
    return sorted((name[pseudonym[p["participant"]]], p["statement"], p["stance"]) for p in payloads)


def snapshots() -> list[list[int]]:
    """[participants, statements, votes] of each."""
    bodies = [json.loads(body) for body in Snapshot.objects.order_by("pk").values_list("body", flat=True)]
    return [[body["n_participants"], body["n_statements"], body["n_votes"]] for body in bodies]


def close() -> bool:
    """Ends the saying and answering for good, as the lead does."""
    engagement = Engagement.objects.get()
    lead = Member.objects.filter(roles__engagement=engagement, roles__name=RoleName.LEAD)[0]
    return close_engagement(engagement=engagement, by=lead).is_closed


def people_found_by_keys() -> int:
    """How many members some key that lies in the data folder, or the signing key, leads to a participant."""
    engagement = Engagement.objects.get()
    keys = [path.read_bytes() for path in (settings.DATA_DIR / "keys").iterdir()] + [settings.SECRET_KEY.encode()]
    made = {
        hmac.new(key, f"member {member}".encode(), hashlib.sha256).hexdigest()[:32]
        for key in keys
        for member in Member.objects.values_list("pk", flat=True)
    }
    return engagement.participants.filter(pseudonym__in=made).count()


def passes() -> dict[str, dict[str, str]]:
    """What each person's invitation and letter hold, by name, as mail and paper bring them."""
    return {
        member.full_name: {
            "link": f"/in/{link_token(member)}/",
            "number": member.staff_number or "",
            "code": letter_code(member),
        }
        for member in Member.objects.all()
    }


def a_day_passes() -> int:
    """What authors did with questions today was done yesterday; how many they are."""
    yesterday = timezone.localdate() - timedelta(days=1)
    return AuthorQuestion.objects.exclude(settled_on=None).update(settled_on=yesterday)


def _names() -> dict[str, str]:
    slug = Engagement.objects.get().slug
    return {pseudonym_of(member=member, engagement_slug=slug): str(member.email) for member in Member.objects.all()}


QUESTIONS: dict[str, Callable[[], Any]] = {
    question.__name__: question
    for question in (
        stances,
        votes_by_member,
        votes_by_event_log,
        snapshots,
        close,
        people_found_by_keys,
        passes,
        a_day_passes,
    )
}

if __name__ == "__main__":
    print(json.dumps(QUESTIONS[sys.argv[1]]()))
