"""Guests: by a browser and nothing else, where they are asked; counted apart from the roster."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from house import House, draft_house, open_house
from sayso.distillations import queries
from sayso.distillations.votes_store import last_visible_event, load
from sayso.engagements import actions, rules
from sayso.engagements.mandate import trial_actions
from sayso.engagements.models import Engagement, IdentityLevel, Phase, Vote
from sayso.members.pseudonyms import destroy_key

pytestmark = pytest.mark.django_db

GUEST = "/e/open-day/guest/"


@pytest.fixture
def house() -> House:
    house = open_house("open-day", people=6, statements=8)
    return admit(house)


def admit(house: House) -> House:
    house.engagement.identity_level = IdentityLevel.GUEST
    house.engagement.save()
    return house


def come_in() -> Client:
    client = Client()
    assert client.post(GUEST)["Location"] == "/e/open-day/say/"
    return client


def guests(house: House) -> Any:
    return house.engagement.participants.filter(is_guest=True)


def answer(client: Client, statement: int, stance: int = 1) -> Any:
    return client.post("/e/open-day/votes/", {"statement": statement, "stance": stance})


@pytest.mark.parametrize("identity", [IdentityLevel.CONFIDENTIAL, IdentityLevel.OPEN])
def test_where_guests_are_not_asked_there_is_no_such_page_and_an_old_cookie_opens_nothing(
    house: House, identity: str
) -> None:
    client = come_in()
    Engagement.objects.update(identity_level=identity)
    assert Client().get(GUEST).status_code == Client().post(GUEST).status_code == 404
    assert client.get("/e/open-day/cards/")["Location"].startswith("/accounts/")


def test_the_page_says_what_we_cannot_know_and_looking_makes_nobody(house: House) -> None:
    client = Client()
    page = client.get(GUEST).content.decode()
    assert "We cannot see if one person is here twice" in page and "guests are among them" in page
    client.head(GUEST)
    assert guests(house).count() == 0 and not client.cookies.get("sayso_guest")


def test_a_guest_says_answers_and_sees_where_they_stand_but_opens_nothing_else(house: House) -> None:
    client = come_in()
    statement = house.statements[0].pk
    assert client.post("/e/open-day/say/", {"topic": house.topic.pk, "text": "A guest has an idea."}).status_code == 302
    assert answer(client, statement).status_code == 302
    guest = guests(house).get()
    assert guest.statements.get().text == "A guest has an idea."
    assert Vote.objects.get(participant=guest).statement_id == statement
    assert "A guest has an idea." in client.get("/e/open-day/mine/").content.decode()
    assert client.get("/e/open-day/results/").status_code == 200, "how many answers are missing"
    for page in ("inbox/", "roles/", "accounts/", "kiosk/"):
        assert client.get(f"/e/open-day/{page}").status_code in {302, 404}
    assert "roster" not in client.get("/e/open-day/say/").content.decode().lower()


def test_one_browser_is_one_guest_and_another_browser_another(house: House) -> None:
    client = come_in()
    client.post(GUEST)
    client.post(GUEST)
    assert guests(house).count() == 1
    come_in()
    assert guests(house).count() == 2


def test_the_cookie_leads_to_the_guest_by_the_key_only(house: House) -> None:
    client = come_in()
    cookie = client.cookies["sayso_guest"]
    assert cookie["httponly"] and cookie["path"] == "/e/open-day/"
    assert cookie.value not in str(list(guests(house).values()))
    destroy_key(engagement_slug="open-day")
    assert client.get("/e/open-day/mine/")["Location"].startswith("/accounts/")
    assert Client().post(GUEST).status_code == 503


@pytest.mark.parametrize("forged", ["", "x" * 32, "0" * 32, "../../../../etc/passwd", "\0"])
def test_an_invented_cookie_is_nobody(house: House, forged: str) -> None:
    client = Client()
    client.cookies["sayso_guest"] = forged
    assert client.get("/e/open-day/cards/")["Location"].startswith("/accounts/")
    assert guests(house).count() == 0


def test_anothers_engagement_does_not_know_the_guest(house: House) -> None:
    admit(open_house("elsewhere"))
    client = come_in()
    client.cookies["sayso_guest"]["path"] = "/"
    assert client.get("/e/elsewhere/cards/")["Location"].startswith("/accounts/")


def test_nobody_comes_in_when_the_listening_is_over(house: House) -> None:
    Engagement.objects.update(phase=Phase.DISTIL)
    client = Client()
    assert client.post(GUEST)["Location"] == GUEST
    assert "is over" in client.get(GUEST).content.decode()
    assert guests(house).count() == 0
    with pytest.raises(rules.Refused):
        actions.join_as_guest(engagement=Engagement.objects.get(), token="0" * 32)


def test_a_member_who_signs_in_is_themselves_and_their_guest_stays_a_guest(house: House) -> None:
    client = come_in()
    answer(client, house.statements[0].pk)
    client.force_login(house.members[0])
    assert client.get(GUEST)["Location"] == "/e/open-day/"
    answer(client, house.statements[0].pk, -1)
    stances = set(Vote.objects.values_list("participant__is_guest", "stance"))
    assert stances == {(True, 1), (False, -1)}


def test_with_guests_the_figures_claim_nothing_of_the_whole_roster(house: House) -> None:
    house.everybody_votes()
    answer(come_in(), house.statements[0].pk)
    told = load(house.engagement, last_visible_event(house.engagement))
    assert told.n_members is None
    assert house.engagement.n_members == Engagement.objects.get().n_members, "the roster's size is what it was"
    Engagement.objects.update(identity_level=IdentityLevel.CONFIDENTIAL)
    plain = Engagement.objects.get()
    assert load(plain, last_visible_event(plain)).n_members == plain.n_members


def test_how_many_are_guests_is_told_in_tenths_and_only_where_both_are_enough(house: House) -> None:
    house.everybody_votes()
    for _ in range(4):
        answer(come_in(), house.statements[0].pk)
    come_in()  # came, and has not answered
    assert queries.tenths_of_guests(house.engagement) is None
    answer(come_in(), house.statements[0].pk)
    assert queries.tenths_of_guests(house.engagement) == 5  # 5 of 11


def test_a_form_from_elsewhere_makes_no_guest(house: House) -> None:
    assert Client(enforce_csrf_checks=True).post(GUEST).status_code == 403
    assert guests(house).count() == 0


def test_no_moment_is_kept_beside_a_guest(house: House) -> None:
    come_in()
    assert not [value for value in guests(house).values()[0].values() if isinstance(value, datetime)]


def test_before_the_opening_no_guest_comes_in_though_somebody_tries_it() -> None:
    """A trial has made the key, and the mandate asks guests already: strangers read and do nothing."""
    draft = draft_house()
    Engagement.objects.update(identity_level=IdentityLevel.GUEST)
    trial_actions.give_trial_seat(engagement=draft.engagement, member=draft.members[1])
    actions.join(engagement=draft.now(), member=draft.members[1])
    for path in ("guest", "kiosk", "say", "cards", "results", "mandate"):
        reply = Client().get(f"/e/{draft.engagement.slug}/{path}/")
        assert reply.status_code in (302, 404), path
        assert draft.engagement.title not in reply.content.decode()
    assert Client().post(f"/e/{draft.engagement.slug}/guest/").status_code == 404
    assert not draft.engagement.participants.filter(is_guest=True).exists()
    with pytest.raises(rules.Refused):
        actions.join_as_guest(engagement=draft.now(), token="0" * 32)


def test_all_that_a_page_offers_a_guest_opens_for_them(house: House) -> None:
    client = come_in()
    client.post("/e/open-day/say/", {"topic": house.topic.pk, "text": "A guest has an idea."})
    for statement in house.statements:
        answer(client, statement.pk)
    for page in ("say/", "cards/", "mine/", "mine/answers/", "ballots/receipt/", "ballots/", "results/", "new/"):
        shown = client.get(f"/e/open-day/{page}").content.decode()
        offered = set(re.findall(r'(?:href|action|hx-get|hx-post)="(/[^"#]*)', shown))
        assert len(offered) > 3, page
        shut = {at for at in offered if not at.startswith("/static/") and is_shut(client, html.unescape(at))}
        assert shut == set(), page


def is_shut(client: Client, address: str) -> bool:
    reply = client.get(address)
    return reply.status_code == 404 or reply.headers.get("Location", "").startswith("/accounts/")
