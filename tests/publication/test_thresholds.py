"""A threshold raised after results stood: what was told of too few is taken back; lowering one opens nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from hand_made import hand_made_snapshot
from sayso.publication.snapshots import publish


def raised(body: dict[str, Any], least: int) -> dict[str, Any]:
    later = copy.deepcopy(body)
    later["settings"]["min_group_scores"] = least
    return later


def small(published: dict[str, Any], least: int) -> list[Any]:
    """Everything told of fewer than `least` people."""
    cells = [cell for row in published["statements"] for cell in row["by_group"]]
    seen = [item["seen"] for item in (*published["statements"], *cells)]
    sizes = [group["size"] for group in published["groups"]] + [item["holders"] for item in published["bold_views"]]
    return [number for number in (*seen, *sizes) if number is not None and number < least]


@pytest.mark.parametrize("has_news", [False, True])
def test_what_was_told_of_too_few_is_taken_back(has_news: bool) -> None:
    body = hand_made_snapshot()
    body["statements"][0].update(seen=7, n_agree=5, n_pass=1, n_disagree=1, by_group=[])
    first = publish(body)
    assert small(first, 60)
    later = raised(body, 60)
    later["n_votes"] += 100 * has_news
    second = publish(later, first)
    assert small(second, 60) == []
    assert second["settings"]["min_group_scores"] == 60
    listed = set(second["common_ground"]) | set(second["divisive"])
    assert listed <= {row["statement_id"] for row in second["statements"] if row["seen"] is not None}


def test_lowering_it_opens_nothing() -> None:
    body = hand_made_snapshot()
    strict = publish(raised(body, 60))
    later = raised(body, 5)
    later["n_votes"] += 100
    for statement in later["statements"]:
        statement["seen"] += 60
    told = publish(later, strict)
    assert told["settings"]["min_group_scores"] == 60
    assert small(told, 60) == []
