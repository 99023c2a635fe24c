"""Sheets: in once, with votes like any other; checked, put right, taken out, taken over. Nobody counts twice."""

from __future__ import annotations

import numpy as np
import pytest

from house import House, open_house_of_units
from rooms.building import room_in, sheet_of
from sayso.distillations import votes_store
from sayso.engagements import actions
from sayso.engagements.events import EventKind
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import CameBy, Engagement, Event, Phase, Statement, StatementState, Vote
from sayso.engagements.withdrawing import withdraw_statement
from sayso.rooms import queries, rules
from sayso.rooms.models import RoomSession, SheetState
from sayso.rooms.rules import Refused
from sayso.rooms.sheet_actions import (
    TypedSheet,
    check_sheet,
    correct_sheet,
    enter_file,
    enter_sheet,
    forget_sheets,
    leave_out,
    take_back,
    take_over,
    withdraw_sheet,
)

pytestmark = pytest.mark.django_db


def counted(house: House) -> dict[int, list[int]]:
    """Statement number → stances, as the event log alone gives them."""
    last = Event.objects.latest("pk").pk
    votes = votes_store.load(house.engagement, last)
    column = {int(pk): n for n, pk in enumerate(votes.statement_ids)}
    return {
        n: sorted(votes.votes.stance[votes.votes.statement == column[s.pk]].tolist())
        for n, s in enumerate(house.statements, 1)
        if s.pk in column
    }


def test_a_sheet_is_a_participant_behind_whom_no_member_stands(house: House, session: RoomSession) -> None:
    house.vote(0, 0, 1)
    entered = enter_sheet(
        sheet=sheet_of(session), answers={1: 1, 2: -1, 3: 0}, words=["The door sticks."], by=house.members[0]
    )
    assert (entered.n_votes, entered.n_words, entered.no_longer_open) == (3, 1, ())
    sheet = sheet_of(session)
    assert sheet.state == SheetState.ENTERED and sheet.participant is not None
    assert sheet.participant.came_by == CameBy.SHEET and not sheet.participant.is_guest
    said = Statement.objects.get(text="The door sticks.")
    assert (said.state, said.author, said.is_from_table) == (StatementState.WAITING, sheet.participant, False)
    assert counted(house) == {1: [1, 1], 2: [-1], 3: [0], 4: [], 5: []}


def test_a_sheet_comes_in_once(house: House, session: RoomSession) -> None:
    enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=house.members[0])
    before = Event.objects.count(), Vote.objects.count()
    with pytest.raises(Refused, match="typed in already"):
        enter_sheet(sheet=sheet_of(session), answers={1: -1}, by=house.members[0])
    assert (Event.objects.count(), Vote.objects.count()) == before


def test_an_empty_sheet_is_left_out(house: House, session: RoomSession) -> None:
    with pytest.raises(Refused, match="empty sheet"):
        enter_sheet(sheet=sheet_of(session), answers={}, by=house.members[0])
    assert house.engagement.participants.filter(came_by=CameBy.SHEET).count() == 0


def test_what_is_no_longer_open_is_not_counted_and_told(house: House, session: RoomSession) -> None:
    said = actions.say_statement(participant=house.participants[3], topic=house.topic, text="Mine.")
    actions.publish_statement(statement=said, moderator=house.members[0])
    said.refresh_from_db()
    other = room_in_with(house, [*house.statements, said])
    withdraw_statement(participant=house.participants[3], statement=said)
    entered = enter_sheet(sheet=sheet_of(other), answers={6: 1, 1: 1}, by=house.members[0])
    assert (entered.n_votes, entered.no_longer_open) == (1, (6,))


def room_in_with(house: House, statements: list[Statement]) -> RoomSession:
    seeds, house.statements = house.statements, statements
    session = room_in(house, title="Another")
    house.statements = seeds
    return session


def test_a_second_typing_shows_where_the_two_differ_and_the_paper_decides(house: House, session: RoomSession) -> None:
    enter_sheet(sheet=sheet_of(session), answers={1: 1, 2: -1}, by=house.members[0])
    differ = check_sheet(sheet=sheet_of(session), answers={1: 1, 2: 1, 3: 0}, by=house.members[1])
    assert differ == {2: (-1, 1), 3: (None, 0)}
    assert not sheet_of(session).is_checked
    correct_sheet(sheet=sheet_of(session), answers={2: 1, 3: 0}, by=house.members[1])
    assert sheet_of(session).is_checked
    assert counted(house) == {1: [], 2: [1], 3: [0], 4: [], 5: []}
    assert check_sheet(sheet=sheet_of(session), answers={2: 1, 3: 0}, by=house.members[1]) == {}


def test_a_mistaken_sheet_comes_out_whole_and_can_come_in_anew(house: House, session: RoomSession) -> None:
    enter_sheet(sheet=sheet_of(session), answers={1: 1, 2: 1}, words=["A slip."], by=house.members[0])
    withdraw_sheet(sheet=sheet_of(session), by=house.members[0])
    assert counted(house) == {n: [] for n in range(1, 6)}
    assert Statement.objects.get(text="A slip.").state == StatementState.WITHDRAWN
    enter_sheet(sheet=sheet_of(session), answers={2: -1}, by=house.members[0])
    assert counted(house) == {1: [], 2: [-1], 3: [], 4: [], 5: []}
    assert house.engagement.participants.filter(came_by=CameBy.SHEET).count() == 1, "still the same sheet"


def test_taken_over_it_counts_once_and_what_was_answered_online_stands(house: House, session: RoomSession) -> None:
    me = house.participants[2]
    house.vote(2, 0, -1)
    enter_sheet(sheet=sheet_of(session), answers={1: 1, 2: 1, 3: 0}, by=house.members[0])
    assert take_over(sheet=sheet_of(session), participant=me) == 2
    assert dict(me.votes.values_list("statement", "stance")) == {
        house.statements[0].pk: -1, house.statements[1].pk: 1, house.statements[2].pk: 0,
    }  # fmt: skip
    assert counted(house) == {1: [-1], 2: [1], 3: [0], 4: [], 5: []}
    with pytest.raises(Refused, match="taken over already"):
        take_over(sheet=sheet_of(session), participant=house.participants[3])
    with pytest.raises(Refused, match="Put it aside"):
        enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=house.members[0])
    told = Event.objects.filter(kind=EventKind.SHEET_TAKEN_OVER).values_list("payload", flat=True)[0]
    assert me.pk not in told.values(), "nothing lays the paper beside the person"


def test_one_can_have_a_sheet_left_out_before_and_after_it_is_typed_in(house: House, session: RoomSession) -> None:
    with pytest.raises(Refused, match="not been typed in yet"):
        take_over(sheet=sheet_of(session), participant=house.participants[2])
    leave_out(sheet=sheet_of(session), participant=house.participants[2])
    with pytest.raises(Refused, match="left out"):
        enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=house.members[0])
    enter_sheet(sheet=sheet_of(session, 2), answers={1: 1}, by=house.members[0])
    leave_out(sheet=sheet_of(session, 2), participant=house.participants[2])
    assert counted(house) == {n: [] for n in range(1, 6)}


def test_a_file_is_all_or_nothing_and_is_taken_back_but_for_what_was_taken_over(
    house: House, session: RoomSession
) -> None:
    enter_sheet(sheet=sheet_of(session, 6), answers={1: 1}, by=house.members[0])
    typed = [TypedSheet(sheet_of(session, n), {1: 1, 2: -1}) for n in (1, 2, 6)]
    with pytest.raises(Refused, match=f"Sheet {sheet_of(session, 6).code}"):
        enter_file(session=session, sheets=typed, by=house.members[0])
    assert counted(house)[2] == []
    batch = enter_file(session=session, sheets=typed[:2], by=house.members[0])
    take_over(sheet=sheet_of(session, 2), participant=house.participants[4])
    assert take_back(batch=batch, by=house.members[0]) == 0
    assert counted(house) == {1: [1, 1], 2: [-1], 3: [], 4: [], 5: []}, "of sheet 6 and of whoever took sheet 2 over"
    assert sheet_of(session, 1).state == SheetState.WITHDRAWN
    events = Event.objects.count()
    take_back(batch=batch, by=house.members[0])
    assert Event.objects.count() == events, "the same again changes nothing"


@pytest.mark.parametrize(("phase", "may"), [(Phase.LISTEN, True), (Phase.DISTIL, True), (Phase.MEET, False)])
def test_paper_comes_in_until_the_distilling_is_over(
    house: House, session: RoomSession, phase: Phase, may: bool
) -> None:
    Engagement.objects.filter(pk=house.engagement.pk).update(phase=phase)
    if may:
        enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=house.members[0])
    else:
        with pytest.raises(Refused, match="time for entering"):
            enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=house.members[0])


def test_nothing_comes_in_once_it_is_closed(house: House, session: RoomSession) -> None:
    close_engagement(engagement=house.engagement, by=house.members[0])
    with pytest.raises(Refused, match="time for entering"):
        enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=house.members[0])


def test_sheets_join_the_opinion_groups_and_leave_the_roster_as_it_is() -> None:
    house = open_house_of_units({"North": 6, "South": 6})
    house.everybody_votes()
    session = room_in(house, n_sheets=4)
    before = votes_store.load(house.engagement, Event.objects.latest("pk").pk)
    for number in range(1, 5):
        enter_sheet(sheet=sheet_of(session, number), answers={1: 1, 2: 1}, by=house.members[0])
    after = votes_store.load(house.engagement, Event.objects.latest("pk").pk)
    assert before.roster is not None and after.roster is not None
    assert after.votes.n_participants == before.votes.n_participants + 4
    assert after.n_members == before.n_members and after.roster.n_people == before.roster.n_people == 12
    assert (after.roster.person == -1).sum() == 4, "of no unit that we know of"
    assert np.array_equal(after.roster.cell_size, before.roster.cell_size)


def test_a_room_of_one_large_unit_has_its_sheets_counted_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LARGE_UNIT", 6)
    house = open_house_of_units({"North": 6, "South": 5})
    with pytest.raises(Refused, match="not large enough"):
        room_in(house, unit="South")
    session = room_in(house, unit="North", title="North alone")
    enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=house.members[0])
    loaded = votes_store.load(house.engagement, Event.objects.latest("pk").pk)
    assert loaded.roster is not None and loaded.roster.n_people == 11
    assert loaded.roster.unit_names[loaded.roster.unit_of_participants()[0]] == "North"


def test_with_the_key_goes_which_paper_was_which_participant(house: House, session: RoomSession) -> None:
    enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=house.members[0])
    forget_sheets(engagement_pk=house.engagement.pk)
    assert sheet_of(session).participant is None
    assert Vote.objects.count() == 1, "what it said still counts"


def test_the_sheet_to_check_is_drawn_from_those_typed_in_once(house: House, session: RoomSession) -> None:
    assert queries.a_sheet_to_check(session) is None
    enter_sheet(sheet=sheet_of(session, 2), answers={1: 1}, by=house.members[0])
    drawn = queries.a_sheet_to_check(session)
    assert drawn is not None and drawn.number == 2
    check_sheet(sheet=drawn, answers={1: 1}, by=house.members[0])
    assert queries.a_sheet_to_check(session) is None
