"""What Entra ID and Okta are known to send that the RFC does not have; each as it was reported by those who met it."""

from __future__ import annotations

from typing import Any

import pytest

from directory import ENTERPRISE, USER, Directory, open_directory
from sayso.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory() -> Directory:
    return open_directory()


def member(told: dict[str, Any]) -> Member:
    return Member.objects.get(pk=told["id"][1:])


@pytest.mark.parametrize("value", ["False", "false", False])
@pytest.mark.parametrize("has_path", [True, False])
def test_entra_and_okta_put_people_out_of_action(directory: Directory, value: Any, has_path: bool) -> None:
    told = directory.create("ann@x.org")
    operation = (
        {"op": "Replace", "path": "active", "value": value}
        if has_path
        else {"op": "replace", "value": {"active": value}}
    )
    assert directory.patch(f"Users/{told['id']}", operation)["active"] is False
    assert not member(told).is_active


def test_entra_tells_dotted_names_and_addresses_without_a_path(directory: Directory) -> None:
    told = directory.create("ann")
    value = {
        "displayName": "Ann Roe",
        "name.givenName": "Ann",
        "name.familyName": "Roe",
        'emails[type eq "work"].value': "ann@x.org",
        'addresses[type eq "work"].locality': "North",
        'addresses[type eq "work"].streetAddress': "1 Main Street",
        'phoneNumbers[type eq "mobile"].value': "+1 555",
        f"{ENTERPRISE}:department": "Care",
        f"{ENTERPRISE}:costCenter": "9",
    }
    directory.patch(f"Users/{told['id']}", {"op": "Add", "value": value})
    after = member(told)
    assert (after.full_name, after.email, after.site, str(after.unit)) == ("Ann Roe", "ann@x.org", "North", "Care")


def test_entra_writes_into_an_address_that_is_not_there_yet(directory: Directory) -> None:
    told = directory.create("ann")
    for path, value in (('emails[type eq "work"].value', "a@x.org"), ("emails[primary eq true].value", "b@x.org")):
        directory.patch(f"Users/{told['id']}", {"op": "Add", "path": path, "value": value})
        assert member(told).email == value


def test_entra_names_a_manager_by_the_bare_id_and_takes_it_away(directory: Directory) -> None:
    boss, told = directory.create("boss"), directory.create("ann")
    path = f"{ENTERPRISE}:manager"
    directory.patch(f"Users/{told['id']}", {"op": "Add", "path": path, "value": boss["id"]})
    assert str(member(told).manager) == "boss"
    directory.patch(f"Users/{told['id']}", {"op": "Remove", "path": path})
    assert member(told).manager is None
    directory.patch(f"Users/{told['id']}", {"op": "Add", "value": {path: boss["id"]}})
    assert str(member(told).manager) == "boss"
    directory.patch(f"Users/{told['id']}", {"op": "Replace", "path": path, "value": ""})
    assert member(told).manager is None


def test_entra_asks_by_user_name_and_external_id_before_it_creates(directory: Directory) -> None:
    assert directory.get("Users", filter='userName eq "ann@x.org"') == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 0,
        "itemsPerPage": 0,
        "startIndex": 1,
    }
    told = directory.create("ann@x.org", externalId="9f0d")
    assert directory.found('userName eq "Ann@X.org"') == directory.found('externalId eq "9f0d"') == [told["id"]]
    assert directory.found('externalId eq "9F0D"') == []


def test_okta_sends_everything_each_time_with_what_we_do_not_keep(directory: Directory) -> None:
    body = {
        "schemas": [USER],
        "userName": "ann@x.org",
        "name": {"givenName": "Ann", "familyName": "Roe"},
        "emails": [{"primary": True, "value": "ann@x.org", "type": "work"}],
        "displayName": "Ann Roe",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": True,
    }
    status, told = directory.ask("POST", "Users", body)
    assert status == 201
    care = directory.group("Care", told["id"])
    again = {
        **body,
        "id": told["id"],
        "meta": {"resourceType": "User"},
        "name": {"givenName": "Anna", "familyName": "Roe"},
    }
    status, after = directory.ask("PUT", f"Users/{told['id']}", again)
    assert (status, after["groups"][0]["value"]) == (200, care["id"]), "the group stays"
    assert after["name"] == {"formatted": "Ann Roe", "givenName": "Anna", "familyName": "Roe"}


def test_who_came_by_a_file_is_taken_over_not_doubled(directory: Directory) -> None:
    known = Member.objects.create(
        organisation=directory.organisation, full_name="Ann from the file", email="ann@x.org", staff_number="7"
    )
    assert directory.found('userName eq "ann@x.org"') == [f"u{known.pk}"]
    parts = {"name": {"givenName": "Ann", "familyName": "Roe"}, "externalId": "9f0d"}
    status, told = directory.ask("PUT", f"Users/u{known.pk}", {"schemas": [USER], "userName": "ann@corp", **parts})
    known.refresh_from_db()
    assert (status, told["userName"], known.full_name, known.staff_number) == (200, "ann@corp", "Ann Roe", "7")
    assert known.email == "ann@x.org"
    assert directory.found('userName eq "ann@x.org"') == []
