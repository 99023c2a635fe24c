"""What tables say and how many hands they raise: believable, of enough people, kept apart from votes, taken back."""

from __future__ import annotations

import pytest

from house import House
from rooms.building import line_of, plan, room_in, table_of
from sayso.engagements import actions
from sayso.engagements.events import EventKind
from sayso.engagements.models import CameBy, Engagement, Event, Phase, Statement, StatementState, Vote
from sayso.engagements.roles.actions import grant_role
from sayso.publication.hands import Hands
from sayso.rooms import entry_actions, plan_actions, queries, sheet_actions
from sayso.rooms.models import HandsCount, RoomSession
from sayso.rooms.rules import Refused

pytestmark = pytest.mark.django_db


def count(session: RoomSession, number: int, by: object, table: int = 1, present: int = 9, hands=(5, 1, 2)):
    one = table_of(session, table)
    if one.n_present != present:
        entry_actions.count_present(table=one, n_present=present, by=by)
    return entry_actions.count_hands(table=one, counts={line_of(session, number): hands}, by=by)


def test_lines_of_a_table_wait_to_be_read_and_bear_its_mark(house: House, session: RoomSession) -> None:
    lead = house.members[0]
    batch = entry_actions.say_at_table(table=table_of(session), lines=["One.", "Two.", "One."], by=lead)
    assert batch is not None and batch.n_things == 2
    said = list(Statement.objects.filter(is_from_table=True).order_by("text"))
    assert [s.text for s in said] == ["One.", "Two."]
    assert {(s.state, s.author.came_by) for s in said if s.author} == {(StatementState.WAITING, CameBy.TABLE)}
    assert entry_actions.say_at_table(table=table_of(session), lines=["Two."], by=lead) is None, "said already"
    assert entry_actions.say_at_table(table=table_of(session, 2), lines=["Two."], by=lead), "another table says it too"


def test_words_taken_back_are_withdrawn_but_for_those_people_vote_on(house: House, session: RoomSession) -> None:
    lead = house.members[0]
    batch = entry_actions.say_at_table(table=table_of(session), lines=["One.", "Two."], by=lead)
    assert batch
    actions.publish_statement(statement=Statement.objects.get(text="One."), moderator=lead)
    assert sheet_actions.take_back(batch=batch, by=lead) == 1
    states = dict(Statement.objects.filter(is_from_table=True).values_list("text", "state"))
    assert states == {"One.": StatementState.PUBLISHED, "Two.": StatementState.WITHDRAWN}
    again = entry_actions.say_at_table(table=table_of(session), lines=["Two."], by=lead)
    assert again and Statement.objects.get(text="Two.").state == StatementState.WAITING


def test_hands_are_no_votes(house: House, session: RoomSession) -> None:
    count(session, 1, house.members[0])
    assert Vote.objects.count() == 0
    assert not Event.objects.filter(kind=EventKind.VOTE_CAST).exists()


@pytest.mark.parametrize(
    ("present", "hands", "why"),
    [
        (9, (5, 3, 2), "10 hands, but only 9 people"),
        (4, (1, 1, 1), "Fewer than 5 people"),
        (9, (-1, 3, 2), "below nought"),
        (9, (0, 0, 0), "No hands arrived"),
    ],
)
def test_what_cannot_be_is_refused(
    house: House, session: RoomSession, present: int, hands: tuple[int, int, int], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        count(session, 1, house.members[0], present=present, hands=hands)
    assert HandsCount.objects.count() == 0


def test_before_the_people_are_counted_no_hands_are(house: House, session: RoomSession) -> None:
    with pytest.raises(Refused, match="First say how many"):
        entry_actions.count_hands(table=table_of(session), counts={line_of(session, 1): (5, 0, 0)}, by=house.members[0])


def test_a_line_is_counted_once_at_a_table_and_either_there_or_in_the_whole_room(
    house: House, session: RoomSession
) -> None:
    lead = house.members[0]
    batch = count(session, 1, lead)
    with pytest.raises(Refused, match="counted at this table already"):
        count(session, 1, lead)
    with pytest.raises(Refused, match="at single tables already"):
        count(session, 1, lead, table=0, present=30)
    count(session, 2, lead, table=0, present=30)
    with pytest.raises(Refused, match="for the whole room already"):
        count(session, 2, lead)
    sheet_actions.take_back(batch=batch, by=lead)
    count(session, 1, lead, hands=(9, 0, 0))


def test_people_cannot_be_fewer_than_the_hands_they_raised(house: House, session: RoomSession) -> None:
    count(session, 1, house.members[0])
    for number, why in ((7, "8 hands are counted"), (4, "hands are counted")):
        with pytest.raises(Refused, match=why):
            entry_actions.count_present(table=table_of(session), n_present=number, by=house.members[0])


def test_hands_are_told_in_one_sum_once_the_room_is_finished(house: House, session: RoomSession) -> None:
    lead = house.members[0]
    count(session, 1, lead, table=1, hands=(5, 1, 2))
    count(session, 1, lead, table=2, hands=(1, 0, 1))
    count(session, 2, lead, table=2, hands=(2, 0, 1))
    assert queries.hands_of(house.engagement) == {}
    plan_actions.close_room(session=session, by=lead)
    one, _ = house.statements[:2]
    assert queries.hands_of(house.engagement) == {one.pk: Hands(6, 1, 3, 1)}, "three hands on number 2 are too few"
    with pytest.raises(Refused, match="Open it again"):
        count(session, 3, lead)
    plan_actions.reopen_room(session=session, by=lead)
    assert queries.hands_of(house.engagement) == {}


def test_the_log_alone_gives_the_hands_again(house: House, session: RoomSession) -> None:
    lead = house.members[0]
    first = count(session, 1, lead)
    count(session, 2, lead, hands=(3, 3, 3))
    sheet_actions.take_back(batch=first, by=lead)
    count(session, 1, lead, table=2, hands=(0, 6, 0))
    standing: dict[tuple[int, int], tuple[int, int, int]] = {}
    batch_of: dict[tuple[int, int], int] = {}
    for kind, told in Event.objects.order_by("pk").values_list("kind", "payload"):
        if kind == EventKind.HANDS_COUNTED:
            key = told["table"], told["on"]
            standing[key], batch_of[key] = (told["agree"], told["pass"], told["disagree"]), told["batch"]
        elif kind == EventKind.BATCH_TAKEN_BACK:
            standing = {key: hands for key, hands in standing.items() if batch_of[key] != told["batch"]}
    rows = HandsCount.objects.values_list("table", "line__statement", "n_agree", "n_pass", "n_disagree")
    assert standing == {(table, statement): tuple(hands) for table, statement, *hands in rows}


def test_words_end_with_the_listening_hands_a_phase_later(house: House, session: RoomSession) -> None:
    lead = house.members[0]
    Engagement.objects.filter(pk=house.engagement.pk).update(phase=Phase.DISTIL)
    with pytest.raises(Refused, match="time for saying something is over"):
        entry_actions.say_at_table(table=table_of(session), lines=["Late."], by=lead)
    count(session, 1, lead)


def test_what_is_printed_stays_as_it_is(house: House, session: RoomSession) -> None:
    lead = house.members[0]
    told = {
        "title": "New", "day": session.day, "place": "", "topic": session.topic, "facilitator": None, "unit": "",
    }  # fmt: skip
    with pytest.raises(Refused, match="take none away"):
        plan_actions.change_room(session=session, by=lead, **told, n_tables=2, n_sheets=6)
    plan_actions.change_room(session=session, by=lead, **told, n_tables=4, n_sheets=8)
    assert (session.tables.count(), session.sheets.count()) == (5, 8), "four tables and the whole room"
    with pytest.raises(Refused, match="made already"):
        plan_actions.make_kit(session=session, statements=house.statements, by=lead)


def test_before_the_kit_tables_and_sheets_can_be_fewer(house: House) -> None:
    session = plan(house)
    told = {"title": "New", "day": session.day, "place": "", "topic": session.topic, "facilitator": None, "unit": ""}
    plan_actions.change_room(session=session, by=house.members[0], **told, n_tables=1, n_sheets=0)
    assert (session.tables.count(), session.sheets.count()) == (2, 0)


def test_who_guards_the_data_hosts_no_room(house: House) -> None:
    grant_role(engagement=house.engagement, member=house.members[5], name="guardian")
    with pytest.raises(Refused, match="guards the data"):
        room_in(house, facilitator=house.members[5])
