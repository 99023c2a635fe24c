"""Pages of rooms: who may open which, what they take, what they never show."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from house import House, open_house
from rooms.building import HERE, plan, sheet_of, table_of
from sayso.engagements import actions
from sayso.engagements.models import RoleName, Statement, Vote
from sayso.engagements.roles.actions import grant_role
from sayso.members.actions import add_member
from sayso.members.models import Member
from sayso.rooms import entry_actions, plan_actions
from sayso.rooms.codes import stub_code
from sayso.rooms.models import HandsCount, RoomSession, SheetState
from sayso.rooms.sheet_actions import enter_sheet

pytestmark = pytest.mark.django_db


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def lead(house: House, session: RoomSession) -> Client:
    return client_of(house.members[0])


def text_of(reply: object) -> str:
    return " ".join(reply.content.decode().split())  # type: ignore[attr-defined]


def test_whoever_is_asked_to_host_opens_that_room_and_no_other(house: House, session: RoomSession) -> None:
    host = house.members[4]
    mine = plan(house, title="Mine", facilitator=host)
    client = client_of(host)
    assert client.get(f"{HERE}{mine.pk}/").status_code == 200
    assert client.get(f"{HERE}{session.pk}/").status_code == 404
    assert client.get(f"{HERE}{mine.pk}/change/").status_code == 404, "planning is the lead's"
    assert client.get(f"{HERE}new/").status_code == 404
    shown = text_of(client.get(HERE))
    assert "Mine" in shown and "Town hall" not in shown
    assert "You host a room" in text_of(client.get("/e/how-we-work/"))
    assert client.get("/e/how-we-work/inbox/").status_code == 404
    assert client_of(house.members[5]).get(HERE).status_code == 404
    grant_role(engagement=house.engagement, member=host, name=RoleName.GUARDIAN)
    assert client.get(f"{HERE}{mine.pk}/").status_code == 404, "who guards the data enters no sheets"


def test_a_room_of_one_place_is_not_found_in_another(house: House, session: RoomSession) -> None:
    other = open_house("elsewhere", people=1, organisation=house.organisation)
    grant_role(engagement=other.engagement, member=house.members[0], name=RoleName.LEAD)
    client = client_of(house.members[0])
    assert client.get(f"/e/elsewhere/rooms/{session.pk}/").status_code == 404
    assert client.get(f"/e/elsewhere/rooms/in/{sheet_of(session).code}/").status_code == 404


def test_planning_says_what_is_wrong_field_by_field_and_keeps_what_was_typed(house: House, lead: Client) -> None:
    typed = {"title": "", "day": "yesterday", "topic": "999", "n_tables": "0", "n_sheets": "5000", "host": "nobody@x"}
    reply = lead.post(f"{HERE}new/", typed)
    shown = text_of(reply)
    assert reply.status_code == 422
    for told in (
        "Give the meeting a name.", "Write the day as", "Pick a question.", "from 1 to 60", "from 0 to 1,000",
        "Nobody on the roster has this", 'value="yesterday"', 'value="nobody@x"', 'value="5000"',
    ):  # fmt: skip
        assert told in shown, told
    known = add_member(organisation=house.organisation, full_name="Hana", email="hana@county.example")
    good = {"title": "Depot", "day": "2027-03-02", "topic": house.topic.pk, "n_tables": "2", "n_sheets": "3"}
    assert lead.post(f"{HERE}new/", {**good, "host": known.email}).status_code == 302
    room = RoomSession.objects.get(title="Depot")
    assert (room.facilitator, room.tables.count(), room.sheets.count()) == (known, 3, 3)


def test_the_kit_is_chosen_once_and_then_printed(house: House, lead: Client) -> None:
    room = plan(house, title="New")
    page = f"{HERE}{room.pk}/kit/"
    assert "Tick the statements" in text_of(lead.get(page))
    assert lead.post(page, {}).status_code == 422
    assert lead.post(page, {"statements": [house.statements[1].pk, 99]}).status_code == 422
    assert lead.post(page, {"statements": [house.statements[1].pk]}).status_code == 302
    assert "Cards and sheets to print" in text_of(lead.get(page))
    pdf = lead.get(f"{page}sheets/de/")
    assert pdf.content.startswith(b"%PDF") and "sheets-" in pdf["Content-Disposition"]
    assert lead.get(f"{page}nothing/en/").status_code == 404


def test_the_code_on_paper_opens_the_page_it_is_typed_in_on(session: RoomSession, lead: Client) -> None:
    sheet, table = sheet_of(session), table_of(session, 2)
    assert lead.get(f"{HERE}in/{sheet.code.lower()}/")["Location"] == f"{HERE}{session.pk}/sheets/{sheet.code}/"
    assert lead.get(f"{HERE}in/{table.code}/")["Location"] == f"{HERE}{session.pk}/tables/2/"
    assert lead.get(f"{HERE}in/NOSUCH/").status_code == 404


def test_one_sheet_after_the_other_without_scripts(house: House, session: RoomSession, lead: Client) -> None:
    page, sheet = f"{HERE}{session.pk}/sheets/", sheet_of(session)
    assert lead.post(page, {"code": "ZZZ"}).status_code == 422
    assert lead.post(page, {"code": f" {sheet.code[:3].lower()}-{sheet.code[3:]} "})["Location"].endswith(
        sheet.code + "/"
    )
    wrong = lead.post(f"{page}{sheet.code}/", {"a-1": "1", "a-2": "9", "lines": "!!\nThe door sticks."})
    shown = text_of(wrong)
    assert wrong.status_code == 422
    assert "Number 2: 1 for agree" in shown and "Line 1: Please use words" in shown
    assert re.search(r'name="a-1" value="1" checked', shown) and "The door sticks." in shown, "what was typed is kept"
    done = lead.post(f"{page}{sheet.code}/", {"a-1": "1", "a-2": "3", "lines": "The door sticks."}, follow=True)
    assert "is in. The next one?" in text_of(done)
    assert sorted(Vote.objects.values_list("stance", flat=True)) == [-1, 1]


def test_a_check_is_offered_once_there_is_a_sheet_to_check(session: RoomSession, lead: Client) -> None:
    page = f"{HERE}{session.pk}/sheets/"
    assert "Draw one to check" not in text_of(lead.get(page))
    enter_sheet(sheet=sheet_of(session), answers={1: 1}, by=session.engagement.organisation.members.order_by("pk")[0])
    assert "Draw one to check" in text_of(lead.get(page))


def test_what_a_sheet_said_is_shown_nowhere_once_it_is_in(house: House, session: RoomSession, lead: Client) -> None:
    sheet = sheet_of(session)
    enter_sheet(sheet=sheet, answers={1: 1, 2: -1}, words=["The door sticks."], by=house.members[0])
    page = f"{HERE}{session.pk}/sheets/"
    for address in (f"{page}{sheet.code}/", f"{page}{sheet.code}/check/", page, f"{HERE}{session.pk}/"):
        shown = text_of(lead.get(address))
        assert "checked" not in re.sub(r'value="" checked', "", re.sub(r">[^<]*<", "><", shown)), address
        assert "The door sticks." not in shown
    differs = lead.post(f"{page}{sheet.code}/check/", {"a-1": "1", "a-2": "1"})
    assert "1 row differs" in text_of(differs) and "first typed: disagree" in text_of(differs)
    assert text_of(differs).count("first typed:") == 1, "only where the two differ"
    lead.post(f"{page}{sheet.code}/check/", {"a-1": "1", "a-2": "1", "settle": "1"})
    assert sheet_of(session).is_checked
    assert lead.post(f"{page}{sheet.code}/out/").status_code == 302
    assert sheet_of(session).state == SheetState.WITHDRAWN and not Vote.objects.exists()


def test_a_table_in_three_small_forms(house: House, session: RoomSession, lead: Client) -> None:
    page = f"{HERE}{session.pk}/tables/1/"
    assert lead.post(page, {"what": "present", "n_present": "many"}).status_code == 422
    assert "First say how many people sat there." in text_of(lead.get(page))
    lead.post(page, {"what": "present", "n_present": "4"})
    assert "Fewer than 5 people sat there." in text_of(lead.get(page))
    assert lead.post(page, {"what": "hands", "agree-1": "4"}).status_code == 422
    lead.post(page, {"what": "present", "n_present": "9"})
    wrong = lead.post(page, {"what": "hands", "agree-1": "7", "disagree-1": "3", "agree-2": "2"})
    assert "10 hands, but only 9 people sat there" in text_of(wrong) and 'value="7"' in text_of(wrong)
    assert HandsCount.objects.count() == 0, "all or nothing"
    assert lead.post(page, {"what": "hands", "agree-1": "6", "disagree-1": "3", "agree-2": "2"}).status_code == 302
    shown = text_of(lead.get(page))
    assert "Counted: number 1, 2." in shown and 'name="agree-1"' not in shown and 'name="agree-3"' in shown
    said = lead.post(page, {"what": "words", "lines": "- One door.\n👍\n* Two doors."})
    assert said.status_code == 422 and "Line 2: Please use words" in text_of(said) and "One door." in text_of(said)
    lead.post(page, {"what": "words", "lines": "- One door.\n* Two doors."})
    assert set(Statement.objects.filter(is_from_table=True).values_list("text", flat=True)) == {
        "One door.",
        "Two doors.",
    }
    lead.post(page, {"what": "present", "n_present": "9"})


def test_minutes_are_checked_line_by_line_before_they_are_anybodys_words(
    house: House, session: RoomSession, lead: Client
) -> None:
    page = f"{HERE}{session.pk}/minutes/"
    assert lead.post(page, {"step": "look", "lines": " \n"}).status_code == 422
    looked = lead.post(page, {"step": "look", "table": "2", "lines": "1. The door sticks.\nLunch\n" + "x" * 300})
    shown = text_of(looked)
    assert looked.status_code == 200 and "Line 3 was said" in shown and "too many characters" in shown
    assert Statement.objects.filter(is_from_table=True).count() == 0
    sent = {"step": "take", "table": "2", "line-1": "The door sticks.", "line-2": "Lunch", "line-3": "x" * 300}
    wrong = lead.post(page, {**sent, "keep-1": "1", "keep-3": "1"})
    assert wrong.status_code == 422 and "marked below" in text_of(wrong) and "x" * 300 in text_of(wrong)
    assert lead.post(page, {**sent, "keep-1": "1"}).status_code == 302
    (said,) = Statement.objects.filter(is_from_table=True)
    assert said.text == "The door sticks." and table_of(session, 2).participant == said.author


def test_cards_bear_the_mark_of_a_table(house: House, session: RoomSession) -> None:
    entry_actions.say_at_table(table=table_of(session), lines=["Doors stick."], by=house.members[0])
    said = Statement.objects.get(text="Doors stick.")
    actions.publish_statement(statement=said, moderator=house.members[0])
    shown = text_of(client_of(house.members[6]).get(f"/e/how-we-work/cards/?again={said.pk}"))
    assert "Doors stick." in shown and "said at a table" in shown


def test_the_live_screen_tells_how_much_and_nothing_of_what(house: House, session: RoomSession, lead: Client) -> None:
    entry_actions.count_present(table=table_of(session), n_present=9, by=house.members[0])
    enter_sheet(sheet=sheet_of(session), answers={1: 1}, words=["The door sticks."], by=house.members[0])
    page = f"{HERE}{session.pk}/live/"
    shown = text_of(lead.get(page))
    assert "<dt>people here</dt><dd>9</dd>" in shown and "<dd>1 of 6</dd>" in shown
    assert "The door sticks." not in shown and house.statements[0].text not in shown
    first = lead.get(page + "count/")
    assert lead.get(page + "count/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    enter_sheet(sheet=sheet_of(session, 2), answers={1: 1}, by=house.members[0])
    assert lead.get(page + "count/", headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert 'http-equiv="refresh"' in shown, "without scripts it comes anew by itself"


def test_entries_are_taken_back_and_the_room_is_finished(house: House, session: RoomSession, lead: Client) -> None:
    entry_actions.say_at_table(table=table_of(session), lines=["Doors."], by=house.members[0])
    batch = session.batches.get()
    assert "Take it back" in text_of(lead.get(f"{HERE}{session.pk}/"))
    lead.post(f"{HERE}{session.pk}/entries/{batch.pk}/back/")
    assert "taken back" in text_of(lead.get(f"{HERE}{session.pk}/"))
    lead.post(f"{HERE}{session.pk}/finish/")
    assert session.engagement.rooms.get(pk=session.pk).is_closed
    lead.post(f"{HERE}{session.pk}/finish/", {"reopen": "1"})
    assert not session.engagement.rooms.get(pk=session.pk).is_closed


def test_a_sheet_is_taken_over_by_the_code_on_its_end(house: House, session: RoomSession) -> None:
    cache.clear()
    enter_sheet(sheet=sheet_of(session), answers={1: 1, 2: 0}, by=house.members[0])
    me = client_of(house.members[5])
    page = "/e/how-we-work/my-sheet/"
    code = stub_code(sheet_of(session).code)
    assert code in text_of(me.get(f"{page}?code={code}"))
    wrong = me.post(page, {"code": code[:-1] + ("A" if code[-1] != "A" else "B")})
    assert wrong.status_code == 422 and "does not fit" in text_of(wrong)
    done = me.post(page, {"code": code.lower().replace("-", " ")}, follow=True)
    assert "2 answers from your sheet are yours now." in text_of(done)
    assert house.participants[5].votes.count() == 2 and Vote.objects.count() == 2
    for _ in range(9):
        last = me.post(page, {"code": sheet_of(session, 2).code + "AAAABBBB"})
    assert "tried too often" in text_of(last)


def test_raised_hands_are_for_those_who_may_see_results(house: House, session: RoomSession) -> None:
    house.seed(3)
    one = table_of(session)
    entry_actions.count_present(table=one, n_present=9, by=house.members[0])
    counts = {session.lines.select_related("statement").get(number=1): (6, 1, 2)}
    entry_actions.count_hands(table=table_of(session), counts=counts, by=house.members[0])
    page = "/e/how-we-work/results/rooms/"
    member = client_of(house.members[5])
    assert member.get(page)["Location"] == "/e/how-we-work/results/"
    for number in range(7):
        house.vote(5, number, 1)
    assert "No hands yet" in text_of(member.get(page))
    plan_actions.close_room(session=session, by=house.members[0])
    shown = text_of(member.get(page))
    assert "6 agree" in shown and "9 hands in 1 room" in shown and "Table 1" not in shown and "Town hall" not in shown
