"""Key points of a whole conversation: whose words count, topic by topic, and what a snapshot tells of them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sayso.engine.conversation import Conversation
from sayso.engine.distil import distil
from sayso.engine.earlier import likeness
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
    all_different = {point.text for point in what_many_say(conversation(), WORDS).key_points}
    one_wrote_all = what_many_say(conversation(author=np.array([*[0] * 8, *range(1, 11)])), WORDS).key_points
    assert len(all_different) == 1
    assert all_different <= set(LUNCH)
    assert one_wrote_all == []


@pytest.mark.parametrize("flag", ["is_seed", "rejected"])
def test_seeds_and_what_was_turned_down_are_nobodys_key_point(flag):
    left_out = np.array([text in LUNCH for text in SAID])
    for point in what_many_say(conversation(**{flag: left_out}), WORDS).key_points:
        assert point.text not in LUNCH
        assert not set(point.statements) & set(np.flatnonzero(left_out).tolist())


def test_topics_are_read_apart_and_small_ones_not_at_all():
    topics = ["food"] * 8 + ["cars"] * 4 + ["food"] * 6
    found = what_many_say(conversation(topics=topics), WORDS).key_points
    assert {topics[j] for point in found for j in point.statements} == {"food"}


def test_nothing_said_is_no_trouble():
    assert what_many_say(conversation([]), WORDS).key_points == []
    assert what_many_say(conversation([""] * 12), WORDS).key_points == []


FOUR = [
    *["Lunch is too dear."] * 6,
    *["Lunch portions are too small."] * 6,
    *["Too few places to park."] * 6,
    *["The car park floods when it rains."] * 6,
]


def test_themes_hold_every_key_point_once_and_go_on_when_more_is_said():
    first = distil(conversation(FOUR), seed=1, settings=WORDS).snapshot
    assert first["novelty"] is None, "nothing was there before"
    assert sorted(text for theme in first["themes"] for text in theme["key_points"]) == sorted(
        point["text"] for point in first["key_points"]
    )
    more = [*FOUR, "Lunch is too dear.", "Too few places to park.", "My chair hurts."]
    second = distil(conversation(more), seed=1, settings=WORDS, turned_onto=likeness(first)).snapshot
    assert [(theme["id"], theme["name"]) for theme in second["themes"]] == [
        (theme["id"], theme["name"]) for theme in first["themes"]
    ]
    novelty = second["novelty"]
    assert (novelty["n"], novelty["share"]) == (3, round(1 / 3, 2))
    assert novelty["share_low"] < novelty["share"] < novelty["share_high"]
    assert novelty["recent"] == [["s24", False], ["s25", False], ["s26", True]]


def test_what_is_withdrawn_counts_no_more_as_new():
    first = distil(conversation(FOUR), seed=1, settings=WORDS).snapshot
    more = distil(
        conversation([*FOUR, "My chair hurts."]), seed=1, settings=WORDS, turned_onto=likeness(first)
    ).snapshot
    assert more["novelty"]["n"] == 1
    fewer = distil(conversation(FOUR), seed=1, settings=WORDS, turned_onto=likeness(more)).snapshot
    assert (fewer["novelty"]["n"], fewer["novelty"]["share"]) == (0, None)


def test_a_snapshot_that_follows_another_is_made_again_from_what_it_holds():
    first = distil(conversation(FOUR), seed=1, settings=WORDS).snapshot
    onto = json.loads(json.dumps(likeness(first)))
    made = [distil(conversation([*FOUR, "No."]), seed=1, settings=WORDS, turned_onto=onto).to_json() for _ in range(2)]
    assert made[0] == made[1]
