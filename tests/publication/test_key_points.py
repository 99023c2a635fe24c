"""What may be told of key points: planted leaks, each of which must be closed."""

from __future__ import annotations

import json

import pytest

from hand_made import hand_made_snapshot
from sayso.publication.snapshots import publish


def test_key_points_rest_on_words_and_need_no_votes() -> None:
    body = hand_made_snapshot()
    body["statements"][3].update(seen=1, n_agree=1, n_pass=0, n_disagree=0, by_group=[])
    published = publish(body)
    assert published["statements"][3]["seen"] is None
    assert published["key_points"] == body["key_points"]


@pytest.mark.parametrize(("n_new", "moves"), [(0, True), (1, False), (4, False), (5, True)])
def test_whether_an_author_was_listed_already_is_not_found_by_one_more_statement(n_new: int, moves: bool) -> None:
    """Published and the share stays: the author had said it before. So neither list nor share move by one to four."""
    body = hand_made_snapshot()
    first = publish(body)
    body["n_votes"] += 100
    point = body["key_points"][0]
    point.update(share=0.31, text="The same in other words")
    point["statement_ids"] = point["statement_ids"] + [str(number) for number in range(8, 8 + n_new)]
    second = publish(body, first)
    assert second["key_points"][0] == (point if moves else first["key_points"][0])


@pytest.mark.parametrize("n_votes_more", [0, 100])
def test_a_key_point_in_words_turned_down_goes_at_once_and_its_sources_stay_listed_elsewhere(n_votes_more: int) -> None:
    body = hand_made_snapshot()
    first = publish(body)
    body["statements"][0]["rejected"] = True
    body["n_votes"] += n_votes_more
    body["key_points"][0]["text"] = body["statements"][3]["text"]
    first["key_points"].append({**first["key_points"][1], "statement_ids": ["1", "5", "6"]})
    second = publish(body, first)
    assert body["statements"][0]["text"] not in json.dumps(second, ensure_ascii=False)
    assert "1" not in {key for point in second["key_points"] for key in point["statement_ids"]}
