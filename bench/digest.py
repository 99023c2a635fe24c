"""Seconds for the news of the week to many people: the round filled, then each one's news found out and written.

python bench/digest.py                            50,000 people, on SQLite; 500 turns of theirs are timed
python tests/postgres.py python bench/digest.py   the same on PostgreSQL

Nothing is sent: what is timed is our own work, beside which a mail server's pace stands (SAYSO_MAIL_PER_MINUTE).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from datetime import date, datetime, timedelta


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--statements", type=int, default=2_000)
    parser.add_argument("--turns", type=int, default=500, help="how many people's news are found out and written")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SAYSO_DATA=folder, SAYSO_HTTPS="0", DJANGO_SETTINGS_MODULE="sayso.settings")
        os.environ["SAYSO_SITE"] = "https://say.county.example"
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        prepare(args.people, args.statements)
        filled, written, n_mails = measure(args.turns)
        print(f"{args.people:,} people on {connection.vendor}, {args.statements:,} statements opened this week")
        print(f"{filled:8.1f} s  the round filled, a turn for each")
        each = 1000 * written / args.turns
        print(f"{each:8.1f} ms a turn: news found out and written ({n_mails} mails of {args.turns} turns)")
        print(f"{each * args.people / 60_000:8.1f} min for all of them, beside the mail server's pace")
    return 0


def prepare(n_people: int, n_statements: int) -> None:
    """An engagement opened ten days ago; each tenth person has answered some and said something."""
    from django.utils import timezone

    from sayso.engagements import actions
    from sayso.engagements.casting import cast_all
    from sayso.engagements.mandate.opening import open_engagement
    from sayso.members.actions import add_organisation
    from sayso.members.models import Member

    organisation = add_organisation(name="The county")
    Member.objects.bulk_create(
        (
            Member(organisation=organisation, full_name=f"Pia Person{i}", email=f"p{i}@county.example", password="!")
            for i in range(n_people)
        ),
        batch_size=5_000,
    )
    engagement = open_engagement(
        organisation=organisation,
        slug="county",
        title="How we work",
        objective="What should change?",
        promise="Nobody sees who said what.",
        answers_due=date.today() + timedelta(days=30),
    )
    engagement.opened_at = timezone.now() - timedelta(days=10)
    engagement.save(update_fields=["opened_at"])
    topic = actions.add_topic(engagement=engagement, title="Work", question="What should change?")
    texts = [f"At place {i} the desks should be moved to the window." for i in range(n_statements)]
    seeds = actions.seed_statements(topic=topic, texts=texts)
    chance = random.Random(3)
    for member in Member.objects.order_by("pk")[: min(n_people // 10, 1_000)]:
        participant = actions.join(engagement=engagement, member=member)
        cast_all(participant=participant, stances={row.pk: 1 for row in chance.sample(seeds, min(20, n_statements))})
        actions.say_statement(participant=participant, topic=topic, text=f"I want quiet at desk {member.pk}.")


def measure(n_turns: int) -> tuple[float, float, int]:
    """Seconds for the round, seconds for the turns, and how many of them had something to send."""
    from sayso.correspondence.models import OutgoingMail
    from sayso.correspondence.rounds import make_rounds
    from sayso.correspondence.sending import Turns
    from sayso.mail.post import Post

    began = time.perf_counter()
    if not make_rounds(_digest_time()):
        raise RuntimeError("no round was made")
    filled = time.perf_counter() - began
    turns, mails = Turns(Post()), list(OutgoingMail.objects.select_related("engagement__organisation")[: n_turns + 1])
    turns._message(mails.pop())  # the first one loads what links are made of
    began = time.perf_counter()
    messages = [turns._message(mail) for mail in mails]
    n_mails = sum(message is not None and bool(message.message().as_bytes()) for message in messages)
    return filled, time.perf_counter() - began, n_mails


def _digest_time() -> datetime:
    """The next moment at which news of the week are made."""
    from django.utils import timezone

    from sayso.correspondence import rules

    moment = timezone.now()
    while not rules.is_digest_time(timezone.localtime(moment)):
        moment += timedelta(hours=1)
    return moment


if __name__ == "__main__":
    sys.exit(main())
