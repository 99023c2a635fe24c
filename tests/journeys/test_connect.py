"""A roster keeper connects a directory in a real browser; the directory brings somebody; the keeper ends it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from journeys.conftest import DESK, PHONE


def created(address: str, token: str, user_name: str) -> int:
    request = urllib.request.Request(
        f"{address}/Users",
        data=json.dumps({"userName": user_name}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"},
    )
    try:
        with urllib.request.urlopen(request) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as fault:
        return fault.code


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_connect_a_directory(installation, visit, accessibility_faults, viewport, scheme):
    world = installation.build("statements=1")
    installation.start_server()
    page = visit(world["sessions"]["lead"], viewport=viewport, color_scheme=scheme, expects=["422"])

    def is_well(state: str) -> None:
        assert accessibility_faults(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], state

    page.goto("/roster/connect/")
    is_well("empty")
    page.get_by_label("What is it called?").press("Enter")
    expect(page.get_by_text("Write a name, such as “Entra ID”.")).to_be_visible()
    is_well("wrong")
    page.get_by_label("What is it called?").fill("Entra ID")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Entra ID can connect now")).to_be_visible()
    is_well("made")
    address, token = page.locator("#shown-address").inner_text(), page.locator("#shown-token").inner_text()
    assert created(address, token, "new@example.org") == 201
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_text("last changed the roster on")).to_be_visible()
    expect(page.get_by_text(token)).to_have_count(0)
    is_well("held")
    page.get_by_role("button", name="End it").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("is no longer connected")
    is_well("ended")
    assert created(address, token, "late@example.org") == 401


def test_the_token_is_copied_by_a_button(installation, visit):
    world = installation.build("statements=1")
    installation.start_server()
    page = visit(world["sessions"]["lead"], permissions=["clipboard-read", "clipboard-write"])
    page.goto("/roster/connect/")
    page.get_by_label("What is it called?").fill("Okta")
    page.get_by_role("button", name="Make a token").click()
    page.get_by_role("button", name="Copy the token").click()
    expect(page.get_by_role("button", name="Token copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#shown-token").inner_text()
