"""Talk about a statement, by a member, its author and the lead: phone and desk, by keyboard, and without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from journeys.conftest import DESK, PHONE
from journeys.running import Installation

WORDS = "The bench by the lift should stay."
REPLY = "It is where we wait for the night bus."
ANSWER = "By the lift on the ground floor."


def say(page: Page, slug: str, words: str) -> None:
    page.goto(f"/e/{slug}/say/")
    page.get_by_label("One idea").fill(words)
    page.get_by_role("button", name="Send it in").click()


def approve(page: Page, slug: str) -> None:
    """Once it has arrived: with scripts it goes by the outbox, a moment after the button."""
    for _ in range(20):
        page.goto(f"/e/{slug}/inbox/")
        if page.get_by_role("button", name="Approve").count():
            break
        page.wait_for_timeout(500)
    page.get_by_role("button", name="Approve").click()


@pytest.mark.parametrize(("viewport", "scripts"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=str)
def test_said_replied_acknowledged_asked_and_answered(
    installation: Installation, visit: Any, accessibility_faults: Any, viewport: dict[str, int], scripts: bool
) -> None:
    world = installation.build("statements=3", "crowd=3")
    installation.start_server()
    slug, faults = world["slug"], {}
    options = {"viewport": viewport, "java_script_enabled": scripts, "expects": ["422", "410"]}
    author, reader, lead = (visit(world["sessions"][who], **options) for who in ("ann", "bob", "lead"))

    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        if not scripts:
            return
        if found := accessibility_faults(page):
            faults[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], name

    say(author, slug, WORDS)
    approve(lead, slug)
    expect(lead.get_by_text("Open for votes.")).to_be_visible()
    author.goto(f"/e/{slug}/mine/")
    look(author, "mine, nothing said to it yet")
    author.get_by_role("link", name="Its page").click()
    author.wait_for_url("**/statements/**")
    page = re.sub(r"^https?://[^/]+", "", author.url)
    look(author, "its page, for its author")

    reader.goto(page)
    expect(reader.get_by_text("Answer it, and you read what others reply.")).to_be_visible()
    look(reader, "its page, before one's answer")
    if scripts:
        reader.keyboard.press("1")
    else:
        reader.get_by_role("button", name="Agree", exact=True).click()
    expect(reader.get_by_role("heading", name="No replies yet")).to_be_visible()
    look(reader, "its page, no replies yet")
    reader.get_by_label("Your reply").fill("👍")
    reader.get_by_role("button", name="Send it in").click()
    expect(reader.get_by_text("Please use words")).to_be_visible()
    expect(reader.get_by_label("Your reply")).to_have_value("👍")
    look(reader, "a reply that cannot be taken")
    reader.get_by_label("Your reply").fill(REPLY)
    reader.get_by_label("Your reply").focus()
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(reader.get_by_text("A person reads it before others see it.")).to_be_visible()

    lead.goto(f"/e/{slug}/inbox/replies/")
    look(lead, "replies to read")
    if scripts:
        lead.keyboard.press("j")
        lead.keyboard.press("a")
    else:
        lead.get_by_role("button", name="Show it").click()
    expect(lead.get_by_text("Shown under the statement.")).to_be_visible()
    look(lead, "replies decided")
    lead.goto(f"/e/{slug}/acknowledge/")
    look(lead, "to acknowledge")
    lead.goto(page)
    expect(lead.get_by_text(REPLY, exact=True)).to_be_visible()
    lead.get_by_role("button", name="We will look into this.").click()
    expect(lead.get_by_text("Said to everybody")).to_be_visible()
    lead.get_by_text("Ask whoever wrote it").click()
    lead.get_by_label("Your question").fill("Which lift?")
    lead.get_by_role("button", name="Ask", exact=True).click()
    expect(lead.get_by_text("It waits for the author.")).to_be_visible()
    look(lead, "its page, for the lead")
    lead.goto(f"/e/{slug}/questions/")
    look(lead, "questions asked")

    author.goto(f"/e/{slug}/mine/")
    expect(author.get_by_text("We will look into this.")).to_be_visible()
    look(author, "mine, asked")
    author.get_by_role("link", name=re.compile("Answer.*Which lift")).click()
    look(author, "a question")
    author.get_by_label("Your answer").fill(ANSWER)
    author.get_by_role("button", name="Answer").click()
    expect(author.get_by_text("read it from tomorrow on")).to_be_visible()
    lead.goto(page)
    expect(lead.get_by_text("It waits for the author.")).to_be_visible()
    installation.ask("a_day_passes")
    lead.reload()
    expect(lead.get_by_text(ANSWER, exact=True)).to_be_visible()
    author.goto(page)
    author.get_by_label("Say that it comes from who wrote the statement").check()
    author.get_by_label("Say more about it").fill("Nobody else asked for it.")
    author.get_by_role("button", name="Send it in").click()
    lead.goto(f"/e/{slug}/inbox/replies/")
    lead.get_by_role("button", name="Show it").click()
    reader.goto(page)
    expect(reader.get_by_text("by the author of the statement")).to_be_visible()
    assert ANSWER not in reader.content() and "Which lift?" not in reader.content()
    look(reader, "its page, with replies")

    reader.goto(f"/e/{slug}/mine/")
    look(reader, "mine, with a reply")
    reader.get_by_role("button", name=re.compile(f"Withdraw it.*{REPLY}")).click()
    expect(reader.get_by_text("Your reply is withdrawn.")).to_be_visible()
    reader.goto(page)
    expect(reader.get_by_text("Nobody else asked for it.")).to_be_visible()
    reader.get_by_label("Your reply").fill("Typed while it went.")
    author.goto(f"/e/{slug}/mine/")
    author.locator("summary", has_text="Withdraw it").click()
    author.get_by_role("button", name="Yes, withdraw it").click()
    reader.get_by_role("button", name="Send it in").click()
    expect(reader.get_by_role("heading", name="This statement is not open any more")).to_be_visible()
    expect(reader.get_by_label("What you wrote")).to_have_value("Typed while it went.")
    look(reader, "a statement that went")
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())


def test_a_card_answered_leads_to_its_replies(installation: Installation, visit: Any) -> None:
    world = installation.build("statements=3", "crowd=3")
    installation.start_server()
    page = visit(world["sessions"]["ann"], viewport=PHONE)
    page.goto(f"/e/{world['slug']}/cards/")
    words = page.locator("[data-card-text]").inner_text()
    page.locator("[data-flow=on]").wait_for()
    page.keyboard.press("1")
    page.get_by_role("link", name="Replies to the last one").click()
    page.wait_for_url("**/statements/**")  # the cards hold the words several times
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("heading", name="Replies", exact=True)).to_be_visible()
