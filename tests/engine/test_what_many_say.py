"""Key points of a whole conversation: whose words count, topic by topic, and what a snapshot tells of them."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.engine.conversation import Conversation
from sayso.engine.distil import distil
from sayso.engine.findings import Settings
from sayso.engine.votes import VoteMatrix
from sayso.engine.what_many_say import what_many_say, with_meaning

LUNCH = ["Lunch is too dear."] * 6 + ["Lunch is much too dear."] * 2
PARKING = ["Too few places to park."] * 4
OTHERS = [
    "The lift is slow.",
    "My chair hurts.",
    "We meet too often.",
    "Nobody asked me.",
    "More light, please.",
    "So cold!",
]
SAID = [*LUNCH, *PARKING, *OTHERS]
WORDS = Settings(meaning="words")


def conversation(texts=SAID, *, topics=None, is_seed=None, rejected=None, author=None) -> Conversation:
    n = len(texts)
    people = np.arange(n)
    return Conversation(
        VoteMatrix.from_arrays(people, people, np.ones(n, dtype=int), n_participants=n, n_statements=n),
        tuple(map(str, people)),
        tuple(f"s{j}" for j in people),
        tuple(texts),
        tuple(topics or [""] * n),
        np.zeros(n, dtype=bool) if is_seed is None else is_seed,
        np.zeros(n, dtype=bool) if rejected is None else rejected,
        people if author is None else author,
        "",
        "",
        None,
    )


def test_a_snapshot_tells_what_many_say_and_what_it_was_made_with():
    snapshot = distil(conversation(), seed=1, settings=WORDS).snapshot
    lunch = snapshot["key_points"][0]
    assert lunch["text"] in LUNCH
    assert sorted(lunch["statement_ids"]) == [f"s{j}" for j in range(8)]
    assert lunch["share"] == round(8 / len(SAID), 2)
    assert lunch["share_low"] <= lunch["share"] <= lunch["share_high"]
    assert snapshot["settings"]["meaning"] == "words"
    assert "words_only" in {warning["code"] for warning in snapshot["warnings"]}


def test_auto_is_never_written_down():
    assert with_meaning(Settings()).meaning in ("words", "encoder")


def test_what_fewer_than_five_people_say_is_not_what_many_say():
    """However often they say it; and being listed with so few would point at them."""
    all_different = {point.text for point in what_many_say(conversation(), WORDS)}
    one_wrote_all = what_many_say(conversation(author=np.array([*[0] * 8, *range(1, 11)])), WORDS)
    assert len(all_different) == 1
    assert all_different <= set(LUNCH)
    assert one_wrote_all == []


@pytest.mark.parametrize("flag", ["is_seed", "rejected"])
def test_seeds_and_what_was_turned_down_are_nobodys_key_point(flag):
    left_out = np.array([text in LUNCH for text in SAID])
    for point in what_many_say(conversation(**{flag: left_out}), WORDS):
        assert point.text not in LUNCH
        assert not set(point.statements) & set(np.flatnonzero(left_out).tolist())


def test_topics_are_read_apart_and_small_ones_not_at_all():
    topics = ["food"] * 8 + ["cars"] * 4 + ["food"] * 6
    found = what_many_say(conversation(topics=topics), WORDS)
    assert {topics[j] for point in found for j in point.statements} == {"food"}


def test_nothing_said_is_no_trouble():
    assert what_many_say(conversation([]), WORDS) == []
    assert what_many_say(conversation([""] * 12), WORDS) == []
