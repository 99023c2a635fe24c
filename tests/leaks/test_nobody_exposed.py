"""No way leads from a statement or a vote to its author: on no page, in no file, mail, log or session, for nobody."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction

from leaks import finding, planted, seen
from leaks.world import AUTHORS, SLOTS, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class NotByChance(random.Random):
    """In place of the system's chance, so that two worlds draw the same cards."""

    def __init__(self) -> None:
        super().__init__(1)


@pytest.fixture(autouse=True)
def same_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.SystemRandom", NotByChance)


def look(**how: Any) -> tuple[list[str], list[seen.Seen]]:
    """Build a world, look at everything in it, and take it back."""
    mail.outbox.clear()
    with seen.listening() as log, transaction.atomic():
        world = build(**how)
        things = list(finding.everything(world, log))
        found = finding.leaks(world, things)
        transaction.set_rollback(True)
    return found, things


def test_nobody_sees_who_said_or_answered_what() -> None:
    found, things = look()
    assert found == []
    looked_at = {(thing.by, thing.what) for thing in things}
    shown = [thing for thing in things if thing.what.startswith("get") and thing.text.startswith("200")]
    assert ("lead", "get /e/silent/inbox/") in {(thing.by, thing.what) for thing in shown}
    assert ("another member", "get /api/e/silent/snapshot") in {(thing.by, thing.what) for thing in shown}
    assert len(looked_at) > 400
    assert sum(finding.speaks(thing.text) for thing in shown) > 30, "there was something to be found"


# The same things said and answered in the same order: by others, of the same and of other small units; or only said
# by others, while everybody answered what they answered.
SWAPS = {
    "others did everything": {"who": (*range(1, 10), 0, *range(11, len(SLOTS)), 10)},
    "others said it": {"authors": (*range(1, AUTHORS), 0)},
}


@pytest.mark.parametrize("swap", SWAPS)
def test_the_world_looks_the_same_whoever_did_it(swap: str) -> None:
    _, one = look()
    _, other = look(**SWAPS[swap])
    assert finding.differences(pages(one), pages(other)) == []


def pages(things: list[seen.Seen]) -> list[seen.Seen]:
    return [thing for thing in things if thing.what.startswith(("get", "post"))]


@pytest.mark.parametrize("leak", planted.LEAKS)
def test_a_planted_leak_is_found(leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        planted.LEAKS[leak](patch)
        found, things = look()
        if leak in planted.SHOWN_BY_COMPARISON:
            _, other = look(**SWAPS["others said it"])
            found = finding.differences(pages(things), pages(other))
    for path in Path(settings.DATA_DIR).glob("said.txt"):
        path.unlink()
    assert found != []
