"""axe on every page of a running installation, light and dark, phone and desk; reflow at 320 px; focus that is seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK, PHONE
from journeys.running import PATIENCE_MS

NARROW = {"width": 320, "height": 640}  # what is left of a desk's screen at 400 %
STOPS = 40  # of the tabulator key: more than one needs to come to the middle of any page

PAGES = {
    "nobody": ["/", "/accounts/login/", "/accounts/login/code/", "/no-such-page/", "/privacy/", "/code/?s=H-1",
               "{link}", "/in/x/", "/e/{slug}/guest/"],
    "ann": ["/e/{slug}/", "/e/{slug}/say/", "/e/{slug}/cards/", "/e/{slug}/mine/", "/e/{slug}/where/",
            "/e/{slug}/results/", "/ways-in/"],
    "crowd0": ["/e/{slug}/cards/", "/e/{slug}/mine/", "/e/{slug}/where/", "/e/{slug}/results/"],
    "lead": ["/e/{slug}/", "/e/{slug}/inbox/", "/e/{slug}/roles/", "/e/{slug}/words/", "/e/{slug}/kept/",
             "/e/{slug}/invitations/", "/e/{slug}/invitations/new/", "/e/{slug}/invitations/letters/",
             "/e/{slug}/invitations/posters/",
             "/e/{slug}/results/", "/e/{slug}/results/?all=1",
             "/e/{slug}/results/{statement}/", "/e/{slug}/kiosk/", "/accounts/logout/"],
}  # fmt: skip

# Fewer people come here, so each is looked at once light at a desk, and once dark at the narrowest.
QUIETER_PAGES = {
    "nobody": ["/e/{slug}/mandate/"],
    "bob": ["/"],
    "crowd0": ["/mine/data/", "/e/{slug}/mine/answers/", "/e/{slug}/leave/", "/e/{slug}/erasure/",
               "/e/{slug}/ballots/", "/e/{slug}/ballots/receipt/"],
    "guard": ["/e/{slug}/elsewhere/",
              "/e/{slug}/custody/", "/e/{slug}/custody/log/", "/e/{slug}/custody/erasures/", "/e/{slug}/accounts/"],
    "lead": ["/e/{slug}/elsewhere/", "/e/{slug}/results/public/",
             "/e/{slug}/phases/", "/e/{slug}/change/", "/e/{slug}/close/", "{wave}", "{wave}who/", "{wave}words/en/",
             "/bounces/", "/roster/", "/roster/people/", "/roster/units/", "/roster/keepers/", "/help-in/", "/begin/"],
}  # fmt: skip
TABBED = {"/", "/e/{slug}/mine/answers/", "/e/{slug}/custody/log/", "/e/{slug}/phases/", "{wave}", "/roster/people/"}

FOCUSED = """() => {
  const one = document.activeElement, place = one.getBoundingClientRect(), style = getComputedStyle(one)
  if (one === document.body) return null
  const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && place.width > 1
    && place.left >= -1 && place.right <= innerWidth + 1
  return isSeen ? "" : one.outerHTML.slice(0, 120)
}"""


def unseen_when_focused(page):
    """What the tabulator key leads to without a line around it, or beside the window."""
    unseen = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if (told := page.evaluate(FOCUSED)) is None:
            break
        if told:
            unseen.append(told)
    return unseen


def prepare(visit, world):
    """Something said, somebody asked to take on a role, an invitation being written. Gives its address."""
    saying = visit(world["sessions"]["crowd1"])
    saying.goto(f"/e/{world['slug']}/say/")
    saying.get_by_label("One idea").fill("Somebody should open the window.")
    saying.get_by_role("button", name="Send it in").click()
    lead = visit(world["sessions"]["lead"])
    lead.goto(f"/e/{world['slug']}/roles/")
    lead.get_by_label("E-mail address or staff number").fill(world["emails"]["bob"])
    lead.get_by_label("Moderator of the day").check()
    lead.get_by_role("button", name="Ask them").click()
    lead.goto(f"/e/{world['slug']}/invitations/new/")
    lead.get_by_role("button", name="Go on").click()
    expect(lead.get_by_role("heading", name="1. To whom")).to_be_visible()
    wave = "/" + lead.url.split("/", 3)[3]
    lead.goto(f"/e/{world['slug']}/results/")
    expect(lead.locator("#results")).to_contain_text("What 12 of us say", timeout=PATIENCE_MS)
    return wave


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_fault(installation, visit, accessibility_faults, scheme):
    world = installation.build("statements=9", "crowd=12", "guests=1")
    installation.start_server()
    installation.start_worker()
    named = {"slug": world["slug"], "link": world["links"]["crowd2"], "wave": prepare(visit, world)}
    named["statement"] = world["statements"][0]

    faults = {}
    # Colours do not hang on the window's width: each page at a phone in the one scheme, at a desk in the other.
    light, dark = [(PHONE, PAGES), (DESK, QUIETER_PAGES)], [(DESK, PAGES), (NARROW, QUIETER_PAGES)]
    for viewport, pages in light if scheme == "light" else dark:
        for name, paths in pages.items():
            page = visit(world["sessions"].get(name), viewport=viewport, color_scheme=scheme, expects=["404"])
            for path in paths:
                page.goto(path.format(**named))
                if found := accessibility_faults(page):
                    faults[name, path, viewport["width"]] = found
                assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
                if viewport is NARROW and path in TABBED and (unseen := unseen_when_focused(page)):
                    faults[name, path, "focus"] = unseen
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())
