"""Groups are units: made, filled, put within each other, emptied, ended."""

from __future__ import annotations

from typing import Any

import pytest

from directory import GROUP, Directory, open_directory
from sayso.members.actions import add_organisation, add_unit
from sayso.members.models import Member, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory() -> Directory:
    return open_directory()


def held(directory: Directory, group: str) -> list[str]:
    return [one["value"] for one in directory.get(f"Groups/{group}").get("members", [])]


def test_somebody_is_in_the_group_told_last(directory: Directory) -> None:
    ann, bo = directory.create("ann")["id"], directory.create("bo")["id"]
    care, roads = directory.group("Care", ann, bo)["id"], directory.group("Roads", bo)["id"]
    assert (held(directory, care), held(directory, roads)) == ([ann], [bo])
    assert directory.get(f"Users/{bo}")["groups"][0]["value"] == roads
    directory.patch(f"Groups/{care}", {"op": "remove", "path": "members", "value": [{"value": bo}]})
    assert held(directory, roads) == [bo], "who is not in a group cannot be taken out of it"


def test_groups_within_groups_are_the_tree_of_units(directory: Directory) -> None:
    ann = directory.create("ann")["id"]
    night = directory.group("Night", ann)["id"]
    care = directory.group("Care", night)["id"]
    shown = directory.get(f"Groups/{care}")["members"]
    assert [(one["value"], one["type"]) for one in shown] == [(night, "Group")]
    assert [one["display"] for one in directory.get(f"Users/{ann}")["groups"]] == ["Night", "Care"]
    assert directory.found(f'groups.value eq "{care}"') == [ann]
    for name, group in (("Night", night), ("Care", care)):
        status, body = directory.ask("PUT", f"Groups/{group}", {"displayName": name, "members": [{"value": care}]})
        assert (status, "circle" in body["detail"]) == (400, True)
    assert directory.ask("DELETE", f"Groups/{care}")[0] == 409, "it holds another"
    directory.patch(f"Groups/{care}", {"op": "remove", "path": f'members[value eq "{night}"]'})
    directory.delete(f"Groups/{care}")
    assert directory.get(f"Users/{ann}")["groups"][0]["display"] == "Night"


def test_a_group_that_is_deleted_is_empty_and_comes_back_as_the_same(directory: Directory) -> None:
    ann = directory.create("ann")["id"]
    care = directory.group("Care", ann)["id"]
    directory.delete(f"Groups/{care}")
    assert directory.ask("GET", f"Groups/{care}")[0] == 404
    assert "groups" not in directory.get(f"Users/{ann}")
    assert directory.get("Groups")["totalResults"] == 0
    assert directory.group("Care")["id"] == care
    roads = directory.group("Roads")["id"]
    directory.delete(f"Groups/{care}")
    directory.patch(f"Groups/{roads}", {"op": "replace", "path": "displayName", "value": "Care"})
    assert Unit.objects.filter(name="Care").count() == 1, "a deleted one gives its name up"


def test_members_are_added_removed_and_set_in_every_spelling(directory: Directory) -> None:
    a, b, c = (directory.create(name)["id"] for name in "abc")
    group = directory.group("Care")["id"]
    steps = [
        ({"op": "Add", "path": "members", "value": [{"value": a}, {"value": b}]}, [a, b]),
        ({"op": "add", "value": {"members": [{"value": c}]}}, [a, b, c]),
        ({"op": "Remove", "path": f'members[value eq "{a}"]'}, [b, c]),
        ({"op": "remove", "path": f'members[value eq "{b}" or value eq "{c}"]'}, []),
        ({"op": "replace", "path": "members", "value": [{"value": a}, {"$ref": f"x/Users/{c}"}]}, [a, c]),
        ({"op": "Remove", "path": "members", "value": [{"value": c}]}, [a]),
        ({"op": "add", "path": f"{GROUP}:members", "value": {"value": b}}, [a, b]),
        ({"op": "replace", "value": {"displayName": "Caring", "externalId": "7"}}, [a, b]),
        ({"op": "remove", "path": "members"}, []),
    ]
    for operation, wanted in steps:
        directory.patch(f"Groups/{group}", operation)
        assert held(directory, group) == wanted, operation
    shown = directory.get(f"Groups/{group}")
    assert (shown["displayName"], shown["externalId"]) == ("Caring", "7")
    version = directory.organisation.roster_version
    directory.organisation.refresh_from_db()
    before = directory.organisation.roster_version
    directory.patch(f"Groups/{group}", {"op": "remove", "path": "members"})
    directory.organisation.refresh_from_db()
    assert (before > version, directory.organisation.roster_version) == (True, before), "nothing new, nothing told"


def test_what_cannot_be_is_refused_whole(directory: Directory) -> None:
    ann = directory.create("ann")["id"]
    group = directory.group("Care", ann)["id"]
    other = open_directory(add_organisation(name="Another"))
    stranger = other.create("eve")["id"]
    wrong = [
        ({"op": "add", "path": "members", "value": [{"value": stranger}]}, 400),
        ({"op": "add", "path": "members", "value": [{"value": ann}, {"value": "u9999"}]}, 400),
        ({"op": "add", "path": "members", "value": [{}]}, 400),
        ({"op": "add", "path": "members", "value": [{"value": ann}] * 20_001}, 413),
        ({"op": "remove", "path": 'members[display sw "x"]'}, 400),
        ({"op": "replace", "path": 'members[value eq "u1"].value', "value": "u2"}, 400),
        ({"op": "replace", "path": "displayName", "value": "A > B"}, 400),
        ({"op": "remove", "path": "displayName"}, 400),
        ({"op": "move", "path": "members", "value": []}, 400),
    ]
    for operation, code in wrong:
        status, body = directory.ask("PATCH", f"Groups/{group}", {"schemas": [], "Operations": [operation]})
        assert status == code, (operation, body)
    assert (
        directory.ask("PATCH", f"Groups/{group}", {"Operations": [{"op": "remove", "path": "members"}] * 1001})[0]
        == 413
    )
    assert held(directory, group) == [ann]
    assert other.ask("GET", f"Groups/{group}")[0] == 404
    assert directory.ask("POST", "Groups", {"schemas": [GROUP], "displayName": "Care"})[1]["scimType"] == "uniqueness"


def test_units_of_files_are_groups(directory: Directory) -> None:
    care = add_unit(organisation=directory.organisation, name="Care")
    north = add_unit(organisation=directory.organisation, name="North", parent=care)
    assert directory.found('displayName eq "north"', "Groups") == [f"g{north.pk}"]
    directory.patch(f"Groups/g{north.pk}", {"op": "add", "path": "externalId", "value": "n"})
    assert directory.get(f"Groups/g{care.pk}")["members"][0]["value"] == f"g{north.pk}"


def test_a_group_of_ten_thousand_is_changed_in_few_queries(
    directory: Directory, django_assert_max_num_queries: Any
) -> None:
    people = [
        Member(organisation=directory.organisation, full_name=f"P{n}", staff_number=str(n)) for n in range(10_000)
    ]
    everybody = [f"u{member.pk}" for member in Member.objects.bulk_create(people)]
    group = directory.group("All")["id"]
    told = [{"value": one} for one in everybody]
    half = " or ".join(f'value eq "{one}"' for one in everybody[:150])
    with django_assert_max_num_queries(60):
        directory.patch(f"Groups/{group}?excludedAttributes=members", {"op": "add", "path": "members", "value": told})
        assert held(directory, group) == everybody
        directory.patch(f"Groups/{group}", {"op": "remove", "path": f"members[{half}]"})
        directory.patch(f"Groups/{group}", {"op": "replace", "path": "members", "value": told[5_000:]})
    assert held(directory, group) == everybody[5_000:]
