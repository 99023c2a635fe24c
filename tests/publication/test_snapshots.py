"""What may be told of a snapshot: planted leaks, each of which must be closed."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import hand_made_snapshot
from sayso.publication.cells import cells_to_hide, is_safe_step
from sayso.publication.snapshots import publish

LEAST = 5


def with_counts(statement: dict[str, Any], cells: dict[int, tuple[int, int]], rest: tuple[int, int] = (0, 0)) -> None:
    """Write counts (seen, agreeing) by group into a statement, and what follows from them."""
    statement["by_group"] = [
        {"group": g, "seen": seen, "agree": yes / seen if seen else None, "agree_low": 0.0, "agree_high": 1.0}
        for g, (seen, yes) in cells.items()
    ]
    seen = sum(count for count, _ in cells.values()) + rest[0]
    yes = sum(count for _, count in cells.values()) + rest[1]
    statement.update(seen=seen, n_agree=yes, n_pass=0, n_disagree=seen - yes, agree=yes / seen if seen else None)


def counted(body: dict[str, Any]) -> dict[str, Any]:
    body["n_votes"] = sum(statement["seen"] for statement in body["statements"])
    return body


def row(published: dict[str, Any], number: int) -> dict[str, Any]:
    key = str(number + 1)
    return next(statement for statement in published["statements"] if statement["statement_id"] == key)


def cells(statement: dict[str, Any]) -> list[int | None]:
    return [cell["seen"] for cell in statement["by_group"]]


def test_a_large_enough_snapshot_is_told_as_it_is() -> None:
    body = hand_made_snapshot()
    published = publish(body)
    assert row(published, 0)["agree"] == body["statements"][0]["agree"]
    assert published["common_ground"] == list(body["common_ground"])
    assert published["divisive"] == body["divisive"]
    assert published["groups"] == body["groups"]
    assert published["map"] == body["map"]


def test_the_body_is_not_changed() -> None:
    body = hand_made_snapshot()
    before = copy.deepcopy(body)
    publish(body, publish(body))
    assert body == before


def test_a_statement_with_four_votes_is_not_yet_known() -> None:
    body = hand_made_snapshot()
    with_counts(body["statements"][0], {0: (2, 2), 1: (2, 0)})
    told = row(publish(counted(body)), 0)
    figures = {"seen", "n_agree", "n_pass", "n_disagree", "agree", "agree_low", "disagree", "divisiveness", "x"}
    assert {told[name] for name in figures} == {None}
    assert cells(told) == [None, None]
    assert told["text"] == body["statements"][0]["text"]


def test_a_statement_not_yet_known_is_in_no_list() -> None:
    body = hand_made_snapshot()
    with_counts(body["statements"][0], {0: (4, 4), 1: (0, 0)})
    with_counts(body["statements"][4], {0: (4, 4), 1: (0, 0)})
    published = publish(counted(body))
    listed = {item["statement_id"] for group in published["groups"] for item in group["representative"]}
    assert "1" not in published["common_ground"]
    assert "5" not in published["divisive"]
    assert "5" not in listed


def test_no_total_gives_away_a_hidden_statement() -> None:
    body = hand_made_snapshot()
    with_counts(body["statements"][3], {0: (3, 3), 1: (0, 0)})
    published = publish(counted(body))
    assert [published[name] for name in ("n_agree", "n_pass", "n_disagree", "input_digest")] == [None] * 4
    assert published["n_votes"] % 5 == 0


def test_one_small_cell_takes_the_next_smallest_with_it() -> None:
    body = hand_made_snapshot()
    with_counts(body["statements"][0], {0: (60, 50), 1: (3, 0)})
    assert cells(row(publish(counted(body)), 0)) == [None, None]


def test_of_three_groups_only_the_next_smallest_goes() -> None:
    assert cells_to_hide({0: 60, 1: 3, 2: 20}, 83, LEAST) == {1, 2}


def test_a_small_cell_may_hide_among_the_unplaced() -> None:
    assert cells_to_hide({0: 60, 1: 3}, 80, LEAST) == {1}


def test_few_unplaced_are_not_found_by_taking_groups_from_the_total() -> None:
    body = hand_made_snapshot()
    with_counts(body["statements"][0], {0: (60, 50), 1: (40, 30)}, rest=(2, 2))
    assert cells(row(publish(counted(body)), 0)) == [60, None]


def test_an_empty_cell_tells_of_nobody() -> None:
    assert cells_to_hide({0: 60, 1: 0}, 60, LEAST) == set()


def test_two_hidden_cells_are_not_told_when_together_they_are_few() -> None:
    assert cells_to_hide({0: 60, 1: 1, 2: 2, 3: 9}, 72, LEAST) == {1, 2, 3}


@given(
    counts=st.dictionaries(st.integers(0, 6), st.integers(0, 30), max_size=6),
    rest=st.integers(0, 20),
    least=st.integers(5, 12),
)
def test_nothing_small_can_ever_be_worked_out(counts: dict[int, int], rest: int, least: int) -> None:
    whole = sum(counts.values()) + rest
    if whole < least:
        return
    visible = {cell: count for cell, count in counts.items() if cell not in cells_to_hide(counts, whole, least)}
    assert all(count == 0 or count >= least for count in visible.values())
    derivable = whole - sum(visible.values())
    assert derivable == 0 or derivable >= least


def test_a_group_of_nine_is_shown_without_words() -> None:
    body = hand_made_snapshot()
    body["groups"][0]["size"] = 9
    first, second = publish(body)["groups"]
    assert first["size"] == 9
    assert first["representative"] == []
    assert second["representative"]


def test_a_group_of_four_is_not_shown_nor_found() -> None:
    body = hand_made_snapshot()
    body["groups"].append({**copy.deepcopy(body["groups"][1]), "id": 2, "label": "C", "size": 4})
    for statement in body["statements"]:
        statement["by_group"].append(
            {"group": 2, "seen": 4, "agree": 0.5, "agree_low": 0.1, "agree_high": 0.9},
        )
        statement["seen"] += 4
    body["map"]["points"][0]["group"] = 2
    published = publish(counted(body))
    small = published["groups"][2]
    assert (small["size"], small["share"], small["x"], small["representative"]) == (None, None, None, [])
    assert all(statement["by_group"][2]["seen"] is None for statement in published["statements"])
    # The next smallest goes with it: sizes would give it away otherwise.
    assert published["groups"][1]["size"] is None
    assert {point["group"] for point in published["map"]["points"]} <= {-1, 0}


def test_the_map_needs_ten() -> None:
    body = hand_made_snapshot()
    body["map"]["points"] = body["map"]["points"][:9]
    assert publish(body)["map"] == {"n_shown": None, "explained": [], "points": []}


def test_words_turned_down_are_nowhere() -> None:
    body = hand_made_snapshot()
    body["statements"][0]["rejected"] = True
    body["statements"][11]["duplicates_of"] = "1"
    words = body["statements"][0]["text"]
    published = publish(body)
    assert words not in json.dumps(published, ensure_ascii=False)
    assert "1" not in published["common_ground"]
    assert row(published, 11)["duplicates_of"] is None


def test_words_turned_down_go_at_once_even_when_figures_stay() -> None:
    body = hand_made_snapshot()
    first = publish(body)
    body["statements"][0]["rejected"] = True
    second = publish(body, first)
    assert body["statements"][0]["text"] not in json.dumps(second, ensure_ascii=False)
    assert row(second, 1) == row(first, 1)


def test_a_bold_view_of_four_is_not_told() -> None:
    body = hand_made_snapshot()
    body["bold_views"][0]["holders"] = 4
    assert publish(body)["bold_views"] == []


def test_a_representative_share_is_hidden_with_its_cell() -> None:
    body = hand_made_snapshot()
    with_counts(body["statements"][4], {0: (60, 50), 1: (3, 0)})
    body["groups"][0]["representative"][0].update(seen=60)
    body["groups"][1]["representative"][0].update(seen=3)
    for group in publish(counted(body))["groups"]:
        item = next(item for item in group["representative"] if item["statement_id"] == "5")
        assert [item[name] for name in ("share", "share_low", "elsewhere", "seen")] == [None] * 4


# One snapshot after another


def grown(body: dict[str, Any], number: int, group: int, n_new: int) -> dict[str, Any]:
    """The body after `n_new` more people of a group agreed with one statement."""
    later = copy.deepcopy(body)
    statement = later["statements"][number]
    counts = {
        cell["group"]: (
            cell["seen"] + n_new * (cell["group"] == group),
            round(cell["agree"] * cell["seen"]) + n_new * (cell["group"] == group),
        )
        for cell in statement["by_group"]
    }
    with_counts(statement, counts)
    return counted(later)


def busy(body: dict[str, Any], but: int) -> dict[str, Any]:
    """Many new votes on every statement but one, so that the snapshot as a whole has moved."""
    for number in range(len(body["statements"])):
        if number != but:
            for group in (0, 1):
                body = grown(body, number, group, 10)
    return body


@pytest.mark.parametrize("n_new", [1, 2, 3, 4])
def test_fewer_than_five_new_votes_do_not_move_a_statement(n_new: int) -> None:
    body = counted(hand_made_snapshot())
    first = publish(body)
    second = publish(busy(grown(body, 0, 0, n_new), but=0), first)
    assert row(second, 0) == row(first, 0)
    assert row(second, 1) != row(first, 1)


def test_five_new_votes_in_each_group_move_it() -> None:
    body = counted(hand_made_snapshot())
    later = busy(grown(grown(body, 0, 0, 5), 0, 1, 5), but=0)
    second = publish(later, publish(body))
    assert row(second, 0)["seen"] == later["statements"][0]["seen"]
    assert cells(row(second, 0)) == [cell["seen"] for cell in later["statements"][0]["by_group"]]


def test_one_new_vote_of_a_group_is_not_found_among_five_of_the_other() -> None:
    body = counted(hand_made_snapshot())
    first = publish(body)
    second = publish(busy(grown(grown(body, 0, 0, 1), 0, 1, 5), but=0), first)
    assert row(second, 0)["seen"] == row(first, 0)["seen"] + 6
    assert row(second, 0)["by_group"] == row(first, 0)["by_group"]


def test_votes_add_up_over_several_snapshots() -> None:
    body = counted(hand_made_snapshot())
    published = publish(body)
    for step in range(1, 6):
        body = busy(grown(body, 0, 0, 1), but=0)
        published = publish(body, published)
        moved = row(published, 0)["seen"] - hand_made_snapshot()["statements"][0]["seen"]
        assert moved == (5 if step == 5 else 0)


def test_the_map_and_groups_stand_still_while_little_is_new() -> None:
    body = counted(hand_made_snapshot())
    first = publish(body)
    later = grown(body, 0, 0, 4)
    later["map"]["points"][0]["x"] += 0.5
    later["groups"][0]["size"] += 1
    second = publish(later, first)
    assert second["map"] == first["map"]
    assert second["groups"] == first["groups"]
    assert second["last_event"] == first["last_event"]


@pytest.mark.parametrize(("n_new", "moves"), [(0, True), (1, False), (4, False), (5, True)])
def test_the_mark_of_one_newcomer_is_not_found_on_the_next_map(n_new: int, moves: bool) -> None:
    body = counted(hand_made_snapshot())
    first = publish(body)
    later = busy(busy(body, but=0), but=0)
    later["map"]["points"] += [{"x": 9.0, "y": 9.0, "sd": 0.1, "group": -1}] * n_new
    later["n_placed"] += n_new
    later["n_participants"] += n_new
    second = publish(later, first)
    assert (second["map"] == later["map"]) == moves
    assert (row(second, 1) != row(first, 1)) == moves
    assert second["n_participants"] == (later if moves else first)["n_participants"]


def test_while_no_map_is_told_newcomers_do_not_hold_the_figures_back() -> None:
    body = counted(hand_made_snapshot())
    body["map"]["points"] = []
    body["n_placed"] = 2
    later = busy(body, but=0)
    later["n_placed"] = 6
    assert row(publish(later, publish(body)), 1) != row(publish(body), 1)


def test_a_list_changes_only_with_the_figures_behind_it() -> None:
    body = counted(hand_made_snapshot())
    first = publish(body)
    later = busy(grown(body, 0, 0, 1), but=0)
    later["common_ground"].remove("1")
    assert "1" in publish(later, first)["common_ground"]


def test_when_groups_change_letters_old_cells_follow_them() -> None:
    body = counted(hand_made_snapshot())
    first = publish(body)
    later = busy(body, but=0)
    for statement in later["statements"]:
        one, two = statement["by_group"]
        statement["by_group"] = [{**two, "group": 0}, {**one, "group": 1}]
    second = publish(later, first)
    assert cells(row(second, 0)) == cells(row(first, 0))[::-1]
    assert row(second, 0)["agree"] == row(first, 0)["agree"]


def test_when_groups_are_others_no_old_cell_stands_under_a_new_letter() -> None:
    body = counted(hand_made_snapshot())
    first = publish(body)
    later = busy(body, but=0)
    for statement in later["statements"]:
        one, two = statement["by_group"]
        with_counts(statement, {0: (one["seen"], one["seen"]), 1: (two["seen"], 0)})
    second = publish(counted(later), first)
    assert cells(row(second, 0)) == [None, None]
    assert row(second, 0)["agree"] == row(first, 0)["agree"]


def test_groups_that_vanish_for_a_while_do_not_open_a_gap() -> None:
    body = counted(hand_made_snapshot())
    first = publish(body)
    without = busy(grown(body, 0, 1, 5), but=0)
    groups, without["groups"] = without["groups"], []
    saved = [statement.pop("by_group") for statement in without["statements"]]
    for statement in without["statements"]:
        statement["by_group"] = []
    second = publish(without, first)
    assert row(second, 0)["by_group"] == []
    for statement, old in zip(without["statements"], saved, strict=True):
        statement["by_group"] = old
    again = busy(grown(grown({**without, "groups": groups}, 0, 0, 1), 0, 1, 5), but=0)
    assert cells(row(publish(again, second), 0)) == cells(row(first, 0))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), n_groups=st.integers(1, 3))
def test_no_attacker_finds_fewer_than_five_votes_by_subtraction(seed: int, n_groups: int) -> None:
    """Random votes in random portions; every figure told is compared with every other that it can be taken from."""
    rng = random.Random(seed)
    group_of = [rng.choice([*range(n_groups), -1]) for _ in range(60)]
    votes: dict[tuple[int, int], int] = {}
    published: dict[str, Any] | None = None
    for _ in range(12):
        for _ in range(rng.choice([1, 3, 8, 40])):
            person, about = rng.randrange(60), rng.randrange(3)
            # Groups answer unlike each other, as groups do; one in ten does not.
            votes[person, about] = int((group_of[person] == about) != (rng.random() < 0.1))
        later = publish(_body_of(votes, group_of, n_groups), published)
        for number in range(3):
            _attack(row(later, number), None if published is None else row(published, number))
        published = later


def _body_of(votes: dict[tuple[int, int], int], group_of: list[int], n_groups: int) -> dict[str, Any]:
    body = hand_made_snapshot()
    body["statements"] = body["statements"][:3]
    body["common_ground"], body["divisive"], body["bold_views"] = [], [], []
    body["groups"] = [{**body["groups"][0], "id": g, "label": "ABC"[g], "representative": []} for g in range(n_groups)]
    for number, statement in enumerate(body["statements"]):
        count = {g: [0, 0] for g in range(-1, n_groups)}
        for (person, about), stance in votes.items():
            if about == number:
                count[group_of[person]][0] += 1
                count[group_of[person]][1] += stance
        rest = count.pop(-1)
        with_counts(statement, {g: (seen, yes) for g, (seen, yes) in count.items()}, (rest[0], rest[1]))
    return counted(body)


def _attack(now: dict[str, Any], then: dict[str, Any] | None) -> None:
    def is_safe(n_people: int) -> bool:
        return n_people == 0 or abs(n_people) >= LEAST

    visible = {cell["group"]: cell["seen"] for cell in now["by_group"] if cell["seen"] is not None}
    assert now["seen"] is None or now["seen"] >= LEAST
    assert all(map(is_safe, visible.values()))
    if now["groups_seen"] is not None:
        assert is_safe(now["groups_seen"] - sum(visible.values()))
    if then is None or then["seen"] is None or now["seen"] is None:
        return
    assert is_safe(now["seen"] - then["seen"])
    before = {cell["group"]: cell["seen"] for cell in then["by_group"] if cell["seen"] is not None}
    both = visible.keys() & before.keys()
    assert all(is_safe(visible[group] - before[group]) for group in both)
    if then["groups_seen"] is not None and now["groups_seen"] is not None:
        others_now = now["groups_seen"] - sum(visible[group] for group in both)
        others_then = then["groups_seen"] - sum(before[group] for group in both)
        assert is_safe(others_now - others_then)


def test_a_step_of_a_hidden_cell_is_taken_together_with_the_rest() -> None:
    assert is_safe_step({0: 40, 1: None}, 60, {0: 40, 1: None}, 65, LEAST)
    assert not is_safe_step({0: 40, 1: 20}, 60, {0: 40, 1: None}, 62, LEAST)
