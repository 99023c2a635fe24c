"""Cards in another language than the reader's: translated by the worker, shown ahead, the original at hand."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.sync_api import expect

from journeys.running import PATIENCE_S, wait_for
from translating import Translating

ZUSTIMMEN = re.compile(r"^\s*Stimme zu")


@pytest.fixture
def service():
    started = Translating()
    yield started
    started.close()


def test_somebody_answers_in_their_own_language_what_was_said_in_another(installation, visit, service):
    world = installation.build("statements=6")
    with sqlite3.connect(installation.folder / "sayso.sqlite3") as database:
        database.execute('UPDATE engagements_engagement SET has_translations = 1, languages = \'["en", "de"]\'')
    installation.env |= {"SAYSO_TRANSLATOR": "libretranslate", "SAYSO_TRANSLATOR_URL": service.url}
    installation.start_server()
    installation.start_worker()
    made = "SELECT count(*) FROM engagements_translation WHERE text <> ''"
    wait_for(lambda: installation.rows(made)[0][0] == 6, PATIENCE_S, lambda: installation.log("worker"))

    ann = visit(world["sessions"]["ann"], locale="de-DE")
    ann.goto(f"/e/{world['slug']}/cards/")
    words, original = ann.locator("#card-words"), ann.locator("[data-card-original]")
    expect(ann.locator("[data-flow=on]")).to_be_attached()
    seen = set()
    for _ in range(4):
        shown = words.inner_text()
        assert re.fullmatch(r"\[de\] The bench in corridor \d should go\.", shown) and shown not in seen
        seen.add(shown)
        expect(words).to_have_attribute("lang", "de")
        expect(ann.get_by_text("Von einer Maschine übersetzt. Im Original: Englisch.")).to_be_visible()
        expect(original).to_be_hidden()
        ann.get_by_text("Das Original zeigen").click()
        expect(original).to_have_text(shown.removeprefix("[de] "))
        expect(original).to_have_attribute("lang", "en")
        ann.get_by_role("button", name=ZUSTIMMEN).click()
        expect(words).not_to_have_text(shown)
    ann.get_by_role("button", name="Letzte Antwort rückgängig").click()
    expect(words).to_have_text(shown)
    expect(ann.get_by_text("Das Original zeigen")).to_be_visible()

    bob = visit(world["sessions"]["bob"])
    bob.goto(f"/e/{world['slug']}/cards/")
    expect(bob.locator("[data-flow=on]")).to_be_attached()
    for _ in range(3):
        shown = bob.locator("#card-words").inner_text()
        assert shown.startswith("The bench")
        expect(bob.locator("#card-words")).to_have_attribute("lang", "en")
        expect(bob.locator("[data-card-translated]")).to_be_hidden()
        bob.get_by_role("button", name="Agree").first.click()
        expect(bob.locator("#card-words")).not_to_have_text(shown)
