"""A keeper goes from nothing to an opened mandate, in a real browser, on a phone, at a desk and by keyboard alone."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from journeys.conftest import DESK, PHONE
from journeys.running import wait_for

HERE = "/e/quiet-rooms/"
ZOOMED = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}  # as a desk looks at 200 %


def day(days):
    return (date.today() + timedelta(days=days)).isoformat()


def begin(page):
    page.goto("/")
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("A short name").fill("Quiet rooms")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("8 things remain before it can open.")).to_be_visible()


def saved_on_leaving(page, label, text):
    """Type, leave the field, and see it told as saved; nothing is pressed."""
    field = page.get_by_label(label)
    field.fill(text)
    field.press("Tab")
    told = page.locator(f"#told-{field.get_attribute('name')}")
    expect(told.get_by_text("Saved", exact=True)).to_be_visible()


def write(page):
    """All that opening asks for; each field is left, never sent."""
    page.goto(f"{HERE}prepare/question/")
    saved_on_leaving(page, "Which problem are we solving?", "How can everybody rest at night?")
    page.goto(f"{HERE}prepare/frame/")
    saved_on_leaving(page, "What is open", "Where rooms are\nWhen breaks are")
    saved_on_leaving(page, "What is fixed", "The number of shifts")
    saved_on_leaving(page, "Who decides", "The harbour board, in public.")
    page.goto(f"{HERE}prepare/promise/")
    saved_on_leaving(page, "Answers by", day(40))
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Add a topic").click()
    saved_on_leaving(page, "Topic 1, in a few words", "Rest")
    saved_on_leaving(page, "As a question to members", "What keeps you from resting?")
    page.goto(f"{HERE}prepare/dates/")
    saved_on_leaving(page, "Listen begins", day(0))
    saved_on_leaving(page, "Listen ends", day(14))
    expect(page.locator("#remains")).to_have_text("Nothing remains. It can be opened.")
    page.goto(f"{HERE}prepare/words/")
    saved_on_leaving(page, "On “Rest”", "Nobody tells the night shift.\nThe bench should go.")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_keeper_writes_looks_lets_five_try_and_opens(installation, visit, viewport):
    sessions = installation.build("begin=1")["sessions"]
    installation.start_server()
    keeper = visit(sessions["keeper"], viewport=viewport)
    begin(keeper)
    write(keeper)
    keeper.get_by_role("link", name="Preview").click()
    keeper.get_by_role("link", name="A card").click()
    expect(keeper.get_by_role("button", name=re.compile("^\\s*Agree"))).to_be_disabled()
    keeper.get_by_role("link", name="Try it").click()
    keeper.get_by_label("E-mail address or staff number").fill("ann@example.org")
    keeper.get_by_role("button", name="Ask them to try it").click()

    ann = visit(sessions["ann"])
    ann.goto("/")
    expect(ann.get_by_text("This is a trial.")).to_be_visible()
    ann.get_by_role("link", name="Have my say").click()
    ann.get_by_label("One idea").fill("Only a try.")
    ann.get_by_role("button", name="Send it in").click()
    card = ann.locator("#card-words")
    shown = card.inner_text()
    ann.get_by_role("button", name=re.compile("^\\s*Agree")).click()
    expect(card).not_to_have_text(shown)
    ann.get_by_role("link", name="Tell the lead").click()
    ann.get_by_label("For the lead").fill("What is a mandate?")
    ann.get_by_role("button", name="Send it").click()
    keeper.reload()
    expect(keeper.get_by_text("What is a mandate?")).to_be_visible()
    installation.comes_to("stances", [1])

    keeper.goto(f"{HERE}open/")
    keeper.get_by_role("button", name="Open it for 3 people").click()
    expect(keeper.get_by_text("It is open for 3 people.")).to_be_visible()
    assert installation.ask("stances") == []
    ann.goto(f"{HERE}mine/")
    expect(ann.get_by_text("Nothing yet")).to_be_visible()
    expect(ann.get_by_text("This is a trial.")).not_to_be_visible()
    passer_by = visit()
    passer_by.goto(f"{HERE}mandate/")
    expect(passer_by.get_by_text("The harbour board, in public.")).to_be_visible()


def test_what_is_wrong_is_said_where_it_stands_and_kept(installation, visit):
    sessions = installation.build("begin=1")["sessions"]
    installation.start_server()
    keeper = visit(sessions["keeper"])
    begin(keeper)
    keeper.goto(f"{HERE}prepare/rules/")
    field = keeper.get_by_label("Smallest group whose figures are shown")
    field.fill("3")
    field.press("Tab")
    expect(keeper.get_by_text("Write a number from 5 to 500.")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(keeper.locator("#announcements")).to_have_text("Kept. Write a number from 5 to 500.")
    keeper.reload()
    expect(field).to_have_value("3")
    saved_on_leaving(keeper, "Smallest group whose figures are shown", "6")
    expect(field).to_have_attribute("aria-invalid", "false")
    keeper.get_by_label("Deutsch").check()
    expect(keeper.locator("#told-languages").get_by_text("Saved", exact=True)).to_be_visible()
    keeper.reload()
    expect(keeper.get_by_label("Deutsch")).to_be_checked()
    assert installation.rows("SELECT min_group_scores FROM engagements_engagement") == [(6,)]


def test_what_is_being_typed_when_the_page_is_left_goes_along(installation, visit):
    sessions = installation.build("begin=1")["sessions"]
    installation.start_server()
    keeper = visit(sessions["keeper"])
    begin(keeper)
    keeper.goto(f"{HERE}prepare/question/")
    keeper.get_by_label("Which problem are we solving?").fill("Half a sen")
    keeper.goto("/")
    asked = "SELECT objective FROM engagements_engagement"
    wait_for(lambda: installation.rows(asked) == [("Half a sen",)], 15, lambda: installation.rows(asked))


def test_whoever_is_signed_out_meanwhile_keeps_the_words_in_the_field(installation, visit):
    sessions = installation.build("begin=1")["sessions"]
    installation.start_server()
    keeper = visit(sessions["keeper"])
    begin(keeper)
    keeper.goto(f"{HERE}prepare/question/")
    keeper.context.clear_cookies(name="sayso_session")
    field = keeper.get_by_label("Which problem are we solving?")
    field.fill("Still here.")
    field.press("Tab")
    expect(keeper.get_by_text("You are signed out, so this is not kept.")).to_be_visible()
    expect(field).to_have_value("Still here.")


def test_without_scripts_and_by_keyboard_alone(installation, visit):
    """Tab, type, Enter: no field is clicked, and the Enter key in a line saves and moves nothing."""
    sessions = installation.build("begin=1")["sessions"]
    installation.start_server()
    keeper = visit(sessions["keeper"], viewport=DESK, java_script_enabled=False)
    keeper.goto("/begin/")
    type_into(keeper, "title", "Quiet rooms")
    keeper.keyboard.press("Enter")
    expect(keeper.get_by_text("8 things remain before it can open.")).to_be_visible()
    keeper.goto(f"{HERE}prepare/topics/")
    press(keeper, "Add a topic")
    expect(keeper.get_by_label("Topic 1, in a few words")).to_be_visible()
    type_into(keeper, keeper.get_by_label("Topic 1, in a few words").get_attribute("name"), "Rest")
    keeper.keyboard.press("Enter")
    expect(keeper.get_by_text("Saved.")).to_be_visible()
    expect(keeper.get_by_label("Topic 1, in a few words")).to_have_value("Rest")
    keeper.goto(f"{HERE}prepare/frame/")
    for name, text in {"what_is_open": "Rooms", "what_is_fixed": "Shifts", "who_decides": "The board"}.items():
        type_into(keeper, name, text)
    press(keeper, "Save and go on")
    expect(keeper.get_by_role("heading", name="The promise")).to_be_visible()
    keeper.goto(f"{HERE}prepare/")
    expect(keeper.get_by_text("5 things remain before it can open.")).to_be_visible()


def focus(page, is_it):
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const at = document.activeElement; return {is_it}; }})()"):
            return
    raise AssertionError(f"the Tab key does not reach {is_it}")


def type_into(page, name, text):
    focus(page, f"at.name === '{name}'")
    page.keyboard.type(text)


def press(page, words):
    focus(page, f"at.matches('button, a') && at.textContent.trim() === '{words}'")
    page.keyboard.press("Enter")


PAGES = (
    *("", "begin/", "accounts/logout/"),
    *(
        f"{HERE[1:]}prepare/{step}"
        for step in ("", "question/", "frame/", "promise/", "topics/", "dates/", "rules/", "words/")
    ),
    *(f"{HERE[1:]}preview/?screen={screen}" for screen in ("promise", "say", "card")),
    *(f"{HERE[1:]}{path}/" for path in ("trial", "open", "mandate", "inbox", "roles")),
)
AFTERWARDS = tuple(f"{HERE[1:]}{path}" for path in ("", "phases/", "change/", "close/", "mandate/"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_mandate_has_a_fault(installation, visit, accessibility_faults, scheme):
    sessions = installation.build("begin=1")["sessions"]
    installation.start_server()
    keeper = visit(sessions["keeper"])
    begin(keeper)
    faults = look_at(visit, sessions["keeper"], PAGES[3:6], accessibility_faults, scheme)
    write(keeper)
    keeper.goto(f"{HERE}trial/")
    keeper.get_by_label("E-mail address or staff number").fill("ann@example.org")
    keeper.get_by_role("button", name="Ask them to try it").click()
    faults |= look_at(visit, sessions["keeper"], PAGES, accessibility_faults, scheme)
    tried = tuple(f"{HERE[1:]}{path}" for path in ("", "say/", "cards/", "remark/"))
    faults |= look_at(visit, sessions["ann"], tried, accessibility_faults, scheme)
    keeper.goto(f"{HERE}open/")
    keeper.get_by_role("button", name="Open it for 3 people").click()
    faults |= look_at(visit, sessions["keeper"], AFTERWARDS, accessibility_faults, scheme)
    faults |= look_at(visit, None, (f"{HERE[1:]}mandate/",), accessibility_faults, scheme)
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())


def look_at(visit, session, paths, accessibility_faults, scheme):
    """What axe finds at three widths, one of them a desk at 200 %; and whether anything is wider than the window."""
    faults = {}
    for viewport in (PHONE, DESK, ZOOMED):
        page = visit(session, viewport=viewport, color_scheme=scheme)
        for path in paths:
            page.goto(f"/{path}")
            if found := accessibility_faults(page):
                faults[path, viewport["width"]] = found
            if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
                faults[path, viewport["width"], "wide"] = "scrolls sideways"
    return faults


def test_the_mandate_prints_on_one_sheet_even_when_much_is_written(installation, visit):
    sessions = installation.build("begin=1")["sessions"]
    installation.start_server()
    keeper = visit(sessions["keeper"], viewport=DESK)
    begin(keeper)
    write(keeper)
    line = "We will look at this together, and say what came of it. "
    much = {"frame": {"What is open": (line + "\n") * 7, "What is fixed": (line + "\n") * 7, "Who decides": line * 4}}
    much["promise"] = {"Our promise, in two lines": line * 4}
    for step, fields in much.items():
        keeper.goto(f"{HERE}prepare/{step}/")
        for label, text in fields.items():
            saved_on_leaving(keeper, label, text)
    keeper.goto(f"{HERE}prepare/topics/")
    for number in range(2, 7):
        keeper.get_by_role("button", name="Add a topic").click()
        keeper.locator(f"fieldset:nth-of-type({number})").get_by_label("in a few words").fill(f"Topic {number}")
        question = "What would help you most with this, where you work?"
        keeper.locator(f"fieldset:nth-of-type({number})").get_by_label("As a question to members").fill(question)
    keeper.goto(f"{HERE}prepare/dates/")
    keeper.get_by_text("Days of the other phases").click()
    for number, phase in enumerate(("Map", "Distil", "Meet", "Answer", "Seed", "Gate")):
        begins = 0 if phase == "Map" else 14 + number
        saved_on_leaving(keeper, f"{phase} begins", day(begins))
        saved_on_leaving(keeper, f"{phase} ends", day(begins + 20))
    keeper.goto(f"{HERE}open/")
    keeper.get_by_role("button", name="Open it for 3 people").click()
    passer_by = visit(viewport=DESK)
    passer_by.goto(f"{HERE}mandate/")
    sheet = PdfReader(io.BytesIO(passer_by.pdf(format="A4", prefer_css_page_size=True)))
    text = sheet.pages[0].extract_text()
    assert len(sheet.pages) == 1
    assert "Print this page" not in text and "What would help you most" in text and "Gate" in text
