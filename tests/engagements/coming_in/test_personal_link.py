"""The personal link: what opens it, and what does not; scanners, forwarding, giving back, its end."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from house import House, open_house
from sayso.engagements.models import Phase
from sayso.members.models import Member, UsedPass
from sayso.members.ways_in.entering import first_name, void_passes
from sayso.members.ways_in.link_use import COOKIE
from sayso.members.ways_in.passes import letter_code, link_token
from sayso.web.logged import WithoutTokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    house = open_house("links", people=3)
    house.members[0].full_name = "Ann Li"
    house.members[0].save()
    return house


@pytest.fixture
def ann(house: House) -> Member:
    return house.members[0]


def path(member: Member) -> str:
    return f"/in/{link_token(member)}/"


def is_in(client: Client, member: Member) -> bool:
    return client.session.get("_auth_user_id") == str(member.pk)


def test_the_link_shows_a_button_and_only_the_button_lets_in(ann: Member) -> None:
    client = Client()
    page = client.get(path(ann))
    assert "Welcome, Ann" in page.content.decode() and not is_in(client, ann)
    assert "Ann Li" not in page.content.decode()
    reply = client.post(path(ann), {"to": "/e/links/say/"})
    assert (reply.status_code, reply["Location"]) == (302, "/e/links/say/")
    assert is_in(client, ann)


def test_what_only_opens_links_does_nothing(ann: Member) -> None:
    for _ in range(3):
        scanner = Client()
        scanner.get(path(ann), headers={"Sec-Purpose": "prefetch"})
        assert scanner.head(path(ann)).status_code == 200
        assert not scanner.cookies.get("sayso_session")
    assert UsedPass.objects.count() == 0
    client = Client()
    client.post(path(ann))
    assert is_in(client, ann)


def test_the_browser_that_used_it_may_again_and_a_second_one_may_not(ann: Member) -> None:
    first, second = Client(), Client()
    first.post(path(ann))
    first.post("/accounts/logout/")
    assert not is_in(first, ann)
    first.post(path(ann))
    assert is_in(first, ann)
    for reply in (second.get(path(ann)), second.post(path(ann))):
        told = reply.content.decode()
        assert "Is it you?" in told and "Ann" not in told and str(ann.email) not in told
    assert not is_in(second, ann)


def test_a_second_browser_of_who_has_an_address_gets_a_mail_and_no_shortcut_by_staff_number(ann: Member) -> None:
    ann.staff_number = "7"
    ann.save()
    Client().post(path(ann))
    second = Client()
    told = second.get(path(ann), {"to": "/e/links/"}).content.decode()
    assert 'action="/accounts/login/code/"' in told and 'value="/e/links/"' in told
    second.post(path(ann), {"staff_number": "7"})
    assert not is_in(second, ann)


def test_a_second_browser_of_who_has_none_asks_for_the_staff_number(ann: Member) -> None:
    ann.staff_number, ann.email = "N-7", None
    ann.save()
    Client().post(path(ann))
    second = Client()
    wrong = second.post(path(ann), {"staff_number": "N-8", "to": "/e/links/say/"})
    assert wrong.status_code == 422 and "not the staff number of this link" in wrong.content.decode()
    assert not is_in(second, ann)
    right = second.post(path(ann), {"staff_number": " n-7", "to": "/e/links/say/"})
    assert right["Location"] == "/e/links/say/" and is_in(second, ann)
    second.post("/accounts/logout/")
    second.post(path(ann))
    assert is_in(second, ann), "this browser is known from then on"


def test_the_staff_number_cannot_be_guessed_through_a_forwarded_link(ann: Member) -> None:
    ann.staff_number, ann.email = "N-7", None
    ann.save()
    Client().post(path(ann))
    for number in range(8):
        Client().post(path(ann), {"staff_number": f"guess {number}"})
    late = Client()
    assert "tried too often" in late.post(path(ann), {"staff_number": "N-7"}).content.decode()
    assert not is_in(late, ann)


def test_anothers_cookie_opens_nothing(house: House, ann: Member) -> None:
    bob = Client()
    bob.post(path(house.members[1]))
    Client().post(path(ann))
    bob.post("/accounts/logout/")
    bob.post(path(ann))
    assert not is_in(bob, ann)


def test_who_is_not_meant_gives_it_back_and_the_code_still_opens(ann: Member) -> None:
    ann.staff_number = "7"
    ann.save()
    assert "Thank you" in Client().post(path(ann) + "not-me/").content.decode()
    client = Client()
    assert client.get(path(ann)).status_code == 410
    assert "come in another way" in client.post(path(ann)).content.decode().lower()
    assert not is_in(client, ann)
    client.post("/code/", {"staff_number": "7", "code": letter_code(ann)})
    assert is_in(client, ann)


@pytest.mark.parametrize("wrong", ["x", "1.", "0.AAAA", "1.AAAAAAAAAAAAAAAAAAAAAAAA", "%00", "9" * 400, "1.é"])
def test_an_invented_link_is_told_plainly_and_shows_the_way_back(ann: Member, wrong: str) -> None:
    for reply in (Client().get(f"/in/{wrong}/"), Client().post(f"/in/{wrong}/"), Client().post(f"/in/{wrong}/not-me/")):
        assert reply.status_code == 404
        assert "opens nothing" in reply.content.decode() and 'href="/accounts/login/code/"' in reply.content.decode()


def test_a_void_link_and_one_of_who_left_are_told_like_an_invented_one(ann: Member) -> None:
    token = path(ann)
    invented = page_at("/in/x/")
    void_passes(ann)
    assert page_at(token) == invented
    Member.objects.filter(pk=ann.pk).update(is_active=False)
    assert page_at(path(ann)) == invented


def page_at(address: str) -> str:
    """Without its own address, which stands in the form that changes the language."""
    return Client().get(address).content.decode().replace(address, "")


@pytest.mark.parametrize("phase", Phase.values)
def test_it_opens_as_long_as_the_listening_is_not_over(house: House, ann: Member, phase: str) -> None:
    type(house.engagement).objects.update(phase=phase)
    client = Client()
    reply = client.post(path(ann))
    goes_on = phase in (Phase.MANDATE, Phase.MAP, Phase.LISTEN)
    assert is_in(client, ann) is goes_on
    assert reply.status_code == (302 if goes_on else 410)
    if not goes_on:
        assert "The time for this link is over" in reply.content.decode()


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example/e/", "/\\x.example", "\t//x.example"]
)
def test_it_leads_to_our_own_pages_only(ann: Member, wanted: str) -> None:
    client = Client()
    assert wanted.strip() not in client.get(path(ann), {"to": wanted}).content.decode()
    assert client.post(path(ann), {"to": wanted})["Location"] == "/"


def test_a_planted_session_does_not_become_anns_and_anns_does_not_stay(house: House, ann: Member) -> None:
    client = Client()
    client.force_login(house.members[1])
    before = client.session.session_key
    told = client.get(path(ann)).content.decode()
    assert "signed in here" in told
    client.post(path(ann))
    assert is_in(client, ann) and client.session.session_key != before
    assert not client.session.exists(str(before))


def test_a_form_from_elsewhere_does_nothing(ann: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(path(ann)).status_code == 403 and client.post(path(ann) + "not-me/").status_code == 403
    assert UsedPass.objects.count() == 0


def test_nothing_on_the_way_keeps_a_copy_and_no_page_learns_the_address(ann: Member) -> None:
    client = Client()
    for reply in (client.get(path(ann)), client.post(path(ann)), Client().get(path(ann)), Client().get("/in/x/")):
        assert "no-store" in reply["Cache-Control"] and reply["Referrer-Policy"] == "strict-origin"
    assert client.cookies[COOKIE]["httponly"] and client.cookies[COOKIE]["samesite"] == "Lax"


def test_the_log_never_holds_a_link(ann: Member, caplog: pytest.LogCaptureFixture) -> None:
    token = link_token(ann)
    lines = [
        ("Not Found: %s", (f"/in/{token}/",)),
        ("GET /in/%s/not-me/?to=/e/x/ failed", (token,)),
        ("/code/?s=4711", ()),
    ]
    for said, args in lines:
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, said, args, None)
        assert WithoutTokens().filter(record)
        assert token not in record.getMessage() and "4711" not in record.getMessage() and "…" in record.getMessage()


def test_the_settings_put_that_filter_on_every_handler(settings: Any) -> None:
    assert all("tokens" in handler["filters"] for handler in settings.LOGGING["handlers"].values())


def test_what_is_kept_of_a_use_names_nobody_and_no_moment(ann: Member) -> None:
    Client().post(path(ann))
    assert [field.name for field in UsedPass._meta.fields] == ["mark"]
    assert link_token(ann).split(".")[1] not in str(list(UsedPass.objects.values()))
    client = Client()
    client.force_login(ann)
    assert not [value for value in client.session.items() if "time" in value[0] or isinstance(value[1], float)]


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_at_once_one_comes_in(ann: Member) -> None:
    def come(_: int) -> bool:
        try:
            client = Client()
            client.post(path(ann))
            return is_in(client, ann)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(come, range(6))) == 1


@pytest.mark.parametrize(
    ("name", "first"), [("Ann Li", "Ann"), ("Li, Ann", "Ann"), ("Ann", "Ann"), (" ", " "), ("Li,", "Li")]
)
def test_how_a_page_greets(name: str, first: str) -> None:
    assert first_name(Member(full_name=name)) == first
