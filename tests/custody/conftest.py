"""A house whose voting is over: people with statements and votes, distilled; and who guards it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from house import House, open_house
from sayso.custody.models import CustodyJob
from sayso.custody.worker import CustodyWorker
from sayso.distillations import actions as distilling
from sayso.distillations import queries as distilled
from sayso.distillations.worker import Worker
from sayso.engagements import actions
from sayso.engagements.models import Engagement, Phase, RoleName
from sayso.engagements.roles.actions import grant_role


def distil() -> None:
    """What the worker does once the news has settled, with the clock put forward."""
    for engagement in distilled.due_engagements(timezone.now() + timedelta(hours=1)):
        distilling.want_distillation(engagement=engagement)
    Worker().run_once()


def follow(**how: Any) -> CustodyWorker:
    """What the worker's room of custody does, without waiting for its moment."""
    CustodyJob.objects.filter(state="waiting").update(lease_until=None)
    worker = CustodyWorker(worker="tests", **how)
    worker.run_once()
    return worker


def close(house: House) -> None:
    Engagement.objects.filter(pk=house.engagement.pk).update(phase=Phase.GATE, closed_at=timezone.now())
    house.engagement.refresh_from_db()


def give_role(house: House, person: int, name: RoleName) -> None:
    grant_role(engagement=house.engagement, member=house.members[person], name=name)


def everybody_speaks(house: House) -> None:
    """One statement each, in the order of the people; published in that order."""
    for number, participant in enumerate(house.participants):
        said = actions.say_statement(participant=participant, topic=house.topic, text=f"Thought {number} of somebody.")
        actions.publish_statement(statement=said, moderator=house.members[0])


@pytest.fixture
def guarded(db: None) -> House:
    """Twelve people, six statements, everybody voted; person 0 leads, person 1 guards."""
    house = open_house(people=12, statements=6)
    give_role(house, 0, RoleName.LEAD)
    give_role(house, 1, RoleName.GUARDIAN)
    house.everybody_votes()
    return house


@pytest.fixture
def closed(guarded: House) -> House:
    distil()
    close(guarded)
    return guarded


@pytest.fixture
def work() -> Callable[[], None]:
    return distil
