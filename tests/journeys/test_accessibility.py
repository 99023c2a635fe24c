"""axe on every page of a running installation, light and dark, phone and desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK, PHONE

PAGES = {
    "nobody": ["/", "/accounts/login/", "/accounts/login/code/", "/no-such-page/", "/privacy/", "/code/?s=H-1",
               "{link}", "/in/x/", "/e/{slug}/guest/"],
    "ann": ["/e/{slug}/", "/e/{slug}/say/", "/e/{slug}/cards/", "/e/{slug}/mine/", "/e/{slug}/where/",
            "/e/{slug}/results/", "/ways-in/"],
    "crowd0": ["/e/{slug}/cards/", "/e/{slug}/mine/", "/e/{slug}/where/", "/e/{slug}/results/"],
    "lead": ["/e/{slug}/", "/e/{slug}/inbox/", "/e/{slug}/roles/", "/e/{slug}/words/", "/e/{slug}/kept/",
             "/e/{slug}/invitations/", "/e/{slug}/invitations/new/", "/e/{slug}/invitations/letters/",
             "/e/{slug}/invitations/posters/",
             "/e/{slug}/results/", "/e/{slug}/results/?all=1", "/e/{slug}/kiosk/", "/accounts/logout/"],
}  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_fault(installation, visit, accessibility_faults, scheme):
    world = installation.build("statements=9", "crowd=12", "guests=1")
    installation.start_server()
    installation.start_worker()
    saying = visit(world["sessions"]["crowd1"])
    saying.goto(f"/e/{world['slug']}/say/")
    saying.get_by_label("One idea").fill("Somebody should open the window.")
    saying.get_by_role("button", name="Send it in").click()
    lead = visit(world["sessions"]["lead"])
    lead.goto(f"/e/{world['slug']}/results/")
    expect(lead.locator("#results")).to_contain_text("What 12 of us say", timeout=30_000)

    faults = {}
    for viewport in (PHONE, DESK):
        for name, paths in PAGES.items():
            page = visit(world["sessions"].get(name), viewport=viewport, color_scheme=scheme, expects=["404"])
            for path in paths:
                page.goto(path.format(slug=world["slug"], link=world["links"]["crowd2"]))
                if found := accessibility_faults(page):
                    faults[name, path, viewport["width"]] = found
                assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
    assert faults == {}, "\n".join(f"{where}: {found}" for where, found in faults.items())
