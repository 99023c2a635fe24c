"""Who is let in: the token alone, its own organisation alone, not too fast; and what strangers learn: nothing."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from directory import USER, Directory, open_directory
from sayso.members.actions import add_organisation
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import Connection, Member
from sayso.members.scim import doors
from sayso.members.scim.connections import connection_by_token, end_connection, make_connection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def directory() -> Directory:
    return open_directory()


def ask(authorization: str | None, path: str = "Users") -> Any:
    return Client().get(f"/scim/v2/{path}", headers={"Authorization": authorization} if authorization else {})


def test_without_a_good_token_there_is_one_answer(directory: Directory) -> None:
    number, _, secret = directory.token.partition(".")
    other = open_directory(add_organisation(name="Another"))
    wrong = [
        None,
        "Bearer",
        "Bearer ",
        f"Basic {directory.token}",
        f"Bearer {number}",
        f"Bearer {number}.",
        f"Bearer .{secret}",
    ]
    wrong += [
        f"Bearer {number}.{secret}x",
        f"Bearer {other.token.partition('.')[0]}.{secret}",
        f"Bearer {'9' * 30}.{secret}",
    ]
    wrong += ["Bearer ٣.x", "Bearer \u00e9", f"Bearer {number}.{Connection.objects.get(pk=number).digest}"]
    replies = [ask(one) for one in wrong]
    assert {reply.status_code for reply in replies} == {401}
    assert len({reply.content for reply in replies}) == 1
    assert replies[0]["WWW-Authenticate"].startswith("Bearer")
    assert ask(f"bearer {directory.token}").status_code == 200, "the scheme has no case"


def test_only_a_hash_is_kept(directory: Directory) -> None:
    held = str(Connection.objects.values().get())
    assert directory.token.partition(".")[2] not in held
    assert connection_by_token(directory.token) == directory.connection


def test_an_ended_connection_opens_nothing(directory: Directory) -> None:
    keeper = directory.organisation.members.get()
    end_connection(connection=directory.connection, by=keeper)
    assert directory.ask("GET", "Users")[0] == 401
    ended_at = directory.connection.ended_at
    end_connection(connection=directory.connection, by=keeper)
    assert directory.connection.ended_at == ended_at


def test_a_session_and_a_cookie_open_nothing(directory: Directory) -> None:
    keeper = directory.organisation.members.get()
    appoint_keeper(member=keeper)
    client = Client()
    client.force_login(keeper)
    assert client.get("/scim/v2/Users").status_code == 401
    assert not directory.reply("GET", "Users").cookies


def test_another_organisation_is_not_there(directory: Directory) -> None:
    other = open_directory(add_organisation(name="Another"))
    ann, care = directory.create("ann")["id"], directory.group("Care")["id"]
    before = list(Member.objects.order_by("pk").values())
    for method, path in itertools.product(("GET", "PUT", "PATCH", "DELETE"), (f"Users/{ann}", f"Groups/{care}")):
        body = {"schemas": [], "userName": "x", "displayName": "x"}
        body |= {"Operations": [{"op": "replace", "path": "displayName", "value": "x"}]} if method == "PATCH" else {}
        assert other.ask(method, path, body)[0] in {400, 404}, (method, path)
    assert other.found("userName pr") == [f"u{other.organisation.members.get().pk}"]
    assert other.get("Groups")["totalResults"] == 0
    assert list(Member.objects.order_by("pk").values()) == before
    assert other.create("ann")["id"] != ann, "a name is taken within an organisation only"


def test_too_many_requests_are_put_off(directory: Directory, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SCIM_REQUESTS_A_MINUTE = 3
    monkeypatch.setattr(doors.time, "time", lambda: 1_000_000_000.0)
    assert [directory.ask("GET", "Groups")[0] for _ in range(4)] == [200, 200, 200, 429]
    assert directory.reply("GET", "Groups")["Retry-After"] == "60"
    monkeypatch.setattr(doors.time, "time", lambda: 1_000_000_060.0)
    assert directory.ask("GET", "Groups")[0] == 200


def test_guessing_is_slowed_and_keeps_nobody_out(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "WRONG_TOKENS_A_MINUTE", 2)
    monkeypatch.setattr(doors.time, "time", lambda: 1_000_000_000.0)
    assert [ask("Bearer 1.x").status_code for _ in range(4)] == [401, 401, 429, 429]
    assert directory.ask("GET", "Users")[0] == 200, "from the same address, with the right one"


def test_methods_and_addresses_that_are_not_there(directory: Directory) -> None:
    for method, path, status in [
        *(("DELETE", "Users", 405), ("POST", "ServiceProviderConfig", 405), ("GET", "Users/.search", 405)),
        *(("GET", "Nothing", 404), ("GET", "Users/u0", 404), ("GET", "Users/g1", 404), ("GET", "Schemas/x", 404)),
        *(("GET", "Me", 501), ("POST", "Bulk", 501), ("POST", ".search", 501)),
    ]:
        got, body = directory.ask(method, path, {"schemas": [USER]})
        assert (got, body["status"]) == (status, str(status)), (method, path)
    assert directory.get("Schemas/urn:ietf:params:scim:schemas:core:2.0:User")["name"] == "User"
    assert directory.get("ResourceTypes/Group")["endpoint"] == "/Groups"


def test_a_name_is_taken_once(directory: Directory) -> None:
    from sayso.members.rules import Refused

    with pytest.raises(Refused, match="already"):
        make_connection(organisation=directory.organisation, name="Entra ID", by=directory.organisation.members.get())
