"""The page where keepers connect directories: the token once, ended on record, for keepers alone."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from sayso.members.actions import add_member, add_organisation
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import AccessKind, AccessRecord, Connection, Member, Organisation
from sayso.members.scim.connections import connection_by_token

pytestmark = pytest.mark.django_db
PAGE = "/roster/connect/"


@pytest.fixture
def organisation() -> Organisation:
    return add_organisation(name="The county")


@pytest.fixture
def keeper(organisation: Organisation) -> Member:
    member = add_member(organisation=organisation, full_name="Kim Keeper", email="kim@x.org")
    appoint_keeper(member=member)
    return member


@pytest.fixture
def client(keeper: Member) -> Client:
    client = Client()
    client.force_login(keeper)
    return client


def token_in(page: str) -> str:
    return html.unescape(re.search(r'id="shown-token">([^<]+)<', page)[1])  # type: ignore[index]


def test_a_token_is_shown_once_and_opens_the_roster(client: Client, organisation: Organisation) -> None:
    assert "Nothing is connected yet" in client.get(PAGE).text
    made = client.post(PAGE, {"name": " Entra \n ID "})
    token = token_in(made.text)
    assert ">http://testserver/scim/v2<" in made.text
    assert "no-store" in made["Cache-Control"]
    connection = connection_by_token(token)
    assert (connection.name, connection.organisation) == ("Entra ID", organisation)  # type: ignore[union-attr]
    later = client.get(PAGE).text
    assert (token in later, "not used yet" in later) == (False, True)
    assert Client().get("/scim/v2/Users", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert "last used on" in client.get(PAGE).text


def test_sending_the_form_again_makes_no_second_one(client: Client) -> None:
    client.post(PAGE, {"name": "Okta"})
    again = client.post(PAGE, {"name": "Okta"})
    assert (again.status_code, "There is a connection “Okta” already" in again.text) == (422, True)
    assert Connection.objects.count() == 1


@pytest.mark.parametrize("name", ["", " \u202e ", "x" * 81])
def test_what_is_wrong_with_a_name_is_said_beside_it(client: Client, name: str) -> None:
    page = client.post(PAGE, {"name": name})
    assert (page.status_code, 'id="name-error"' in page.text) == (422, True)
    assert not Connection.objects.exists()


def test_ended_on_record(client: Client, keeper: Member) -> None:
    token = token_in(client.post(PAGE, {"name": "<b>Okta</b>"}).text)
    connection = Connection.objects.get()
    page = client.post(f"{PAGE}{connection.pk}/end/", follow=True)
    assert "is no longer connected" in page.text
    assert ("ended by Kim Keeper" in page.text, "<b>Okta" in page.text) == (True, False)
    assert connection_by_token(token) is None
    assert client.post(f"{PAGE}{connection.pk}/end/").status_code == 404
    told = list(AccessRecord.objects.order_by("pk").values_list("kind", "by", "detail"))
    assert told == [
        (AccessKind.ROSTER_CHANGED, keeper.pk, "connected a directory: <b>Okta</b>"),
        (AccessKind.ROSTER_CHANGED, keeper.pk, "ended the connection of a directory: <b>Okta</b>"),
    ]


def test_for_keepers_of_the_same_organisation_alone(client: Client, keeper: Member, organisation: Organisation) -> None:
    client.post(PAGE, {"name": "Okta"})
    connection = Connection.objects.get()
    plain = add_member(organisation=organisation, full_name="Plain", email="plain@x.org")
    other = add_member(organisation=add_organisation(name="Another"), full_name="Other", email="other@x.org")
    appoint_keeper(member=other)
    for member, seen in ((plain, 404), (other, 200)):
        stranger = Client()
        stranger.force_login(member)
        page = stranger.get(PAGE)
        assert (page.status_code, "Okta</strong>" in page.text) == (seen, False)
        assert stranger.post(f"{PAGE}{connection.pk}/end/").status_code == 404
    keeper.keeperships.update(ended_at="2026-01-01T00:00:00Z")
    assert client.get(PAGE).status_code == 404
    connection.refresh_from_db()
    assert connection.ended_at is None
