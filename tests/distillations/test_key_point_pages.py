"""Leads and key points: what they change stays on every run, stands on record, and is taken back."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hand_made import hand_made_snapshot
from house import House, open_house
from sayso.distillations import key_point_actions
from sayso.distillations.distilling import wishes_of
from sayso.distillations.models import KeyPointWish, Snapshot, WishKind
from sayso.engagements import actions
from sayso.engagements.models import Event, RoleName
from sayso.engagements.roles.actions import grant_role
from sayso.engagements.rules import Refused
from sayso.publication.snapshots import publish

pytestmark = pytest.mark.django_db

PAGE = "/e/how-we-work/key-points/"


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


@pytest.fixture
def house(db: None) -> House:
    """With a published snapshot made by hand."""
    made = open_house(people=8, statements=2)
    grant_role(engagement=made.engagement, member=made.members[0], name=RoleName.LEAD)
    body = hand_made_snapshot()
    Snapshot.objects.create(
        engagement=made.engagement,
        last_event=body["last_event"] or 1,
        engine_version="0",
        seed=1,
        input_digest="",
        body=json.dumps(body),
        published=json.dumps(publish(body)),
    )
    return made


@pytest.fixture
def lead(house: House) -> Client:
    client = Client()
    client.force_login(house.members[0])
    return client


@pytest.fixture
def texts() -> list[str]:
    return [point["text"] for point in hand_made_snapshot()["key_points"]]


def test_every_key_point_opens_its_sources_and_what_is_in_none_is_listed(lead: Client, texts: list[str]) -> None:
    body, page = hand_made_snapshot(), words(lead.get(PAGE))
    for statement in body["statements"]:
        assert statement["rejected"] or statement["is_seed"] or statement["text"] in page
    assert all(text in page for text in texts)


def test_a_wording_is_changed_on_record_and_taken_back(house: House, lead: Client, texts: list[str]) -> None:
    reply = lead.post(PAGE, {"act": "reword", "point": texts[0], "wording": "Lunch  costs too much."}, follow=True)
    assert "Worded anew" in words(reply) and "Lunch costs too much." in words(reply)
    wish = KeyPointWish.objects.get()
    assert (wish.kind, wish.replaced, wish.wording, wish.by) == (
        "reword",
        [texts[0]],
        "Lunch costs too much.",
        house.members[0],
    )
    event = Event.objects.get(kind="key_point_wished")
    assert event.payload == {"wish": wish.pk, "to": "reword", "by": house.members[0].pk}
    lead.post(PAGE, {"act": "reword", "point": texts[0], "wording": "Lunch costs too much."})
    assert KeyPointWish.objects.count() == 1, "sent twice, taken once"
    topic = hand_made_snapshot()["key_points"][0]["topic"]
    found = wishes_of(house.engagement)
    assert found.kept == found.reworded == ((topic, "Lunch costs too much."),)
    assert found.rejected == ((topic, texts[0]),)
    assert "Taken back" in words(lead.post(PAGE + "undo/", {"wish": wish.pk}, follow=True))
    assert "already" in words(lead.post(PAGE + "undo/", {"wish": wish.pk}, follow=True))
    assert wishes_of(house.engagement).kept == ()
    assert Event.objects.filter(kind="key_point_wish_ended").count() == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"act": "shout"}, "press one of the buttons"),
        ({"act": "reword", "wording": " "}, "Write what it should say"),
        ({"act": "reword", "wording": "x" * 281}, "Shorten it to 280"),
        ({"act": "merge", "wording": "One thing."}, "Tick two key points or more"),
        ({"act": "reject", "point": "Never listed."}, "no longer listed"),
    ],
)
def test_what_cannot_be_done_says_why_and_keeps_what_was_typed(
    lead: Client, texts: list[str], sent: dict[str, str], told: str
) -> None:
    reply = lead.post(PAGE, {"point": texts[0], **sent})
    assert reply.status_code == 422 and told in words(reply)
    assert sent.get("wording", "") in words(reply)
    assert not KeyPointWish.objects.exists()


def test_of_two_wishes_about_one_wording_the_last_one_counts(house: House) -> None:
    def wish(kind: WishKind, *points: str, wording: str = "") -> KeyPointWish:
        return key_point_actions.wish(
            engagement=house.engagement, by=house.members[0], kind=kind, topic="", points=points, wording=wording
        )

    wish(WishKind.REJECT, "a b c")
    wish(WishKind.PIN, "a b c")
    assert wishes_of(house.engagement).kept == (("", "a b c"),) and not wishes_of(house.engagement).rejected
    merged = wish(WishKind.MERGE, "a b c", "d e f", wording="All of it.")
    assert wishes_of(house.engagement).kept == (("", "All of it."),)
    key_point_actions.take_wish_back(engagement=house.engagement, by=house.members[0], number=merged.pk)
    assert wishes_of(house.engagement).kept == (("", "a b c"),)


def test_nobody_but_a_lead_comes_near(house: House, texts: list[str]) -> None:
    other = Client()
    other.force_login(house.members[3])
    assert other.get(PAGE).status_code == 404
    assert other.post(PAGE, {"act": "reject", "point": texts[0]}).status_code == 404
    assert other.post(PAGE + "undo/", {"wish": 1}).status_code == 404
    assert not KeyPointWish.objects.exists()


def test_once_the_key_is_destroyed_nothing_is_changed(house: House) -> None:
    from datetime import date

    house.engagement.key_destroyed_on = date(2026, 1, 1)
    with pytest.raises(Refused, match="key is destroyed"):
        key_point_actions.wish(
            engagement=house.engagement, by=house.members[0], kind=WishKind.PIN, topic="", points=["a b c"]
        )


def test_a_lead_s_words_are_found_on_the_next_run_and_the_run_is_made_again(work: Callable[[], None]) -> None:
    house = open_house(people=14, statements=1)
    for number, participant in enumerate(house.participants[:12]):
        text = (
            "The canteen is much too dear" + "!" * number if number < 7 else f"Room {number} is cold in winter {number}"
        )
        said = actions.say_statement(participant=participant, topic=house.topic, text=text)
        actions.publish_statement(statement=said, moderator=house.members[0])
    work()
    first = json.loads(Snapshot.objects.get().body)["key_points"]
    assert "canteen" in first[0]["text"]
    key_point_actions.wish(
        engagement=house.engagement,
        by=house.members[0],
        kind=WishKind.REWORD,
        topic=first[0]["topic"],
        points=[first[0]["text"]],
        wording="The canteen is far too dear.",
    )
    work()
    newest = Snapshot.objects.latest("last_event")
    point = json.loads(newest.body)["key_points"][0]
    assert (point["text"], point["is_by_lead"]) == ("The canteen is far too dear.", True)
    assert json.loads(newest.published)["key_points"][0]["text"] == point["text"], "words change at once"
    from sayso.distillations.distilling import distil_again

    assert distil_again(house.engagement, json.loads(newest.body)).distillation.to_json() == newest.body


def test_without_any_point_nothing_is_said_to_say_none_of_them(house: House, lead: Client) -> None:
    body = {**hand_made_snapshot(), "key_points": [], "themes": []}
    Snapshot.objects.update(body=json.dumps(body), published=json.dumps(publish(body)))
    page = words(lead.get(PAGE))
    assert "What was said so far" in page and body["statements"][0]["text"] in page
    assert "say none of these" not in page and "stands under none" not in page
