"""The page of one's own ways in: ending sessions, making links and codes void."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from house import open_house
from sayso.members.models import Member
from sayso.members.passes import letter_code, link_token, member_by_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    member = open_house("ways", people=2).members[0]
    member.staff_number = "7"
    member.save()
    return member


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def is_in(client: Client) -> bool:
    return client.get("/ways-in/").status_code == 200


def test_it_names_each_way_and_shows_no_code(member: Member) -> None:
    page = signed_in(member).get("/ways-in/").content.decode()
    assert str(member.email) in page and "Staff number <strong>7</strong>" in page
    assert letter_code(member) not in page and link_token(member) not in page


def test_signing_out_everywhere_else_leaves_this_browser_in_and_no_other(member: Member) -> None:
    here, there, other = signed_in(member), signed_in(member), signed_in(Member.objects.exclude(pk=member.pk)[0])
    assert here.post("/ways-in/end-sessions/").status_code == 302
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)


def test_earlier_links_and_codes_open_nothing_and_the_new_code_is_shown_once(member: Member) -> None:
    client, token, code = signed_in(member), link_token(member), letter_code(member)
    page = client.post("/ways-in/renew/")
    shown = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", page.content.decode()).group()  # type: ignore[union-attr]
    assert shown == letter_code(Member.objects.get(pk=member.pk)) != code
    assert "no-store" in page["Cache-Control"]
    assert shown not in client.get("/ways-in/").content.decode()
    assert member_by_token(token) is None
    fresh = Client()
    fresh.post("/code/", {"staff_number": "7", "code": code})
    assert "_auth_user_id" not in fresh.session
    fresh.post("/code/", {"staff_number": "7", "code": shown})
    assert fresh.session["_auth_user_id"] == str(member.pk)


def test_who_left_is_out_at_the_next_page(member: Member) -> None:
    client = signed_in(member)
    assert is_in(client)
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert not is_in(client)


@pytest.mark.parametrize("path", ["end-sessions/", "renew/", "passkeys/", "passkeys/ask/", "passkeys/1/remove/"])
def test_nothing_of_it_happens_by_a_mere_visit_or_to_a_stranger(member: Member, path: str) -> None:
    assert signed_in(member).get(f"/ways-in/{path}").status_code == 405
    assert Client().post(f"/ways-in/{path}").status_code == 302
    assert Client(enforce_csrf_checks=True).post(f"/ways-in/{path}").status_code == 403
