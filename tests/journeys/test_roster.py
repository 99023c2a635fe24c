"""A keeper's road in a real browser: from the link the server prints to a roster of 300 people, and a killed worker."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK, PHONE
from journeys.running import PATIENCE_MS, PATIENCE_S, kill, wait_for

LINK = re.compile(r"http://127\.0\.0\.1:\d+/setup/\S+/")
ZOOMED = {"width": 640, "height": 450}  # what is left of a desk's screen at 200 %
STOPS = 60  # of the tabulator key, more than any of these pages has


def people(path: Path, number: int) -> Path:
    rows = ["Staff no;Name;E-mail;Dept;Manager"]
    rows.append("0001;Kim Keeper;kim@county.example;Headquarters;")
    rows += [
        f"{n:04};Person {n};{f'p{n}@county.example' if n % 3 else ''};Care > Team {n % 7};{max(1, n // 10):04}"
        for n in range(2, number + 1)
    ]
    rows.append("0002;Twice;;Roads;")
    path.write_text("\n".join(rows), encoding="utf-8-sig")
    return path


def look_at(page, accessibility_faults, faults):
    """axe, and nothing to scroll to sideways."""
    where = page.url.split("/", 3)[3].split("?")[0]
    if found := accessibility_faults(page):
        faults[where, page.viewport_size["width"]] = found
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], where


def press(page, role, name):
    """By the keyboard alone: tab to it, then Enter."""
    wanted = page.get_by_role(role, name=name)
    expect(wanted).to_be_visible(timeout=PATIENCE_MS)
    for _ in range(STOPS):
        if wanted.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tabulator key does not lead to {name}")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_from_an_empty_installation_to_a_roster(installation, visit, accessibility_faults, tmp_path, viewport):
    installation.start_server()
    installation.start_worker()
    link = installation.wait_for_log("server", LINK)
    faults: dict[tuple[str, int], list[str]] = {}
    page = visit(viewport=viewport, expects=["503"])
    page.goto("/")
    expect(page.get_by_role("heading", name="Sayso is not set up yet")).to_be_visible()
    look_at(page, accessibility_faults, faults)

    page.goto(link)
    look_at(page, accessibility_faults, faults)
    page.get_by_label("Name of your organisation").fill("Example County")
    page.get_by_label("Your name").fill("Kim Keeper")
    page.get_by_label("Your e-mail address").fill("kim@county.example")
    press(page, "button", "Set it up")
    expect(page.get_by_text("Only you are here so far.")).to_be_visible()
    look_at(page, accessibility_faults, faults)

    press(page, "link", "Bring a file")
    page.get_by_label("CSV or XLSX").set_input_files(people(tmp_path / "people.csv", 300))
    look_at(page, accessibility_faults, faults)
    press(page, "button", "Read it")
    expect(page.get_by_role("heading", name="What does each column hold?")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_label("Dept")).to_have_value("")
    look_at(page, accessibility_faults, faults)
    page.get_by_label("Dept").select_option("unit")
    press(page, "button", "Compare with the roster")

    expect(page.get_by_text("It would add 299, change 1 and mark 0 as gone.")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Staff number “0002” stands in row 3 already.")).to_be_visible()
    look_at(page, accessibility_faults, faults)
    press(page, "button", "Carry it out")
    expect(page.get_by_text("Carried out: 299 added, 1 changed, 0 gone.")).to_be_visible(timeout=PATIENCE_MS)
    look_at(page, accessibility_faults, faults)

    for path in ("/roster/", "/roster/people/?q=person+29", "/roster/units/", "/roster/keepers/", "/"):
        for size in (viewport, ZOOMED):
            page.set_viewport_size(size)
            page.goto(path)
            look_at(page, accessibility_faults, faults)
    page.set_viewport_size(viewport)
    page.goto("/roster/people/?q=0299")
    press(page, "link", "Person 299")
    expect(page.get_by_role("button", name="Has left")).to_be_visible(timeout=PATIENCE_MS)
    look_at(page, accessibility_faults, faults)
    press(page, "button", "Has left")
    expect(page.get_by_text("has left, and cannot come in any more.")).to_be_visible()
    press(page, "button", "Is here again")
    expect(page.get_by_text("is here again, with all they said before.")).to_be_visible()
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())


def test_the_whole_road_works_without_scripts(installation, visit, tmp_path):
    installation.start_server()
    installation.start_worker()
    page = visit(java_script_enabled=False)
    page.goto(installation.wait_for_log("server", LINK))
    page.get_by_label("Name of your organisation").fill("Example County")
    page.get_by_label("Your name").fill("Kim Keeper")
    page.get_by_label("Your staff number").fill("0001")
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("link", name="Bring a file").click()
    page.get_by_label("CSV or XLSX").set_input_files(people(tmp_path / "people.csv", 12))
    page.get_by_role("button", name="Read it").click()
    look_again_until(page, "What does each column hold?")
    page.get_by_role("button", name="Compare with the roster").click()
    look_again_until(page, "people.csv")
    page.get_by_role("button", name="Carry it out").click()
    look_again_until(page, "people.csv")
    expect(page.get_by_text("Carried out: 11 added")).to_be_visible()


def look_again_until(page, heading):
    def is_there() -> bool:
        if page.get_by_role("heading", name=heading).count():
            return True
        page.get_by_role("link", name="Look again").click()
        return False

    wait_for(is_there, PATIENCE_S, page.content, pause=0.5)


@pytest.mark.both_databases
def test_a_worker_killed_half_way_loses_nobody_and_brings_nobody_twice(installation, visit, tmp_path):
    installation.start_server()
    worker = installation.start_worker()
    page = visit()
    page.goto(installation.wait_for_log("server", LINK))
    page.get_by_label("Name of your organisation").fill("Example County")
    page.get_by_label("Your name").fill("Kim Keeper")
    page.get_by_label("Your staff number").fill("0001")
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("link", name="Bring a file").click()
    page.get_by_label("CSV or XLSX").set_input_files(people(tmp_path / "people.csv", 16_000))
    page.get_by_role("button", name="Read it").click()
    page.set_default_timeout(120_000)
    page.get_by_role("button", name="Compare with the roster").click()
    page.get_by_role("button", name="Carry it out").click()

    def is_half_way() -> bool:
        ((n_done,),) = installation.rows("SELECT n_done FROM members_rosterupdate")
        assert n_done < 16_000, "it was over before it could be killed"
        return bool(n_done)

    wait_for(is_half_way, PATIENCE_S, lambda: installation.log("worker"), pause=0.02)
    kill(worker)
    expect(page.get_by_text("Nothing works on it now. Nothing is lost")).to_be_visible(timeout=PATIENCE_MS)
    installation.start_worker()
    expect(page.get_by_text("Carried out: 15,999 added, 1 changed, 0 gone.")).to_be_visible(timeout=PATIENCE_MS)
    ((n_members, n_numbers),) = installation.rows("SELECT count(*), count(DISTINCT staff_number) FROM members_member")
    assert (n_members, n_numbers) == (16_000, 16_000)
