"""People as a directory brings, changes and removes them, by the rules of roster files."""

from __future__ import annotations

from typing import Any

import pytest

from directory import ENTERPRISE, USER, Directory, open_directory
from sayso.members.actions import add_member, add_organisation
from sayso.members.models import Member
from sayso.members.scim.ids import USER as PERSON
from sayso.members.scim.ids import number_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory() -> Directory:
    return open_directory()


def row(told: dict[str, Any]) -> Member:
    return Member.objects.get(pk=number_in(told["id"], PERSON))


def whole(user_name: str, **extension: Any) -> dict[str, Any]:
    return {"schemas": [USER], "userName": user_name, ENTERPRISE: extension}


def test_all_that_the_roster_holds_comes_in_and_goes_out(directory: Directory) -> None:
    boss = directory.create("boss@x.org", displayName="The Boss")
    told = directory.create(
        "Ann@X.org",
        externalId="abc",
        displayName="Ann O'Hara",
        userType="Care",
        preferredLanguage="de",
        emails=[
            {"value": "private@x.org", "type": "home"},
            {"value": "Ann.OHara@x.org", "type": "work", "primary": True},
        ],
        addresses=[{"type": "work", "locality": "North", "streetAddress": "1 Main Street"}],
        phoneNumbers=[{"value": "+1 555"}],
        title="Nurse",
        password="never kept",
        **{ENTERPRISE: {"employeeNumber": "4711", "department": "Care >Night", "manager": {"value": boss["id"]}}},
    )
    member = row(told)
    assert (member.full_name, member.email, member.staff_number) == ("Ann O'Hara", "ann.ohara@x.org", "4711")
    assert (member.role, member.site, member.language, member.is_active) == ("Care", "North", "de", True)
    assert (str(member.unit), str(member.unit.parent), str(member.manager)) == ("Night", "Care", "The Boss")  # type: ignore[union-attr]
    assert not member.has_usable_password()
    again = directory.get(f"Users/{told['id']}")
    assert again == told
    assert (again["userName"], again["externalId"], again["active"]) == ("Ann@X.org", "abc", True)
    assert again["emails"] == [{"value": "ann.ohara@x.org", "type": "work"}]
    assert [(one["display"], one["type"]) for one in again["groups"]] == [("Night", "direct"), ("Care", "indirect")]
    assert again[ENTERPRISE]["department"] == "Care > Night"
    assert not {"phoneNumbers", "title", "password"} & set(again)


def test_a_name_comes_from_what_is_told_of_it(directory: Directory) -> None:
    parts = {"givenName": "Bo", "familyName": "Berg"}
    assert row(directory.create("a", displayName="Shown", name=parts)).full_name == "Shown"
    assert row(directory.create("b", name={"formatted": "Dr Bo Berg", **parts})).full_name == "Dr Bo Berg"
    told = directory.create("c", name=parts)
    assert (row(told).full_name, "displayName" in told) == ("Bo Berg", False)
    assert row(directory.create("d")).full_name == "d"
    directory.patch(f"Users/{told['id']}", {"op": "replace", "path": "name.familyName", "value": "Roe"})
    assert row(told).full_name == "Bo Roe"


def test_scripts_formulas_and_tricks_stay_text_on_one_line(directory: Directory) -> None:
    told = directory.create("=1+1", displayName="<script>alert(1)</script>\n\u202e=cmd|'/c'!A1")
    assert row(told).full_name == "<script>alert(1)</script> =cmd|'/c'!A1"
    assert told["userName"] == "=1+1"


def test_what_is_wrong_with_a_person_is_told_with_its_name(directory: Directory) -> None:
    wrong = [
        ({"userName": ""}, "userName"),
        ({"userName": "a", "emails": [{"value": "nobody"}]}, "nobody"),
        ({"userName": "a", "displayName": "x" * 201}, "displayName"),
        ({"userName": "a", ENTERPRISE: {"department": ">".join("x" * 60)}}, "department"),
        ({"userName": 5}, "userName"),
        ({"displayName": "a"}, "userName"),
    ]
    for told, name in wrong:
        status, body = directory.ask("POST", "Users", {"schemas": [USER], **told})
        assert (status, body["scimType"], name in body["detail"]) == (400, "invalidValue", True), body
    assert Member.objects.count() == 1, "the keeper alone"


def test_what_is_taken_is_named_but_not_whose_it_is(directory: Directory) -> None:
    elsewhere = add_organisation(name="Another")
    add_member(organisation=elsewhere, full_name="Wanda", email="wanda@x.org")
    add_member(organisation=directory.organisation, full_name="Ann", email="ann@x.org")
    directory.create("bo", **{ENTERPRISE: {"employeeNumber": "7"}})
    details = {}
    for name, told in {
        "ann": {"userName": "ann@x.org"},
        "emails": {"userName": "a", "emails": [{"value": "ANN@x.org"}]},
        "elsewhere": {"userName": "b", "emails": [{"value": "wanda@x.org"}]},
        "number": whole("c", employeeNumber="7"),
        "userName": {"userName": "BO"},
    }.items():
        status, body = directory.ask("POST", "Users", {"schemas": [USER], **told})
        assert (status, body["scimType"]) == (409, "uniqueness")
        details[name] = body["detail"]
    assert details["elsewhere"] == details["emails"].replace("ann@", "wanda@")
    assert details["number"].startswith("employeeNumber “7” is in use already. Nothing was done. Mend:")
    assert "Wanda" not in str(details)
    someone = directory.create("free")
    operation = {"op": "replace", "path": "userName", "value": "bo"}
    status, _ = directory.ask("PATCH", f"Users/{someone['id']}", {"schemas": [], "Operations": [operation]})
    assert status == 409


def test_who_is_removed_has_left_and_is_the_same_when_brought_again(directory: Directory) -> None:
    told = directory.create("ann@x.org", **{ENTERPRISE: {"employeeNumber": "7", "department": "Care"}})
    directory.delete(f"Users/{told['id']}")
    assert (row(told).is_active, directory.ask("GET", f"Users/{told['id']}")[0]) == (False, 404)
    assert directory.found('userName eq "ann@x.org"') == []
    again = directory.create("ann@x.org")
    assert (again["id"], row(again).is_active, row(again).unit) == (told["id"], True, None)
    assert row(again).staff_number == "7", "nobody told another"


def test_a_name_goes_on_to_somebody_with_another_number(directory: Directory) -> None:
    first = directory.create("ann@x.org", **{ENTERPRISE: {"employeeNumber": "7"}})
    directory.delete(f"Users/{first['id']}")
    second = directory.create("ann@x.org", **{ENTERPRISE: {"employeeNumber": "8"}})
    assert second["id"] != first["id"], "another person, with other answers"
    assert (row(first).email, row(second).email) == (None, "ann@x.org")


def test_who_was_only_put_out_of_action_is_found_and_put_back(directory: Directory) -> None:
    told = directory.create("ann@x.org")
    out = directory.patch(f"Users/{told['id']}", {"op": "replace", "path": "active", "value": False})
    assert (out["active"], row(told).is_active) == (False, False)
    assert directory.found('userName eq "ann@x.org"') == [told["id"]]
    assert directory.ask("POST", "Users", whole("ann@x.org"))[0] == 409
    directory.patch(f"Users/{told['id']}", {"op": "replace", "path": "active", "value": True})
    assert row(told).is_active


def test_a_put_leaves_what_it_leaves_out_and_empties_what_is_null(directory: Directory) -> None:
    told = directory.create("ann", displayName="Ann", userType="Care", **{ENTERPRISE: {"department": "Care"}})
    body = {"schemas": [USER], "userName": "ann", "displayName": "Anna", "userType": None}
    status, after = directory.ask("PUT", f"Users/{told['id']}", body)
    assert (status, after["displayName"], after[ENTERPRISE]["department"]) == (200, "Anna", "Care")
    assert "userType" not in after


def test_managers_are_found_by_id_and_never_go_round(directory: Directory) -> None:
    ann = directory.create("ann")
    bo = directory.create("bo", **{ENTERPRISE: {"manager": {"value": ann["id"]}}})
    cy = directory.create("cy", **{ENTERPRISE: {"manager": {"$ref": f"../Users/{bo['id']}"}}})
    assert [one.get(ENTERPRISE, {}).get("manager", {}).get("value") for one in (bo, cy)] == [ann["id"], bo["id"]]
    for target in (ann["id"], cy["id"]):
        operation = {"op": "add", "path": f"{ENTERPRISE}:manager", "value": {"value": target}}
        status, body = directory.ask("PATCH", f"Users/{ann['id']}", {"schemas": [], "Operations": [operation]})
        assert (status, body["scimType"], "circle" in body["detail"]) == (400, "invalidValue", True)
    assert ENTERPRISE not in directory.create("di", **{ENTERPRISE: {"manager": {"value": "u999999"}}})
    elsewhere = open_directory(add_organisation(name="Another")).create("eve")
    assert ENTERPRISE not in directory.create("fay", **{ENTERPRISE: {"manager": {"value": elsewhere["id"]}}})
    directory.delete(f"Users/{ann['id']}")
    assert ENTERPRISE not in directory.get(f"Users/{bo['id']}"), "nobody is sent to somebody deleted"


def test_the_address_follows_the_user_name_while_both_are_one(directory: Directory) -> None:
    told = directory.create("ann@x.org")
    directory.patch(f"Users/{told['id']}", {"op": "replace", "path": "userName", "value": "ann.roe@x.org"})
    assert row(told).email == "ann.roe@x.org"
    directory.patch(
        f"Users/{told['id']}", {"op": "replace", "path": 'emails[type eq "work"].value', "value": "a@x.org"}
    )
    directory.patch(f"Users/{told['id']}", {"op": "replace", "path": "userName", "value": "b@x.org"})
    assert row(told).email == "a@x.org"


def test_versions_keep_two_writers_apart(directory: Directory) -> None:
    told = directory.create("ann", displayName="Ann")
    address, version = f"Users/{told['id']}", told["meta"]["version"]
    reply = directory.reply("GET", address, If_None_Match=version)
    assert (reply.status_code, reply.content) == (304, b"")
    body = {"schemas": [USER], "userName": "ann", "displayName": "Anna"}
    assert directory.ask("PUT", address, body, If_Match=version)[0] == 200
    patch = {"schemas": [], "Operations": [{"op": "remove", "path": "displayName"}]}
    for method, told_again in (("PUT", body), ("PATCH", patch), ("DELETE", None)):
        assert directory.ask(method, address, told_again, If_Match=version)[0] == 412, method
    after = directory.reply("GET", address, If_None_Match=version)
    assert (after.status_code, after["ETag"]) == (200, directory.get(address)["meta"]["version"])
    assert directory.get(address)["displayName"] == "Anna"


@pytest.mark.parametrize("told", [{"name": {"givenName": "Bo", "familyName": "Berg"}}, {"displayName": "Bo"}, {}])
def test_telling_the_same_again_changes_nothing(directory: Directory, told: dict[str, Any]) -> None:
    first = directory.create("bo@x.org", **told)
    directory.organisation.refresh_from_db()
    version = directory.organisation.roster_version
    status, again = directory.ask("PUT", f"Users/{first['id']}", {"schemas": [USER], "userName": "bo@x.org", **told})
    directory.organisation.refresh_from_db()
    assert (status, again, directory.organisation.roster_version) == (200, first, version)


def test_whom_only_a_file_told_of_can_be_removed(directory: Directory) -> None:
    ann = add_member(organisation=directory.organisation, full_name="Ann", email="ann@x.org")
    directory.create("ANN", emails=[{"value": "other@x.org"}])
    directory.delete(f"Users/u{ann.pk}")
    assert directory.create("ann@x.org")["id"] == f"u{ann.pk}"


def test_pages_by_number_and_by_cursor_tell_everybody_once(directory: Directory) -> None:
    everybody = sorted(
        [f"u{directory.organisation.members.get().pk}", *(directory.create(f"p{n}")["id"] for n in range(9))]
    )
    by_number = [
        one["id"] for first in (1, 5, 9) for one in directory.get("Users", startIndex=first, count=4)["Resources"]
    ]
    by_cursor, cursor = [], ""
    while cursor is not None:
        page = directory.get("Users", cursor=cursor, count=4)
        assert page["totalResults"] == 10
        by_cursor += [one["id"] for one in page["Resources"]]
        cursor = page.get("nextCursor")
    assert sorted(by_number) == sorted(by_cursor) == everybody
    assert directory.get("Users", count=0)["totalResults"] == 10
    assert directory.get("Users", startIndex=10**30, count=10**30)["itemsPerPage"] == 0
    assert directory.ask("GET", "Users?cursor=x~")[1]["scimType"] == "invalidCursor"


def test_attributes_are_chosen(directory: Directory) -> None:
    told = directory.create("ann", displayName="Ann", userType="Care")
    assert set(directory.get(f"Users/{told['id']}", attributes="userName")) == {"schemas", "id", "userName"}
    assert (
        "userType"
        not in directory.get("Users", excludedAttributes="userType", filter='userName eq "ann"')["Resources"][0]
    )
    status, body = directory.ask("GET", f"Users/{told['id']}?attributes=userName&excludedAttributes=name")
    assert (status, body["scimType"]) == (400, "invalidValue")
