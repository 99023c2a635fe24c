"""A passkey made, used and removed, with Chromium's own authenticator behind the browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from journeys.running import Installation, wait_for


@pytest.fixture
def key_holder(installation: Installation, visit: Any) -> Any:
    """A browser whose device has a fingerprint reader, that always says yes."""

    def open_browser(session: str | None = None) -> Any:
        # Passkeys belong to a name, and an address of numbers is none.
        page = visit(None, expects=["422", "403"])
        if session:
            page.context.add_cookies(
                [{"name": "sayso_session", "value": session, "url": f"http://localhost:{installation.port}"}]
            )
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
        device = {**options, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
        return page

    return open_browser


def test_a_passkey_is_made_lets_in_and_is_removed(
    installation: Installation, key_holder: Any, accessibility_faults: Any
) -> None:
    world = installation.build("statements=2")
    installation.start_server()
    home = f"http://localhost:{installation.port}"
    page = key_holder(world["sessions"]["ann"])
    page.goto(f"{home}/ways-in/")
    assert accessibility_faults(page) == []
    page.get_by_label("Name of the new one").fill("Ann’s phone")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("“Ann’s phone” is kept.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{home}/accounts/login/code/?next=/e/{world['slug']}/cards/")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(f"{home}/e/{world['slug']}/cards/")

    page.goto(f"{home}/ways-in/")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("This device has a passkey already.")).to_be_visible()
    page.get_by_role("button", name="Remove Ann’s phone").click()
    expect(page.get_by_text("“Ann’s phone” is removed.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{home}/accounts/login/code/")
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_text("That did not work. Nothing has changed.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_have_count(0)


def test_using_it_leaves_no_trace_and_an_answer_serves_once_and_in_its_own_browser_only(
    installation: Installation, key_holder: Any, visit: Any
) -> None:
    world = installation.build("statements=2")
    installation.start_server()
    home = f"http://localhost:{installation.port}"
    page = key_holder(world["sessions"]["ann"])
    page.goto(f"{home}/ways-in/")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("is kept.")).to_be_visible()
    before = installation.rows("SELECT * FROM members_passkey")
    assert len(before[0]) == 5, "number, name, credential, public half, member: no date, no counter"
    page.get_by_role("button", name="Sign out", exact=True).click()

    answer = hold_back(page, home)
    other = visit()
    other.goto(f"{home}/accounts/login/code/")
    assert not lets_in(other, home, answer), "another browser was asked nothing"
    assert lets_in(page, home, answer)
    assert installation.rows("SELECT * FROM members_passkey") == before
    page.goto(home)
    page.get_by_role("button", name="Sign out", exact=True).click()
    old, answer = answer, hold_back(page, home)
    assert not lets_in(page, home, old), "the question was another"
    assert not lets_in(page, home, answer), "a question is good for one answer, right or wrong"


def hold_back(page: Any, home: str) -> str:
    """The answer the device gives, before the server has it."""
    sent: list[str] = []

    def keep(route: Any) -> None:
        sent.append(parse_qs(route.request.post_data)["answer"][0])
        route.abort()

    page.goto(f"{home}/accounts/login/code/")
    page.route("**/passkey/", keep)
    page.get_by_role("button", name="Use my passkey").click()
    wait_for(lambda: page.wait_for_timeout(100) or sent, 10, lambda: "the device gave no answer")
    page.unroute("**/passkey/")
    return sent[0]


def lets_in(page: Any, home: str, answer: str) -> bool:
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sayso_csrf")
    headers = {"X-CSRFToken": token, "Origin": home}
    page.context.request.post(f"{home}/passkey/", form={"answer": answer}, headers=headers)
    return bool(page.context.request.get(f"{home}/ways-in/").url == f"{home}/ways-in/")
