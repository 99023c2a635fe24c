"""The page of one's own ways in: ending sessions, making links and codes void."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from house import open_house
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import AccessKind, AccessRecord, Member
from sayso.members.ways_in.passes import letter_code, link_token, member_by_token

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


def test_a_keeper_makes_a_new_code_on_the_record_and_the_person_is_out_everywhere(member: Member) -> None:
    keeper = Member.objects.exclude(pk=member.pk)[0]
    appoint_keeper(member=keeper)
    theirs, client, old = signed_in(member), signed_in(keeper), letter_code(member)
    page = client.post("/help-in/", {"known_as": "7"})
    member.refresh_from_db()
    assert letter_code(member) in page.content.decode() and letter_code(member) != old
    assert not is_in(theirs) and is_in(client)
    kept = AccessRecord.objects.get()
    assert (kept.by, kept.kind, kept.detail) == (keeper, AccessKind.PASSES_PRINTED, f"A new code for {member}")
    assert letter_code(member) not in client.get("/help-in/").content.decode()


def test_who_is_no_keeper_or_of_another_organisation_makes_none(member: Member) -> None:
    other = open_house("elsewhere", people=1).members[0]
    appoint_keeper(member=other)
    before = letter_code(member)
    assert signed_in(member).post("/help-in/", {"known_as": "7"}).status_code == 404
    told = signed_in(other).post("/help-in/", {"known_as": str(member.email)})
    assert told.status_code == 422 and "Nobody on the roster" in told.content.decode()
    assert letter_code(Member.objects.get(pk=member.pk)) == before and not AccessRecord.objects.exists()


def test_a_session_begun_by_link_or_code_tells_no_moment(member: Member) -> None:
    for path, sent in (
        (f"/in/{link_token(member)}/", {}),
        ("/code/", {"staff_number": "7", "code": letter_code(member)}),
    ):
        client = Client()
        client.post(path, sent)
        held = dict(client.session)
        assert held.pop("_auth_user_id") == str(member.pk)
        assert set(held) == {"_auth_user_backend", "_auth_user_hash"}
