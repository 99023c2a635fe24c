"""The road from the event log to the engine: what counts, in which order, up to which event."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from house import House
from sayso.distillations import votes_store
from sayso.engagements import actions
from sayso.engagements.models import Event, Vote

NewHouse = Callable[..., House]


@pytest.fixture
def small(new_house: NewHouse) -> House:
    return new_house(people=3, statements=2)


def load(house: House, up_to: int | None = None) -> tuple[list[list[int]], votes_store.Conversation]:
    last = votes_store.last_visible_event(house.engagement) if up_to is None else up_to
    conversation = votes_store.load(house.engagement, last)
    return conversation.votes.toarray(unseen=9).tolist(), conversation


def test_votes_stand_where_they_were_cast(small: House) -> None:
    small.vote(0, 0, 1)
    small.vote(1, 1, -1)
    small.vote(1, 0, 0)
    dense, conversation = load(small)
    assert dense == [[1, 9], [0, -1]]
    assert conversation.participant_ids == tuple(str(p.pk) for p in small.participants[:2])
    assert conversation.statement_ids == tuple(str(s.pk) for s in small.statements)
    assert conversation.n_members == small.engagement.n_members


def test_the_last_vote_counts(small: House) -> None:
    for stance in (1, -1, 0):
        small.vote(0, 0, stance)
    assert load(small)[0] == [[0, 9]]


def test_a_withdrawn_vote_is_gone_and_may_be_cast_again(small: House) -> None:
    small.vote(0, 0, 1)
    small.vote(1, 1, 1)
    actions.withdraw_vote(participant=small.participants[0], statement=small.statements[0])
    assert load(small)[0] == [[9, 1]]
    small.vote(0, 0, -1)
    assert load(small)[0] == [[-1, 9], [9, 1]]


def test_an_earlier_event_gives_what_was_known_then(small: House) -> None:
    small.vote(0, 0, 1)
    then = Event.objects.latest("pk").pk
    before = load(small)[1].digest()
    small.vote(0, 0, -1)
    small.vote(2, 1, -1)
    small.seed(1)
    assert load(small, then)[1].digest() == before
    assert load(small)[1].digest() != before


def test_statements_not_open_are_left_out(small: House) -> None:
    small.vote(0, 0, 1)
    waiting = actions.say_statement(participant=small.participants[0], topic=small.topic, text="Not read yet.")
    returned = actions.say_statement(participant=small.participants[1], topic=small.topic, text="Not for here.")
    actions.return_statement(statement=returned, moderator=small.members[2], reason="It names somebody.")
    opened = actions.say_statement(participant=small.participants[0], topic=small.topic, text="Open the windows.")
    actions.publish_statement(statement=opened, moderator=small.members[2])
    _, conversation = load(small)
    assert str(waiting.pk) not in conversation.statement_ids
    assert str(returned.pk) not in conversation.statement_ids
    assert conversation.texts[-1] == "Open the windows."
    assert conversation.author.tolist() == [-1, -1, 0]
    assert conversation.is_seed.tolist() == [True, True, False]


def test_an_undone_decision_closes_the_statement_again(small: House) -> None:
    said = actions.say_statement(participant=small.participants[0], topic=small.topic, text="Open the windows.")
    actions.publish_statement(statement=said, moderator=small.members[2])
    assert "Open the windows." in load(small)[1].texts
    actions.undo_decision(statement=said, moderator=small.members[2])
    assert "Open the windows." not in load(small)[1].texts


def test_the_author_of_somebody_who_never_voted_is_unknown(small: House) -> None:
    said = actions.say_statement(participant=small.participants[2], topic=small.topic, text="Open the windows.")
    actions.publish_statement(statement=said, moderator=small.members[0])
    small.vote(0, 0, 1)
    assert load(small)[1].author.tolist() == [-1, -1, -1]


def test_only_the_engagements_own_events_count(small: House, new_house: NewHouse) -> None:
    other = new_house("another", people=2, statements=1)
    other.vote(0, 0, 1)
    small.vote(0, 0, 1)
    assert load(small)[0] == [[1, 9]]


def test_nothing_said_yet_is_an_empty_conversation(new_house: NewHouse) -> None:
    _, conversation = load(new_house())
    assert conversation.votes.shape == (0, 0)


def test_events_and_rows_tell_the_same(house: House) -> None:
    _, conversation = load(house)
    votes = conversation.votes
    told = {
        (conversation.participant_ids[row], conversation.statement_ids[column], int(stance))
        for row, column, stance in zip(votes.participant, votes.statement, votes.stance, strict=True)
    }
    rows = Vote.objects.values_list("participant_id", "statement_id", "stance")
    assert told == {(str(participant), str(statement), stance) for participant, statement, stance in rows}
    assert np.all(conversation.votes.seen() == len(house.participants))
