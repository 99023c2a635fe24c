"""The charts say in words what they draw, escape what people wrote, and never draw what is not known."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as Tree

import pytest

from hand_made import hand_made_snapshot
from sayso.web.charts.bars import group_bars, stance_bar, stance_picture
from sayso.web.charts.groups import LETTERS, badge, shape_path
from sayso.web.charts.opinion_map import FEWEST_POINTS, opinion_map
from sayso.web.icons import PATHS, icon
from sayso.web.markup import element

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def snapshot() -> dict[str, Any]:
    return hand_made_snapshot()


def parts(markup: str, name: str) -> list[Tree.Element]:
    return list(Tree.fromstring(markup).iter(name))


def test_the_parts_of_a_bar_fill_it() -> None:
    statement = {"agree": 0.5, "agree_low": 0.4, "agree_high": 0.6, "disagree": 0.2, "seen": 40}
    bars = parts(stance_picture(statement), "rect")
    assert [bar.get("width") for bar in bars] == ["50.00%", "30.00%", "20.00%"]
    assert [bar.get("x") for bar in bars] == ["0.00%", "50.00%", "80.00%"]


def test_a_bar_shows_its_interval_and_says_it() -> None:
    statement = {"agree": 0.5, "agree_low": 0.4, "agree_high": 0.6, "disagree": 0.2, "seen": 40}
    drawn = str(stance_bar(statement, 100))
    assert 'x1="40.00%" x2="60.00%"' in drawn
    assert "About half agree (40–60\N{NO-BREAK SPACE}%, 40 of 100 asked)" in drawn
    assert "<title>50 % agree, 30 % pass, 20 % disagree</title>" in drawn.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("seen", [0, 2, None])
def test_what_is_not_known_has_no_bar(seen: int | None) -> None:
    unknown = dict.fromkeys(("agree", "agree_low", "agree_high", "disagree")) | {"seen": seen}
    drawn = str(stance_bar(unknown))
    assert "Not yet known" in drawn
    assert "bar__agree" not in drawn


def test_groups_are_told_apart_by_letter_shape_and_colour(snapshot: dict[str, Any]) -> None:
    drawn = str(group_bars(snapshot["statements"][4], snapshot["groups"]))
    shapes = [path.get("d") for path in parts(drawn, "path")]
    assert len(set(shapes)) == 2
    assert {text.text for text in parts(drawn, "text")} >= {"A", "B"}
    assert "group--0" in drawn
    assert "group--1" in drawn


def test_a_cell_that_may_not_be_told_is_said_so(snapshot: dict[str, Any]) -> None:
    statement = snapshot["statements"][4]
    statement["by_group"][1] |= dict.fromkeys(("seen", "agree", "agree_low", "agree_high"))
    drawn = str(group_bars(statement, snapshot["groups"]))
    assert "too few answers to say" in drawn
    assert "group B: not yet known" in drawn


def test_six_groups_have_six_shapes() -> None:
    assert len({shape_path(group, 0, 0, 10) for group in range(6)}) == 6
    assert all(badge({"id": group, "label": LETTERS[group]}) for group in range(8))


def test_the_map_marks_every_person_and_says_what_the_axes_are_not(snapshot: dict[str, Any]) -> None:
    drawn = str(opinion_map(snapshot))
    marks = [path for path in parts(drawn, "path") if path.get("class", "").startswith("map__dots")]
    assert sum(path.get("d", "").count("M") for path in marks) == len(snapshot["map"]["points"])
    assert "have no meaning of their own" in drawn
    assert "212 people, in groups A and B" in drawn


def test_doubt_is_drawn_wider_for_those_placed_with_less(snapshot: dict[str, Any]) -> None:
    for point in snapshot["map"]["points"]:
        point["sd"] = 0.1
    narrow = max(_haze_widths(opinion_map(snapshot)))
    for point in snapshot["map"]["points"]:
        point["sd"] = 0.4
    assert max(_haze_widths(opinion_map(snapshot))) == pytest.approx(4 * narrow, rel=0.01)


def _haze_widths(drawn: str) -> list[float]:
    return [float(path.get("stroke-width", 0)) for path in parts(drawn, "path") if path.get("stroke-width")]


def test_fewer_than_ten_are_never_plotted(snapshot: dict[str, Any]) -> None:
    snapshot["map"]["points"] = snapshot["map"]["points"][: FEWEST_POINTS - 1]
    drawn = str(opinion_map(snapshot))
    assert "<svg" not in drawn
    assert "So far: 9." in drawn


def test_your_place_is_marked_for_you_alone(snapshot: dict[str, Any]) -> None:
    assert "map__you" not in opinion_map(snapshot)
    drawn = str(opinion_map(snapshot, {"x": 0.8, "y": -0.2, "sd": 0.3, "group": 1}))
    assert ">you</text>" in drawn
    assert "You stand near group B." in drawn
    assert "Only you see where you are" in drawn


def test_people_all_in_one_place_make_a_map_too(snapshot: dict[str, Any]) -> None:
    for point in snapshot["map"]["points"]:
        point |= {"x": 0.0, "y": 0.0, "sd": 0.0}
    Tree.fromstring(opinion_map(snapshot))


def test_a_group_too_small_to_show_is_not_on_the_map(snapshot: dict[str, Any]) -> None:
    snapshot["groups"][1] |= dict.fromkeys(("size", "share", "share_low", "share_high", "x", "y"))
    for point in snapshot["map"]["points"]:
        point["group"] = min(point["group"], 0)
    assert "Group B" not in opinion_map(snapshot)


def test_what_people_wrote_is_never_markup(snapshot: dict[str, Any]) -> None:
    snapshot["groups"][0]["label"] = HOSTILE
    for statement in snapshot["statements"]:
        statement["text"] = HOSTILE
    drawn = f"{opinion_map(snapshot)}{group_bars(snapshot['statements'][4], snapshot['groups'])}"
    assert "<script" not in drawn


def test_the_content_policy_finds_no_inline_style(snapshot: dict[str, Any]) -> None:
    drawn = f"{opinion_map(snapshot)}{stance_bar(snapshot['statements'][0])}"
    assert " style=" not in drawn


@pytest.mark.parametrize("name", sorted(PATHS))
def test_every_icon_is_hidden_from_readers(name: str) -> None:
    drawn = Tree.fromstring(icon(name))
    assert drawn.get("aria-hidden") == "true"


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(KeyError):
        icon("unicorn")


def test_attributes_and_children_are_escaped() -> None:
    assert element("p", "<b>", title='"') == '<p title="&#34;">&lt;b&gt;</p>'


def test_the_maps_key_names_the_marks_of_no_group_only_when_there_are_any(snapshot: dict[str, Any]) -> None:
    points = snapshot["map"]["points"]
    for point in points:
        point["group"] = 0
    assert "Near no group" not in opinion_map(snapshot)
    points[0]["group"] = -1
    assert "Near no group, or too early to tell" in opinion_map(snapshot)
    nobody_in_one = [{**point, "group": -1} for point in points]
    assert "Near no group" not in opinion_map({**snapshot, "groups": [], "map": {"points": nobody_in_one}})
