"""A meeting in a room, half-way through being entered, for `screen_states`. Made through the same actions as in use."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from sayso.engagements.models import Engagement, Statement
from sayso.members.models import Member
from sayso.rooms import entry_actions, plan_actions, sheet_actions
from sayso.rooms.codes import stub_code
from sayso.rooms.models import RoomSession


def build_rooms(busy: Engagement, empty: Engagement, lead: Member, nobody_in: Member) -> dict[str, str]:
    """Addresses of pages by their names: a room with hands, words and sheets in; and one with nothing in yet."""
    room = _planned(busy, lead, "Town hall, March")
    open_now = Statement.objects.filter(engagement=busy, topic=room.topic, state="published", merged_into=None)
    most_answered = open_now.annotate(n_votes=Count("votes")).order_by("-n_votes", "pk")
    plan_actions.make_kit(session=room, statements=list(most_answered[:6]), by=lead)
    room.refresh_from_db()
    table = room.tables.select_related("session__engagement").get(number=1)
    entry_actions.count_present(table=table, n_present=9, by=lead)
    entry_actions.count_hands(table=table, counts=dict.fromkeys(room.lines.all()[:2], (6, 1, 2)), by=lead)
    entry_actions.say_at_table(table=table, lines=["Ask us before the hall is rebuilt."], by=lead)
    sheets = list(room.sheets.select_related("session__engagement").order_by("number"))
    for sheet in sheets[:3]:
        sheet_actions.enter_sheet(sheet=sheet, answers={1: 1, 2: 0, 3: -1, 4: 1}, by=lead)
    fresh = _planned(empty, nobody_in, "Canteen")
    desk, codes = f"/e/{busy.slug}/rooms/{room.pk}/", [sheet.code for sheet in sheets]
    return {
        "room": desk,
        "room-change": f"{desk}change/",
        "room-kit": f"{desk}kit/",
        "room-live": f"{desk}live/",
        "room-table": f"{desk}tables/1/",
        "room-minutes": f"{desk}minutes/",
        "room-sheets": f"{desk}sheets/",
        "room-sheet": f"{desk}sheets/{codes[4]}/",
        "room-sheet-known": f"{desk}sheets/{codes[0]}/",
        "room-check": f"{desk}sheets/{codes[0]}/check/",
        "room-bring": f"{desk}sheets/file/",
        "room-fresh": f"/e/{empty.slug}/rooms/{fresh.pk}/",
        "room-sheets-none": f"/e/{empty.slug}/rooms/{fresh.pk}/sheets/",
        "room-my-sheet": f"/e/{busy.slug}/my-sheet/?code={stub_code(codes[1])}",
    }


def _planned(engagement: Engagement, lead: Member, title: str) -> RoomSession:
    topic = engagement.topics.order_by("position")[0]
    told = {"title": title, "day": date(2027, 3, 2), "place": "Hall", "topic": topic, "n_tables": 3, "n_sheets": 12}
    return plan_actions.plan_room(engagement=engagement, by=lead, **told)
