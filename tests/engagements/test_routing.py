"""Which card comes next; that its probability is kept with the vote, and nobody's group anywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from math import log
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from house import House, open_house
from sayso.engagements import actions, queries, routing
from sayso.engagements.drawn import Drawn, seal, unseal
from sayso.engagements.events import EventKind
from sayso.engagements.models import Event, Participant, Routing, Vote
from sayso.members.models import Member

pytestmark = pytest.mark.django_db
People = Callable[[int], Client]

EVEN = [(0.25, 0.25, 0.5), (0.25, 0.25, 0.5)]  # each group's probability of disagree, pass, agree
PARTED = [(0.05, 0.05, 0.9), (0.9, 0.05, 0.05)]


def body_of(statements: list[int], needs: list[list[float]], answers: list[list[tuple[float, ...]]]) -> dict[str, Any]:
    """As the worker keeps it, two groups of equal size; a statement it has not met is needed more than any."""
    needs, answers = [*needs, [9.0, 9.0]], [*answers, EVEN]
    return {
        "statements": statements,
        "share": [0.5, 0.5],
        "need": [[need[group] for need in needs] for group in (0, 1)],
        "stances": [[[answer[group][stance] for answer in answers] for group in (0, 1)] for stance in range(3)],
        "doubt": [[-sum(p * log(p) for p in answer[group]) for answer in answers] for group in (0, 1)],
    }


def weights(house: House, needs: list[list[float]], answers: list[list[tuple[float, ...]]]) -> dict[str, Any]:
    return body_of([statement.pk for statement in house.statements], needs, answers)


def seal_on(page: str) -> tuple[int, str]:
    """The statement and the seal of the card that a page shows."""
    statement = re.search(r'name="statement" value="(\d+)"', page)
    drawn = re.search(r'name="drawn" value="([^"]*)"', page)
    assert statement and drawn
    return int(statement.group(1)), drawn.group(1)


# The formula


def test_probabilities_add_up_and_keep_the_floor() -> None:
    made = routing.Weights.from_body(body_of([1, 2, 3], [[1.0, 1.0], [0.1, 0.1], [0.1, 0.1]], [EVEN] * 3))
    found = routing.probabilities(made, [], {1: 7, 2: 7, 3: 8})
    assert sum(found.values()) == pytest.approx(1.0)
    assert found[1] > 0.8
    assert min(found.values()) >= routing.FLOOR / 3


def test_own_answers_say_which_group_is_likely() -> None:
    made = routing.Weights.from_body(body_of([1], [[1.0, 1.0]], [PARTED]))
    assert routing.belonging(made, []) == pytest.approx([0.5, 0.5])
    assert routing.belonging(made, [(1, 1)]) == pytest.approx([18 / 19, 1 / 19])
    assert routing.belonging(made, [(1, 0)]) == pytest.approx([0.5, 0.5])


def test_a_third_card_of_one_topic_waits_while_others_are_open() -> None:
    made = routing.NOTHING_KNOWN
    assert set(routing.probabilities(made, [], {1: 7, 2: 7, 3: 8}, [7, 7])) == {3}
    assert set(routing.probabilities(made, [], {1: 7, 2: 7, 3: 8}, [8, 7])) == {1, 2, 3}
    assert set(routing.probabilities(made, [], {1: 7, 2: 7}, [7, 7])) == {1, 2}
    assert routing.probabilities(made, [], {}) == {}


# The card and its vote


def test_before_the_worker_has_been_any_may_come(led: House) -> None:
    for person, statement in ((0, 0), (1, 0), (0, 1)):
        led.vote(person, statement, 1)
    assert list(queries.chances_of(led.participants[2]).values()) == pytest.approx([1 / 3] * 3)


def test_draws_follow_the_kept_weights_and_the_own_group(led: House) -> None:
    needs = [[1.0, 1.0], [9.0, 1.0], [1.0, 9.0]]
    actions.keep_routing(engagement=led.engagement, body=weights(led, needs, [PARTED, EVEN, EVEN]))
    for person, stance in ((1, 1), (2, -1)):
        led.vote(person, 0, stance)
    liked = {}
    for person in (1, 2):
        drawn = Counter()
        for _ in range(60):
            card = queries.next_statement(led.participants[person])
            assert card is not None
            assert card.probability == pytest.approx(queries.chances_of(led.participants[person])[card.statement.pk])
            drawn[card.statement.pk] += 1
        liked[person] = drawn.most_common(1)[0][0]
    assert liked == {1: led.statements[1].pk, 2: led.statements[2].pk}


def test_a_statement_the_worker_has_not_met_is_drawn_most(led: House) -> None:
    actions.keep_routing(engagement=led.engagement, body=weights(led, [[0.1, 0.1]] * 3, [EVEN] * 3))
    led.seed(1)
    chances = queries.chances_of(led.participants[1])
    assert max(chances, key=chances.__getitem__) == led.statements[-1].pk


def test_the_probability_of_the_card_shown_is_kept_with_vote_and_event(led: House, as_person: People) -> None:
    client = as_person(1)
    pages = [client.get("/e/how-we-work/cards/").content.decode() for _ in range(3)]  # each load draws anew
    statement, drawn = seal_on(pages[0])
    expected = queries.chances_of(led.participants[1])[statement]
    client.post("/e/how-we-work/votes/", {"statement": statement, "stance": "1", "drawn": drawn})
    vote = Vote.objects.get()
    assert (vote.statement_id, vote.probability) == (statement, pytest.approx(expected, rel=1e-5))
    assert Event.objects.get(kind=EventKind.VOTE_CAST).payload["probability"] == vote.probability


def test_a_vote_without_a_seal_has_no_probability(led: House, as_person: People) -> None:
    as_person(1).post("/e/how-we-work/votes/", {"statement": led.statements[0].pk, "stance": "1"})
    assert Vote.objects.get().probability is None
    assert "probability" not in Event.objects.get(kind=EventKind.VOTE_CAST).payload


def test_a_seal_is_good_for_its_person_and_its_card_only(led: House) -> None:
    one, other = led.participants[:2]
    sealed = seal(one, Drawn(led.statements[0], 0.25))
    assert unseal(one, led.statements[0], sealed) == 0.25
    assert unseal(other, led.statements[0], sealed) is None
    assert unseal(one, led.statements[1], sealed) is None
    assert [unseal(one, led.statements[0], forged) for forged in ("", "x", sealed[:-2] + "zz", "1:2:3")] == [None] * 4


def test_changing_a_vote_keeps_the_probability_of_the_first(led: House) -> None:
    cast = {"participant": led.participants[0], "statement": led.statements[0]}
    actions.cast_vote(**cast, stance=1, probability=0.25)
    actions.cast_vote(**cast, stance=-1, probability=0.75)
    assert list(Vote.objects.values_list("stance", "probability")) == [(-1, 0.25)]


def test_an_undone_card_comes_again_with_its_probability(led: House, as_person: People) -> None:
    client = as_person(1)
    statement, drawn = seal_on(client.get("/e/how-we-work/cards/").content.decode())
    client.post("/e/how-we-work/votes/", {"statement": statement, "stance": "1", "drawn": drawn})
    page = client.post("/e/how-we-work/votes/undo/", {"statement": statement}, follow=True).content.decode()
    again, sealed = seal_on(page)
    assert again == statement
    client.post("/e/how-we-work/votes/", {"statement": again, "stance": "-1", "drawn": sealed})
    assert Vote.objects.get().probability == pytest.approx(1 / 3, rel=1e-5)


@pytest.mark.parametrize("impossible", [0.0, -0.1, 1.1])
def test_the_database_takes_no_impossible_probability(led: House, impossible: float) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(
            participant=led.participants[0], statement=led.statements[0], stance=1, probability=impossible
        )


# What it tells, and to whom


def test_routing_knows_no_person() -> None:
    ahead, found = [Routing], set()
    while ahead:
        for field in ahead.pop()._meta.get_fields():
            target = field.related_model
            if field.concrete and isinstance(target, type) and target not in found:
                found.add(target)
                ahead.append(target)
    assert found and not {Participant, Member} & found


@pytest.mark.parametrize("page", ["", "inbox/", "results/", "results/live/", "cards/", "mine/"])
def test_no_page_shows_the_lead_anybodys_group_or_what_others_were_drawn(
    led: House, as_person: People, page: str
) -> None:
    """Others answered cards with a probability that occurs nowhere else; the lead meets neither it nor their number."""
    told = 0.123457
    body = weights(led, [[1.0, 1.0]] * 3, [PARTED] * 3)
    actions.keep_routing(engagement=led.engagement, body=body)
    for person in (1, 2):
        actions.cast_vote(participant=led.participants[person], statement=led.statements[0], stance=1, probability=told)
    text = as_person(0).get(f"/e/how-we-work/{page}").content.decode()
    assert str(told)[:6] not in text
    assert [p.pseudonym for p in led.participants if p.pseudonym in text] == []
    assert [word for word in ("belonging", "probability", "0.9") if word in text] == []


def test_a_seal_tells_nothing_but_its_card_and_its_probability(led: House) -> None:
    import base64

    sealed = seal(led.participants[0], Drawn(led.statements[0], 0.25)).split(":")[0]
    told = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)).decode()
    assert told == f"[{led.statements[0].pk},0.25]"


def test_drawing_asks_the_database_three_times(django_assert_num_queries) -> None:
    house = open_house(people=1, statements=60)
    with django_assert_num_queries(3):
        assert queries.next_statement(house.participants[0]) is not None
