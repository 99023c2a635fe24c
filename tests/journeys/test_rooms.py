"""A meeting in a room, from planning it to raised hands beside the results: at a desk, on a phone, without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK, PHONE
from journeys.running import Installation

ENTER_SHEET = "Type sheets in"


def plan(page: Any, slug: str, host: str) -> str:
    """Plans a room, makes its kit, and gives the address of its desk."""
    page.goto(f"/e/{slug}/rooms/")
    page.get_by_role("link", name="Plan a room").click()
    page.get_by_label("What is it called?").fill("Night shift at the depot")
    page.get_by_label("Day").fill("2027-03-02")
    page.get_by_label("Where?").fill("Canteen")
    page.get_by_label("Who hosts it?").fill(host)
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", name="Night shift at the depot")).to_be_visible()
    desk = page.url
    page.get_by_role("link", name="Make cards and sheets").click()
    page.get_by_role("button", name="Make the kit").click()
    expect(page.get_by_role("heading", name="Cards and sheets to print")).to_be_visible()
    return str(desk)


def codes(installation: Installation) -> list[str]:
    return [code for (code,) in installation.rows("SELECT code FROM rooms_sheet ORDER BY number")]


def stances(installation: Installation, code: str) -> list[int]:
    rows = installation.rows(
        "SELECT v.stance FROM engagements_vote v JOIN rooms_sheet s ON s.participant_id = v.participant_id "
        f"JOIN rooms_kitline l ON l.session_id = s.session_id AND l.statement_id = v.statement_id "
        f"WHERE s.code = '{code}' ORDER BY l.number"
    )
    return [stance for (stance,) in rows]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_room_from_planning_to_its_end(
    installation: Installation, visit: Any, accessibility_faults: Any, viewport: dict[str, int]
) -> None:
    world = installation.build("statements=20", "crowd=1")
    installation.start_server()
    slug, faults = world["slug"], {}
    lead = visit(world["sessions"]["lead"], viewport=viewport, expects=["422"])
    desk = plan(lead, slug, world["emails"]["ann"])

    def look(page: Any, name: str) -> None:
        page.wait_for_load_state()
        if found := accessibility_faults(page):
            faults[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], name

    look(lead, "kit")
    with lead.expect_download() as fetched:
        lead.get_by_role("link", name=re.compile("PDF.*Sheets for one person, English")).click()
    assert fetched.value.suggested_filename.endswith("-en.pdf")

    host = visit(world["sessions"]["ann"], viewport=viewport, expects=["422"])
    host.goto(f"/e/{slug}/")
    host.get_by_role("link", name="Night shift at the depot").click()
    look(host, "desk of the host")
    first, second = codes(installation)[:2]
    host.get_by_role("link", name=ENTER_SHEET).click()
    expect(host.get_by_label("The code at the top of the sheet")).to_be_visible()
    look(host, "sheets")
    host.get_by_label("The code at the top of the sheet").fill(first.lower())
    host.keyboard.press("Enter")
    expect(host.get_by_role("heading", name=f"Sheet {first}")).to_be_visible()
    look(host, "grid")
    host.keyboard.type("1" * 10 + "23" * 4 + "0")
    host.keyboard.press("Backspace")
    host.keyboard.type("31")
    host.keyboard.type("Nobody asks the night shift.")  # the last row leads on to own words
    host.get_by_role("button", name="Send the sheet in").click()
    expect(host.get_by_text(f"Sheet {first} is in.")).to_be_visible()
    assert stances(installation, first) == [1] * 10 + [0, -1] * 4 + [-1, 1], "the row before the last was mended"

    host.get_by_role("button", name="Draw one to check").click()
    look(host, "check")
    host.keyboard.type("1" * 10 + "23" * 4 + "11")
    host.get_by_role("button", name="Compare").click()
    expect(host.get_by_text("1 row differs")).to_be_visible()
    look(host, "differences")
    host.get_by_role("button", name="This is what stands on the paper").click()
    expect(host.get_by_text(f"Sheet {first} is checked.")).to_be_visible()

    big = visit(world["sessions"]["ann"], viewport={"width": 1280, "height": 720})
    big.goto(desk + "live/")
    expect(big.locator("#live")).to_contain_text("1 of 20")
    host.goto(desk)
    host.get_by_role("link", name="Enter for Table 1").click()
    host.get_by_label("People").fill("9")
    host.get_by_role("button", name="Keep").click()
    host.get_by_label("One idea a line").fill("- The lamps flicker.\n- The canteen is shut at night.")
    host.get_by_role("button", name="Send them in").click()
    expect(host.get_by_text("2 things wait to be read.")).to_be_visible()
    host.locator("[name=agree-1]").fill("6")
    host.locator("[name=disagree-1]").fill("4")
    host.get_by_role("button", name="Count these hands").click()
    expect(host.get_by_text("10 hands, but only 9 people")).to_be_visible()
    look(host, "table")
    host.locator("[name=disagree-1]").fill("3")
    host.get_by_role("button", name="Count these hands").click()
    expect(host.get_by_text("Hands on 1 statement are counted.")).to_be_visible()
    expect(big.locator("#live")).to_contain_text("1 of 4", timeout=15_000)  # by itself
    assert "lamps" not in big.content()
    if accessible := accessibility_faults(big):
        faults["live"] = accessible

    host.goto(desk + "minutes/")
    host.get_by_label("One idea a line").fill("Break at ten\nThe bus leaves too early.")
    host.get_by_role("button", name="Look at the lines").click()
    host.get_by_label("Line 1 was said").uncheck()
    look(host, "minutes")
    host.get_by_role("button", name="Send them in").click()
    expect(host.get_by_text("1 thing waits to be read.")).to_be_visible()
    look(host, "desk after")
    host.get_by_role("button", name=re.compile("Take it back.*Minutes")).click()
    expect(host.get_by_text("Taken back.")).to_be_visible()
    host.goto(desk + "sheets/file/")
    look(host, "file")
    host.locator("#file").set_input_files(
        files=[{"name": "s.csv", "mimeType": "text/csv", "buffer": f"sheet,1,2\n{second},1,3\nXX,1,1\n".encode()}]
    )
    host.get_by_role("button", name="Look at it").click()
    expect(host.get_by_text("1 sheet can be entered: 2 answers")).to_be_visible()
    expect(host.get_by_text("Row 3:")).to_be_visible()
    look(host, "dry run")
    host.get_by_role("button", name="Enter 1 sheet").click()
    expect(host.get_by_text("1 sheet is in.")).to_be_visible()
    host.get_by_role("button", name="Mark the room as finished").click()
    member = visit(world["sessions"]["crowd0"], viewport=viewport)
    member.goto(f"/e/{slug}/results/rooms/")
    expect(member.get_by_text("6 agree")).to_be_visible()
    look(member, "raised hands")
    member.goto(f"/e/{slug}/my-sheet/")
    look(member, "my sheet")
    for name in ("change/", "", "kit/"):
        lead.goto(desk + name)
        look(lead, name or "desk of the lead")
    lead.goto(f"/e/{slug}/rooms/")
    look(lead, "rooms")
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())


def test_without_scripts_everything_is_entered_too(installation: Installation, visit: Any) -> None:
    world = installation.build("statements=3", "crowd=1")
    installation.start_server()
    lead = visit(world["sessions"]["lead"], viewport=DESK, java_script_enabled=False)
    desk = plan(lead, world["slug"], "")
    first = codes(installation)[0]
    lead.goto(desk + "sheets/")
    lead.get_by_label("The code at the top of the sheet").fill(first)
    lead.get_by_role("button", name="Open this sheet").click()
    for row, answer in enumerate(("Agree 1", "Disagree 3", "Pass 2")):
        lead.locator(".grid__row").nth(row).get_by_label(answer).check()
    lead.get_by_role("button", name="Send the sheet in").click()
    expect(lead.get_by_text(f"Sheet {first} is in.")).to_be_visible()
    assert stances(installation, first) == [1, -1, 0]
    lead.goto(desk + "live/")
    assert lead.locator("noscript").count() or "http-equiv" in lead.content()
    expect(lead.get_by_text("1 of 20")).to_be_visible()
