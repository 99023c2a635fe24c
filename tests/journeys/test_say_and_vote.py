"""The main road, walked by three people in real browsers: said, published, met, voted on, distilled, seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK
from journeys.running import PATIENCE_MS, PATIENCE_S, wait_for

WORDS = "The night shift has no room to rest, and nobody asks us."
A_STEP = 12  # votes from which on published figures move; fewer would tell whose they are
AGREE, DISAGREE = re.compile(r"^\s*Agree"), re.compile(r"^\s*Disagree")


def say(page, slug, words):
    page.goto(f"/e/{slug}/")
    page.get_by_role("link", name="Have my say").click()
    page.get_by_label("One idea").fill(words)
    page.get_by_role("button", name="Send it in").click()
    expect(page.get_by_text("A person reads it before others see it.")).to_be_visible()


def the_statement(page):
    return page.locator("#card-words")


def vote_until(page, words, most):
    """Agree to card after card until these words come: what fewest have seen comes soon."""
    for _ in range(most):
        shown = the_statement(page).inner_text()
        if shown == words:
            return
        page.get_by_role("button", name=AGREE).click()
        expect(the_statement(page)).not_to_have_text(shown)
    raise AssertionError(f"{words!r} did not come within {most} cards")


def vote_on(page, n_cards):
    for _ in range(n_cards):
        shown = the_statement(page).inner_text()
        page.get_by_role("button", name=AGREE).click()
        expect(the_statement(page)).not_to_have_text(shown)


@pytest.mark.both_databases
def test_a_statement_goes_from_one_phone_to_another_and_into_the_result(installation, visit):
    world = installation.build("statements=26", "crowd=12")
    slug, sessions = world["slug"], world["sessions"]
    installation.start_server()
    installation.start_worker()

    ann = visit(sessions["ann"])
    say(ann, slug, WORDS)
    vote_on(ann, 7)
    ann.goto(f"/e/{slug}/mine/")
    expect(ann.locator("blockquote.statement")).to_have_text(WORDS)
    expect(ann.get_by_text("waiting to be read")).to_be_visible()

    lead = visit(sessions["lead"], viewport=DESK)
    lead.goto(f"/e/{slug}/results/")
    results = lead.locator("#results")
    expect(results).to_contain_text("What 13 of us say", timeout=PATIENCE_MS)
    assert WORDS not in results.inner_text()

    desk = visit(sessions["lead"], viewport=DESK)
    desk.goto(f"/e/{slug}/inbox/")
    waiting = desk.locator(".inbox__item")
    expect(waiting).to_contain_text(WORDS)
    assert "Ann" not in waiting.inner_text()
    waiting.get_by_role("button", name="Approve").click()
    expect(desk.get_by_role("heading", name="Nothing waits")).to_be_visible()
    ann.reload()
    expect(ann.get_by_text("open for votes")).to_be_visible()

    bob = visit(sessions["bob"])
    bob.goto(f"/e/{slug}/cards/")
    vote_until(bob, WORDS, most=13)
    bob.get_by_role("button", name=DISAGREE).click()
    expect(bob.locator("#card")).not_to_contain_text(WORDS)
    vote_on(bob, A_STEP)

    # The lead's page was not touched since: its script asks, and shows what the worker has found meanwhile.
    expect(results).to_contain_text(WORDS, timeout=PATIENCE_MS)
    assert "What 13 of us say" in results.inner_text(), "one more taking part is not told"
    lead.goto(f"/e/{slug}/results/?all=1")
    expect(lead.locator("#results")).to_contain_text(WORDS)


def test_an_open_page_shows_a_new_snapshot_within_five_seconds(installation, visit):
    world = installation.build("statements=14", "crowd=12")
    installation.start_server()
    installation.start_worker()
    lead = visit(world["sessions"]["lead"], viewport=DESK)
    lead.goto(f"/e/{world['slug']}/results/")
    results = lead.locator("#results")
    expect(results).to_contain_text("What 12 of us say", timeout=PATIENCE_MS)

    counted, newest = results.locator("time").get_attribute("datetime"), newest_snapshot(installation)

    bob = visit(world["sessions"]["bob"])
    bob.goto(f"/e/{world['slug']}/cards/")
    vote_on(bob, A_STEP)
    wait_for(lambda: newest_snapshot(installation) > newest, PATIENCE_S, lambda: installation.log("worker"))
    expect(results.locator("time")).not_to_have_attribute("datetime", counted, timeout=5_000)


def newest_snapshot(installation):
    return installation.rows("SELECT max(id) FROM distillations_snapshot")[0][0]


def test_the_last_card_at_hand_goes_from_sight_before_the_server_answers(installation, visit):
    world = installation.build("statements=2", "crowd=1", "silent=1")
    installation.start_server()
    page = visit(world["sessions"]["ann"])
    page.goto(f"/e/{world['slug']}/cards/")
    page.wait_for_function("() => Boolean(document.querySelector('[data-flow]'))")
    page.wait_for_load_state("networkidle")
    held = []
    page.route("**/acts", lambda route: held.append(route))
    vote_on(page, 1)
    page.get_by_role("button", name=AGREE).click()
    expect(the_statement(page)).to_be_hidden(timeout=1000)
    expect(page.get_by_role("heading", name="The next one is on its way")).to_be_visible(timeout=1000)
    for route in held:
        route.continue_()
    page.unroute("**/acts")
    expect(page.get_by_role("heading", name="You have answered everything here")).to_be_visible()
    assert len(installation.rows("SELECT 1 FROM engagements_vote")) == 2


@pytest.mark.both_databases
def test_saying_and_voting_without_scripts(installation, visit):
    world = installation.build("statements=9")
    slug = world["slug"]
    installation.start_server()
    ann = visit(world["sessions"]["ann"], java_script_enabled=False)
    say(ann, slug, WORDS)
    for _ in range(2):
        shown = the_statement(ann).inner_text()
        ann.get_by_role("button", name=AGREE).click()
        expect(the_statement(ann)).not_to_have_text(shown)
    assert ann.url.startswith(f"{installation.url}/e/{slug}/cards/")
    expect(ann.get_by_text("3 of 20")).to_be_visible()
    ann.get_by_role("button", name="Undo the last answer").click()
    expect(the_statement(ann)).to_have_text(shown)
    expect(ann.get_by_text("2 of 20")).to_be_visible()
    ann.goto(f"/e/{slug}/mine/")
    expect(ann.locator("blockquote.statement")).to_have_text(WORDS)


def test_the_keys_1_2_3_vote_and_u_takes_back(installation, visit):
    world = installation.build("statements=9")
    installation.start_server()
    ann = visit(world["sessions"]["ann"], viewport=DESK)
    ann.goto(f"/e/{world['slug']}/cards/")
    for n_answered, key in enumerate("123", start=1):
        shown = the_statement(ann).inner_text()
        ann.keyboard.press(key)
        expect(the_statement(ann)).not_to_have_text(shown)
        expect(ann.get_by_text(f"{n_answered + 1} of 20")).to_be_visible()
    ann.keyboard.press("u")
    expect(the_statement(ann)).to_have_text(shown)
    expect(ann.get_by_text("3 of 20")).to_be_visible()
    installation.comes_to("stances", [1, 0])


@pytest.mark.parametrize("words", ["", "🙂🙂🙂", "x" * 281])
def test_words_that_cannot_be_taken_are_kept_and_explained(installation, visit, words):
    world = installation.build("statements=1")
    installation.start_server()
    ann = visit(world["sessions"]["ann"], expects=["422"])
    ann.goto(f"/e/{world['slug']}/say/")
    ann.get_by_label("One idea").fill(words)
    ann.get_by_role("button", name="Send it in").click()
    expect(ann.locator(".error")).to_be_visible()
    expect(ann.get_by_label("One idea")).to_have_value(words)


def test_signing_in_by_mail_leads_to_the_promise(installation, visit):
    world = installation.build("statements=1")
    installation.start_server()
    ann = visit()
    ann.goto(f"/e/{world['slug']}/")
    ann.get_by_label("mail").fill(world["emails"]["ann"])
    ann.get_by_role("button", name="Send me the link").click()
    expect(ann.get_by_text("Look in your mail")).to_be_visible()
    link = installation.wait_for_log("server", re.compile(re.escape(installation.url) + r"/\S+code=\S+"))
    ann.goto(link)
    ann.get_by_role("button", name="Come in").click()
    expect(ann.get_by_role("link", name="Have my say")).to_be_visible()
    assert ann.url == f"{installation.url}/e/{world['slug']}/"


def test_nobody_learns_who_is_on_the_list(installation, visit):
    installation.build("statements=1")
    installation.start_server()
    stranger = visit()
    stranger.goto("/accounts/login/code/")
    stranger.get_by_label("mail").fill("stranger@example.org")
    stranger.get_by_role("button", name="Send me the link").click()
    expect(stranger.get_by_text("If stranger@example.org is on the list")).to_be_visible()
    assert "code=" not in installation.log("server")
