"""Key points by group and unit, from one snapshot to the next: planted leaks, each of which must be closed."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import hand_made_snapshot
from sayso.publication.snapshots import publish, without_memory


def later(body: dict[str, Any], *, groups: tuple[int, ...] = (), units: tuple[int, ...] = (), rest: int = 0) -> Any:
    """A body with so many more writers in each part, and enough votes that it may move."""
    now = copy.deepcopy(body)
    now["n_votes"] += 100
    topic = now["spoke"][0]
    topic["people"] += sum(groups or units) + rest
    for kind, more in (("by_group", groups), ("by_unit", units)):
        for cell, n in zip(topic[kind], more, strict=False):
            cell["people"] += n
        for cell, n in zip(now["key_points"][0][kind], more, strict=False):
            cell["people"] += n
            cell["share"] = 0.5
    return now


def people(point: dict[str, Any], kind: str) -> list[int]:
    return [cell["people"] for cell in point[kind]]


def test_large_parts_are_told_as_they_are() -> None:
    body = hand_made_snapshot()
    told = publish(body)["key_points"][0]
    assert told["by_group"] == body["key_points"][0]["by_group"]
    assert told["by_unit"] == body["key_points"][0]["by_unit"]


@pytest.mark.parametrize("n", [9, 4, 1])
def test_a_part_of_under_ten_writers_is_not_told_nor_what_would_give_it_away(n: int) -> None:
    body = hand_made_snapshot()
    topic = body["spoke"][0]
    topic["by_unit"][1]["people"] = body["key_points"][0]["by_unit"][1]["people"] = n
    topic["people"] = 45 + n
    topic["by_group"] = []
    assert publish(body)["key_points"][0]["by_unit"] == []
    topic["people"] = 45 + n + 15
    assert people(publish(body)["key_points"][0], "by_unit") == [45], "fifteen in no unit hide them"


def test_a_group_too_small_to_be_told_of_has_no_cell() -> None:
    body = hand_made_snapshot()
    body["groups"][1]["size"] = 4
    assert publish(body)["key_points"][0]["by_group"] == []


def test_a_higher_threshold_for_words_holds_here() -> None:
    body = hand_made_snapshot()
    body["settings"]["min_group_words"] = 35
    assert people(publish(body)["key_points"][0], "by_group") == [40]


@pytest.mark.parametrize(
    ("units", "rest", "moves"),
    [((0, 0), 0, True), ((1, 5), 0, False), ((4, 0), 2, False), ((5, 7), 0, True), ((5, 0), 0, True),
     ((0, 0), 3, False)],
)  # fmt: skip
def test_parts_stand_still_until_enough_came_to_each(units: tuple[int, int], rest: int, moves: bool) -> None:
    first = publish(body := hand_made_snapshot())
    second = publish(later(body, units=units, rest=rest), first)
    before = people(first["key_points"][0], "by_unit")
    after = [n + more for n, more in zip(before, units, strict=True)]
    assert people(second["key_points"][0], "by_unit") == (after if moves else before)


def test_steps_are_counted_from_what_was_told_last_not_from_what_was_counted_last() -> None:
    first = publish(body := hand_made_snapshot())
    body = later(body, units=(3, 0))
    second = publish(body, first)
    third = publish(later(body, units=(3, 0)), second)
    assert people(second["key_points"][0], "by_unit") == [45, 28]
    assert people(third["key_points"][0], "by_unit") == [51, 28]


def test_a_key_point_that_is_new_does_not_tell_the_step_the_others_keep() -> None:
    first = publish(body := hand_made_snapshot())
    now = later(body, units=(1, 0))
    new = {
        **copy.deepcopy(now["key_points"][0]),
        "text": "Something else",
        "statement_ids": ["2", "7", "8", "9", "10", "12"],
    }
    now["key_points"].append(new)
    told = {point["text"]: point for point in publish(now, first)["key_points"]}
    assert told["Something else"]["by_unit"] == [] and told["Something else"]["by_group"] == []


def test_cells_that_went_with_other_groups_are_compared_when_they_come_again() -> None:
    """Two groups, one, two again with one writer more: told, the step would be theirs."""
    first = publish(body := hand_made_snapshot())
    one = later(body)
    one["groups"], one["map"]["points"] = one["groups"][:1], []
    one["spoke"][0]["by_group"] = [{"group": 0, "people": 70}]
    one["key_points"][0]["by_group"] = [{**one["key_points"][0]["by_group"][0], "people": 70}]
    for statement in one["statements"]:
        statement["by_group"] = statement["by_group"][:1]
    second = publish(one, first)
    again = later(body, groups=(1, 0))
    again["n_votes"] += 100
    third = publish(again, second)
    assert third["key_points"][0]["by_group"] == []


def test_others_elsewhere_get_no_memory() -> None:
    told = without_memory(publish(hand_made_snapshot()))
    assert told["spoke"] is None and "told_before" not in json.dumps(told)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(*[st.integers(0, 7)] * 3), min_size=1, max_size=6))
def test_no_two_looks_differ_by_one_to_four_writers(steps: list[tuple[int, int, int]]) -> None:
    body = hand_made_snapshot()
    told = publish(body)
    looks = [told]
    for north, south, rest in steps:
        body = later(body, units=(north, south), rest=rest)
        looks.append(told := publish(body, told))
    for one, other in pairwise(looks):
        before, after = (people(look["key_points"][0], "by_unit") for look in (one, other))
        assert all(now == was or now - was >= 5 for was, now in zip(before, after, strict=True))
