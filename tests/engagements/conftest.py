"""A house with three members, the first of whom leads; and browsers without JavaScript for each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements.models import RoleName
from sayso.engagements.roles.actions import grant_role
from sayso.members.models import Member


def browser_of(member: Member) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.force_login(member)
    return client


@pytest.fixture
def led(db: None) -> House:
    """Three people, three statements of the organisers; person 0 is the lead."""
    house = open_house(people=3, statements=3)
    grant_role(engagement=house.engagement, member=house.members[0], name=RoleName.LEAD)
    return house


@pytest.fixture
def as_person(led: House) -> Callable[[int], Client]:
    return lambda person: browser_of(led.members[person])


@pytest.fixture
def stranger(db: None) -> Client:
    """Signed in, of another organisation."""
    return browser_of(open_house("elsewhere", people=1).members[0])
