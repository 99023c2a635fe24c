"""What a device sends later, or twice: each act is done once, in its order, and a refused one is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from house import House, open_house
from sayso.engagements import actions, queries, withdrawing
from sayso.engagements.cards import acts as taking
from sayso.engagements.cards.ahead import draw_ahead
from sayso.engagements.cards.device import whose_device
from sayso.engagements.drawn import unseal
from sayso.engagements.models import ArrivedAct, Event, Phase, Statement, Vote

pytestmark = pytest.mark.django_db

People = Callable[[int], Client]
number = count(1)


def act(do: str, **what: Any) -> dict[str, Any]:
    return {"act": f"{next(number):032x}", "do": do, **what}


def send(client: Client, *acts: dict[str, Any], **more: Any) -> dict[str, Any]:
    reply = client.post("/api/e/how-we-work/acts", {"acts": list(acts), **more}, content_type="application/json")
    assert reply.status_code == 200, reply.content
    told: dict[str, Any] = reply.json()
    return told


def stances() -> list[int]:
    return list(Vote.objects.order_by("statement").values_list("stance", flat=True))


def test_the_same_act_twice_is_done_once_and_told_as_taken(led: House, as_person: People) -> None:
    vote = act("vote", statement=led.statements[0].pk, stance=1)
    say = act("say", topic=led.topic.pk, text="Said in a lift.")
    for _ in range(2):
        assert send(as_person(1), vote, say)["taken"] == [vote["act"], say["act"]]
    assert stances() == [1] and Statement.objects.filter(text="Said in a lift.").count() == 1
    assert Event.objects.filter(kind__in=("vote_cast", "statement_said")).count() == 2


def test_what_waits_on_a_device_never_counts_for_who_came_in_after(led: House, as_person: People) -> None:
    """One tab still shows the first; in another the second has signed in, and the browser sends their cookie."""
    vote, first = act("vote", statement=led.statements[0].pk, stance=1), whose_device(led.members[1])
    post = {"data": {"acts": [vote], "whose": first}, "content_type": "application/json"}
    refused = as_person(2).post("/api/e/how-we-work/acts", **post)
    assert (refused.status_code, stances()) == (403, [])
    assert "waits until its owner comes in again" in refused.json()["error"]
    assert send(as_person(1), vote, whose=first)["taken"] == [vote["act"]]
    assert Vote.objects.get().participant == led.participants[1]


def test_a_late_repeat_does_not_bring_back_what_was_changed_since(led: House, as_person: People) -> None:
    """The reply was lost, and the same person decided otherwise elsewhere: the repeat is known, and does nothing."""
    client, statement = as_person(1), led.statements[0]
    vote, say = act("vote", statement=statement.pk, stance=1), act("say", topic=led.topic.pk, text="In a lift.")
    send(client, vote, say)
    actions.cast_vote(participant=led.participants[1], statement=statement, stance=-1)
    withdrawing.withdraw_statement(participant=led.participants[1], statement=Statement.objects.get(text="In a lift."))
    send(client, vote, say)
    assert stances() == [-1] and Statement.objects.get(text="In a lift.").state == "withdrawn"


def test_order_is_kept(led: House, as_person: People) -> None:
    pk = led.statements[0].pk
    send(
        as_person(1),
        act("vote", statement=pk, stance=1),
        act("undo", statement=pk),
        act("vote", statement=pk, stance=0),
    )
    assert stances() == [0]
    send(as_person(1), act("undo", statement=pk))
    assert stances() == []


def test_a_refused_act_is_told_holds_up_no_other_and_may_come_again(led: House, as_person: People) -> None:
    own = actions.say_statement(participant=led.participants[1], topic=led.topic, text="Mine.")
    bad = [
        act("vote", statement=own.pk, stance=1),
        act("vote", statement=0, stance=1),
        act("vote", statement=led.statements[0].pk, stance=7),
        act("say", topic=led.topic.pk, text="🙂"),
        act("say", topic=led.topic.pk, text="x" * 300),
        act("undo", statement="x"),
        act("dance"),
        {"act": "short", "do": "vote"},
        {},
    ]
    told = send(as_person(1), *bad, act("vote", statement=led.statements[1].pk, stance=1))
    assert [one["act"] for one in told["refused"]] == [one.get("act", "") for one in bad]
    assert "Please use words" in told["refused"][3]["error"] and "20 too many" in told["refused"][4]["error"]
    assert len(told["taken"]) == 1 and stances() == [1] and ArrivedAct.objects.count() == 1


def test_what_comes_after_the_end_is_refused_with_the_reason(led: House, as_person: People) -> None:
    led.engagement.phase = Phase.DISTIL
    led.engagement.save()
    told = send(
        as_person(1),
        act("vote", statement=led.statements[0].pk, stance=1),
        act("say", topic=led.topic.pk, text="Late."),
    )
    assert ["is over" in one["error"] for one in told["refused"]] == [True, True]
    assert not ArrivedAct.objects.exists()


def test_marks_of_acts_lead_nowhere_and_go_after_a_month(
    led: House, as_person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = act("vote", statement=led.statements[0].pk, stance=1)
    send(as_person(1), vote)
    row = ArrivedAct.objects.get()
    assert row.mark.hex != vote["act"] and {field.name for field in ArrivedAct._meta.fields} == {"mark", "day"}
    ArrivedAct.objects.update(day=timezone.localdate() - timedelta(days=31))
    monkeypatch.setattr(taking.secrets, "randbelow", lambda below: 0)
    send(as_person(1), act("vote", statement=led.statements[1].pk, stance=1))
    assert ArrivedAct.objects.count() == 1 and not ArrivedAct.objects.filter(mark=row.mark).exists()


def test_nobody_else_can_block_an_act_by_its_number(led: House, as_person: People) -> None:
    vote = act("vote", statement=led.statements[0].pk, stance=1)
    send(as_person(2), vote)
    send(as_person(1), vote)
    assert stances() == [1, 1]


def test_strangers_and_stale_tokens_are_refused(led: House, stranger: Client) -> None:
    sent = {"acts": [act("vote", statement=led.statements[0].pk, stance=1)]}
    post: dict[str, Any] = {"data": sent, "content_type": "application/json"}
    assert stranger.post("/api/e/how-we-work/acts", **post).status_code == 404
    assert Client().post("/api/e/how-we-work/acts", **post).status_code == 401
    checked = Client(enforce_csrf_checks=True)
    checked.force_login(led.members[1])
    assert checked.post("/api/e/how-we-work/acts", **post).status_code == 403
    assert not Vote.objects.exists()


# Cards ahead


def test_cards_ahead_are_each_there_once_and_none_that_is_held(led: House, as_person: People) -> None:
    led.seed(20)
    have = [led.statements[0].pk, led.statements[1].pk]
    cards = send(as_person(1), have=have, want=99)["hand"]["cards"]
    numbers = [card["id"] for card in cards]
    assert len(set(numbers)) == len(numbers) == 21 and not set(numbers) & set(have)
    assert send(as_person(1), want=0)["hand"] is None


def test_the_probability_of_a_card_ahead_is_that_of_drawing_it_from_what_was_left() -> None:
    house = open_house(people=1, statements=5)
    participant = house.participants[0]
    drawn = draw_ahead(participant, n=5)
    chances = queries.chances_of(participant)
    left = 1.0
    for one in drawn:
        assert one.probability == pytest.approx(chances[one.statement.pk] / left)
        left -= chances[one.statement.pk]
    assert drawn[-1].probability == pytest.approx(1.0)


def test_the_seal_of_a_card_ahead_brings_its_probability_with_the_vote(led: House, as_person: People) -> None:
    card = send(as_person(1), want=3)["hand"]["cards"][1]
    send(as_person(1), act("vote", statement=card["id"], stance=1, drawn=card["drawn"]))
    kept = Vote.objects.get().probability
    assert kept == unseal(led.participants[1], Vote.objects.get().statement, card["drawn"]) is not None
