"""The tabs of members on a phone, in each language: whole words, all of them on the screen, wide enough for a thumb."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from journeys.running import Installation

NAMES = {"de": "Deutsch", "es": "Español", "ar": "العربية"}
PAGES = ("cards/", "mine/", "results/", "answers/", "meet/")  # the one that is open is bold, so wider
CUT = """() => [...document.querySelectorAll('.tabs a')].flatMap((tab) => {
  const text = [...tab.childNodes].filter((node) => node.nodeType === 3 && node.data.trim()).pop();
  return [...text.data.matchAll(/\\S+/g)].filter((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    const rows = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
    const place = range.getBoundingClientRect();
    return rows.size > 1 || place.left < 0 || place.right > innerWidth || tab.offsetWidth < 44 || tab.offsetHeight < 48;
  }).map((word) => word[0]);
})"""


@pytest.mark.parametrize("width", [390, 360])
def test_no_word_of_the_tabs_is_cut_in_any_language(installation: Installation, visit: Any, width: int) -> None:
    world = installation.build("statements=3")
    here = f"/e/{world['slug']}/"
    installation.start_server()
    page = visit(world["sessions"]["ann"], viewport={"width": width, "height": 800})
    for code, name in NAMES.items():
        page.goto(f"{here}mine/")
        page.get_by_role("button", name=name).click()
        expect(page.locator(f"html[lang={code}]")).to_be_attached()
        for path in PAGES:
            page.goto(here + path)
            assert (code, path, page.evaluate(CUT)) == (code, path, [])
