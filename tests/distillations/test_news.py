"""Later visits open on what is new; the browser remembers what was seen, and nothing is kept of a visit."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements import actions
from sayso.engagements.models import RoleName
from sayso.engagements.roles.actions import grant_role

pytestmark = pytest.mark.django_db

HERE, NEWS = "/e/how-we-work/", "/e/how-we-work/new/"


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


@pytest.fixture
def house(db: None) -> House:
    return open_house(people=12, statements=8)


def test_the_first_visit_opens_on_the_promise_and_later_ones_on_what_is_new(house: House) -> None:
    client = Client()
    client.force_login(house.members[1])
    assert "Have my say" in words(client.get(HERE))
    house.vote(1, 0, 1)
    assert client.get(HERE)["Location"] == NEWS
    assert "Have my say" in words(client.get(HERE, {"promise": ""}))
    page = words(client.get(NEWS))
    assert "1 new thing<" in page and "7 statements wait" in page


def test_what_was_seen_is_new_no_more(house: House, work: Callable[[], None]) -> None:
    """Two halves part on even statements and share the odd ones: these become common ground."""
    house.everybody_votes()
    own = actions.say_statement(participant=house.participants[1], topic=house.topic, text="Mine, in my words.")
    work()
    client = Client()
    client.force_login(house.members[1])
    page = words(client.get(NEWS))
    assert "We share this now" in page and "Mine, in my words." not in page and "wait for your answer" not in page
    actions.publish_statement(statement=own, moderator=house.members[0])
    other = actions.seed_statements(topic=house.topic, texts=["One more of the organisers."])
    page = words(client.get(NEWS))
    assert "2 new things" in page and "We share this now" not in page
    assert "Mine, in my words." in page and "One statement waits" in page
    actions.cast_vote(participant=house.participants[1], statement=other[0], stance=1)
    assert "Nothing new" in words(client.get(NEWS))
    assert "sayso_seen" in client.cookies and client.cookies["sayso_seen"]["path"] == HERE


def test_whoever_took_part_still_finds_what_they_are_asked_to_do_and_their_duty(house: House) -> None:
    asked, guardian, sponsor = house.members[1:4]
    grant_role(engagement=house.engagement, member=asked, name=RoleName.MODERATOR, is_offer=True)
    grant_role(engagement=house.engagement, member=guardian, name=RoleName.GUARDIAN)
    grant_role(engagement=house.engagement, member=sponsor, name=RoleName.SPONSOR)
    wanted = {1: "Would you be", 2: "Guard the data", 3: "Acknowledge what was said"}
    for person in range(1, 5):
        house.vote(person, 0, 1)
        client = Client()
        client.force_login(house.members[person])
        page = words(client.get(HERE, follow=True))
        assert {number for number, what in wanted.items() if what in page} == {person} & set(wanted)


def test_before_enough_own_answers_no_result_is_new(house: House, work: Callable[[], None]) -> None:
    house.everybody_votes()
    work()
    house.add_people(1)
    house.vote(12, 0, 1)
    client = Client()
    client.force_login(house.members[12])
    assert "We share this now" not in words(client.get(NEWS))


@pytest.mark.parametrize("held", ["", "x", "1" * 400, "7.zz", "0." + "a" * 9999, "99999.deadbeef"])
def test_an_odd_memory_is_no_memory(house: House, held: str) -> None:
    client = Client()
    client.force_login(house.members[1])
    client.cookies["sayso_seen"] = held
    assert "8 statements wait" in words(client.get(NEWS))
