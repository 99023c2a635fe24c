"""Words that their author withdrew are in no published list, whether figures move or stand still."""

from __future__ import annotations

import copy
import json

import pytest

from hand_made import hand_made_snapshot
from sayso.publication.snapshots import publish


@pytest.mark.parametrize("is_moving", [True, False])
def test_a_statement_that_is_in_no_body_any_more_is_in_no_list(is_moving: bool) -> None:
    body = hand_made_snapshot()
    told = publish(body)
    gone = next(s for s in body["statements"] if s["statement_id"] in told["common_ground"])
    key = gone["statement_id"]
    point = {"text": gone["text"], "statement_ids": [key, "2"], "share": 0.5, "share_low": 0.4, "share_high": 0.6}
    told["key_points"] = [*told["key_points"], point]
    told["bold_views"] = [*told["bold_views"], {"statement_id": key, "holders": 9}]
    without = copy.deepcopy(body)
    without["statements"] = [s for s in without["statements"] if s["statement_id"] != key]
    for name in ("common_ground", "divisive"):
        without[name] = [other for other in without[name] if other != key]
    without["bold_views"] = [item for item in without["bold_views"] if item["statement_id"] != key]
    without["key_points"] = []
    for group in without["groups"]:
        group["representative"] = [item for item in group["representative"] if item["statement_id"] != key]
    for statement in without["statements"]:
        statement["duplicates_of"] = None
    without["n_votes"] += 100 if is_moving else 0
    again = publish(without, told)
    assert gone["text"] not in json.dumps(again, ensure_ascii=False)
    assert f'"{key}"' not in json.dumps(again["statements"] + again["groups"] + again["key_points"])
    assert key not in again["common_ground"] + again["divisive"]
    assert [item for item in again["bold_views"] if item["statement_id"] == key] == []
