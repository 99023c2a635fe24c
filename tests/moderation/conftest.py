"""A house with three members, the first of whom leads, and something of theirs that waits to be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements.actions import say_statement
from sayso.engagements.models import RoleName, Statement
from sayso.engagements.roles.actions import grant_role
from sayso.members.models import Member


def browser_of(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def led(db: None) -> House:
    """Six people, three statements of the organisers; person 0 leads, person 1 moderates."""
    house = open_house(people=6, statements=3)
    grant_role(engagement=house.engagement, member=house.members[0], name=RoleName.LEAD)
    grant_role(engagement=house.engagement, member=house.members[1], name=RoleName.MODERATOR)
    return house


@pytest.fixture
def as_person(led: House) -> Callable[[int], Client]:
    return lambda person: browser_of(led.members[person])


@pytest.fixture
def say(led: House) -> Callable[..., Statement]:
    def said(person: int, text: str) -> Statement:
        return say_statement(participant=led.participants[person], topic=led.topic, text=text)

    return said
