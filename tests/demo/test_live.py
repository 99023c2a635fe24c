"""The simulated members who go on: through the same actions, from the same truth, and they stop when asked."""

from __future__ import annotations

import threading
import time
from collections import Counter

import numpy as np
import pytest

from sayso.demo import live
from sayso.demo.live import Crowd
from sayso.demo.sayings import read_sayings
from sayso.demo.world import build_world, guests, topics_of
from sayso.engagements import actions, queries
from sayso.engagements.events import EventKind
from sayso.engagements.models import Event, RoleName, Statement, StatementState, Vote


@pytest.fixture
def crowd(world, population) -> Crowd:
    return Crowd(world, population, np.random.default_rng(5))


def test_each_step_is_at_most_one_vote_with_its_event(world, crowd):
    n_votes, last = Vote.objects.count(), Event.objects.order_by("-pk")[0].pk
    for _ in range(150):
        crowd.step()
    new = Counter(Event.objects.filter(pk__gt=last).values_list("kind", flat=True))
    assert 100 < Vote.objects.count() - n_votes <= 150
    assert new[EventKind.VOTE_CAST] == Vote.objects.count() - n_votes
    assert set(new) <= {EventKind.VOTE_CAST, EventKind.STATEMENT_SAID, EventKind.PARTICIPANT_JOINED}


def test_some_write_and_what_they_write_waits_to_be_read(world, crowd, monkeypatch):
    monkeypatch.setattr(live, "WRITES", 0.5)
    for _ in range(80):
        crowd.step()
    later = {saying.text for saying in read_sayings("later")}
    said = Statement.objects.filter(text__in=later)
    assert said.count() > 10
    assert set(said.values_list("state", flat=True)) == {StatementState.WAITING}
    assert Crowd(world, crowd.population, crowd.rng)._unsaid == [
        saying for saying in read_sayings("later") if saying.text not in set(said.values_list("text", flat=True))
    ]


def test_newcomers_come_in_and_guests_are_left_alone(world, crowd):
    n_before = world.participants.count()
    for _ in range(400):
        crowd.step()
    assert world.participants.count() > n_before
    assert not any(queries.participant_of(seat, world) for seat in guests(world))


def test_what_they_say_is_drawn_from_the_planted_truth(world, crowd, population):
    statement = Statement.objects.get(text="Before you give us something new, take something old away.")
    column = population.column_of[statement.text]
    said = [crowd.stance_of(row, statement) for row in range(population.n_simulated)]
    assert abs(said.count(1) / len(said) - population.simulated.agree_overall[column]) < 0.06


def nobody_knows_new_ones(world, *, but):
    """As each distillation leaves it: what nobody has answered is asked most."""
    known = list(world.statements.exclude(pk=but.pk).values_list("pk", flat=True))
    n = len(known)
    return {
        "statements": known,
        "share": [1.0],
        "need": [[0.1] * n + [1.0]],
        "stances": [[[1 / 3] * (n + 1)]] * 3,
        "doubt": [[1.0] * (n + 1)],
    }


def test_they_answer_a_visitors_own_words_once_the_lead_has_opened_them(world, crowd):
    seat = guests(world)[0]
    participant = actions.join(engagement=world, member=seat)
    words = actions.say_statement(
        participant=participant, topic=topics_of(world)["talk"], text="Let us sing before each meeting."
    )
    lead = world.roles.get(name=RoleName.LEAD).member
    actions.publish_statement(statement=words, moderator=lead)
    said = Counter(crowd.stance_of(row % 200, words) for row in range(400))
    assert set(said) == {-1, 0, 1} and 0.35 < said[1] / 400 < 0.65
    actions.keep_routing(engagement=world, body=nobody_knows_new_ones(world, but=words))
    for _ in range(60):
        crowd.step()
    assert Vote.objects.filter(statement=words).exists()


@pytest.mark.django_db(transaction=True)
def test_they_stop_when_asked(population, monkeypatch):
    monkeypatch.setattr(live, "THINKING_S", 0.02)
    world = build_world(population)
    crowd, stop = Crowd(world, population, np.random.default_rng(1)), threading.Event()
    n_votes = Vote.objects.count()
    thread = threading.Thread(target=crowd.run, args=(stop,))
    thread.start()
    end = time.monotonic() + 60
    while Vote.objects.count() < n_votes + 5 and time.monotonic() < end:
        time.sleep(0.05)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive() and Vote.objects.count() >= n_votes + 5
