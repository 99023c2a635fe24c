"""The report: what it says, what it hides, and that it stands alone."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sayso.engine
from hand_made import hand_made_snapshot
from sayso.distillations.report import render_report, write_report

HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture
def snapshot() -> dict[str, Any]:
    return hand_made_snapshot()


def words_of(html: str) -> str:
    """The text a reader sees, without style and script, on single spaces."""
    seen: list[str] = []

    class Reader(HTMLParser):
        hidden = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.hidden = tag in {"style", "script"}

        def handle_data(self, data: str) -> None:
            if not self.hidden:
                seen.append(data)

        def handle_endtag(self, tag: str) -> None:
            self.hidden = False

    Reader().feed(html)
    return re.sub(r"\s+", " ", " ".join(seen))


def test_the_hand_made_snapshot_keeps_the_published_schema(snapshot: dict[str, Any]) -> None:
    schema = Path(str(sayso.engine.__file__)).with_name("snapshot.schema.json")
    jsonschema.validate(snapshot, json.loads(schema.read_text(encoding="utf-8")))


def test_it_opens_with_three_sentences(snapshot: dict[str, Any]) -> None:
    said = words_of(render_report(snapshot))
    assert "236 of 1,200 people gave about" in said
    assert "answers to 15 statements." in said
    assert "They share five things, and they part on three; two groups can be told apart by the answers." in said
    assert re.search(r"The figure for a typical statement is right to within \d+ points, 90 times in 100\.", said)


def test_the_same_snapshot_gives_the_same_bytes(snapshot: dict[str, Any], tmp_path: Path) -> None:
    write_report(snapshot, tmp_path / "one.html")
    write_report(hand_made_snapshot(), tmp_path / "two.html")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_it_asks_nothing_of_any_host(snapshot: dict[str, Any]) -> None:
    html = render_report(snapshot)
    fetched = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"'\s>)]+)""", html)
    assert {address for address in fetched if not address.startswith(("#", "data:"))} == set()


def test_groups_speak_in_their_own_statements(snapshot: dict[str, Any]) -> None:
    said = words_of(render_report(snapshot))
    portrait = said[said.index("The groups in their own words") :]
    assert "Overtime should be shared out by rota. this group agrees" in portrait
    assert "Depots should choose their own tools. this group agrees" in portrait


def test_without_groups_it_says_so(snapshot: dict[str, Any]) -> None:
    snapshot["groups"] = []
    for statement in snapshot["statements"]:
        statement["by_group"] = []
    for point in snapshot["map"]["points"]:
        point["group"] = -1
    said = words_of(render_report(snapshot))
    assert "The answers show no separate groups." in said
    assert "group A" not in said


def test_without_common_ground_it_says_so(snapshot: dict[str, Any]) -> None:
    snapshot |= {"common_ground": [], "divisive": [], "bold_views": []}
    said = words_of(render_report(snapshot))
    assert "Nothing is shared by nearly all, and nothing clearly divides them" in said
    assert "No statement is that widely shared" in said
    assert "No view is held by few yet firmly" in said


def test_nobody_and_nothing_is_a_report_too(snapshot: dict[str, Any]) -> None:
    nobody = dict.fromkeys(("n_participants", "n_placed", "n_statements", "n_votes"), 0)
    snapshot |= nobody | {key: [] for key in ("statements", "groups", "common_ground", "divisive", "bold_views")}
    snapshot["key_points"] = []
    snapshot["map"] = {"n_shown": 0, "explained": [], "points": []}
    said = words_of(render_report(snapshot))
    assert "There are too few answers yet to say what people think." in said
    assert "So far: 0." in said


def test_few_answers_to_a_statement_are_not_told(snapshot: dict[str, Any]) -> None:
    snapshot["statements"][3] |= {"seen": 3, "n_agree": 3, "n_pass": 0, "n_disagree": 0, "by_group": []}
    said = words_of(render_report(snapshot))
    row = said[said.rindex("I would rather ring a colleague") :][:120]
    assert "not yet known" in row


def test_words_turned_down_are_counted_and_not_shown(snapshot: dict[str, Any]) -> None:
    said = words_of(render_report(snapshot))
    assert "We should stop printing the minutes." not in said
    assert "One statement turned down by moderation is left out." in said


def test_near_identical_statements_are_named(snapshot: dict[str, Any]) -> None:
    said = words_of(render_report(snapshot))
    repeats = said[said.index("Said more than once") : said.index("Every statement Bars run")]
    assert (
        "Nobody tells the night shift what was decided. Nobody tells the night shift what has been decided!" in repeats
    )


def test_hostile_words_stay_words(snapshot: dict[str, Any]) -> None:
    snapshot["title"] = snapshot["question"] = HOSTILE
    for statement in snapshot["statements"]:
        statement["text"] = HOSTILE
    html = render_report(snapshot)
    assert "<img src=x" not in html
    assert html.count("</script>") == 1


def test_any_script_and_direction_is_left_to_the_words(snapshot: dict[str, Any]) -> None:
    snapshot["statements"][0]["text"] = "يجب أن نعرف من يقرر."
    assert '<blockquote class="statement" dir="auto">يجب أن نعرف من يقرر.</blockquote>' in render_report(snapshot)


def test_it_says_how_it_was_made(snapshot: dict[str, Any]) -> None:
    said = words_of(render_report(snapshot))
    assert "Made by Sayso 0.1.0, seed 1." in said
    assert snapshot["input_digest"] in said


def test_the_report_of_a_thousand_statements_is_a_file_one_can_send(snapshot: dict[str, Any]) -> None:
    many = [
        statement | {"statement_id": f"{turn}-{statement['statement_id']}", "duplicates_of": None}
        for turn in range(70)
        for statement in snapshot["statements"]
    ]
    snapshot |= {key: [] for key in ("common_ground", "divisive", "bold_views", "key_points")}
    snapshot |= {"statements": many, "n_statements": len(many)}
    for group in snapshot["groups"]:
        group["representative"] = []
    assert len(render_report(snapshot)) < 2_500_000


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_it_is_accessible_and_fits(
    snapshot: dict[str, Any], tmp_path: Path, chromium: Any, accessibility_faults: Any, width: int, scheme: str
) -> None:
    write_report(snapshot, tmp_path / "report.html")
    page = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto((tmp_path / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('20px Literata'))")
    # axe is put into the page by its tester, which the report's own policy rightly forbids.
    page.close()
    page = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page.goto((tmp_path / "report.html").as_uri())
    assert accessibility_faults(page) == []
    page.close()


def test_its_columns_sort_under_its_own_policy(snapshot: dict[str, Any], tmp_path: Path, chromium: Any) -> None:
    write_report(snapshot, tmp_path / "report.html")
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "report.html").as_uri())
    page.get_by_role("button", name="Divides").click()
    assert page.locator("#every tbody tr").first.get_by_text("Depots should choose their own tools.").is_visible()
    page.get_by_role("button", name="Divides").click()
    assert page.locator("th", has_text="Divides").get_attribute("aria-sort") == "ascending"
    assert complaints == []
    page.close()
