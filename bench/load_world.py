"""Builds the organisation of bench/load.py into the installation named by the environment; prints it as JSON.

Words: `people=N` members with a session already begun, `roster=N` of all, `statements=N` seeds, `voted=N` of them
answered by each person before. A moderator comes last among the sessions. Or `since EVENT`: what was given after it.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # models need django.setup
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402

import sayso.demo  # noqa: E402
from sayso.engagements import actions  # noqa: E402
from sayso.engagements.casting import cast_all  # noqa: E402
from sayso.engagements.events import EventKind  # noqa: E402
from sayso.engagements.mandate.opening import open_engagement  # noqa: E402
from sayso.engagements.models import Engagement, Event, RoleName, Statement, Vote  # noqa: E402
from sayso.engagements.roles.actions import grant_role  # noqa: E402
from sayso.members.actions import add_organisation, add_unit  # noqa: E402
from sayso.members.models import Member  # noqa: E402
from sayso.members.pseudonyms import pseudonym_of  # noqa: E402
from sayso.members.ways_in.sessions import SessionStore  # noqa: E402

SLUG = "how-we-work"
ROLES = ("nurse", "doctor", "office", "kitchen", "workshop")
UNITS = 12


def words(n: int) -> list[str]:
    """`n` different sentences: the demo's, then its own again for one place after the other."""
    with (Path(sayso.demo.__file__).parent / "words" / "statements.csv").open(encoding="utf-8") as file:
        said = [row["text"] for row in csv.DictReader(file)]
    return [said[i % len(said)] + (f" So it is at place {i // len(said)}." if i >= len(said) else "") for i in range(n)]


def build(n_people: int, n_roster: int, n_statements: int, n_voted: int) -> dict[str, object]:
    call_command("migrate", verbosity=0)
    organisation = add_organisation(name="The county")
    units = [add_unit(organisation=organisation, name=f"Unit {number}") for number in range(UNITS)]
    Member.objects.bulk_create(
        (
            Member(
                organisation=organisation,
                full_name=f"Pia Person{i}",
                email=f"p{i}@county.example",
                password="!",
                unit=units[i % UNITS],
                role=ROLES[i % len(ROLES)],
            )
            for i in range(max(n_roster, n_people + 1))
        ),
        batch_size=2_000,
    )
    everybody = list(Member.objects.order_by("pk")[: n_people + 1])
    engagement = open_engagement(
        organisation=organisation,
        slug=SLUG,
        title="How we work",
        objective="What should change?",
        promise="Nobody sees who said what.",
        answers_due=date.today() + timedelta(days=30),
    )
    grant_role(engagement=engagement, member=everybody[-1], name=RoleName.MODERATOR)
    topics = [
        actions.add_topic(engagement=engagement, title=title, question=f"What about {title.lower()}?")
        for title in ("Time", "Talk", "Tools", "Rooms")
    ]
    texts = words(n_statements)
    seeds: list[Statement] = []
    for number, topic in enumerate(topics):
        seeds += actions.seed_statements(topic=topic, texts=texts[number :: len(topics)])
    answered = answer(engagement, everybody[:-1], seeds, n_voted)
    return {
        "slug": SLUG,
        "topics": [topic.pk for topic in topics],
        "sessions": sessions_of(everybody),
        "answered": answered,
    }


def answer(engagement: Engagement, people: list[Member], seeds: list[Statement], n: int) -> int:
    """Some first answers of everybody, of two camps, so that results may be read and groups be found."""
    chance = random.Random(7)
    for number, member in enumerate(people if n else []):
        participant = actions.join(engagement=engagement, member=member)
        asked = chance.sample(range(len(seeds)), n)
        leaning = {i: 0.8 if (i + number) % 2 else 0.25 for i in asked}
        cast_all(
            participant=participant,
            stances={seeds[i].pk: 1 if chance.random() < agrees else -1 for i, agrees in leaning.items()},
        )
    return n * len(people)


def sessions_of(people: list[Member]) -> list[str]:
    """A session for each, as a sign-in leaves it."""
    store = SessionStore()
    rows = [
        Session(
            session_key=store._get_new_session_key(),  # type: ignore[attr-defined]
            session_data=store.encode(
                {
                    SESSION_KEY: str(member.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: member.get_session_auth_hash(),
                }
            ),
            expire_date=store.get_expiry_date(),
        )
        for member in people
    ]
    Session.objects.bulk_create(rows, batch_size=2_000)
    return [row.session_key for row in rows]


def given_since(event: int) -> dict[str, object]:
    """What stands in the database of votes cast after an event: rows and events as [person, statement] pairs."""
    engagement = Engagement.objects.get(slug=SLUG)
    people = list(Member.objects.order_by("pk").values_list("pk", flat=True))
    known = {pseudonym_of(member=Member(pk=pk), engagement_slug=SLUG): number for number, pk in enumerate(people)}
    number_of = {pk: known[name] for pk, name in engagement.participants.values_list("pk", "pseudonym")}
    told = Event.objects.filter(engagement=engagement, kind=EventKind.VOTE_CAST).order_by("pk")
    before = {(payload["participant"], payload["statement"]) for payload in _payloads(told.filter(pk__lte=event))}
    events = [(payload["participant"], payload["statement"]) for payload in _payloads(told.filter(pk__gt=event))]
    rows = set(Vote.objects.values_list("participant_id", "statement_id")) - before
    said = Event.objects.filter(kind=EventKind.STATEMENT_SAID, pk__gt=event).count()
    return {
        "events": [[number_of[participant], statement] for participant, statement in events],
        "rows": [[number_of[participant], statement] for participant, statement in rows],
        "said": said,
        "said_rows": Statement.objects.filter(engagement=engagement, is_seed=False).count(),
    }


def _payloads(events: Any) -> Any:
    return events.values_list("payload", flat=True).iterator(chunk_size=20_000)


if __name__ == "__main__":
    if sys.argv[1] == "since":
        print(json.dumps(given_since(int(sys.argv[2]))))
        sys.exit()
    wishes = {name: int(number) for name, number in (word.split("=") for word in sys.argv[1:])}
    print(json.dumps(build(wishes["people"], wishes["roster"], wishes["statements"], wishes["voted"])))
