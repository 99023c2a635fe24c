"""A moderator's hours: by keys on a desk, by hand on a phone, without scripts; and what authors see of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK, PHONE

SAID = {
    "ann": ("The night shift has no room to rest.", "Write to bob@example.org about the keys.", "We meet too often."),
    "bob": ("The night shift has no rooms to rest.", "The lift is slow and the stairs are dark."),
}


def say(page, slug, words):
    page.goto(f"/e/{slug}/say/")
    page.get_by_label("One idea").fill(words)
    page.get_by_role("button", name="Send it in").click()
    expect(page.get_by_text("A person reads it before others see it.")).to_be_visible()


def everybody_says(world, visit):
    pages = {}
    for name, said in SAID.items():
        pages[name] = visit(world["sessions"][name])
        for words in said:
            say(pages[name], world["slug"], words)
    return pages


def in_hand(page):
    return page.locator(".inbox__item blockquote.statement").first


def press(page, *keys):
    """Press keys one by one, the page standing still before the next."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(60)


def test_five_statements_by_keys_alone(installation, visit, accessibility_faults):
    world = installation.build("statements=3")
    slug = world["slug"]
    installation.start_server()
    people = everybody_says(world, visit)
    lead = visit(world["sessions"]["lead"], viewport=DESK)
    lead.goto(f"/e/{slug}/inbox/")
    expect(in_hand(lead)).to_have_text(SAID["ann"][1])
    expect(lead.get_by_text("It holds contact data: bob@example.org")).to_be_visible()
    press(lead, "?")
    expect(lead.get_by_text("undo your last decision")).to_be_visible()
    press(lead, "j")
    expect(in_hand(lead)).to_have_text(SAID["ann"][0])
    press(lead, "k")
    expect(in_hand(lead)).to_have_text(SAID["ann"][1])
    press(lead, "r", "1")
    expect(in_hand(lead)).to_have_text(SAID["ann"][0])
    expect(lead).to_have_title("Inbox (4) – Sayso")
    press(lead, "a")
    expect(in_hand(lead)).to_have_text(SAID["ann"][2])
    press(lead, "h")
    assert accessibility_faults(lead) == []
    lead.locator("details[open]").get_by_role("button", name="Hide", exact=True).click()
    expect(lead.get_by_text("Please pick or write a reason.")).to_be_visible()
    expect(lead.locator("details[open]").get_by_text("Its author reads this. One press sends it.")).to_be_visible()
    lead.locator(".inbox__item").focus()
    press(lead, "4")
    expect(in_hand(lead)).to_have_text(SAID["bob"][1])
    press(lead, "u")
    expect(in_hand(lead)).to_have_text(SAID["ann"][2])
    press(lead, "a")
    expect(in_hand(lead)).to_have_text(SAID["bob"][1])
    press(lead, "a")
    expect(lead.locator(".lanes [aria-current]")).to_contain_text("Merge?")
    press(lead, "m", "1")
    expect(lead.get_by_text("All read.")).to_be_visible()

    bob = people["bob"]
    bob.goto(f"/e/{slug}/mine/")
    expect(bob.get_by_text("merged with one that says the same")).to_be_visible()
    ann = people["ann"]
    ann.goto(f"/e/{slug}/mine/")
    ann.get_by_role("link", name="Change it and send it again").click()
    ann.get_by_label("Your words").fill("Somebody should know where the keys are.")
    ann.get_by_role("button", name="Send it again").click()
    expect(ann.get_by_text("A person reads your new words.")).to_be_visible()
    lead.goto(f"/e/{slug}/inbox/")
    expect(lead.get_by_text("Mended by its author")).to_be_visible()


def test_names_and_numbers_are_told_while_one_types_and_nothing_stops(installation, visit):
    world = installation.build("statements=1")
    installation.start_server()
    ann = visit(world["sessions"]["ann"])
    ann.goto(f"/e/{world['slug']}/say/")
    ann.get_by_label("One idea").press_sequentially("Ring 020 7946 0958, or bob@example.org.", delay=5)
    expect(ann.locator("#warned")).to_contain_text("bob@example.org")
    ann.get_by_role("button", name="Send it in").click()
    expect(ann.get_by_text("A person reads it before others see it.")).to_be_visible()


def test_every_act_without_scripts(installation, visit):
    world = installation.build("statements=3")
    slug = world["slug"]
    installation.start_server()
    everybody_says(world, visit)
    lead = visit(world["sessions"]["lead"], java_script_enabled=False, expects=["422"])
    lead.goto(f"/e/{slug}/inbox/")
    item = lead.locator(".inbox__item")
    item.get_by_role("button", name="Return", exact=True).click()
    expect(lead.get_by_text("Please pick or write a reason.")).to_be_visible()
    item.get_by_label("Or in your own words").first.fill("Leave the address out.")
    item.get_by_role("button", name="Return", exact=True).click()
    expect(lead.get_by_text("Returned. Its author reads your reason.")).to_be_visible()
    lead.get_by_role("button", name="Undo your last").click()
    expect(in_hand(lead)).to_have_text(SAID["ann"][1])
    lead.get_by_role("link", name="The lift is slow").click()
    item.get_by_text("Split it in two").click()
    item.get_by_label("The first idea").fill("The lift is slow.")
    item.get_by_label("The second idea").fill("The stairs are dark.")
    item.get_by_role("button", name="Split").click()
    expect(lead.get_by_text("Split in two. Its author is told.")).to_be_visible()
    lead.get_by_role("link", name="Open").click()
    expect(lead.locator(".desk__list")).to_contain_text("The stairs are dark.")


def test_kinds_are_put_right_by_keys_and_an_author_says_the_last_word_without_scripts(
    installation, visit, accessibility_faults
):
    world = installation.build("statements=3")
    slug = world["slug"]
    installation.start_server()
    say(visit(world["sessions"]["ann"]), slug, "The lift is slow.")
    lead = visit(world["sessions"]["lead"], viewport=DESK)
    lead.goto(f"/e/{slug}/inbox/")
    expect(lead.get_by_text("We do not know what it is.")).to_be_visible()
    press(lead, "c", "1")
    expect(lead.get_by_text("Those who moderate say it is a problem.").first).to_be_visible()
    press(lead, "u")
    expect(lead.get_by_text("We do not know what it is.")).to_be_visible()
    ann = visit(world["sessions"]["ann"], java_script_enabled=False, viewport=PHONE)
    ann.goto(f"/e/{slug}/mine/")
    ann.get_by_text("Say what it is").click()
    ann.get_by_label("How it stands to the change").select_option("For the change")
    ann.get_by_role("button", name="Keep it").click()
    expect(ann.get_by_text("You said it is for the change.")).to_be_visible()
    assert ann.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone = visit(world["sessions"]["ann"], viewport=PHONE)
    phone.goto(f"/e/{slug}/mine/")
    phone.locator(".quiet-details summary").first.click()
    assert accessibility_faults(phone) == []
    lead.reload()
    expect(lead.get_by_text("Its author says it is for the change.").first).to_be_visible()


PAGES = ("inbox/", "inbox/?lane=open", "seeds/", "moderation/", "moderation/edit/", "moderation/log/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_moderation_has_a_fault(installation, visit, accessibility_faults, scheme):
    world = installation.build("statements=3")
    slug = world["slug"]
    installation.start_server()
    everybody_says(world, visit)
    faults = {}
    for viewport in (PHONE, DESK):
        lead = visit(world["sessions"]["lead"], viewport=viewport, color_scheme=scheme)
        for path in PAGES:
            lead.goto(f"/e/{slug}/{path}")
            if found := accessibility_faults(lead):
                faults[path, viewport["width"]] = found
            for details in lead.locator(".desk__acts summary").all():
                details.click()
                if found := accessibility_faults(lead):
                    faults[path, viewport["width"], details.inner_text()] = found
            assert lead.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())
