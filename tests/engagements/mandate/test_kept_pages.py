"""What results may tell apart: chosen by a lead before the opening, with what is lost; fixed from then on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from house import House, open_house_of_units
from sayso.engagements.models import Phase, RoleName
from sayso.engagements.roles.actions import grant_role

pytestmark = pytest.mark.django_db
KEPT = "/e/how-we-work/kept/"
People = Callable[[int], Client]


@pytest.fixture
def draft(db: None) -> House:
    """Not opened yet: three units on the roster, one of them small."""
    house = open_house_of_units({"North": 14, "South": 12, "West": 3, "East": 2})
    house.engagement.roster_cells.all().delete()
    house.engagement.phase = Phase.MANDATE
    house.engagement.save()
    grant_role(engagement=house.engagement, member=house.members[0], name=RoleName.LEAD)
    return house


def lead_of(house: House) -> Client:
    client = Client()
    client.force_login(house.members[0])
    return client


def test_before_the_opening_the_lead_sees_what_is_lost(draft: House) -> None:
    page = lead_of(draft).get(KEPT).content.decode()
    assert "With the roster as it is today, 31 people:" in page
    assert "2 units can be told apart." in page
    assert "2 small units are told together with the unit above." in page


def test_what_is_ticked_is_kept(draft: House) -> None:
    lead_of(draft).post(KEPT, {"names": ["site", "role"]})
    draft.engagement.refresh_from_db()
    assert draft.engagement.attributes_kept == ["role", "site"]
    lead_of(draft).post(KEPT, {})
    draft.engagement.refresh_from_db()
    assert draft.engagement.attributes_kept == []
    assert "Nothing can be told apart." in lead_of(draft).get(KEPT).content.decode()


def test_after_the_opening_it_is_fixed_and_says_what_was_copied(db: None) -> None:
    house = open_house_of_units({"North": 14, "South": 12})
    grant_role(engagement=house.engagement, member=house.members[0], name=RoleName.LEAD)
    page = lead_of(house).get(KEPT).content.decode()
    assert "26 people. 2 units are told apart" in page and "The fewest who are alike: 12." in page
    reply = lead_of(house).post(KEPT, {"names": ["site"]}, follow=True)
    assert "This is fixed since the opening." in reply.content.decode()
    house.engagement.refresh_from_db()
    assert house.engagement.attributes_kept == ["unit", "role"]


def test_where_nothing_was_copied_that_is_said(led: House, as_person: People) -> None:
    assert "Nothing was copied when this opened." in as_person(0).get(KEPT).content.decode()


def test_only_leads_see_it(led: House, as_person: People) -> None:
    grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.MODERATOR)
    assert as_person(1).get(KEPT).status_code == 404
