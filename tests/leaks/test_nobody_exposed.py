"""No way leads from a statement or a vote to its author: on no page, in no file, mail, log or session, for nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.utils import timezone

from leaks import finding, planted, seen
from leaks.world import SLOTS, World, build, draw_numbers_again

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
    with seen.listening() as log, transaction.atomic():
        try:
            yield build(**how), log
        finally:
            draw_numbers_again()
            transaction.set_rollback(True)


def pages_of(only: str = "", **how: Any) -> list[seen.Seen]:
    with a_world(**how) as (world, _):
        return list(seen.pages(world, only))


def test_nobody_sees_who_said_or_answered_what() -> None:
    with a_world() as (world, log):
        things = list(finding.everything(world, log))
        assert list(finding.leaks(world, things)) == []
    shown = [thing for thing in things if thing.what.startswith("get") and thing.text.startswith("200")]
    assert {("lead", "get /e/silent/inbox/"), ("another member", "get /api/e/silent/snapshot")} <= {
        (thing.by, thing.what) for thing in shown
    }
    assert sum(finding.speaks(thing.text) for thing in shown) > 30, "there was something to be found"


# The same things said and answered in the same order: by others, of the same and of other small units; or only said
# by others, who answered nothing in either world.
SWAPS = {
    "others did everything": {"who": (*range(1, 10), 0, *range(11, len(SLOTS)), 10)},
    "others said it": {"authors": (2, 1, 4, 3, 6, 5, 7, 0)},
}


@pytest.fixture(scope="module")
def looks() -> dict[str, list[seen.Seen]]:
    """What the world looks like, kept for both comparisons."""
    return {}


@pytest.mark.parametrize("swap", SWAPS)
def test_the_world_looks_the_same_whoever_did_it(swap: str, looks: dict[str, list[seen.Seen]]) -> None:
    one = looks.setdefault("as it is", pages_of())
    assert finding.differences(one, pages_of(**SWAPS[swap])) == []


@pytest.mark.parametrize("leak", planted.LEAKS)
def test_a_planted_leak_is_found(leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        planted.LEAKS[leak](patch)
        if only := planted.SHOWN_BY_COMPARISON.get(leak):
            found = finding.differences(pages_of(only), pages_of(only, **SWAPS["others said it"]))
        else:
            with a_world() as (world, log):
                found = list(islice(finding.leaks(world, finding.everything(world, log)), 1))
    Path(settings.DATA_DIR, "said.txt").unlink(missing_ok=True)
    assert found != []
