"""Coming in with an account of elsewhere: a real browser, and a real OpenID Connect provider on this machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from journeys.running import Installation, free_port, kill, wait_for

# The provider's own page wants a style from afar, and an icon it has not.
THEIRS = ("ERR_NAME_NOT_RESOLVED", "ERR_INTERNET_DISCONNECTED", "404 (Not Found)")
IN = re.compile(r"/e/quiet-rooms/")
PEOPLE: dict[str, dict[str, Any]] = {
    "ann": {"email": "ANN@example.org", "email_verified": True, "employee": "H-2"},
    "bob-unchecked": {"email": "bob@example.org", "email_verified": False},
    "bob-silent": {"email": "bob@example.org"},
    "bob-text": {"email": "bob@example.org", "email_verified": "true"},
    "stranger": {"email": "stranger@example.org", "email_verified": True, "employee": "H-999"},
    "claims-lead": {"email": "ann@example.org", "email_verified": True, "employee": "H-1"},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """In a process of its own: as a thread of ours its warnings would be our errors."""
    url = f"http://localhost:{(port := free_port())}"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        for sub, claims in PEOPLE.items():
            wait_for(partial(know, url, sub, claims), 20, lambda: "the provider did not come up")
        yield url
    finally:
        kill(process)


def know(url: str, sub: str, claims: dict[str, Any]) -> bool:
    headers = {"Content-Type": "application/json"}
    told = Request("/".join((url, "users", sub)), json.dumps(claims).encode(), headers, method="PUT")
    try:
        return bool(urlopen(told, timeout=5).status == 204)
    except OSError:
        return False


@pytest.fixture
def connected(installation: Installation, issuer: str) -> Callable[..., dict[str, Any]]:
    def connect(**more: str) -> dict[str, Any]:
        told = {"ISSUER": issuer, "ID": "sayso", "SECRET": "a secret", "NAME": "Harbour account", **more}
        installation.env.update({f"SAYSO_OIDC_{name}": value for name, value in told.items()})
        world = installation.build("statements=2")
        installation.start_server()
        return world

    return connect


def sign_in(page: Any, sub: str) -> None:
    page.goto("/e/quiet-rooms/cards/")
    page.get_by_role("link", name="Harbour account").click()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize", exact=True).click()


def kept(installation: Installation) -> list[int]:
    tables = ("socialaccount_socialaccount", "socialaccount_socialtoken", "account_emailaddress")
    return [installation.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def test_the_checked_address_finds_the_member_and_leads_to_where_one_was_going(
    installation: Installation, connected: Any, visit: Any
) -> None:
    world = connected()
    n_members = installation.rows("SELECT count(*) FROM members_member")
    for _ in range(2):
        page = visit(expects=THEIRS)
        sign_in(page, "ann")
        expect(page).to_have_url(re.compile(r"/e/quiet-rooms/cards/$"))
    by_mail = visit(world["sessions"]["ann"])
    by_mail.goto("/e/quiet-rooms/cards/")
    assert installation.rows("SELECT count(*) FROM engagements_participant") == [(1,)], "one person, one participant"
    assert installation.rows("SELECT count(*) FROM members_member") == n_members
    assert kept(installation) == [0, 0, 0], "nothing of the account is kept, so no moment either"


def test_an_unchecked_address_or_an_unknown_one_is_told_plainly_and_makes_nobody(
    installation: Installation, connected: Any, visit: Any
) -> None:
    connected()
    n_members = installation.rows("SELECT count(*) FROM members_member")
    for sub in ("bob-unchecked", "bob-silent", "bob-text", "stranger"):
        page = visit(expects=[*THEIRS, "403"])
        sign_in(page, sub)
        expect(page.get_by_role("heading", name="This account is not on the list")).to_be_visible()
    page.get_by_role("link", name="Other ways in").click()
    expect(page.get_by_role("heading", name="Come in", exact=True)).to_be_visible()
    assert installation.rows("SELECT count(*) FROM members_member") == n_members
    assert kept(installation) == [0, 0, 0]


def test_with_a_claim_the_staff_number_decides_and_the_address_does_not(connected: Any, visit: Any) -> None:
    world = connected(CLAIM="employee")
    page = visit(expects=THEIRS)
    sign_in(page, "claims-lead")
    expect(page).to_have_url(IN)
    page.goto("/ways-in/")
    expect(page.get_by_text(world["numbers"]["lead"], exact=True)).to_be_visible()
    other = visit(expects=[*THEIRS, "403"])
    sign_in(other, "bob-unchecked")
    expect(other.get_by_role("heading", name="This account is not on the list")).to_be_visible()


def test_who_stops_on_the_way_an_answer_nobody_asked_for_and_a_foreign_way_on(
    installation: Installation, connected: Any, visit: Any
) -> None:
    connected()
    page = visit(expects=[*THEIRS, "401", "403"])
    page.goto("/accounts/login/code/")
    page.get_by_role("link", name="Harbour account").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_text("nothing was kept")).to_be_visible()
    page.goto("/accounts/oidc/account/login/callback/?code=stolen&state=made-up")
    expect(page.get_by_text("nothing was kept")).to_be_visible()
    page.goto("/accounts/oidc/account/login/?next=https://elsewhere.example/")
    page.get_by_placeholder("sub").fill("ann")
    page.get_by_role("button", name="Authorize", exact=True).click()
    expect(page).to_have_url(IN)
    assert installation.url in page.url


def test_a_provider_that_is_away_is_told_and_the_other_ways_stay_open(
    installation: Installation, connected: Any, visit: Any
) -> None:
    connected(ISSUER=f"http://localhost:{free_port()}")
    page = visit(expects=["502"])
    page.goto("/accounts/login/code/")
    page.get_by_role("link", name="Harbour account").click()
    expect(page.get_by_text("nothing was kept")).to_be_visible()
    page.get_by_role("link", name="Other ways in").click()
    expect(page.get_by_label("Your e-mail address")).to_be_visible()
