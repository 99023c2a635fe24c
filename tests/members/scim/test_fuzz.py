"""Whatever is sent, the answer is one of SCIM's; never a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import ENTERPRISE, PATCH, USER, Directory, open_directory

pytestmark = pytest.mark.django_db
WELL = {200, 201, 204, 304, 400, 404, 405, 409, 412, 413, 501}
freely = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

words = st.sampled_from(
    [
        "ann",
        "ann@x.org",
        "",
        "u1",
        "u2",
        "g1",
        "Care",
        "Care > Night",
        "True",
        "\0",
        "\ud800",
        "x" * 300,
        "İ" * 200,
        "=1+1",
    ]
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), words
)
# fmt: off
names = st.sampled_from([
    "userName", "USERNAME", "displayName", "name", "emails", "addresses", "active", "groups", "members", "externalId",
    "id", "meta", "schemas", "value", "type", "primary", "$ref", "locality", "givenName", "formatted", "department",
    "employeeNumber", "manager", ENTERPRISE, f"{ENTERPRISE}:manager", "userType", "preferredLanguage", "password",
    "Operations", "op", "path", 'emails[type eq "work"].value', "name.givenName",
])
# fmt: on
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=4)),
    max_leaves=8,
)
objects = st.dictionaries(names, values, max_size=6)
paths = st.one_of(
    names,
    st.text(max_size=20),
    st.sampled_from(
        ['members[value eq "u1"]', "emails[value pr].type", "members[", f"{ENTERPRISE}", USER, "a[b eq 1].c.d"]
    ),
)
operations = st.fixed_dictionaries(
    {"op": st.one_of(st.sampled_from(["add", "Replace", "remove", "move"]), scalars)},
    optional={"path": st.one_of(paths, scalars), "value": values},
)


@pytest.fixture
def directory() -> Directory:
    made = open_directory()
    made.group("Care", made.create("ann", displayName="Ann")["id"])
    return made


def someone(directory: Directory, what: str) -> str:
    """The address of the person made last, or of the group."""
    newest = (directory.organisation.members if what == "Users" else directory.organisation.units).latest("pk")
    return f"{what}/{what[0].lower()}{newest.pk}"


def is_well(reply: Any) -> bool:
    body = json.loads(reply.content) if reply.content else None
    if reply.status_code >= 400:
        assert body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert (body["status"], bool(body["detail"])) == (str(reply.status_code), True)
        assert "pydantic" not in body["detail"]
    return reply.status_code in WELL


@freely
@given(
    method=st.sampled_from(["POST", "PUT"]), what=st.sampled_from(["Users", "Groups"]), told=st.one_of(objects, values)
)
def test_any_object(directory: Directory, method: str, what: str, told: Any) -> None:
    whole = {"userName": "bo", "displayName": "Roads", **told} if isinstance(told, dict) else told
    for body in (told, whole):
        address = what if method == "POST" else someone(directory, what)
        assert is_well(directory.reply(method, address, body))


@freely
@given(what=st.sampled_from(["Users", "Groups"]), told=st.lists(operations, min_size=1, max_size=3))
def test_any_change(directory: Directory, what: str, told: Any) -> None:
    assert is_well(directory.reply("PATCH", someone(directory, what), {"schemas": [PATCH], "Operations": told}))


@freely
@given(
    what=st.sampled_from(["Users", "Groups"]),
    key=st.sampled_from(
        ["filter", "sortBy", "startIndex", "count", "cursor", "attributes", "excludedAttributes", "sortOrder"]
    ),
    asked=st.one_of(st.text(), words, names, names.map("{} pr".format), st.integers()),
)
def test_any_question(directory: Directory, what: str, key: str, asked: Any) -> None:
    assert is_well(directory.reply("POST", f"{what}/.search", {key: asked}))
    if isinstance(asked, str):
        from urllib.parse import quote

        assert is_well(directory.reply("GET", f"{what}?{key}={quote(asked, errors='replace')}"))


@freely
@given(
    body=st.binary(max_size=60),
    address=st.sampled_from(
        ["Users", "Groups", "Users/u2", "Groups/g1", "Bulk", "Me", ".search", "Users/.search", "x/y"]
    ),
    method=st.sampled_from(["POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS"]),
)
def test_any_bytes_anywhere(directory: Directory, body: bytes, address: str, method: str) -> None:
    assert is_well(directory.reply(method, address, body))


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 50_000, b'{"userName": NaN}', b"\xff\xfe", b'{"userName": ' + b"9" * 5000 + b"}"],
)
def test_deep_and_endless_messages(directory: Directory, body: bytes) -> None:
    for address, method in (("Users", "POST"), ("Users/u2", "PATCH"), ("Groups", "POST")):
        assert directory.reply(method, address, body).status_code == 400


def test_a_message_that_is_too_long(directory: Directory) -> None:
    status, body = directory.ask("POST", "Users", b'{"userName": "' + b"a" * 3_000_000 + b'"}')
    assert (status, body["detail"].startswith("The message is too long")) == (413, True)
