"""No vote and no authorship is lost: rows, event log and ballots beside a plain account, after random acts.

The account is kept without our code: who gave what on which words, and which words stand in which others.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from house import open_house
from sayso.custody import sealing
from sayso.custody.counted import counted_ballots
from sayso.custody.jobs import claim_job, want_job
from sayso.custody.models import JobKind
from sayso.distillations import votes_store
from sayso.engagements import actions as engagement_actions
from sayso.engagements.carrying import carried
from sayso.engagements.casting import cast_all
from sayso.engagements.models import Event, Statement, Vote
from sayso.engagements.rules import Refused
from sayso.engagements.withdrawing import take_back_all_votes, take_back_vote, withdraw_statement
from sayso.moderation import actions
from sayso.moderation.models import Decision

pytestmark = pytest.mark.django_db

PEOPLE, SEEDS = 5, 2
WORDS = ("Open the windows.", "Ring before you come.", "Paint the hall.")


@dataclass
class Words:
    author: int | None
    state: str
    parent: int | None = None
    before: str = ""
    parts: list[int] = field(default_factory=list)


class World:
    def __init__(self) -> None:
        self.house = open_house("to-and-fro", people=PEOPLE, statements=SEEDS)
        self.by = self.house.members[0]
        self.said = {statement.pk: Words(None, "published") for statement in self.house.statements}
        self.given: dict[tuple[int, int], tuple[int, bool]] = {}
        self.then: list[tuple[int, str]] = []
        self.done: dict[str, int] = {}

    def statement(self, place: int) -> Statement:
        return Statement.objects.get(pk=sorted(self.said)[place % len(self.said)])

    # What people do

    def say(self, a: int, b: int, c: int) -> None:
        person = a % PEOPLE
        participant, text = self.house.participants[person], WORDS[b % len(WORDS)]
        pk = engagement_actions.say_statement(participant=participant, topic=self.house.topic, text=text).pk
        if (known := self.said.get(pk)) is None:
            self.said[pk] = Words(participant.pk, "waiting")
        elif known.state == "withdrawn":
            attached = "split" if known.parent in known.parts else "merged"
            known.state = attached if known.parent else "waiting"

    def vote(self, a: int, b: int, c: int) -> None:
        participant, statement = self.house.participants[a % PEOPLE], self.statement(b)
        stance, star = c % 3 - 1, bool(c % 2)
        engagement_actions.cast_vote(participant=participant, statement=statement, stance=stance, is_important=star)
        self.given[participant.pk, statement.pk] = (stance, star)

    def paper(self, a: int, b: int, c: int) -> None:
        """Several answers at once, some of them on what was merged since it was printed."""
        participant = self.house.participants[a % PEOPLE]
        stances = {self.statement(b + 7 * n).pk: (c + n) % 3 - 1 for n in range(4)}
        for pk in cast_all(participant=participant, stances=stances):
            self.given[participant.pk, pk] = (stances[pk], self.given.get((participant.pk, pk), (0, False))[1])

    def take_back(self, a: int, b: int, c: int) -> None:
        mine = sorted(key for key in self.given if key[0] == self.house.participants[a % PEOPLE].pk)
        if mine:
            key = mine[b % len(mine)]
            statement = Statement.objects.get(pk=key[1])
            assert take_back_vote(participant=self.house.participants[a % PEOPLE], statement=statement)
            del self.given[key]

    def take_back_all(self, a: int, b: int, c: int) -> None:
        participant = self.house.participants[a % PEOPLE]
        if c % 5 == 0:
            take_back_all_votes(participant=participant)
            self.given = {key: vote for key, vote in self.given.items() if key[0] != participant.pk}

    def withdraw(self, a: int, b: int, c: int) -> None:
        statement = self.statement(b)
        words = self.said[statement.pk]
        if words.author is None or words.state == "withdrawn" or c % 2:
            return
        withdraw_statement(participant=statement.author, statement=statement)
        if words.parent is None:
            self._free(statement.pk)
            self._void(statement.pk)
        words.state = "withdrawn"

    def _free(self, number: int) -> None:
        for pk, words in self.said.items():
            if words.parent == number:
                words.parent = None
                if words.state == "merged":
                    words.state = words.before
                elif words.state == "withdrawn":
                    self._free(pk)
                    self._void(pk)

    def _void(self, number: int) -> None:
        self.given = {key: vote for key, vote in self.given.items() if key[1] != number}

    # What those who moderate do

    def publish(self, a: int, b: int, c: int) -> None:
        statement = self.statement(b)
        if actions.publish(statement=statement, by=self.by):
            self.said[statement.pk].state = "published"

    def send_back(self, a: int, b: int, c: int) -> None:
        statement = self.statement(b)
        if c % 3 == 0 and actions.send_back(statement=statement, by=self.by, reason="Unclear."):
            self.said[statement.pk].state = "returned"

    def merge(self, a: int, b: int, c: int) -> None:
        statement, into = self.statement(a), self.statement(b)
        if actions.merge(statement=statement, into=into, by=self.by):
            words = self.said[statement.pk]
            words.before, words.state, words.parent = words.state, "merged", into.pk

    def split(self, a: int, b: int, c: int) -> None:
        statement, keeps = self.statement(b), (None, 0, 1)[c % 3]
        texts = [f"{statement.text[:60]} ({n})" for n in "ab"]
        if len(self.said) < 40 and actions.split(statement=statement, texts=texts, keeps=keeps, by=self.by):
            words = self.said[statement.pk]
            words.parts = [Statement.objects.get(split_from=statement, text=text).pk for text in texts]
            for part in words.parts:
                self.said[part] = Words(words.author, "published")
            words.before, words.state = words.state, "split"
            words.parent = None if keeps is None else words.parts[keeps]

    def hide(self, a: int, b: int, c: int) -> None:
        statement = self.statement(b)
        if c % 3 == 0 and actions.hide(statement=statement, by=self.by, reason="It hurts."):
            words = self.said[statement.pk]
            words.before, words.state = words.state, "hidden"

    def undo(self, a: int, b: int, c: int) -> None:
        standing = list(Decision.objects.filter(is_undone=False).order_by("place"))
        if not standing:
            return
        decision = standing[-1 - b % len(standing)]
        actions.undo(decision=decision, by=self.by)
        words = self.said[decision.statement_id]
        if decision.act in ("published", "returned"):
            words.state = "waiting"
        else:
            words.state, words.parent = words.before, None
        if decision.act == "split":
            for part in words.parts:
                self.said[part].state = "withdrawn"

    def count(self, a: int, b: int, c: int) -> None:
        last = votes_store.last_visible_event(self.house.engagement)
        self.then.append((last, votes_store.load(self.house.engagement, last).digest()))

    # What should stand

    def standing(self, number: int) -> dict[int, tuple[int, bool]]:
        """Participant → vote that counts for a statement: their own on it, else on what stands in it."""
        found = {who: vote for (who, on), vote in self.given.items() if on == number}
        for child in sorted(pk for pk, words in self.said.items() if words.parent == number):
            for who, vote in self.standing(child).items():
                found.setdefault(who, vote)
        return found

    def expected(self) -> set[tuple[int, int, int]]:
        roots = [pk for pk, words in self.said.items() if words.parent is None]
        return {(who, pk, stance) for pk in roots for who, (stance, _) in self.standing(pk).items()}

    def authors(self, number: int) -> set[int]:
        mine = self.said[number]
        own = {mine.author} if mine.author and mine.state != "withdrawn" else set()
        below = [pk for pk, words in self.said.items() if words.parent == number]
        return own.union(*(self.authors(pk) for pk in below))

    def check(self) -> None:
        rows = list(Vote.objects.values_list("participant_id", "statement_id", "stance", "is_important"))
        assert {(who, on): (stance, star) for who, on, stance, star in rows} == self.given
        assert len(rows) == len(self.given)
        kept = {pk: (row.state, row.merged_into_id, row.author_id) for pk, row in Statement.objects.in_bulk().items()}
        assert kept == {pk: (words.state, words.parent, words.author) for pk, words in self.said.items()}
        for pk, words in self.said.items():
            if words.parent is None:
                found = Statement.objects.filter(counts_for=pk) | Statement.objects.filter(pk=pk)
                told = set(found.exclude(state="withdrawn").exclude(author=None).values_list("author_id", flat=True))
                assert told == self.authors(pk)
        parents = {pk: words.parent for pk, words in self.said.items() if words.parent}
        by_rule = carried(((who, on, (stance, star)) for who, on, stance, star in rows), parents)
        roots = [pk for pk, words in self.said.items() if words.parent is None]
        assert by_rule == {(who, pk): vote for pk in roots for who, vote in self.standing(pk).items()}

    def load(self) -> Any:
        return votes_store.load(self.house.engagement, votes_store.last_visible_event(self.house.engagement))

    def check_log(self) -> None:
        told = self.load()
        votes = told.votes
        counted = {
            (int(told.participant_ids[row]), int(told.statement_ids[column]), int(stance))
            for row, column, stance in zip(votes.participant, votes.statement, votes.stance, strict=True)
        }
        assert counted == self.expected()
        shown = {int(pk) for pk, rejected in zip(told.statement_ids, told.rejected, strict=True) if not rejected}
        assert shown == {pk for pk, words in self.said.items() if words.state == "published"}

    def check_ballots(self) -> None:
        """The votes behind the counts of now, as the ballot record finds them."""
        counts: dict[int, list[int]] = {}
        for _, pk, stance in self.expected():
            counts.setdefault(pk, [0, 0, 0])[(1, 0, -1).index(stance)] += 1
        names = ("n_agree", "n_pass", "n_disagree")
        statements = [
            {"statement_id": str(pk), "seen": sum(told), **dict(zip(names, told, strict=True))}
            for pk, told in counts.items()
        ]
        last = votes_store.last_visible_event(self.house.engagement)
        ballots = counted_ballots(self.house.engagement, {"last_event": last, "statements": statements})
        assert {(who, pk, stance) for pk, of in ballots for who, stance in of.items()} == self.expected()

    def check_past(self) -> None:
        for last, digest in self.then:
            assert votes_store.load(self.house.engagement, last).digest() == digest, "an old count can be made again"

    def check_sealed(self) -> None:
        """The log drawn up anew, when the key goes, gives the same conversation."""
        before = replace(self.load(), roster=None, cast_at=None).digest()
        last = votes_store.last_visible_event(self.house.engagement)
        assert sealing._digest_to_come(self.house.engagement, last) == sealing._digest(self.house.engagement, last)
        want_job(engagement=self.house.engagement, kind=JobKind.SEAL)
        job = claim_job(worker="tests", now=timezone.now(), lease_s=60)
        assert job is not None
        sealing.seal(job, lambda n_done, n_all: None)
        assert replace(self.load(), roster=None, cast_at=None).digest() == before
        self.check_ballots()
        events = Event.objects.filter(engagement=self.house.engagement, kind="statement_said")
        told = {(said["statement"], said["participant"]) for said in events.values_list("payload", flat=True)}
        here = Statement.objects.exclude(author=None)
        assert set(here.filter(split_from=None).values_list("pk", "author_id")) <= told
        assert told <= set(here.values_list("pk", "author_id"))

    def act(self, name: str, a: int, b: int, c: int) -> None:
        try:
            with transaction.atomic():
                getattr(self, name)(a, b, c)
        except Refused:
            return
        self.done[name] = self.done.get(name, 0) + 1


ACTS = ("say", "publish", "vote", "vote", "vote", "paper", "merge", "merge", "undo", "undo", "split", "hide",
        "send_back", "withdraw", "take_back", "take_back_all", "count")  # fmt: skip
A_FEW = st.lists(st.tuples(st.sampled_from(ACTS), *(st.integers(0, 30) for _ in range(3))), min_size=8, max_size=50)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=A_FEW)
def test_every_vote_and_author_is_accounted_for(moves: list[tuple[str, int, int, int]]) -> None:
    with transaction.atomic():
        world = World()
        for move in moves:
            world.act(*move)
            world.check()
        world.check_log()
        world.check_past()
        world.check_ballots()
        world.check_sealed()
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_500_acts_every_vote_and_author_is_accounted_for(seed: int) -> None:
    rng = random.Random(seed)
    world = World()
    for number in range(500):
        world.act(rng.choice(ACTS), *(rng.randrange(1_000) for _ in range(3)))
        if number % 10 == 0:
            world.check()
            world.check_log()
    world.check()
    world.check_log()
    world.check_past()
    world.check_ballots()
    assert min(world.done.get(name, 0) for name in ("merge", "undo", "split", "withdraw", "vote")) >= 8, world.done
    world.check_sealed()
