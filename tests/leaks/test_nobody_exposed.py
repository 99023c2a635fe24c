"""No way leads from a statement or a vote to its author: on no page, in no file, mail, log or session, for nobody."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone

from leaks import finding, planted, seen
from leaks.world import SLOTS, World, build, draw_numbers_again
from sayso.engagements.queries import kept_weights
from sayso.engagements.saying.remembered import forget_all

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class NotByChance(random.Random):
    """In place of the system's chance, so that two worlds draw the same cards."""

    def __init__(self) -> None:
        super().__init__(1)


NOW = timezone.now()


@pytest.fixture(autouse=True)
def same_chance_and_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards are drawn alike in each world, and no clock tells two worlds apart."""
    monkeypatch.setattr("secrets.SystemRandom", NotByChance)
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@contextmanager
def a_world(**how: Any) -> Iterator[tuple[World, list[str]]]:
    """A world and the log that is being written in it; taken back afterwards."""
    mail.outbox.clear()
    kept_weights.cache_clear()  # rows of another world bear the same numbers
    forget_all()
    caches["pages"].clear()
    with seen.listening() as log, transaction.atomic():
        try:
            yield build(**how), log
        finally:
            draw_numbers_again()
            transaction.set_rollback(True)


def pages_of(only: str = "", **how: Any) -> list[seen.Seen]:
    with a_world(**how) as (world, _):
        return list(seen.pages(world, only))


@pytest.fixture(scope="module")
def looks() -> dict[str, list[seen.Seen]]:
    """What the pages of the world look like, walked once and laid beside each other world."""
    return {}


def test_nobody_sees_who_said_or_answered_what(looks: dict[str, list[seen.Seen]]) -> None:
    with a_world() as (world, log):
        things = list(finding.everything(world, log))
        looks["as it is"] = seen.by_onlookers(world, things)
        assert list(finding.leaks(world, things)) == []
    shown = [thing for thing in looks["as it is"] if thing.text.startswith("200")]
    assert {(thing.by, thing.what) for thing in shown} >= SHOWN
    assert sum(finding.speaks(thing.text) for thing in shown) > 30, "there was something to be found"


# Each of the onlookers is in, and sees what is theirs to see.
SHOWN = {
    ("lead", "get /e/silent/inbox/"),
    ("ambassador", "get /e/silent/mine/"),
    ("another member", "get /api/e/silent/snapshot"),
    ("a guest", "get /e/silent/say/"),
    ("a kiosk, and nobody at it", "get /e/silent/kiosk/"),
    ("another member at a kiosk", "get /e/silent/mine/"),
    ("a guest at a kiosk", "get /e/silent/cards/"),
    ("another member in a frame", "get /e/silent/embed/"),
    ("a directory", "get /scim/v2/Users"),
    ("a directory", "post /scim/v2/Groups/.search"),
}

# The same things said and answered in the same order: by others, of the same and of other small units, and another one
# never came; or only said by others, who answered nothing in either world.
SWAPS = {
    "others did everything": {"who": (*range(1, 10), 0, *range(11, len(SLOTS)), 10)},
    "others said it": {"authors": (2, 1, 4, 3, 6, 5, 7, 0)},
}


@pytest.mark.parametrize("swap", SWAPS)
def test_the_world_looks_the_same_whoever_did_it(swap: str, looks: dict[str, list[seen.Seen]]) -> None:
    one = looks.get("as it is") or looks.setdefault("as it is", pages_of())
    assert finding.differences(one, pages_of(**SWAPS[swap])) == []


@pytest.mark.parametrize("leak", planted.LEAKS)
def test_a_planted_leak_is_found_by_its_own_trace(leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    it = planted.LEAKS[leak]
    with monkeypatch.context() as patch:
        it.put(patch)
        with a_world() as (world, log):
            things = list(seen.pages(world, it.at) if it.at else finding.beside_pages(world, log))
            found = list(finding.leaks(world, things))
        if it.swap:
            assert found == [], "no trace leads to anybody; only two worlds side by side do"
            found = finding.differences(things, pages_of(it.at, **SWAPS[it.swap]))
    Path(settings.DATA_DIR, "said.txt").unlink(missing_ok=True)
    assert found, "it is not found"
    assert [line for line in found if not re.search(it.trace, line, re.DOTALL)] == []
