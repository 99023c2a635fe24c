"""Filters and sorting in the database, held to the library's own evaluation of the same filters in memory."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scim2_models.path import ScimFilter

from directory import ENTERPRISE, Directory, open_directory
from sayso.members.actions import add_member
from sayso.members.models import Member
from sayso.members.scim import groups, users
from sayso.members.scim.columns import shown_members, shown_units
from sayso.members.scim.listing import search_told
from sayso.members.scim.resources import POLICY, Group, Person
from sayso.members.scim.tree import Tree

pytestmark = pytest.mark.django_db
BASE = "http://testserver/scim/v2"


@pytest.fixture
def directory() -> Directory:
    """People of all kinds: told of in full, by a file only, without anything, gone, deleted."""
    made = open_directory()
    top = made.create("ann", displayName="Ann O'Hara", externalId="X1", userType="Care", title="Nurse")
    made.create(
        "Bo@x.org",
        name={"givenName": "Bo", "familyName": "Berg"},
        preferredLanguage="de",
        active=False,
        **{ENTERPRISE: {"employeeNumber": "7a", "department": "Care > Night", "manager": {"value": top["id"]}}},
    )
    made.create("cy", emails=[{"value": "cy@x.org"}], addresses=[{"locality": "North"}], externalId="x1")
    made.delete(f"Users/{made.create('gone', emails=[{'value': 'gone@x.org'}])['id']}")
    add_member(organisation=made.organisation, full_name="By File", email="file@x.org")
    Member.objects.create(organisation=made.organisation, full_name="No Mail", staff_number="42", role="care")
    Member.objects.create(organisation=made.organisation, full_name="Nothing %_", site="north")
    made.group("Roads", top["id"])
    return made


def people(directory: Directory) -> list[Person]:
    tree = Tree.of(directory.organisation)
    rows = users.with_all_told(shown_members(directory.organisation)).order_by("pk")
    return users.shown_all(rows, tree, BASE)


TEXTS = [
    "ann",
    "ANN",
    "Ann O'Hara",
    "bo@x.org",
    "x1",
    "X1",
    "care",
    "Care > Night",
    "7A",
    "42",
    "north",
    "u3",
    "g1",
    "%",
    "a",
    "",
]
ATTRIBUTES = [
    *("id", "externalId", "userName", "displayName", "name.formatted", "name.givenName", "name.familyName", "userType"),
    *("preferredLanguage", "emails", "emails.value", "emails.type", "addresses.locality", "USERNAME", "schemas"),
    *(f"{ENTERPRISE}:employeeNumber", f"{ENTERPRISE}:department", "meta.resourceType"),
]
PRESENT = [*ATTRIBUTES, "name", "emails", "addresses", "groups", f"{ENTERPRISE}:manager", "groups.value", "active"]

quoted = st.sampled_from(TEXTS).map(lambda text: ScimFilter.quote(text))
operators = st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"])
compared = st.builds("{} {} {}".format, st.sampled_from(ATTRIBUTES), operators, quoted)
linked = st.builds(
    "{} {} {}".format,
    st.sampled_from(["groups.value", "groups", f"{ENTERPRISE}:manager.value"]),
    st.sampled_from(["eq", "ne"]),
    quoted,
)
empty = st.builds("{} {} null".format, st.sampled_from(ATTRIBUTES), st.sampled_from(["eq", "ne"]))
active = st.sampled_from(["active eq true", "active ne true", "active eq false"])
present = st.sampled_from(PRESENT).map("{} pr".format)
selected = st.builds(
    "{}[{} {} {}]".format,
    st.sampled_from(["emails"]),
    st.sampled_from(["value", "type"]),
    st.sampled_from(["eq", "ne", "co", "sw"]),
    st.sampled_from(['"work"', '"cy@x.org"', '"x"', '"home"']),
)
simple = st.one_of(compared, linked, empty, active, present, selected)
filters = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        inner.map("not ({})".format),
    ),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=filters)
def test_the_database_finds_whom_the_library_finds(directory: Directory, asked: str) -> None:
    with POLICY:
        wanted = [person.id for person in people(directory) if ScimFilter[Person](asked).match(person)]
    assert directory.found(asked) == wanted


@pytest.mark.parametrize(
    "attribute", ["userName", "displayName", "emails", "id", "active", "name.familyName", "userType"]
)
@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_the_order_is_the_librarys(directory: Directory, attribute: str, order: str) -> None:
    told = {"sortBy": attribute, "sortOrder": order}
    search = search_told(Person, told)
    key = [search.sort_value(person) for person in search.sort(people(directory))]
    answered = [Person.model_validate(one) for one in directory.get("Users", **told)["Resources"]]
    assert [search.sort_value(person) for person in answered] == key
    assert len(set(key)) > 1, "there is an order to be seen"


@pytest.mark.parametrize(
    "asked",
    [
        *('displayName eq "roads"', 'displayName sw "N" or externalId pr', 'members.value eq "u2"', "members pr"),
        *('members[value eq "u2"]', 'not (displayName co "ight")', 'members.value eq "g2"', 'id eq "g1"'),
    ],
)
def test_groups_are_found_as_the_library_finds_them(directory: Directory, asked: str) -> None:
    units = list(shown_units(directory.organisation).order_by("pk"))
    with POLICY:
        shown = groups.shown_all(directory.organisation, units, BASE)
        wanted = [group.id for group in shown if ScimFilter[Group](asked).match(group)]
    assert directory.found(asked, "Groups") == wanted


@pytest.mark.parametrize(
    "asked",
    [
        *("userName", 'userName eq "a" and', "userName zz 1", 'nothing eq "a"', 'password eq "a"', "active gt true"),
        *('meta.lastModified gt "2026-01-01T00:00:00Z"', 'groups.display eq "x"', 'groups.value co "g"', "(" * 3000),
        *("not (" * 900 + 'userName eq "a"' + ")" * 900, " or ".join(['userName eq "a"'] * 201)),
        'userName eq "' + "a" * 9000 + '"',
    ],
)
def test_a_filter_that_cannot_be_is_told_so(directory: Directory, asked: str) -> None:
    status, body = directory.ask("POST", "Users/.search", {"schemas": [], "filter": asked})
    assert (status, body["scimType"]) == (400, "invalidFilter"), body


def test_what_no_database_holds_is_found_nowhere(directory: Directory) -> None:
    for asked in ('userName eq "\\u0000"', 'userName co "\\ud800"', 'id eq "u99999999999999999999"'):
        status, body = directory.ask("POST", "Users/.search", {"schemas": [], "filter": asked})
        assert (status, body["totalResults"]) == (200, 0)
