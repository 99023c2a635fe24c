"""Fixtures of results and what lies behind them: a house with votes, and the worker's work done on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from house import House, open_house


@pytest.fixture
def new_house(db: None) -> Callable[..., House]:
    return open_house


@pytest.fixture
def house(db: None) -> House:
    """Twenty people, eight statements, all voted on."""
    made = open_house(people=20, statements=8)
    made.everybody_votes()
    return made


@pytest.fixture
def work() -> Callable[[], None]:
    """What the worker does once the news has settled, with the clock put forward."""
    from sayso.distillations import actions, queries
    from sayso.distillations.worker import Worker

    def until_done() -> None:
        for engagement in queries.due_engagements(timezone.now() + timedelta(hours=1)):
            actions.want_distillation(engagement=engagement)
        Worker().run_once()

    return until_done


@pytest.fixture
def distilled(house: House, work: Callable[[], None]) -> House:
    """The house after the worker has been."""
    work()
    return house
