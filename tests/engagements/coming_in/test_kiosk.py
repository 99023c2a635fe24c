"""The kiosk: who may start it, what it cannot open, and that nothing of the one before is left."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements.actions import publish_statement, return_statement, say_statement
from sayso.engagements.coming_in.kiosk import STAY_S
from sayso.engagements.models import IdentityLevel, RoleName, Vote
from sayso.engagements.roles.actions import grant_role
from sayso.members.models import Member
from sayso.members.ways_in.passes import letter_code

pytestmark = pytest.mark.django_db

HERE = "/e/hall/"
KIOSK = HERE + "kiosk/"


@pytest.fixture
def house() -> House:
    house = open_house("hall", people=4, statements=6)
    for number, member in enumerate(house.members):
        member.staff_number = f"{number}"
        member.save()
    grant_role(engagement=house.engagement, member=house.members[0], name=RoleName.LEAD)
    return house


@pytest.fixture
def kiosk(house: House) -> Client:
    client = Client()
    client.force_login(house.members[0])
    assert "Start the kiosk" in client.get(KIOSK).content.decode()
    assert client.post(KIOSK)["Location"] == KIOSK
    return client


def come_in(kiosk: Client, member: Member) -> Any:
    return kiosk.post(KIOSK + "enter/", {"staff_number": member.staff_number, "code": letter_code(member)})


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_only_who_is_in_charge_starts_one(house: House) -> None:
    plain = Client()
    plain.force_login(house.members[1])
    assert plain.get(KIOSK).status_code == plain.post(KIOSK).status_code == 404
    assert Client().get(KIOSK)["Location"].startswith("/accounts/")
    for page in ("enter/", "done/", "end/"):
        assert plain.post(KIOSK + page).status_code == 404


def test_starting_it_signs_the_lead_out_and_the_kiosk_opens_no_page_of_theirs(house: House, kiosk: Client) -> None:
    assert who(kiosk) is None
    for page in ("inbox/", "roles/", "results/", "cards/", "", "accounts/", "guest/"):
        assert kiosk.get(HERE + page)["Location"] == KIOSK
    for page in ("/", "/ways-in/", "/accounts/login/code/", "/code/", "/api/e/hall/next", "/in/x/"):
        assert kiosk.get(page)["Location"] == KIOSK
    assert kiosk.post(HERE + f"inbox/{house.statements[0].pk}/", {"decision": "undo"})["Location"] == KIOSK


def test_starting_it_clears_what_the_lead_kept_on_the_device(house: House) -> None:
    """Cards ahead and answers that wait would else be shown to the first person as soon as the device is offline."""
    client = Client()
    client.force_login(house.members[0])
    assert client.post(KIOSK)["Clear-Site-Data"] == '"storage"'


def test_a_lead_who_comes_in_at_the_kiosk_has_their_say_there_and_nothing_more(house: House, kiosk: Client) -> None:
    come_in(kiosk, house.members[0])
    assert f"{HERE}inbox/" not in kiosk.get(HERE).content.decode()
    for page in ("inbox/", "roles/"):
        assert kiosk.get(HERE + page)["Location"] == KIOSK
    assert kiosk.get("/ways-in/")["Location"] == KIOSK
    assert kiosk.get(HERE + "cards/").status_code == 200


def test_three_in_a_row_each_as_themselves(house: House, kiosk: Client) -> None:
    for number, member in enumerate(house.members[1:]):
        assert come_in(kiosk, member)["Location"] == HERE
        kiosk.post(HERE + "votes/", {"statement": house.statements[number].pk, "stance": 1})
        gone = kiosk.post(KIOSK + "done/")
        assert gone["Location"] == KIOSK and gone["Clear-Site-Data"] == '"storage"'
        assert who(kiosk) is None
        assert kiosk.get(HERE + "mine/")["Location"] == KIOSK
    voters = Vote.objects.order_by("statement").values_list("participant", flat=True)
    assert list(voters) == [participant.pk for participant in house.participants[1:]]


def test_the_session_of_who_is_done_is_gone_on_the_server_too(house: House, kiosk: Client) -> None:
    come_in(kiosk, house.members[1])
    stolen = kiosk.cookies["sayso_session"].value
    kiosk.post(KIOSK + "done/")
    other = Client()
    other.cookies["sayso_session"] = stolen
    assert other.get("/ways-in/").status_code == 302


def test_who_walks_away_is_out_after_two_minutes_and_each_page_begins_them_anew(house: House, kiosk: Client) -> None:
    come_in(kiosk, house.members[1])
    assert int(kiosk.cookies["sayso_session"]["max-age"]) == STAY_S
    for page in ("cards/", "say/", "mine/"):
        reply = kiosk.get(HERE + page)
        assert int(reply.cookies["sayso_session"]["max-age"]) == STAY_S
    assert "sayso_session" not in kiosk.get(HERE + "results/live/").cookies, "a page left open does not stay for ever"
    assert 'content="122;url=/e/hall/kiosk/"' in kiosk.get(HERE + "cards/").content.decode()


def test_no_page_of_a_kiosk_is_kept_by_the_browser(house: House, kiosk: Client) -> None:
    replies = [kiosk.get(KIOSK), come_in(kiosk, house.members[1]), kiosk.get(HERE), kiosk.get(HERE + "say/")]
    replies += [kiosk.get(HERE + "results/"), kiosk.post(KIOSK + "done/"), kiosk.get(HERE + "say/")]
    assert all("no-store" in reply["Cache-Control"] for reply in replies)


def test_the_start_page_shows_nobodys_number_and_asks_the_browser_to_keep_none(house: House, kiosk: Client) -> None:
    wrong = kiosk.post(KIOSK + "enter/", {"staff_number": "1", "code": "AAAA-AAAA"})
    assert wrong.status_code == 422 and "do not fit together" in wrong.content.decode()
    page = kiosk.get(KIOSK).content.decode()
    assert 'value="1"' not in page and page.count('autocomplete="off"') >= 3
    assert 'type="email"' not in page


def test_coming_back_to_the_start_with_somebody_in_asks_first(house: House, kiosk: Client) -> None:
    come_in(kiosk, house.members[1])
    page = kiosk.get(KIOSK).content.decode()
    assert "Are you still here?" in page and house.members[1].full_name not in page
    come_in(kiosk, house.members[2])
    assert who(kiosk) == str(house.members[2].pk), "who comes in takes over"


def test_people_of_another_organisation_do_not_come_in_here(house: House, kiosk: Client) -> None:
    other = open_house("elsewhere", people=1).members[0]
    other.staff_number = "other"
    other.save()
    assert "do not fit together" in come_in(kiosk, other).content.decode()
    assert who(kiosk) is None


def test_a_forged_kiosk_is_none(house: House) -> None:
    for forged in ("hall", "hall:AAAA", ""):
        client = Client()
        client.cookies["sayso_kiosk"] = forged
        assert client.get(KIOSK)["Location"].startswith("/accounts/")
        assert client.post(KIOSK + "enter/").status_code == 404


def test_one_engagements_kiosk_opens_no_other(house: House, kiosk: Client) -> None:
    open_house("elsewhere", people=1)
    come_in(kiosk, house.members[1])
    assert kiosk.get("/e/elsewhere/kiosk/")["Location"] == KIOSK


def test_guests_come_in_one_after_the_other_where_they_are_asked(house: House, kiosk: Client) -> None:
    refused = kiosk.post(KIOSK + "enter/", {"guest": "1"})
    assert refused["Location"] == KIOSK and house.engagement.participants.filter(is_guest=True).count() == 0
    house.engagement.identity_level = IdentityLevel.GUEST
    house.engagement.save()
    assert "Come in as a guest" in kiosk.get(KIOSK).content.decode()
    for number in (1, 2):
        assert kiosk.post(KIOSK + "enter/", {"guest": "1"})["Location"] == HERE + "say/"
        assert "sayso_guest" not in kiosk.cookies
        assert int(kiosk.cookies["sayso_session"]["max-age"]) == STAY_S
        assert kiosk.get(HERE + "cards/").status_code == 200
        kiosk.post(KIOSK + "done/")
        assert kiosk.get(HERE + "cards/")["Location"] == KIOSK
        assert house.engagement.participants.filter(is_guest=True).count() == number


def test_ending_it_leaves_an_ordinary_browser_with_nobody_in(house: House, kiosk: Client) -> None:
    come_in(kiosk, house.members[1])
    kiosk.post(KIOSK + "end/")
    assert who(kiosk) is None
    assert kiosk.get("/accounts/login/code/").status_code == 200
    assert kiosk.get(KIOSK)["Location"].startswith("/accounts/")


def test_when_what_it_was_for_is_gone_the_device_is_free_again(house: House, kiosk: Client) -> None:
    type(house.engagement).objects.filter(pk=house.engagement.pk).update(slug="renamed")
    assert kiosk.get("/")["Location"] == KIOSK
    assert kiosk.get(KIOSK)["Location"] == "/"
    assert kiosk.get("/").status_code == 200


def test_a_form_from_elsewhere_ends_nothing(house: House, kiosk: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(kiosk.cookies)
    for page in ("enter/", "done/", "end/"):
        assert strict.post(KIOSK + page).status_code == 403


def test_elsewhere_there_is_no_trace_of_a_kiosk(house: House) -> None:
    client = Client()
    client.force_login(house.members[1])
    page = client.get(HERE + "say/").content.decode()
    assert "kiosk" not in page and "Sign out" in page


def test_all_that_a_page_offers_there_opens_there(house: House, kiosk: Client) -> None:
    """A part asked for in the background included: else a whole page lands in the middle of another."""
    member, participant = house.members[1], house.participants[1]
    for text, decide in (("I say this.", publish_statement), ("I say that.", partial(return_statement, reason="rude"))):
        decide(
            statement=say_statement(participant=participant, topic=house.topic, text=text), moderator=house.members[0]
        )
    come_in(kiosk, member)
    for page in ("", "say/", "cards/", "mine/", "results/", "new/"):
        shown = kiosk.get(HERE + page).content.decode()
        offered = set(re.findall(r'(?:href|action|hx-get|hx-post)="(/[^"#?]*)', shown))
        assert len(offered) > 3, page
        shut = {at for at in offered if not at.startswith(("/static/", "/privacy/")) and not opens(kiosk, at)}
        assert shut == set(), page


def opens(kiosk: Client, address: str) -> bool:
    return kiosk.get(address).headers.get("Location") != KIOSK or address in (KIOSK, KIOSK + "done/")


def test_a_part_asked_for_where_the_kiosk_is_shut_takes_the_browser_to_the_start(house: House, kiosk: Client) -> None:
    reply = kiosk.get(HERE + "say/", headers={"HX-Request": "true"})
    assert (reply.status_code, reply["HX-Redirect"]) == (200, KIOSK)
