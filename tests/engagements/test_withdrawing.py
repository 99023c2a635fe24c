"""Taking back: exactly what was given goes, old counts can be made again, and coming back is possible."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from house import House, open_house
from sayso.distillations import votes_store
from sayso.engagements import actions, queries
from sayso.engagements.models import Engagement, Event, Participant, Phase, Statement, StatementState, Vote
from sayso.engagements.rules import Refused
from sayso.engagements.withdrawing import cut_off, leave, take_back_all_votes, take_back_vote, withdraw_statement

pytestmark = pytest.mark.django_db

PEOPLE, SEEDS = 4, 3
WORDS = ("Open the windows.", "Ring before you come.")

Standing = dict[tuple[int, str], int]


class World:
    """The house beside a plain account of what should stand in it."""

    def __init__(self) -> None:
        self.house = open_house("back-and-forth", people=PEOPLE, statements=SEEDS)
        self.standing: Standing = {}
        self.then: list[tuple[int, str]] = []

    def said(self, person: int, words: str) -> Statement | None:
        return Statement.objects.filter(author=self.house.participants[person], text=words).first()

    def vote(self, person: int, target: int, stance: int) -> None:
        statements = [
            *self.house.statements,
            *Statement.objects.filter(state="published", is_seed=False).order_by("pk"),
        ]
        statement = statements[target % len(statements)]
        if statement.author_id == self.house.participants[person].pk:
            return
        actions.cast_vote(participant=self.house.participants[person], statement=statement, stance=stance)
        self.standing[person, str(statement.pk)] = stance

    def say(self, person: int, target: int, stance: int) -> None:
        words = WORDS[target % 2]
        said = actions.say_statement(participant=self.house.participants[person], topic=self.house.topic, text=words)
        if stance == 1:
            actions.publish_statement(statement=said, moderator=self.house.members[0])

    def take_back(self, person: int, target: int, stance: int) -> None:
        mine = sorted(key for key in self.standing if key[0] == person)
        if mine:
            key = mine[target % len(mine)]
            statement = Statement.objects.get(pk=key[1])
            assert take_back_vote(participant=self.house.participants[person], statement=statement)
            del self.standing[key]

    def take_back_all(self, person: int, target: int, stance: int) -> None:
        mine = [key for key in self.standing if key[0] == person]
        assert take_back_all_votes(participant=self.house.participants[person]) == len(mine)
        for key in mine:
            del self.standing[key]

    def withdraw(self, person: int, target: int, stance: int) -> None:
        if statement := self.said(person, WORDS[target % 2]):
            withdraw_statement(participant=self.house.participants[person], statement=statement)
            self._gone(statement)

    def leave(self, person: int, target: int, stance: int) -> None:
        participant = self.house.participants[person]
        gone = [s for s in participant.statements.all() if stance != 1 or s.state != StatementState.PUBLISHED]
        leave(participant=participant, keep_statements=stance == 1)
        self._left(person, gone)

    def cut(self, person: int, target: int, stance: int) -> None:
        participant = self.house.participants[person]
        gone = [s for s in participant.statements.all() if s.state != StatementState.PUBLISHED]
        cut_off(participant=participant)
        self._left(person, gone)
        self.house.participants[person] = actions.join(
            engagement=self.house.engagement, member=self.house.members[person]
        )
        assert self.house.participants[person].pk != participant.pk

    def count(self, person: int, target: int, stance: int) -> None:
        last = votes_store.last_visible_event(self.house.engagement)
        self.then.append((last, votes_store.load(self.house.engagement, last).digest()))

    def _left(self, person: int, gone: list[Statement]) -> None:
        self.standing = {key: value for key, value in self.standing.items() if key[0] != person}
        for statement in gone:
            self._gone(statement)

    def _gone(self, statement: Statement) -> None:
        self.standing = {key: value for key, value in self.standing.items() if key[1] != str(statement.pk)}

    def counted(self) -> set[tuple[int, str, int]]:
        last = votes_store.last_visible_event(self.house.engagement)
        told = votes_store.load(self.house.engagement, last)
        votes = told.votes
        return {
            (int(told.participant_ids[row]), told.statement_ids[column], int(stance))
            for row, column, stance in zip(votes.participant, votes.statement, votes.stance, strict=True)
        }

    def check(self) -> None:
        number = [participant.pk for participant in self.house.participants]
        expected = {(number[person], statement, stance) for (person, statement), stance in self.standing.items()}
        rows = Vote.objects.values_list("participant", "statement", "stance")
        assert {(p, str(s), stance) for p, s, stance in rows} == expected
        assert self.counted() == expected
        for event, digest in self.then:
            assert votes_store.load(self.house.engagement, event).digest() == digest


DEEDS = [World.vote, World.vote, World.vote, World.say, World.take_back, World.take_back_all, World.withdraw,
         World.leave, World.cut, World.count]  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, PEOPLE - 1), st.integers(0, 9), st.sampled_from([-1, 0, 1])),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=steps)
def test_rows_log_and_a_plain_account_agree_and_old_counts_come_again(deeds: list[Any]) -> None:
    with transaction.atomic():
        world = World()
        for deed, person, target, stance in deeds:
            deed(world, person, target, stance)
        world.check()
        transaction.set_rollback(True)


@pytest.fixture
def house() -> House:
    house = open_house("back-and-forth", people=PEOPLE, statements=SEEDS)
    house.everybody_votes()
    return house


def said_and_open(house: House, person: int = 0) -> Statement:
    said = actions.say_statement(participant=house.participants[person], topic=house.topic, text=WORDS[0])
    actions.publish_statement(statement=said, moderator=house.members[1])
    return said


def test_votes_can_be_taken_back_when_the_listening_is_over(house: House) -> None:
    Engagement.objects.update(phase=Phase.ANSWER)
    assert take_back_vote(participant=house.participants[0], statement=house.statements[0])
    assert not take_back_vote(participant=house.participants[0], statement=house.statements[0])
    assert take_back_all_votes(participant=house.participants[0]) == SEEDS - 1


def test_withdrawn_words_are_on_nobodys_page(house: House) -> None:
    said = said_and_open(house)
    house.vote(1, 0, 1)
    assert withdraw_statement(participant=house.participants[0], statement=said)
    said.refresh_from_db()
    assert said.state == StatementState.WITHDRAWN
    assert all(queries.next_statement(participant) is None for participant in house.participants)
    with pytest.raises(Refused):
        actions.cast_vote(participant=house.participants[1], statement=said, stance=1)


def test_only_the_author_withdraws(house: House) -> None:
    said = said_and_open(house)
    with pytest.raises(Refused):
        withdraw_statement(participant=house.participants[1], statement=said)
    with pytest.raises(Refused):
        withdraw_statement(participant=house.participants[1], statement=house.statements[0])


def test_words_said_again_wait_again_without_their_old_votes(house: House) -> None:
    said = said_and_open(house)
    actions.cast_vote(participant=house.participants[1], statement=said, stance=1)
    withdraw_statement(participant=house.participants[0], statement=said)
    again = actions.say_statement(participant=house.participants[0], topic=house.topic, text=WORDS[0])
    assert (again.pk, again.state) == (said.pk, StatementState.WAITING)
    actions.publish_statement(statement=again, moderator=house.members[1])
    told = votes_store.load(house.engagement, votes_store.last_visible_event(house.engagement))
    assert told.votes.seen()[told.statement_ids.index(str(said.pk))] == 0


def test_who_leaves_keeps_published_words_or_takes_them_along(house: House) -> None:
    kept, taken = said_and_open(house, 0), said_and_open(house, 1)
    leave(participant=house.participants[0], keep_statements=True)
    leave(participant=house.participants[1], keep_statements=False)
    states = dict(Statement.objects.values_list("pk", "state"))
    assert (states[kept.pk], states[taken.pk]) == (StatementState.PUBLISHED, StatementState.WITHDRAWN)
    assert not Vote.objects.filter(participant__in=house.participants[:2]).exists()


def test_who_comes_again_is_the_same_participant(house: House) -> None:
    leave(participant=house.participants[0], keep_statements=True)
    assert actions.join(engagement=house.engagement, member=house.members[0]) == house.participants[0]


def test_once_cut_off_nothing_of_the_roster_stays(house: House) -> None:
    copied = {"unit": "Ward nine", "role": "Nurse", "site": "Site nine", "language": "en"}
    Participant.objects.filter(pk=house.participants[0].pk).update(**copied)
    cut_off(participant=Participant.objects.get(pk=house.participants[0].pk))
    kept = Participant.objects.filter(pk=house.participants[0].pk).values(*copied).get()
    assert set(kept.values()) == {""}


def test_once_cut_off_not_even_the_key_leads_there(house: House) -> None:
    before = house.participants[0]
    said = said_and_open(house)
    cut_off(participant=before)
    assert queries.participant_of(house.members[0], house.engagement) is None
    again = actions.join(engagement=house.engagement, member=house.members[0])
    assert again.pk != before.pk
    assert Participant.objects.get(pk=before.pk).unit == ""
    assert Statement.objects.get(pk=said.pk).author_id == before.pk


def test_the_log_of_taking_back_names_nobody(house: House) -> None:
    said = said_and_open(house)
    withdraw_statement(participant=house.participants[0], statement=said)
    cut_off(participant=house.participants[0])
    kinds = ("votes_withdrawn", "statement_withdrawn", "participant_left", "participant_cut_off")
    payloads = Event.objects.filter(kind__in=kinds).values_list("payload", flat=True)
    assert {key for payload in payloads for key in payload} == {"participant", "statement"}
    assert {payload["participant"] for payload in payloads} == {house.participants[0].pk}


def test_withdrawn_words_leave_the_page_of_own_words_to_their_author_only(house: House, client: Client) -> None:
    said = said_and_open(house)
    withdraw_statement(participant=house.participants[0], statement=said)
    client.force_login(house.members[0])
    assert "withdrawn by you" in client.get("/e/back-and-forth/mine/").content.decode()
