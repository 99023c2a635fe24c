"""Builds a small organisation into the installation named by the environment, and prints what tests need, as JSON.

Run as a process of its own, so that it works on that installation's database and keys. Words: `statements=N` seeds,
`crowd=N` members who have voted on all of them, or have not with `silent=1`; or `begin=1`, for nothing but people and
a keeper; `guests=1` lets guests in; `room=1` plans a room with its kit, hosted by Ann. Each person comes with the
cookie of a session already begun, and with a personal link and a letter's code.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402  # models need django.setup
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from sayso.engagements import actions  # noqa: E402
from sayso.engagements.mandate.opening import open_engagement  # noqa: E402
from sayso.engagements.models import Engagement, IdentityLevel, RoleName  # noqa: E402
from sayso.engagements.roles.actions import grant_role  # noqa: E402
from sayso.members import actions as members  # noqa: E402
from sayso.members.keepers.actions import appoint_keeper  # noqa: E402
from sayso.members.models import Member  # noqa: E402
from sayso.members.ways_in.passes import letter_code, link_token  # noqa: E402
from sayso.rooms import plan_actions  # noqa: E402

SLUG = "quiet-rooms"


def session_of(member: Member) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return session.session_key or ""


def build_people() -> dict[str, object]:
    """Nothing but people, the first of whom keeps the roster."""
    call_command("migrate", verbosity=0)
    organisation = members.add_organisation(name="Harbour office")
    people = {
        name: members.add_member(organisation=organisation, full_name=name.title(), email=f"{name}@example.org")
        for name in ("keeper", "ann", "bob")
    }
    appoint_keeper(member=people["keeper"])
    return {"sessions": {name: session_of(member) for name, member in people.items()}}


def build(n_statements: int, n_crowd: int, *, is_silent: bool, admits_guests: bool) -> dict[str, object]:
    call_command("migrate", verbosity=0)
    organisation = members.add_organisation(name="Harbour office")
    unit = members.add_unit(organisation=organisation, name="Night shift")
    names = ["lead", "ann", "bob", "guard", *(f"crowd{i}" for i in range(n_crowd))]
    people = {
        name: members.add_member(
            organisation=organisation, unit=unit, full_name=name.title(), email=f"{name}@example.org"
        )
        for name in names
    }
    for number, member in enumerate(people.values(), 1):
        member.staff_number = f"H-{number}"
        member.save(update_fields=["staff_number"])
    appoint_keeper(member=people["lead"])
    engagement = open_engagement(
        organisation=organisation,
        slug=SLUG,
        title="Quiet rooms",
        objective="How do we rest at night?",
        promise="Nobody sees who said what. You get an answer.",
        answers_due=date.today() + timedelta(days=30),
    )
    if admits_guests:
        engagement.identity_level = IdentityLevel.GUEST
        engagement.save(update_fields=["identity_level"])
    grant_role(engagement=engagement, member=people["lead"], name=RoleName.LEAD)
    grant_role(engagement=engagement, member=people["guard"], name=RoleName.GUARDIAN)
    topic = actions.add_topic(engagement=engagement, title="Rest", question="What keeps you from resting?")
    seeds = actions.seed_statements(
        topic=topic, texts=[f"The bench in corridor {i + 1} should go." for i in range(n_statements)]
    )
    for i in range(0 if is_silent else n_crowd):
        participant = actions.join(engagement=engagement, member=people[f"crowd{i}"])
        for j, statement in enumerate(seeds):
            actions.cast_vote(participant=participant, statement=statement, stance=1 if (i + j) % 3 else -1)
    return {
        "slug": SLUG,
        "sessions": {name: session_of(member) for name, member in people.items()},
        "emails": {name: member.email for name, member in people.items()},
        "links": {name: f"/in/{link_token(member)}/" for name, member in people.items()},
        "numbers": {name: member.staff_number for name, member in people.items()},
        "codes": {name: letter_code(member) for name, member in people.items()},
        "statements": [statement.pk for statement in seeds],
    }


def build_room() -> str:
    """The address of its desk."""
    engagement, lead, host = (
        Engagement.objects.get(),
        *Member.objects.filter(email__regex="^(lead|ann)@").order_by("pk"),
    )
    room = plan_actions.plan_room(
        engagement=engagement,
        by=lead,
        title="Night shift at the depot",
        day=date(2027, 3, 2),
        place="Canteen",
        topic=engagement.topics.get(),
        n_tables=4,
        n_sheets=20,
        facilitator=host,
    )
    plan_actions.make_kit(session=room, statements=list(engagement.statements.order_by("pk")), by=lead)
    return f"/e/{SLUG}/rooms/{room.pk}/"


if __name__ == "__main__":
    wishes = dict(word.split("=") for word in sys.argv[1:])
    numbers = {name: int(number) for name, number in wishes.items()}
    if "begin" in numbers:
        built = build_people()
    else:
        built = build(
            numbers["statements"],
            numbers.get("crowd", 0),
            is_silent=bool(numbers.get("silent")),
            admits_guests=bool(numbers.get("guests")),
        )
        if numbers.get("room"):
            built["room"] = build_room()
    print(json.dumps(built))
