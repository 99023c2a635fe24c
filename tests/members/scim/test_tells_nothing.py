"""A directory learns nothing of who took part or what anybody said; and whom it takes out is out at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from directory import Directory, open_directory
from house import House, open_house
from sayso.engagements import actions
from sayso.engagements.models import Participant
from sayso.members.actions import add_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return open_house(people=6, statements=4)


def all_there_is(directory: Directory) -> str:
    paths = ("ServiceProviderConfig", "ResourceTypes", "Schemas", "Users", "Groups")
    people = [directory.get(f"Users/{one['id']}") for one in directory.get("Users")["Resources"]]
    return json.dumps([*(directory.get(path) for path in paths), *people], sort_keys=True)


def test_saying_and_voting_change_nothing_of_what_it_is_told(house: House) -> None:
    directory = open_directory(house.organisation)
    newcomer = add_member(organisation=house.organisation, full_name="New", email="new@county.example")
    before = all_there_is(directory)
    participant = actions.join(engagement=house.engagement, member=newcomer)
    actions.say_statement(participant=participant, topic=house.topic, text="Open a window.")
    house.everybody_votes()
    assert all_there_is(directory) == before
    assert Participant.objects.exists()
    for participant in house.participants:
        assert participant.pseudonym not in before
    assert "Statement 1" not in before


def test_it_cannot_ask_for_what_it_is_not_told(house: House) -> None:
    directory = open_directory(house.organisation)
    for asked in ("participants pr", 'password sw "p"', "last_login pr", "meta.created pr", "pass_number eq 0"):
        status, body = directory.ask("POST", "Users/.search", {"schemas": [], "filter": asked})
        assert (status, body["scimType"]) == (400, "invalidFilter"), asked


@pytest.mark.parametrize("how", ["deleted", "inactive"])
def test_whom_it_takes_out_is_out_of_an_open_session(house: House, how: str) -> None:
    directory, member = open_directory(house.organisation), house.members[0]
    client = Client()
    client.force_login(member)
    page = f"/e/{house.engagement.slug}/"
    assert client.get(page).status_code == 200
    out: dict[str, Any] = {"op": "replace", "path": "active", "value": False}
    directory.delete(f"Users/u{member.pk}") if how == "deleted" else directory.patch(f"Users/u{member.pk}", out)
    assert client.get(page).status_code == 302
