"""Votes checked and taken back by their voter, and the key destroyed by its guardian, in real browsers."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK, PHONE
from journeys.running import PATIENCE_S, SAYSO, wait_for

CROWD, STATEMENTS = 12, 9


@pytest.fixture
def ended(installation):
    """Everybody has voted, the lead has closed it, all is counted and the ballot record is published."""
    world = installation.build(f"statements={STATEMENTS}", f"crowd={CROWD}")
    installation.start_server()
    installation.start_worker()
    wait_for(
        lambda: installation.ask("snapshots") == [[CROWD, STATEMENTS, CROWD * STATEMENTS]], 120, lambda: "no count"
    )
    assert installation.ask("close") is True
    published = "SELECT 1 FROM custody_ballotrecord"
    wait_for(
        lambda: installation.rows(published),
        PATIENCE_S,
        lambda: f"no ballot record:\n{installation.log('worker')}",
    )
    return world


def receipt_of(page, slug):
    page.goto(f"/e/{slug}/ballots/receipt/")
    return page.locator("#letters").inner_text()


def test_a_member_checks_a_receipt_in_the_browser_and_nothing_of_it_is_sent(ended, visit):
    ann = visit(ended["sessions"]["crowd3"])
    sent = []
    ann.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''} {request.headers}"))
    letters = receipt_of(ann, ended["slug"])
    ann.goto(f"/e/{ended['slug']}/ballots/")
    expect(ann.get_by_text(f"We find {STATEMENTS} of your votes")).to_be_visible()
    sent.clear()
    ann.get_by_label("The letters of my receipt").fill(letters.lower().replace("-", " "))
    ann.get_by_role("button", name="Check now").click()
    told = ann.locator("[data-check-told]")
    expect(told).to_have_text(
        re.compile(rf"{STATEMENTS} votes of yours are in it. All {CROWD * STATEMENTS} votes add up")
    )
    expect(ann.locator("[data-own].mark--agree").first).to_contain_text("checked here: you agree")
    assert len(sent) == 1 and sent[0].split()[0].endswith("/ballots/record.json")
    pieces = letters.split("-")[1:3]
    assert [line for line in sent if any(piece in line.upper() for piece in pieces)] == []

    ann.get_by_label("The letters of my receipt").fill(letters[:-1] + ("A" if letters[-1] != "A" else "B"))
    ann.get_by_label("The letters of my receipt").press("Enter")
    expect(told).to_contain_text("One letter is wrong")


def test_the_browser_finds_a_record_that_was_tampered_with(ended, visit, installation):
    ann = visit(ended["sessions"]["crowd3"])
    letters = receipt_of(ann, ended["slug"])

    def tampered(route):
        reply = route.fetch()
        route.fulfill(response=reply, body=reply.text().replace(",1]", ",0]", 1))

    ann.goto(f"/e/{ended['slug']}/ballots/")
    ann.route("**/record.json", tampered)
    ann.get_by_label("The letters of my receipt").fill(letters)
    ann.get_by_role("button", name="Check now").click()
    expect(ann.locator("[data-check-told]")).to_contain_text("Something is wrong")


def test_without_scripts_the_page_tells_and_the_command_checks(ended, visit, installation, tmp_path):
    ann = visit(ended["sessions"]["crowd3"], java_script_enabled=False)
    letters = receipt_of(ann, ended["slug"])
    ann.goto(f"/e/{ended['slug']}/ballots/")
    expect(ann.get_by_text("found: you agree").first).to_be_visible()
    with ann.expect_download() as waiting:
        ann.get_by_role("link", name="The record (JSON)").click()
    record = tmp_path / "record.json"
    waiting.value.save_as(record)
    root = ann.locator("[data-root]").inner_text()
    done = subprocess.run([SAYSO, "check-ballot", record, letters, "--root", root], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"{STATEMENTS} of your votes are among {CROWD * STATEMENTS}." in done.stdout


def test_a_member_downloads_withdraws_and_leaves(installation, visit, tmp_path):
    world = installation.build("statements=6", "crowd=5")
    installation.start_server()
    ann = visit(world["sessions"]["crowd1"])
    ann.goto(f"/e/{world['slug']}/mine/")
    ann.get_by_role("link", name="What is held on me").first.click()
    with ann.expect_download() as waiting:
        ann.get_by_role("link", name="Download it all").click()
    waiting.value.save_as(tmp_path / "held.zip")
    held = json.loads(zipfile.ZipFile(Path(tmp_path / "held.zip")).read("held-on-me.json"))
    assert len(held["having_our_say"][0]["answers"]) == 6

    ann.get_by_role("link", name="My answers").click()
    ann.get_by_role("button", name="Take it back").first.click()
    expect(ann.get_by_text("You gave 5 answers.")).to_be_visible()
    ann.get_by_text("Take back all my answers").click()
    ann.get_by_role("button", name="Yes, take them all back").click()
    expect(ann.get_by_text("No answers yet")).to_be_visible()
    ann.get_by_role("link", name="Leave").click()
    ann.get_by_role("button", name="Leave").click()
    expect(ann.get_by_text("You have left.")).to_be_visible()
    assert [email for email, *_ in installation.ask("votes_by_member") if email.startswith("crowd1@")] == []


@pytest.mark.parametrize(
    "viewport", [pytest.param(PHONE, marks=pytest.mark.both_databases), DESK], ids=["phone", "desk"]
)
def test_the_guardian_destroys_the_key_by_keyboard_and_nobody_can_link(ended, visit, installation, viewport):
    slug = ended["slug"]
    ann = visit(ended["sessions"]["crowd3"], expects=["410"])
    letters = receipt_of(ann, slug)
    ann.goto(f"/e/{slug}/ballots/")
    assert installation.ask("people_found_by_keys") == CROWD

    guard = visit(ended["sessions"]["guard"], viewport=viewport, expects=["422"])
    guard.goto(f"/e/{slug}/")
    guard.get_by_role("link", name="Guard the data").press("Enter")
    title = guard.get_by_label("Type the title to go on")
    title.press_sequentially("Loud rooms")
    title.press("Enter")
    expect(guard.get_by_text("The title is not the same.")).to_be_visible()
    title.fill("quiet rooms")
    title.press("Tab")
    guard.keyboard.press("Enter")
    expect(guard.get_by_role("heading", name="The key is destroyed")).to_be_visible()
    assert installation.ask("people_found_by_keys") == 0
    assert list((installation.folder / "keys").glob("*.key")) == []

    ann.goto(f"/e/{slug}/mine/")
    expect(ann.get_by_role("heading", name="Nobody can tell any more which answers are yours")).to_be_visible()
    ann.get_by_role("link", name="Check my receipt").click()
    ann.get_by_label("The letters of my receipt").fill(letters)
    ann.get_by_role("button", name="Check now").click()
    expect(ann.locator("[data-check-told]")).to_contain_text(f"{STATEMENTS} votes of yours are in it")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_it_has_a_fault(ended, visit, accessibility_faults, scheme):
    own = ["/mine/data/", "/e/{slug}/mine/answers/", "/e/{slug}/leave/", "/e/{slug}/erasure/", "/e/{slug}/ballots/",
           "/e/{slug}/ballots/receipt/"]  # fmt: skip
    guarded = ["/e/{slug}/custody/", "/e/{slug}/custody/log/", "/e/{slug}/custody/erasures/"]
    faults = {}
    for viewport in (PHONE, DESK):
        for name, paths in (("crowd3", own), ("ann", own), ("guard", guarded)):
            page = visit(ended["sessions"][name], viewport=viewport, color_scheme=scheme)
            for path in paths:
                page.goto(path.format(slug=ended["slug"]))
                if found := accessibility_faults(page):
                    faults[name, path, viewport["width"]] = found
                assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())
