"""The whole road of the first weeks: an empty installation, a roster, a mandate, the opening, and the first two voices.

One organisation, one keeper who becomes lead, one colleague with a letter and one with a mail. Nothing is built
beforehand; what each person's invitation holds is derived in a process of its own, as mail and paper would bring it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK, PHONE
from journeys.running import PATIENCE_MS, Installation

LINK = re.compile(r"http://127\.0\.0\.1:\d+/setup/\S+/")
WORDS = "Nobody tells the night shift what was decided."
SEEDS = ("The bench in the corridor should go.", "Breaks should be planned by the team itself.")
AGREE = re.compile(r"^\s*Agree")
HERE = "/e/quiet-rooms/"
PEOPLE = 30


def roster(path: Path) -> Path:
    """Thirty people in a tree of units, every third without an e-mail address."""
    rows = ["Staff no;Name;E-mail;Unit;Manager", "0001;Kim Keeper;kim@harbour.example;Harbour;"]
    rows += [
        f"{n:04};Person {n};{f'p{n}@harbour.example' if n % 3 else ''};Harbour > Team {n % 4};0001"
        for n in range(2, PEOPLE + 1)
    ]
    path.write_text("\n".join(rows), encoding="utf-8-sig")
    return path


@pytest.fixture
def look(accessibility_faults: Any) -> Any:
    """A function that looks at a page as axe does, and for what scrolls sideways; faults are told at the end."""
    faults: dict[tuple[str, int], list[str]] = {}

    def look(page: Any) -> None:
        page.wait_for_load_state()
        where = page.evaluate("location.pathname")
        if found := accessibility_faults(page):
            faults[where, page.viewport_size["width"]] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], where

    yield look
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())


def set_up(page: Any, link: str, look: Callable[[Any], None]) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Sayso is not set up yet")).to_be_visible()
    look(page)
    page.goto(link)
    look(page)
    page.get_by_label("Name of your organisation").fill("Harbour office")
    page.get_by_label("Your name").fill("Kim Keeper")
    page.get_by_label("Your e-mail address").fill("kim@harbour.example")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("Only you are here so far.")).to_be_visible()
    look(page)


def bring(page: Any, file: Path, look: Callable[[Any], None]) -> None:
    page.goto("/")
    look(page)
    page.get_by_role("link", name="Bring your people").click()
    page.get_by_role("link", name="Bring a file").click()
    page.get_by_label("CSV or XLSX").set_input_files(file)
    look(page)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="What does each column hold?")).to_be_visible(timeout=PATIENCE_MS)
    look(page)
    page.get_by_role("button", name="Compare with the roster").click()
    expect(page.get_by_text("It would add 29, change 1 and mark 0 as gone.")).to_be_visible(timeout=PATIENCE_MS)
    look(page)
    page.get_by_role("button", name="Carry it out").click()
    expect(page.get_by_text("Carried out: 29 added, 1 changed, 0 gone.")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Roster", exact=True).click()
    expect(page.get_by_text("30 people may have a say, in 5 units.")).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text("10 – they come in by letter and code")
    look(page)


def begin(page: Any, look: Callable[[Any], None]) -> None:
    page.goto("/")
    look(page)
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("A short name").fill("Quiet rooms")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("8 things remain before it can open.")).to_be_visible()
    look(page)


def write(page: Any, look: Callable[[Any], None]) -> None:
    """Every step from the first to the last, by the button that leads on."""
    page.get_by_role("link", name="Go on writing").click()
    for fields in _steps():
        look(page)
        for label, text in fields.items():
            if label == "Topic 1, in a few words":
                page.get_by_role("button", name="Add a topic").click()
            page.get_by_label(label).fill(text)
        page.locator("main .button--primary").click()
    page.goto(f"{HERE}prepare/")
    expect(page.get_by_text("Nothing remains. It can be opened.")).to_be_visible()
    look(page)


def _steps() -> list[dict[str, str]]:
    today = date.today()
    in_days = {days: (today + timedelta(days=days)).isoformat() for days in (0, 14, 40)}
    return [
        {"Which problem are we solving?": "How can everybody rest at night?"},
        {
            "What is open": "Where rooms are\nWhen breaks are",
            "What is fixed": "The number of shifts",
            "Who decides": "The harbour board, in public.",
        },
        {"Answers by": in_days[40]},
        {"Topic 1, in a few words": "Rest", "As a question to members": "What keeps you from resting?"},
        {"Listen begins": in_days[0], "Listen ends": in_days[14]},
        {},
        {"On “Rest”": "\n".join(SEEDS)},
    ]


def open_it(page: Any, look: Callable[[Any], None]) -> None:
    page.get_by_role("link", name="Go on to opening").click()
    look(page)
    page.get_by_role("button", name="Open it for 30 people").click()
    expect(page.get_by_text("It is open for 30 people.")).to_be_visible()
    look(page)


def come_in_by_letter(page: Any, pass_: dict[str, str], look: Callable[[Any], None]) -> None:
    page.goto("/")
    look(page)
    page.goto("/code/")
    page.get_by_label("Your staff number").fill(pass_["number"])
    page.get_by_label("The code from your letter").fill(pass_["code"].lower())
    look(page)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", name="Quiet rooms")).to_be_visible()


def come_in_by_link(page: Any, pass_: dict[str, str], look: Callable[[Any], None]) -> None:
    page.goto(pass_["link"])
    expect(page.get_by_role("heading", name="Welcome, Person")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", name="Quiet rooms")).to_be_visible()


def say(page: Any, words: str, look: Callable[[Any], None]) -> None:
    look(page)
    page.get_by_role("link", name="Have my say").click()
    look(page)
    page.get_by_label("One idea").fill(words)
    page.get_by_role("button", name="Send it in").click()
    expect(page.get_by_text("A person reads it before others see it.")).to_be_visible()
    look(page)


def vote(page: Any) -> None:
    """Agree to both first statements, and see the second come when the first is answered."""
    card = page.locator("#card-words")
    first = card.inner_text()
    page.get_by_role("button", name=AGREE).click()
    expect(card).not_to_have_text(first)
    assert {first, card.inner_text()} == set(SEEDS)
    page.get_by_role("button", name=AGREE).click()
    expect(page.get_by_role("heading", name="You have answered everything here")).to_be_visible(timeout=PATIENCE_MS)
    expect(card).to_be_hidden()


@pytest.mark.parametrize(
    "viewport", [PHONE, pytest.param(DESK, marks=pytest.mark.both_databases)], ids=["phone", "desk"]
)
def test_from_an_empty_installation_to_the_first_voices(
    installation: Installation, visit: Any, look: Any, tmp_path: Path, viewport: dict[str, int]
) -> None:
    installation.start_server()
    installation.start_worker()
    lead = visit(viewport=viewport, expects=["503"])
    set_up(lead, installation.wait_for_log("server", LINK), look)
    bring(lead, roster(tmp_path / "people.csv"), look)
    begin(lead, look)
    write(lead, look)
    open_it(lead, look)

    passes = installation.ask("passes")
    lettered, mailed = visit(viewport=viewport), visit(viewport=viewport)
    come_in_by_letter(lettered, passes["Person 3"], look)
    say(lettered, WORDS, look)
    come_in_by_link(mailed, passes["Person 2"], look)
    mailed.goto(f"{HERE}cards/")
    vote(mailed)
    look(mailed)
    installation.comes_to("stances", [1, 1])

    lead.get_by_role("link", name="Inbox").click()
    waiting = lead.locator(".inbox__item")
    expect(waiting).to_contain_text(WORDS)
    assert not re.search(r"Person 3|0003|Team", waiting.inner_text()), "the inbox tells who or where from"
    look(lead)
    waiting.get_by_role("button", name="Approve").click()
    expect(lead.get_by_role("heading", name="Nothing waits")).to_be_visible()
    look(lead)
    mailed.goto(f"{HERE}cards/")
    expect(mailed.locator("#card-words")).to_have_text(WORDS)
    for path in ("results/", "phases/", "invitations/", "roles/", "words/", "kept/", ""):
        lead.goto(f"{HERE}{path}")
        look(lead)
