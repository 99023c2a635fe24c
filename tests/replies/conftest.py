"""A house that talks: a statement is open, some have answered it; lead, sponsor, moderator and guardian are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements import actions
from sayso.engagements.models import Participant, RoleName, Statement
from sayso.engagements.roles.actions import grant_role
from sayso.members.models import Member

LEAD, SPONSOR, MODERATOR, GUARDIAN, AUTHOR, ANN, BOB, SILENT = range(8)
WORDS = "Nobody tells the night shift what was decided."
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


@dataclass
class Talk:
    """The house with its statement; people by what they are."""

    house: House
    statement: Statement

    def who(self, person: int) -> Participant:
        return self.house.participants[person]

    def member(self, person: int) -> Member:
        return self.house.members[person]

    def browser(self, person: int, **how: Any) -> Client:
        client = Client(**how)
        client.force_login(Member.objects.get(pk=self.member(person).pk))
        return client

    @property
    def here(self) -> str:
        return f"/e/{self.house.engagement.slug}/"

    @property
    def page(self) -> str:
        return f"{self.here}statements/{self.statement.pk}/"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """A function that sets the clock."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


@pytest.fixture
def talk(db: None, at: Callable[[datetime], None]) -> Talk:
    """Eight people on a Monday. All but the silent one have answered the author's statement."""
    at(MONDAY)
    house = open_house(people=8, statements=2)
    roles = (RoleName.LEAD, RoleName.SPONSOR, RoleName.MODERATOR, RoleName.GUARDIAN)
    for person, role in enumerate(roles):
        grant_role(engagement=house.engagement, member=house.members[person], name=role)
    said = actions.say_statement(participant=house.participants[AUTHOR], topic=house.topic, text=WORDS)
    actions.publish_statement(statement=said, moderator=house.members[MODERATOR])
    for person in (ANN, BOB):
        actions.cast_vote(participant=house.participants[person], statement=said, stance=1)
    said.refresh_from_db()
    return Talk(house, said)


def tomorrow(days: int = 1) -> datetime:
    return MONDAY + timedelta(days=days)
