"""The index of words that a web process keeps: it finds what is there, follows what comes, and is bounded."""

from __future__ import annotations

from typing import Any

import pytest

from house import House, open_house
from sayso.engagements import actions
from sayso.engagements.actions import publish_statement
from sayso.engagements.saying import remembered as keeping
from sayso.engagements.saying.alike import alike_for, words_of
from sayso.engagements.saying.remembered import Remembered, remembered
from sayso.engagements.withdrawing import withdraw_statement

pytestmark = pytest.mark.django_db

RESTING = "The night shift has no quiet room to rest."


@pytest.fixture
def led(db: None) -> House:
    return open_house(people=6, statements=5)


def opened(house: House, person: int, text: str) -> Any:
    statement = actions.say_statement(participant=house.participants[person], topic=house.topic, text=text)
    publish_statement(statement=statement, moderator=house.members[0])
    statement.refresh_from_db()
    return statement


def test_what_shares_rare_words_comes_before_what_shares_common_ones() -> None:
    index = Remembered(words_of)
    index.add([(number, f"The meeting about number{number} is too long") for number in range(10, 40)])
    index.add([(7, "A quiet meeting room"), (8, "The quiet zebra crossing")])
    assert index.near("Long meeting about a quiet zebra", most=1) == [8]
    assert index.near("Nothing of it", most=3) == [] == index.near("", most=3)


def test_words_that_come_later_are_found_and_what_goes_is_not_shown(led: House) -> None:
    me = led.participants[1]
    assert alike_for(me, "No quiet room for the night shift to rest") == []
    said = opened(led, 2, RESTING)
    assert alike_for(me, "No quiet room for the night shift to rest") == [said]
    assert alike_for(led.participants[2], "No quiet room for the night shift to rest") == [], "one's own"
    withdraw_statement(statement=said, participant=led.participants[2])
    assert alike_for(me, "No quiet room for the night shift to rest") == []


def test_until_all_is_read_the_database_is_searched_and_finds_the_same(led: House, monkeypatch: Any) -> None:
    said = opened(led, 2, RESTING)
    monkeypatch.setattr(keeping, "PORTION", 2)
    n_looks = 0
    while remembered(led.engagement.pk, words_of) is None:
        n_looks += 1
        assert alike_for(led.participants[1], "No quiet room for the night shift to rest") == [said]
    assert n_looks >= 1
    assert alike_for(led.participants[1], "No quiet room for the night shift to rest") == [said]


def test_what_comes_while_it_is_read_is_not_missed(led: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "PORTION", 2)
    assert remembered(led.engagement.pk, words_of) is None
    said = opened(led, 2, RESTING)
    while remembered(led.engagement.pk, words_of) is None:
        pass
    assert alike_for(led.participants[1], "No quiet room for the night shift to rest") == [said]


def test_it_is_bounded_in_statements_and_in_engagements(led: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "MOST_STATEMENTS", 3)
    said = opened(led, 2, RESTING)
    assert remembered(led.engagement.pk, words_of) is None
    assert alike_for(led.participants[1], "No quiet room for the night shift to rest") == [said]
    for number in range(1, 9):
        remembered(10_000 + number, words_of)
    assert len(keeping._kept) == keeping.MOST_KEPT


def test_a_look_at_what_is_known_asks_for_little_and_finds_it(led: House, django_assert_max_num_queries: Any) -> None:
    said = opened(led, 2, RESTING)
    alike_for(led.participants[1], RESTING)
    with django_assert_max_num_queries(4):  # the newest event, what came since, those near, the best of them
        found = alike_for(led.participants[1], RESTING)
    assert found == [said]
