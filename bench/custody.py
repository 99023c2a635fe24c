"""Seconds and memory to make the ballot record of many votes, and to take order and moments out when the key goes.

python bench/custody.py                            50,000 people with 60 votes each, on SQLite
python tests/postgres.py python bench/custody.py   the same on PostgreSQL

The work is done by a worker's room in a process of its own, as `sayso worker` does it; meanwhile somebody else writes a
row five times a second, and how long they had to wait is told. Counts stand in for a distillation's figures.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--votes", type=int, default=60, help="of each")
    parser.add_argument("--statements", type=int, default=6_000)
    parser.add_argument("--work", action="store_true", help="only the worker's part, in a folder that is there")
    args = parser.parse_args()
    if args.work:
        return work()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SAYSO_DATA=folder, SAYSO_HTTPS="0", DJANGO_SETTINGS_MODULE="sayso.settings")
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        print(f"{args.people:,} people with {args.votes} votes each on {connection.vendor}", flush=True)
        began = time.perf_counter()
        engagement, guardian = build(args)
        print(f"{time.perf_counter() - began:7.1f} s  built, {size_of(Path(folder)):,.0f} MB", flush=True)
        in_a_worker("the ballot record")
        pages(engagement, guardian)
        from sayso.custody.actions import destroy_engagement_key

        engagement.refresh_from_db()
        began = time.perf_counter()
        destroy_engagement_key(engagement=engagement, by=guardian, typed_title=engagement.title)
        print(f"{time.perf_counter() - began:7.1f} s  the key destroyed, as the guardian waits for it", flush=True)
        time.sleep(2.1)
        in_a_worker("order and moments taken out")
        print(f"         {size_of(Path(folder)):,.0f} MB afterwards")
    return 0


def size_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def build(args: argparse.Namespace):
    """Everybody on the roster has answered; all is closed, and counted by hand."""
    from django.db import connection
    from django.db.models import Count
    from django.utils import timezone

    from sayso.demo.bulk import insert_rows
    from sayso.distillations.models import Snapshot
    from sayso.engagements import actions
    from sayso.engagements.mandate.opening import open_engagement
    from sayso.engagements.models import Event, Participant, Phase, RoleName, Statement, Vote
    from sayso.engagements.roles.actions import grant_role
    from sayso.members.actions import add_member, add_organisation
    from sayso.members.pseudonyms import ballot_secrets

    organisation = add_organisation(name="The county")
    guardian = add_member(organisation=organisation, full_name="Gil Guardian", email="g@county.example")
    engagement = open_engagement(
        organisation=organisation, slug="large", title="A large one", objective="", promise="", answers_due=None
    )
    grant_role(engagement=engagement, member=guardian, name=RoleName.GUARDIAN)
    topic = actions.add_topic(engagement=engagement, title="Talk", question="How do we talk?")
    me = actions.join(engagement=engagement, member=guardian)
    ballot_secrets(engagement_slug="large", pseudonyms=[me.pseudonym])
    rng = random.Random(1)
    numbers = sorted(rng.sample(range(2**48), args.people + args.statements))
    rng.shuffle(numbers)
    people, statements = numbers[: args.people - 1], numbers[args.people - 1 :][: args.statements]
    insert_rows(
        Participant,
        ("id", "engagement", "pseudonym", "unit", "role", "site", "language", "is_guest"),
        ((pk, engagement.pk, f"{rng.getrandbits(128):032x}", f"unit {pk % 90}", "", "", "", False) for pk in people),
    )
    people.append(me.pk)
    insert_rows(
        Statement,
        ("id", "engagement", "topic", "text", "is_seed", "state", "return_reason"),
        ((pk, engagement.pk, topic.pk, f"Statement {pk}", True, "published", "") for pk in statements),
    )
    with connection.cursor() as cursor:
        cast(cursor, people, statements, args.votes, engagement)
    counts = {statement: dict.fromkeys((1, 0, -1), 0) for statement in statements}
    for statement, stance, number in Vote.objects.values_list("statement", "stance").annotate(Count("pk")).order_by():
        counts[statement][stance] = number
    last = Event.objects.filter(kind="vote_cast").order_by("-pk")[0].pk
    rows = [
        {"statement_id": str(pk), "seen": sum(n.values()), "n_agree": n[1], "n_pass": n[0], "n_disagree": n[-1]}
        for pk, n in counts.items()
    ]
    Snapshot.objects.create(
        engagement=engagement,
        last_event=last,
        engine_version="0",
        seed=0,
        input_digest="",
        body="{}",
        published=json.dumps({"last_event": last, "statements": rows}),
    )
    type(engagement).objects.filter(pk=engagement.pk).update(phase=Phase.GATE, closed_at=timezone.now())
    engagement.refresh_from_db()
    return engagement, guardian


def cast(cursor, people: list[int], statements: list[int], n_votes: int, engagement) -> None:
    """Votes and their events by the database itself: as many from everybody, spread over all statements."""
    for name, numbers in (("voters", people), ("asked", statements), ("turns", range(n_votes))):
        cursor.execute(f"CREATE TEMPORARY TABLE {name} (n integer PRIMARY KEY, id bigint)")
        cursor.executemany(f"INSERT INTO {name} VALUES (%s, %s)", list(enumerate(numbers)))
    step = len(statements) // n_votes
    stance = "CASE (voters.n * 31 + turns.n * 17) %% 4 WHEN 0 THEN 0 WHEN 1 THEN -1 ELSE 1 END"
    each = (
        f"FROM voters CROSS JOIN turns JOIN asked ON asked.n = (voters.n * 7 + turns.n * {step}) %% {len(statements)}"
    )
    cursor.execute(
        "INSERT INTO engagements_vote (participant_id, statement_id, stance, is_important)"
        f" SELECT voters.id, asked.id, {stance}, false {each} ORDER BY voters.n, turns.n",
        [],
    )
    made = "jsonb_build_object" if connection_vendor() == "postgresql" else "json_object"
    told = f"{made}('participant', voters.id, 'statement', asked.id, 'stance', {stance}, 'is_important', 1 = 0)"
    told = told.replace("1 = 0", "json('false')") if made == "json_object" else told
    now = "CURRENT_TIMESTAMP"
    cursor.execute(
        "INSERT INTO engagements_event (engagement_id, kind, payload, created_at)"
        f" SELECT {engagement.pk}, 'statement_seeded', {made}('statement', id), {now} FROM asked ORDER BY n"
    )
    cursor.execute(
        "INSERT INTO engagements_event (engagement_id, kind, payload, created_at)"
        f" SELECT {engagement.pk}, 'vote_cast', {told}, {now} {each} ORDER BY voters.n, turns.n",
        [],
    )


def connection_vendor() -> str:
    from django.db import connection

    return connection.vendor


def in_a_worker(what: str) -> None:
    """A process of its own at it, somebody else writing meanwhile."""
    from django.db import OperationalError, connection
    from django.utils import timezone

    from sayso.distillations.actions import beat

    done, waits = threading.Event(), []

    def write() -> None:
        while not done.wait(0.2):
            began = time.perf_counter()
            try:
                beat(worker="bench", started_at=timezone.now(), now=timezone.now())
            except OperationalError:
                waits.append(float("inf"))
                continue
            waits.append(time.perf_counter() - began)
        connection.close()

    other = threading.Thread(target=write)
    other.start()
    began = time.perf_counter()
    told = subprocess.run([sys.executable, __file__, "--work"], check=True, capture_output=True, text=True).stdout
    took = time.perf_counter() - began
    done.set()
    other.join()
    refused = sum(wait == float("inf") for wait in waits)
    longest = max((wait for wait in waits if wait != float("inf")), default=0)
    print(
        f"{took:7.1f} s  {what}; {told.strip()}; another writer waited {longest:.1f} s at most, {refused} gave up",
        flush=True,
    )


def work() -> int:
    import django

    django.setup()
    from sayso.custody import sealing
    from sayso.custody.models import CustodyJob
    from sayso.custody.worker import CustodyWorker

    spent: dict[str, float] = {}
    for name in ("_begin", "_end", "sweep"):
        setattr(sealing, name, timed(getattr(sealing, name), name, spent))
    CustodyWorker(worker="bench").run_once()
    while (job := CustodyJob.objects.order_by("-pk")[0]).step.startswith("Having") and job.state == "waiting":
        time.sleep(1)
        CustodyWorker(worker="bench").run_once()
    assert job.state == "done", (job.state, job.told, job.step)
    used = resource.getrusage(resource.RUSAGE_SELF)
    parts = "".join(f", {name} {seconds:.1f} s" for name, seconds in spent.items())
    print(f"{used.ru_utime + used.ru_stime:.1f} s of its own, {used.ru_maxrss / 1024:.0f} MB at most{parts}")
    return 0


def timed(act, name: str, spent: dict[str, float]):
    def acted(*given):
        began = time.perf_counter()
        try:
            return act(*given)
        finally:
            spent[name] = time.perf_counter() - began

    return acted


def pages(engagement, guardian) -> None:
    """What a member waits for: the page with own votes, their proof, the whole record."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(guardian)
    for page in ("", "proof.json", "record.json"):
        began, n_bytes = time.perf_counter(), 0
        reply = client.get(f"/e/{engagement.slug}/ballots/{page}")
        assert reply.status_code == 200, reply.status_code
        n_bytes = sum(map(len, reply.streaming_content)) if reply.streaming else len(reply.content)
        print(f"{time.perf_counter() - began:7.1f} s  ballots/{page}, {n_bytes / 2**20:.1f} MB", flush=True)
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"         {most_mb:.0f} MB at most, as who built it and shows pages", flush=True)


if __name__ == "__main__":
    sys.exit(main())
