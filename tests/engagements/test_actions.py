"""The verbs: each writes its row and its event together, or neither; repeats and wrong moments are harmless."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection, connections, transaction

from house import House, open_house
from sayso.engagements import actions
from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import put_if_new
from sayso.engagements.models import Event, Participant, Phase, Statement, StatementState, Vote
from sayso.engagements.rules import Refused
from sayso.engagements.withdrawing import withdraw_statement
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing, destroy_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    """Three people, two statements of the organisers."""
    return open_house(people=3, statements=2)


def kinds(house: House) -> list[str]:
    """What happened since the house was opened."""
    events = house.engagement.events.order_by("pk").values_list("kind", flat=True)
    return list(events)[6:]  # opened, three joined, two seeded


def said(house: House, person: int = 0, text: str = "We need quiet rooms.") -> Statement:
    return actions.say_statement(participant=house.participants[person], topic=house.topic, text=text)


def published(house: House) -> Statement:
    statement = said(house)
    assert actions.publish_statement(statement=statement, moderator=house.members[2])
    return Statement.objects.get(pk=statement.pk)


# Row and event together


WRITES: dict[str, Callable[[House], object]] = {
    "join": lambda house: actions.join(
        engagement=house.engagement, member=Member.objects.create(organisation=house.organisation, full_name="New")
    ),
    "seed": lambda house: house.seed(2),
    "say": said,
    "vote": lambda house: house.vote(0, 0, 1),
    "change": lambda house: house.vote(1, 1, -1),
    "withdraw": lambda house: actions.withdraw_vote(participant=house.participants[1], statement=house.statements[1]),
    "publish": lambda house: actions.publish_statement(
        statement=Statement.objects.get(text="Waits."), moderator=house.members[2]
    ),
    "return": lambda house: actions.return_statement(
        statement=Statement.objects.get(text="Waits."), moderator=house.members[2], reason="No."
    ),
    "undo": lambda house: actions.undo_decision(
        statement=Statement.objects.get(text="Decided."), moderator=house.members[2]
    ),
}


def rows() -> list[list[tuple[object, ...]]]:
    tables = (Participant, Statement, Vote)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


@pytest.mark.parametrize("verb", WRITES)
def test_nothing_is_kept_when_the_event_cannot_be_written(house: House, verb: str) -> None:
    house.vote(1, 1, 1)
    said(house, text="Waits.")
    actions.publish_statement(statement=said(house, text="Decided."), moderator=house.members[2])
    before = rows()
    connection.check_constraints()  # PostgreSQL alters no table while checks are pending
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE engagements_event RENAME TO engagements_event_gone")
    with pytest.raises(DatabaseError), transaction.atomic():
        WRITES[verb](house)
    assert rows() == before
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE engagements_event_gone RENAME TO engagements_event")
    WRITES[verb](house)
    assert rows() != before


def test_nothing_is_kept_when_the_payload_cannot_be_written(house: House) -> None:
    statement = said(house)
    with pytest.raises(TypeError, match="JSON"):
        actions.publish_statement(statement=statement, moderator=Member(pk=uuid4()))
    assert Statement.objects.get(pk=statement.pk).state == StatementState.WAITING
    assert kinds(house) == ["statement_said"]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    house = open_house("no-transaction")
    with pytest.raises(RuntimeError, match="same transaction"):
        record(engagement=house.engagement, kind=EventKind.VOTE_CAST)
    assert [event.kind for event in Event.objects.all()] == [EventKind.ENGAGEMENT_OPENED]


# Joining


def test_joining_twice_gives_the_same_participant(house: House) -> None:
    assert actions.join(engagement=house.engagement, member=house.members[0]) == house.participants[0]
    assert Participant.objects.count() == 3
    assert kinds(house) == []


def test_members_of_another_organisation_and_those_who_left_are_refused(house: House) -> None:
    stranger = open_house("elsewhere", people=1).members[0]
    left = house.members[0]
    left.is_active = False
    for member in (stranger, left):
        with pytest.raises(Refused):
            actions.join(engagement=house.engagement, member=member)
    assert house.engagement.participants.count() == 3


def test_without_the_key_nobody_joins_anew() -> None:
    house = open_house("key-gone", people=1)
    destroy_key(engagement_slug="key-gone")
    with pytest.raises(KeyMissing):
        actions.join(engagement=house.engagement, member=house.members[0])
    assert house.engagement.participants.count() == 1


# Saying


def test_the_same_words_by_the_same_person_are_one_statement(house: House) -> None:
    first, again, other = said(house), said(house), said(house, person=1)
    assert first == again != other
    assert first.state == StatementState.WAITING
    assert kinds(house) == ["statement_said"] * 2


def test_another_engagements_question_is_refused(house: House) -> None:
    foreign = open_house("elsewhere").topic
    with pytest.raises(Refused):
        actions.say_statement(participant=house.participants[0], topic=foreign, text="In the wrong place.")
    assert kinds(house) == []


# Voting


def test_the_last_vote_counts_and_each_change_leaves_one_event(house: House) -> None:
    for stance in (1, 1, -1, 0, 0):
        house.vote(0, 0, stance)
    assert [vote.stance for vote in Vote.objects.all()] == [0]
    assert kinds(house) == ["vote_cast"] * 3
    stances = [event.payload["stance"] for event in Event.objects.filter(kind="vote_cast").order_by("pk")]
    assert stances == [1, -1, 0]


def test_marking_a_vote_as_important_is_a_change(house: House) -> None:
    for _ in range(2):
        actions.cast_vote(participant=house.participants[0], statement=house.statements[0], stance=1, is_important=True)
    house.vote(0, 0, 1)
    assert not Vote.objects.get().is_important
    assert kinds(house) == ["vote_cast"] * 2


def test_a_stance_that_does_not_exist_never_reaches_the_table(house: House) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        house.vote(0, 0, 5)
    assert not Vote.objects.exists() and kinds(house) == []


@pytest.mark.parametrize("case", ["own", "waiting", "returned", "foreign", "closed"])
def test_votes_that_are_not_allowed(house: House, case: str) -> None:
    statement = house.statements[0]
    if case == "own":
        statement = published(house)
    elif case == "waiting":
        statement = said(house, person=1)
    elif case == "returned":
        statement = said(house, person=1)
        actions.return_statement(statement=statement, moderator=house.members[2], reason="Unclear.")
    elif case == "foreign":
        statement = open_house("elsewhere", statements=1).statements[0]
    else:
        house.engagement.phase = Phase.DISTIL
        house.engagement.save()
    with pytest.raises(Refused):
        actions.cast_vote(participant=house.participants[0], statement=statement, stance=1)
    assert not Vote.objects.exists()
    assert "vote_cast" not in kinds(house)


def test_a_vote_can_be_taken_back_once(house: House) -> None:
    house.vote(0, 0, 1)
    road = {"participant": house.participants[0], "statement": house.statements[0]}
    assert [actions.withdraw_vote(**road), actions.withdraw_vote(**road)] == [True, False]
    assert not Vote.objects.exists()
    assert kinds(house) == ["vote_cast", "vote_withdrawn"]


def test_after_the_time_nothing_is_said_or_taken_back(house: House) -> None:
    house.vote(0, 0, 1)
    house.engagement.phase = Phase.DISTIL
    house.engagement.save()
    participant = Participant.objects.get(pk=house.participants[0].pk)
    with pytest.raises(Refused):
        actions.say_statement(participant=participant, topic=house.topic, text="Too late.")
    with pytest.raises(Refused):
        actions.withdraw_vote(participant=participant, statement=house.statements[0])
    assert Vote.objects.count() == 1


# Moderating


def test_the_second_moderator_comes_too_late(house: House) -> None:
    statement = said(house)
    assert actions.return_statement(statement=statement, moderator=house.members[1], reason="Unclear.")
    assert not actions.publish_statement(statement=statement, moderator=house.members[2])
    kept = Statement.objects.get(pk=statement.pk)
    assert (kept.state, kept.return_reason) == ("returned", "Unclear.")
    assert kinds(house) == ["statement_said", "statement_returned"]


def test_a_decision_can_be_undone_and_made_again(house: House) -> None:
    statement = said(house)
    actions.return_statement(statement=statement, moderator=house.members[1], reason="Unclear.")
    for _ in range(2):
        actions.undo_decision(statement=statement, moderator=house.members[1])
    kept = Statement.objects.get(pk=statement.pk)
    assert (kept.state, kept.return_reason) == ("waiting", "")
    assert actions.publish_statement(statement=statement, moderator=house.members[1])
    assert kinds(house) == ["statement_said", "statement_returned", "decision_undone", "statement_published"]


def test_once_somebody_has_voted_a_decision_stays(house: House) -> None:
    statement = published(house)
    actions.cast_vote(participant=house.participants[1], statement=statement, stance=1)
    with pytest.raises(Refused):
        actions.undo_decision(statement=statement, moderator=house.members[2])
    assert Statement.objects.get(pk=statement.pk).state == StatementState.PUBLISHED
    assert Vote.objects.count() == 1


def test_a_statement_of_the_organisers_has_no_decision_to_undo(house: House) -> None:
    actions.undo_decision(statement=house.statements[0], moderator=house.members[2])
    assert Statement.objects.get(pk=house.statements[0].pk).state == StatementState.PUBLISHED


def test_a_row_is_put_once_and_changed_only_when_it_differs(house: House) -> None:
    participant, statement = house.participants[0], house.statements[0]
    Vote.objects.filter(participant=participant, statement=statement).delete()

    def put(stance: int, probability: float | None = None) -> bool:
        vote = Vote(participant=participant, statement=statement, stance=stance, probability=probability)
        return put_if_new(vote, unique=("participant", "statement"), changing=("stance", "is_important"))

    assert [put(1, 0.5), put(1, 0.25), put(-1), put(-1)] == [True, False, True, False]
    row = Vote.objects.get(participant=participant, statement=statement)
    assert (row.stance, row.probability) == (-1, 0.5)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_votes_on_one_statement_do_not_wait_for_each_other_but_a_withdrawal_waits_for_them(house: House) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one writes at a time in any case")
    statement = published(house)
    author = Participant.objects.get(pk=statement.author_id)
    voter = next(one for one in house.participants if one.pk != author.pk)
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:  # a vote under way
            cursor.execute("SELECT 1 FROM engagements_statement WHERE id = %s FOR SHARE", [statement.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        actions.cast_vote(participant=voter, statement=statement, stance=1)
        with pytest.raises(OperationalError):
            withdraw_statement(participant=author, statement=statement)
    finally:
        other.close()
        connection.close()
    assert Vote.objects.filter(participant=voter, statement=statement).exists()
