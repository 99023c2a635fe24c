"""The JSON API: the same rules as the pages, errors in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements.models import Phase, RoleName, Statement, Vote
from sayso.members.pseudonyms import destroy_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> House:
    return open_house(people=3, statements=8)


@pytest.fixture
def signed_in() -> Callable[[House, int], Client]:
    def sign_in(house: House, person: int) -> Client:
        client = Client()
        client.force_login(house.members[person])
        return client

    return sign_in


SignedIn = Callable[[House, int], Client]


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def test_it_describes_itself(client: Client) -> None:
    told = client.get("/api/openapi.json").json()
    assert set(told["paths"]) == {
        "/api/e/{slug}/next",
        "/api/e/{slug}/votes",
        "/api/e/{slug}/statements",
        "/api/e/{slug}/snapshot",
        "/api/e/{slug}/acts",
    }


def test_no_page_of_documents_loads_from_elsewhere(client: Client) -> None:
    assert client.get("/api/docs").status_code == 404


@pytest.mark.parametrize("path", ["next", "snapshot"])
def test_strangers_are_asked_to_sign_in(client: Client, small: House, path: str) -> None:
    reply = client.get(f"/api/e/how-we-work/{path}")
    assert (reply.status_code, reply.json()) == (401, {"error": "Please sign in first."})


def test_another_organisation_finds_nothing(small: House, signed_in: SignedIn) -> None:
    other = open_house("another", people=1)
    client = signed_in(other, 0)
    assert client.get("/api/e/how-we-work/next").status_code == 404
    assert client.get("/api/e/how-we-work/snapshot").status_code == 404
    reply = post(client, "/api/e/how-we-work/votes", {"statement": small.statements[0].pk, "stance": 1})
    assert (reply.status_code, reply.json()) == (404, {"error": "There is nothing here for you."})
    assert not Vote.objects.exists()


def test_a_vote_is_kept_and_the_next_statement_comes(small: House, signed_in: SignedIn) -> None:
    client = signed_in(small, 0)
    first = client.get("/api/e/how-we-work/next").json()
    assert (first["answered"], first["left"]) == (0, 8)
    reply = post(client, "/api/e/how-we-work/votes", {"statement": first["statement"]["id"], "stance": -1})
    assert reply.status_code == 200
    assert (reply.json()["answered"], reply.json()["left"]) == (1, 7)
    assert reply.json()["statement"]["id"] != first["statement"]["id"]
    vote = Vote.objects.get()
    assert (vote.participant, vote.statement_id, vote.stance) == (
        small.participants[0],
        first["statement"]["id"],
        -1,
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"statement": 0, "stance": 1}, "statement"),
        ({"statement": 1, "stance": 7}, "stance"),
        ({"stance": 1}, "statement"),
        ({"statement": "x", "stance": 1}, "statement"),
    ],
)
def test_a_vote_that_makes_no_sense_is_refused_in_words(
    small: House, signed_in: SignedIn, body: dict[str, Any], says: str
) -> None:
    reply = post(signed_in(small, 0), "/api/e/how-we-work/votes", body)
    assert reply.status_code == 422
    assert says in reply.json()["error"]
    assert not Vote.objects.exists()


def test_a_vote_on_what_is_not_here_is_refused(small: House, signed_in: SignedIn) -> None:
    elsewhere = open_house(people=1, statements=1, slug="elsewhere").statements[0]
    for number in (10**9, elsewhere.pk):
        reply = post(signed_in(small, 0), "/api/e/how-we-work/votes", {"statement": number, "stance": 1})
        assert (reply.status_code, reply.json()["error"]) == (409, "You cannot answer this one.")
    assert not Vote.objects.exists()


def test_when_listening_is_over_the_vote_is_refused(small: House, signed_in: SignedIn) -> None:
    small.engagement.phase = Phase.DISTIL
    small.engagement.save()
    body = {"statement": small.statements[0].pk, "stance": 1}
    reply = post(signed_in(small, 0), "/api/e/how-we-work/votes", body)
    assert reply.status_code == 409
    assert "over" in reply.json()["error"]


def test_a_statement_is_taken_in_and_waits(small: House, signed_in: SignedIn) -> None:
    body = {"topic": small.topic.pk, "text": "  Open the\nwindows.  "}
    reply = post(signed_in(small, 0), "/api/e/how-we-work/statements", body)
    assert reply.status_code == 201
    assert reply.json()["state"] == "waiting"
    assert Statement.objects.get(pk=reply.json()["id"]).text == "Open the windows."


def test_an_empty_statement_is_refused_in_words(small: House, signed_in: SignedIn) -> None:
    reply = post(signed_in(small, 0), "/api/e/how-we-work/statements", {"topic": small.topic.pk, "text": "   "})
    assert reply.status_code == 422
    assert "few words" in reply.json()["error"]


def test_writing_needs_the_csrf_token(small: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(small.members[0])
    reply = post(client, "/api/e/how-we-work/votes", {"statement": small.statements[0].pk, "stance": 1})
    assert reply.status_code == 403
    assert "token" in reply.json()["error"]
    assert not Vote.objects.exists()


def test_the_snapshot_comes_after_the_own_answers(small: House, signed_in: SignedIn) -> None:
    reply = signed_in(small, 0).get("/api/e/how-we-work/snapshot")
    assert reply.status_code == 403
    assert "7 more" in reply.json()["error"]


def test_the_lead_waits_for_the_first_count_like_everybody(small: House, signed_in: SignedIn) -> None:
    from sayso.engagements.roles.actions import grant_role

    grant_role(engagement=small.engagement, member=small.members[2], name=RoleName.LEAD)
    reply = signed_in(small, 2).get("/api/e/how-we-work/snapshot")
    assert (reply.status_code, reply.json()) == (404, {"error": "Nothing has been counted yet."})


def test_without_the_key_it_says_so(small: House, signed_in: SignedIn) -> None:
    destroy_key(engagement_slug="how-we-work")
    client = signed_in(small, 0)
    vote = {"statement": small.statements[0].pk, "stance": 1}
    replies = [
        client.get("/api/e/how-we-work/next"),
        client.get("/api/e/how-we-work/snapshot"),
        post(client, "/api/e/how-we-work/votes", vote),
    ]
    assert [reply.status_code for reply in replies] == [503] * 3
    assert all("The key that ties you to your answers is missing" in reply.json()["error"] for reply in replies)
    assert not Vote.objects.exists()
