"""A kiosk on a shared screen: three people in a row, one walks away, and the back button finds nothing of anybody."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from playwright.sync_api import expect

from journeys.running import Installation

TABLET = {"width": 820, "height": 1180}
WORDS = "Nobody asks us before the shifts are changed."


def start_kiosk(visit: Any, world: dict[str, Any], **options: Any) -> Any:
    page = visit(world["sessions"]["lead"], viewport=TABLET, **options)
    page.goto(f"/e/{world['slug']}/")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Start a kiosk").click()
    page.get_by_role("button", name="Start the kiosk").click()
    expect(page.get_by_role("heading", name="Have your say here")).to_be_visible()
    return page


def come_in(page: Any, world: dict[str, Any], name: str) -> None:
    page.get_by_label("Your staff number").fill(world["numbers"][name])
    page.get_by_label("The code from your letter").fill(world["codes"][name])
    page.get_by_role("button", name="Come in", exact=True).click()
    expect(page.get_by_role("button", name="I’m done")).to_be_visible()


def at_start(page: Any) -> None:
    expect(page.get_by_role("heading", name="Have your say here")).to_be_visible()
    expect(page.get_by_label("Your staff number")).to_have_value("")


def test_three_in_a_row_leave_nothing_behind(installation: Installation, visit: Any, accessibility_faults: Any) -> None:
    world = installation.build("statements=4", "crowd=3", "silent=1")
    slug = world["slug"]
    installation.start_server()
    page = start_kiosk(visit, world, expects=["422"])
    page.clock.install()
    assert accessibility_faults(page) == []

    come_in(page, world, "crowd0")
    page.get_by_role("link", name="Have my say").click()
    page.get_by_label("One idea").fill(WORDS)
    page.get_by_role("button", name="Send it in").click()
    expect(page.get_by_text("A person reads it before others see it.")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="I’m done").click()
    at_start(page)

    # The second walks away from half a sentence.
    come_in(page, world, "crowd1")
    page.get_by_role("link", name="Have my say").click()
    page.get_by_label("One idea").fill("I would never say this al")
    page.clock.run_for(9_000)
    expect(page.get_by_role("button", name="I’m still here")).to_be_hidden()
    page.clock.run_for(3_000)
    expect(page.locator("[data-kiosk-left]")).to_have_text(re.compile(r"1[789]"))
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="I’m still here").click()
    expect(page.get_by_role("button", name="I’m still here")).to_be_hidden()
    expect(page.get_by_label("One idea")).to_have_value("I would never say this al")
    page.clock.run_for(31_000)
    at_start(page)

    for _ in range(6):
        page.go_back()
        expect(page.locator("main")).not_to_contain_text(re.compile(r"never say this|In your own words|What I said"))
        assert "I would never" not in page.content() and WORDS not in page.content()
    page.goto(f"/e/{slug}/say/")
    at_start(page)
    # htmx notes the address it is at, which is the start.
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert json.loads(kept) == [{}, {"htmx-current-path-for-history": f"/e/{slug}/kiosk/"}]

    come_in(page, world, "crowd2")
    page.goto(f"/e/{slug}/mine/")
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    page.goto(f"/e/{slug}/say/")
    expect(page.get_by_label("One idea")).to_have_value("")
    page.goto(f"/e/{slug}/inbox/")
    expect(page.get_by_role("heading", name="Are you still here?")).to_be_visible()
    page.get_by_role("button", name="Start afresh").click()
    at_start(page)
    assert installation.rows("SELECT count(*) FROM engagements_participant") == [(3,)], "each of them, once"
    assert installation.rows("SELECT text FROM engagements_statement WHERE author_id IS NOT NULL") == [(WORDS,)]


def test_without_scripts_being_done_is_a_button_and_a_stay_has_an_end(installation: Installation, visit: Any) -> None:
    world = installation.build("statements=4", "crowd=2", "silent=1", "guests=1")
    installation.start_server()
    page = start_kiosk(visit, world, java_script_enabled=False)
    come_in(page, world, "crowd0")
    lasts = {cookie["name"]: cookie["expires"] - time.time() for cookie in page.context.cookies()}
    assert 0 < lasts["sayso_session"] <= 121
    page.get_by_role("button", name="I’m done").click()
    at_start(page)
    page.get_by_role("button", name=re.compile("Come in as a guest")).click()
    expect(page.get_by_label("One idea")).to_be_visible()
    page.context.clear_cookies(name="sayso_session")  # what the browser does when two minutes are over
    page.goto(f"/e/{world['slug']}/say/")
    at_start(page)
