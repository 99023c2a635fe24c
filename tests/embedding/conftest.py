"""An engagement whose cards may be shown on one place of elsewhere, and a browser's ways in and out of the frame."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from house import House, open_house
from sayso.embedding.actions import allow_places
from sayso.embedding.frame_session import COOKIE
from sayso.engagements.models import RoleName
from sayso.engagements.roles.actions import grant_role

INTRANET = "https://intranet.example.org"
HERE = "/e/how-we-work/"
FRAME = f"{HERE}embed/"


@pytest.fixture
def house(db: None) -> House:
    """Person 1 leads, person 2 guards the data."""
    made = open_house(people=4, statements=9)
    for person, name in enumerate((RoleName.LEAD, RoleName.GUARDIAN)):
        grant_role(engagement=made.engagement, member=made.members[person], name=name)
    allow_places(engagement=made.engagement, typed=INTRANET, by=made.members[0])
    return made


def signed_in(house: House, person: int) -> Client:
    client = Client()
    client.force_login(house.members[person])
    return client


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def passed(client: Client, here: str = HERE) -> str:
    """The pass that the window hands over to whoever is signed in."""
    page = client.post(f"{here}frame-door/").content.decode()
    found = re.search(r'data-pass="([\w:-]+)"', page)
    assert found
    return found[1]


def enter(frame: Client, given: str) -> Any:
    proof = hidden(frame.get(FRAME).content.decode(), "proof")
    return frame.post(f"{FRAME}enter/", {"pass": given, "proof": proof})


def in_frame(house: House, person: int) -> Client:
    """A browser that holds a frame's session and nothing else, as browsers keep it."""
    frame = Client()
    enter(frame, passed(signed_in(house, person)))
    assert frame.cookies[COOKIE].value
    return frame
