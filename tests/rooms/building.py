"""A room in a house: planned, its kit made, with a moderator who hosts it."""

from __future__ import annotations

from datetime import date
from typing import Any

from house import House
from sayso.engagements.models import RoleName
from sayso.engagements.roles.actions import grant_role
from sayso.rooms import plan_actions
from sayso.rooms.models import RoomSession, RoomTable, Sheet

HERE = "/e/how-we-work/rooms/"


def plan(house: House, **told: Any) -> RoomSession:
    """Planned by person 1, who leads."""
    if not house.engagement.roles.filter(member=house.members[0]).exists():
        grant_role(engagement=house.engagement, member=house.members[0], name=RoleName.LEAD)
    usual = {"title": "Town hall", "day": date(2027, 3, 2), "place": "Hall", "topic": house.topic}
    return plan_actions.plan_room(
        engagement=house.engagement, by=house.members[0], **{**usual, "n_tables": 3, "n_sheets": 6, **told}
    )


def room_in(house: House, **told: Any) -> RoomSession:
    """With every statement of the house on its sheets, numbered from 1 in their order."""
    session = plan(house, **told)
    plan_actions.make_kit(session=session, statements=house.statements, by=house.members[0])
    return session


def sheet_of(session: RoomSession, number: int = 1) -> Sheet:
    return session.sheets.select_related("session__engagement").get(number=number)


def table_of(session: RoomSession, number: int = 1) -> RoomTable:
    return session.tables.select_related("session__engagement").get(number=number)


def line_of(session: RoomSession, number: int) -> Any:
    return session.lines.select_related("statement").get(number=number)
