"""Builds people and one wave that is sent off into the installation named by the environment; prints what tests need.

Run as a process of its own, so that it works on that installation's database and keys. Words: `people=N`, `voted=N` of
them, `reminder=1`.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # models need django.setup
from django.utils import timezone  # noqa: E402

from sayso.engagements import actions as engagements  # noqa: E402
from sayso.engagements.mandate.opening import open_engagement  # noqa: E402
from sayso.invitations import actions  # noqa: E402
from sayso.invitations.models import WaveKind  # noqa: E402
from sayso.members.actions import add_organisation  # noqa: E402
from sayso.members.models import Member  # noqa: E402


def build(*, people: int, voted: int, is_reminder: bool) -> dict[str, object]:
    call_command("migrate", verbosity=0)
    organisation = add_organisation(name="The county")
    engagement = open_engagement(
        organisation=organisation,
        slug="county",
        title="How we work",
        objective="What should change?",
        promise="Nobody sees who said what.",
        answers_due=date.today() + timedelta(days=30),
    )
    Member.objects.bulk_create(
        [
            Member(organisation=organisation, full_name=f"Pia Person{i}", email=f"p{i}@county.example", password="!")
            for i in range(people)
        ],
        batch_size=2_000,
    )
    topic = engagements.add_topic(engagement=engagement, title="Rest", question="What keeps you from resting?")
    (seed,) = engagements.seed_statements(topic=topic, texts=["The bench in the corridor should go."])
    for member in Member.objects.order_by("pk")[:voted]:
        participant = engagements.join(engagement=engagement, member=member)
        engagements.cast_vote(participant=participant, statement=seed, stance=1)
    kind = WaveKind.REMINDER if is_reminder else WaveKind.INVITATION
    wave = actions.make_wave(engagement=engagement, kind=kind, site="https://say.example.org")
    actions.send_wave(wave=wave, by=None, now=timezone.now())
    return {"wave": wave.pk}


if __name__ == "__main__":
    numbers = {name: int(number) for name, number in (word.split("=") for word in sys.argv[1:])}
    made = build(people=numbers["people"], voted=numbers.get("voted", 0), is_reminder=bool(numbers.get("reminder")))
    print(json.dumps(made))
