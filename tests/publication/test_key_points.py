"""What may be told of key points: planted leaks, each of which must be closed."""

from __future__ import annotations

import json
from typing import Any

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


def with_themes() -> dict[str, Any]:
    body = hand_made_snapshot()
    texts = [point["text"] for point in body["key_points"]]
    words = [text.split()[-1].strip(".").casefold() for text in texts]
    theme = {"id": 1, "name": ", ".join(words), "topic": "", "key_points": texts, "statement_ids": ["1", "4", "5"]}
    novelty = {"n": 23, "share": 0.3, "share_low": 0.2, "share_high": 0.5, "recent": [["1", True]]}
    return {**body, "themes": [theme], "novelty": novelty}


def test_a_theme_loses_words_and_sources_of_what_is_turned_down() -> None:
    body = with_themes()
    first = publish(body)
    assert first["themes"][0]["key_points"] == [point["text"] for point in body["key_points"]]
    gone = body["key_points"][1]["text"]
    body["statements"][4]["rejected"] = True
    told = publish(body, first)["themes"][0]
    assert gone not in told["key_points"] and gone.split()[-1].strip(".").casefold() not in told["name"].split(", ")
    assert body["statements"][4]["statement_id"] not in told["statement_ids"]


def test_which_statements_came_last_is_told_to_nobody() -> None:
    novelty = publish(with_themes())["novelty"]
    assert novelty["recent"] is None and novelty["n"] == 20 and novelty["share"] == 0.3


@pytest.mark.parametrize("n_votes_more", [0, 100])
def test_what_a_lead_rejects_goes_at_once_and_what_is_reworded_keeps_its_figures(n_votes_more: int) -> None:
    body = hand_made_snapshot()
    first = publish(body)
    one, other = body["key_points"]
    body["n_votes"] += n_votes_more
    body["wishes"]["rejected"] = [[one["topic"], one["text"]], [other["topic"], other["text"]]]
    lead = {"text": "In the lead's words", "is_by_lead": True, "share": 0.5, "share_low": 0.4, "share_high": 0.6}
    body["key_points"] = [{**one, **lead, "statement_ids": one["statement_ids"][:1]}]
    told = publish(body, first)["key_points"]
    assert [point["text"] for point in told] == ["In the lead's words"]
    assert told[0]["share"] == one["share"] and told[0]["statement_ids"] == one["statement_ids"]


def test_two_put_together_have_no_share_until_they_are_counted() -> None:
    body = hand_made_snapshot()
    first = publish(body)
    one, other = body["key_points"]
    body["wishes"]["rejected"] = [[point["topic"], point["text"]] for point in (one, other)]
    every = [*one["statement_ids"], *other["statement_ids"]]
    lead = {"text": "Both", "is_by_lead": True, "share": 0.5, "statement_ids": every, "topic": one["topic"]}
    body["key_points"] = [{**one, **lead}]
    told = publish(body, first)["key_points"]
    assert [(point["text"], point["share"], point["statement_ids"]) for point in told] == [("Both", None, every)]
