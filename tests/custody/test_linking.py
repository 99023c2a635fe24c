"""After the key is destroyed nobody can link: tried with the whole database, every setting and every key that is left.

The house is planted for the attacker: people come in, speak and vote in the very order of the roster, and sign in in
that order too. Before the destruction the same attacks find everybody, so they can.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from custody.conftest import close, distil, everybody_speaks, follow, give_role
from house import House, open_house, open_house_of_units
from sayso.custody import actions as custody
from sayso.custody import sealing
from sayso.custody.ballot_store import whole
from sayso.custody.ballots.receipt import tag
from sayso.custody.jobs import want_job
from sayso.custody.models import CustodyJob, JobKind
from sayso.distillations.distilling import distil_again
from sayso.distillations.models import Snapshot
from sayso.engagements.models import Event, Participant, RoleName, Statement, Vote
from sayso.engagements.withdrawing import take_back_vote
from sayso.members.models import Member
from sayso.members.pseudonyms import key_path, pseudonym_of
from sayso.replies.acknowledging import acknowledge
from sayso.replies.models import Acknowledgement, Reply, Said
from sayso.replies.thread_actions import publish_reply, say_reply

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drawn_numbers]

PEOPLE = 24
# Of 24 people in drawn order, nine or more stand in their own place once in a million tries.
MOST_BY_CHANCE = 8

Orders = dict[str, list[int]]


def bytes_of(path: Path) -> bytes:
    """Read by another process: closing the database's file here would let go of this process' locks on it."""
    return subprocess.run(["cat", path], capture_output=True, check=True).stdout


@pytest.fixture
def planted() -> House:
    house = open_house("in-a-row", people=PEOPLE, statements=4)
    for member in house.members:
        Client().force_login(member)
    give_role(house, 0, RoleName.LEAD)
    give_role(house, 1, RoleName.GUARDIAN)
    everybody_speaks(house)
    house.everybody_votes()
    everybody_replies(house)
    distil()
    close(house)
    assert custody.publish_ballots(engagement=house.engagement) is not None
    return house


def everybody_replies(house: House) -> None:
    """In the order of the people, under one statement; and those in charge acknowledge theirs in that order."""
    lead, seed = house.members[0], house.statements[0]
    said = {statement.author_id: statement for statement in Statement.objects.exclude(author=None)}
    for number, participant in enumerate(house.participants):
        reply = say_reply(participant=participant, statement=seed, text=f"Reply {number} of somebody.")
        publish_reply(reply=reply, moderator=lead)
        acknowledge(statement=said[participant.pk], by=lead, said=Said.READ)


def destroy(house: House) -> None:
    custody.destroy_engagement_key(engagement=house.engagement, by=house.members[1], typed_title=house.engagement.title)
    follow()


def first_seen(participants: Iterator[int]) -> list[int]:
    return list(dict.fromkeys(participants))


def rows_as_they_lie(table: str, columns: str) -> list[tuple[Any, ...]]:
    """Rows in the order in which the database keeps them, with what else it notes of when they came."""
    place = "ctid, xmin::text::bigint" if connection.vendor == "postgresql" else "rowid, 0"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}, {place} FROM {table}")
        rows = cursor.fetchall()
    return sorted(rows, key=lambda row: (row[-1], str(row[-2]).zfill(30)))


def orders_of_participants(house: House) -> Orders:
    """Every order that participants have anywhere: by number, as rows lie, by what they did first."""
    here = Participant.objects.filter(engagement=house.engagement)
    votes = Vote.objects.filter(participant__in=here)
    log = Event.objects.filter(engagement=house.engagement, payload__has_key="participant")
    told = log.values_list("payload", flat=True)
    return {
        "number": list(here.order_by("pk").values_list("pk", flat=True)),
        "pseudonym": list(here.order_by("pseudonym").values_list("pk", flat=True)),
        "as rows lie": [row[0] for row in rows_as_they_lie("engagements_participant", "id")],
        "first vote": first_seen(votes.order_by("pk").values_list("participant", flat=True)),
        "votes as they lie": first_seen(row[0] for row in rows_as_they_lie("engagements_vote", "participant_id")),
        "first event": first_seen(payload["participant"] for payload in told.order_by("pk")),
        "first moment": first_seen(payload["participant"] for payload in told.order_by("created_at", "pk")),
        "last moment": first_seen(payload["participant"] for payload in told.order_by("-created_at", "-pk")),
        "statements by number": authors(Statement.objects.order_by("pk")),
        "statements by arrival": authors(Statement.objects.order_by("arrived", "pk")),
        "statements as they lie": first_seen(
            row[0] for row in rows_as_they_lie("engagements_statement", "author_id") if row[0] is not None
        ),
        "published": published_authors(house),
        "replies by day": replied(Reply.objects.order_by("said_on", "pk")),
        "replies as they lie": first_seen(
            row[0] for row in rows_as_they_lie("replies_reply", "author_id") if row[0] is not None
        ),
        "acknowledged": acknowledged_authors(Acknowledgement.objects.order_by("given_on", "pk")),
        "acknowledged, as it lies": acknowledged_authors(
            [Acknowledgement.objects.get(pk=row[0]) for row in rows_as_they_lie("replies_acknowledgement", "id")]
        ),
        "acknowledged, by the log": logged_authors("statement_acknowledged"),
    }


def replied(replies: Any) -> list[int]:
    return first_seen(reply.author_id for reply in replies if reply.author_id)


def acknowledged_authors(given: Any) -> list[int]:
    author = dict(Statement.objects.values_list("pk", "author"))
    return first_seen(author[one.statement_id] for one in given)


def logged_authors(kind: str) -> list[int]:
    author = dict(Statement.objects.values_list("pk", "author"))
    payloads = Event.objects.filter(kind=kind).order_by("pk").values_list("payload", flat=True)
    return first_seen(author[payload["statement"]] for payload in payloads)


def authors(statements: Any) -> list[int]:
    return first_seen(statements.exclude(author=None).values_list("author", flat=True))


def published_authors(house: House) -> list[int]:
    author = dict(Statement.objects.values_list("pk", "author"))
    events = Event.objects.filter(engagement=house.engagement, kind="statement_published").order_by("pk")
    said = (author[payload["statement"]] for payload in events.values_list("payload", flat=True))
    return first_seen(said)


def orders_of_members(house: House) -> Orders:
    """The roster's order, and that in which sessions were begun."""
    signed_in = [row[0] for row in rows_as_they_lie("django_session", "session_data")]
    from django.contrib.sessions.backends.db import SessionStore

    sessions = [int(SessionStore().decode(coded)["_auth_user_id"]) for coded in signed_in]
    here = [member.pk for member in house.members]
    return {
        "roster": list(Member.objects.filter(pk__in=here).order_by("pk").values_list("pk", flat=True)),
        "sessions": first_seen(member for member in sessions if member in here),
    }


def best_guess(house: House, truth: dict[int, int]) -> tuple[int, str]:
    """How many people the best of all pairings by order names rightly, and which pairing that is."""
    scores = []
    for (ours, people), (theirs, members) in product(
        orders_of_participants(house).items(), orders_of_members(house).items()
    ):
        for way, guess in (("", people), (" backwards", people[::-1])):
            right = sum(truth[p] == m for p, m in zip(guess, members, strict=False))
            scores.append((right, f"{ours}{way} beside {theirs}"))
    return max(scores)


def truth_of(house: House) -> dict[int, int]:
    """Who is who; only with the key can this be asked."""
    by_pseudonym = {pseudonym_of(member=m, engagement_slug=house.engagement.slug): m.pk for m in house.members}
    return {participant.pk: by_pseudonym[participant.pseudonym] for participant in house.engagement.participants.all()}


def secrets_left() -> list[bytes]:
    """Every key file, every setting that is a text, as they are and decoded."""
    files = [path.read_bytes() for path in Path(settings.DATA_DIR, "keys").iterdir()]
    told = [str(getattr(settings, name)).encode() for name in dir(settings) if name.isupper()]
    return [*files, *told, *(hashlib.sha256(secret).digest() for secret in (*files, *told))]


def test_orders_and_moments_find_everybody_while_the_key_lives_and_nobody_after(planted: House) -> None:
    truth = truth_of(planted)
    assert best_guess(planted, truth)[0] == PEOPLE, "the attack works where there is something to find"
    destroy(planted)
    right, how = best_guess(planted, truth)
    assert right <= MOST_BY_CHANCE, f"{right} of {PEOPLE} by {how}"
    moments = set(
        Event.objects.filter(payload__has_any_keys=["participant", "statement"]).values_list("created_at", flat=True)
    )
    assert len(moments) == 1


def test_no_secret_that_is_left_gives_a_pseudonym_or_a_mark(planted: House) -> None:
    key = key_path("in-a-row").read_bytes()
    pseudonyms = set(planted.engagement.participants.values_list("pseudonym", flat=True))
    marks = marks_of(planted)

    def gives(secret: bytes) -> bool:
        for member in planted.members:
            made = hmac.new(secret, f"member {member.pk}".encode(), hashlib.sha256).hexdigest()[:32]
            own = hmac.new(secret, f"ballots {made}".encode(), hashlib.sha256).digest()[:20]
            if made in pseudonyms or any(tag(own, str(s.pk)) in marks for s in planted.statements):
                return True
        return any(
            tag(hmac.new(secret, f"ballots {name}".encode(), hashlib.sha256).digest()[:20], str(s.pk)) in marks
            for name in pseudonyms
            for s in planted.statements
        )

    assert gives(key), "with the key it is easy"
    destroy(planted)
    assert len(secrets_left()) > 40
    assert [secret for secret in secrets_left() if gives(secret)] == []


def marks_of(house: House) -> set[str]:
    return {mark for told in whole(house.engagement.ballot_record)["statements"] for mark, _ in told["ballots"]}


def test_the_key_is_nowhere_on_the_disk(planted: House) -> None:
    key = key_path("in-a-row").read_bytes()
    destroy(planted)
    assert not key_path("in-a-row").exists()
    found = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file() and key in bytes_of(path)]
    assert found == []


def test_what_was_deleted_is_gone_from_the_file_too(planted: House) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("one file is one database on SQLite only")
    path = Path(settings.DATABASES["default"]["NAME"])
    Statement.objects.filter(engagement=planted.engagement).exclude(author=None).update(return_reason="MOMENTOFTRUTH")
    Event.objects.create(engagement=planted.engagement, kind="participant_joined", payload={"participant": 717171})

    def on_disk() -> bytes:
        return bytes_of(path) + bytes_of(Path(f"{path}-wal"))

    assert b"717171" in on_disk()
    destroy(planted)
    assert b"717171" not in on_disk()


def test_the_published_figures_can_still_be_made_again(planted: House) -> None:
    snapshot = Snapshot.objects.get(engagement=planted.engagement)
    votes = votes_as_rows()
    destroy(planted)
    assert Snapshot.objects.get(engagement=planted.engagement).body == snapshot.body
    assert distil_again(planted.engagement, json.loads(snapshot.body)).distillation.to_json() == snapshot.body
    assert votes_as_rows() == votes


def votes_as_rows() -> set[tuple[Any, ...]]:
    return set(Vote.objects.values_list("participant", "statement", "stance", "is_important"))


def test_an_end_that_would_change_the_figures_takes_the_key_and_changes_nothing_else(planted: House) -> None:
    Vote.objects.filter(participant=planted.participants[3]).delete()  # past the log
    before = list(Event.objects.order_by("pk").values_list("pk", "kind"))
    destroy(planted)
    job = CustodyJob.objects.get(kind="seal")
    assert job.state == "failed" and "would not come out of it again" in job.told
    assert not key_path("in-a-row").exists()
    assert list(Event.objects.order_by("pk").values_list("pk", "kind"))[: len(before)] == before


class Killed(BaseException):
    """As by kill -9: nothing is tidied up."""


def test_killed_after_any_batch_it_goes_on_there_and_comes_to_the_same(
    planted: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "VOTES_A_BATCH", PEOPLE)
    votes, truth = votes_as_rows(), truth_of(planted)
    snapshot = Snapshot.objects.get(engagement=planted.engagement)
    custody.destroy_engagement_key(
        engagement=planted.engagement, by=planted.members[1], typed_title=planted.engagement.title
    )
    for name in ("_begin", "_write_anew", "_write_anew", "_end", "sweep"):
        with monkeypatch.context() as patch:
            patch.setattr(sealing, name, killed_after(getattr(sealing, name)))
            with pytest.raises(Killed):
                follow()
        CustodyJob.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    follow()
    job = CustodyJob.objects.get(kind="seal")
    assert (job.state, job.attempts, job.n_done) == ("done", 6, len(votes))
    assert votes_as_rows() == votes
    assert distil_again(planted.engagement, json.loads(snapshot.body)).distillation.to_json() == snapshot.body
    right, how = best_guess(planted, truth)
    assert right <= MOST_BY_CHANCE, f"{right} of {PEOPLE} by {how}"


def killed_after(act: Callable[..., Any]) -> Callable[..., Any]:
    def acted(*given: Any) -> None:
        act(*given)
        raise Killed

    return acted


def test_asked_to_end_the_worker_gives_it_back_between_two_batches(planted: House) -> None:
    stop = threading.Event()
    custody.destroy_engagement_key(
        engagement=planted.engagement, by=planted.members[1], typed_title=planted.engagement.title
    )
    real = sealing._begin
    sealing._begin = lambda job: (real(job), stop.set())  # type: ignore[assignment, func-returns-value]
    try:
        follow(stop=stop)
    finally:
        sealing._begin = real
    job = CustodyJob.objects.get(kind="seal")
    assert (job.state, job.is_begun, job.is_sealed, job.attempts) == ("waiting", True, False, 0)
    follow()
    job.refresh_from_db()
    assert job.state == "done"


def test_a_vote_taken_back_at_the_last_moment_is_counted_first(planted: House) -> None:
    custody.destroy_engagement_key(
        engagement=planted.engagement, by=planted.members[1], typed_title=planted.engagement.title
    )
    vote = Vote.objects.filter(participant=planted.participants[3])[0]
    take_back_vote(participant=planted.participants[3], statement=vote.statement)
    follow()
    job = CustodyJob.objects.get(kind="seal")
    assert (job.state, job.step, job.is_begun) == ("waiting", "The last count comes first", False)
    distil()
    follow()
    job.refresh_from_db()
    assert job.state == "done"


@pytest.mark.parametrize("sizes", [(1, 23), (2, 2, 20), (1, 5, 6, 12), (3, 4, 8, 9)])
def test_nobody_is_told_by_a_small_unit_that_was_copied(planted: House, sizes: tuple[int, ...]) -> None:
    units = [f"unit {number}" for number, size in enumerate(sizes) for _ in range(size)]
    for participant, unit in zip(planted.participants, units, strict=True):
        Participant.objects.filter(pk=participant.pk).update(unit=unit)
    destroy(planted)
    left = Counter(planted.engagement.participants.values_list("unit", flat=True))
    assert min(left.values()) >= planted.engagement.min_group_scores
    assert all(left[name] in (0, size) for name, size in zip(dict.fromkeys(units), sizes, strict=True))


def test_numbers_are_drawn(planted: House) -> None:
    for model, ids in ((Participant, planted.participants), (Statement, planted.statements)):
        numbers = [row.pk for row in ids]
        assert model.objects.count() >= len(numbers)
        assert max(numbers) > 2**30


def test_who_was_copied_to_which_cell_goes_with_the_key(db: None) -> None:
    house = open_house_of_units({"North": 8, "South": 7})
    house.everybody_votes()
    assert house.engagement.roster_places.count() == 15
    want_job(engagement=house.engagement, kind=JobKind.SEAL)
    follow()
    assert house.engagement.roster_places.count() == 0
    assert sum(house.engagement.roster_cells.values_list("n_people", flat=True)) == 15
