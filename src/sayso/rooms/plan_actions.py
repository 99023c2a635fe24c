"""Rooms planned, changed, their kit made, finished: each one transaction with its event.

Who may do so is asked by the pages at the moment of the act.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import hold_log, writing
from sayso.engagements.models import Engagement, Statement, StatementState, Topic
from sayso.members.models import Member
from sayso.rooms import rules
from sayso.rooms.models import MOST_LINES, WHOLE_ROOM, KitLine, RoomSession, RoomTable, Sheet
from sayso.rooms.rules import Refused


def plan_room(
    *,
    engagement: Engagement,
    by: Member,
    title: str,
    day: date,
    place: str,
    topic: Topic,
    n_tables: int,
    n_sheets: int,
    facilitator: Member | None = None,
    unit: str = "",
) -> RoomSession:
    """Plan a meeting in a room. Raises Refused."""
    with writing(engagement):
        rules.check_plannable(engagement)
        _check_people(engagement, facilitator, unit)
        session = RoomSession.objects.create(
            engagement=engagement,
            topic=topic,
            title=title,
            day=day,
            place=place,
            facilitator=facilitator,
            planned_by=by,
            n_tables=n_tables,
            n_sheets=n_sheets,
            unit=unit,
        )
        _fill(session)
        _record(session, EventKind.ROOM_PLANNED, by)
    return session


def change_room(
    *,
    session: RoomSession,
    by: Member,
    title: str,
    day: date,
    place: str,
    topic: Topic,
    n_tables: int,
    n_sheets: int,
    facilitator: Member | None,
    unit: str,
) -> RoomSession:
    """Change what was planned. Tables and sheets that are printed stay; more can be added. Raises Refused."""
    with transaction.atomic():
        now = locked(session)
        _check_people(now.engagement, facilitator, unit)
        if now.is_kit_made:
            _check_printed(now, n_tables=n_tables, n_sheets=n_sheets, topic=topic, unit=unit)
        now.title, now.day, now.place, now.topic, now.unit = title, day, place, topic, unit
        now.facilitator, now.n_tables, now.n_sheets = facilitator, n_tables, n_sheets
        now.save()
        _fill(now)
        _record(now, EventKind.ROOM_CHANGED, by)
    return now


def make_kit(*, session: RoomSession, statements: Sequence[Statement], by: Member) -> None:
    """Fix which statements stand on the sheets, and under which numbers. Once for each room. Raises Refused."""
    with transaction.atomic():
        now = locked(session)
        if now.is_kit_made:
            raise Refused(_("The sheets of this room are made already. Their numbers stay as they are printed."))
        if not statements:
            raise Refused(_("Tick at least one statement."))
        if len(statements) > MOST_LINES:
            raise Refused(
                _("At most %(most_lines)s statements fit. You ticked %(n)s.")
                % {"most_lines": MOST_LINES, "n": len(statements)}
            )
        if any(s.engagement_id != now.engagement_id or s.state != StatementState.PUBLISHED for s in statements):
            raise Refused(_("One of these is no longer open for answers. Look at the list again."))
        KitLine.objects.bulk_create(
            KitLine(session=now, number=number, statement=statement) for number, statement in enumerate(statements, 1)
        )
        now.is_kit_made = session.is_kit_made = True
        now.save(update_fields=["is_kit_made"])
        record(
            engagement=now.engagement,
            kind=EventKind.KIT_MADE,
            room=now.pk,
            by=by.pk,
            lines=[statement.pk for statement in statements],
        )


def close_room(*, session: RoomSession, by: Member) -> None:
    """All is entered: from now on its raised hands are told beside the results. The same again changes nothing."""
    _set_closed(session, by, is_closed=True, kind=EventKind.ROOM_CLOSED)


def reopen_room(*, session: RoomSession, by: Member) -> None:
    """Something is missing or wrong: its hands are told no longer, until it is finished again."""
    _set_closed(session, by, is_closed=False, kind=EventKind.ROOM_REOPENED)


def locked(session: RoomSession) -> RoomSession:
    """The room as it stands, one change at a time."""
    hold_log(session.engagement_id)
    return (
        RoomSession.objects.select_for_update(of=("self",), no_key=True).select_related("engagement").get(pk=session.pk)
    )


def _set_closed(session: RoomSession, by: Member, *, is_closed: bool, kind: EventKind) -> None:
    with transaction.atomic():
        now = locked(session)
        if now.is_closed != is_closed:
            now.is_closed = session.is_closed = is_closed
            now.save(update_fields=["is_closed"])
            _record(now, kind, by)


def _check_people(engagement: Engagement, facilitator: Member | None, unit: str) -> None:
    if facilitator:
        rules.check_facilitator(engagement, facilitator)
    if unit and unit not in rules.large_units(engagement):
        raise Refused(
            _("%(unit)s is not large enough to be told of on its own. Leave the unit empty.") % {"unit": unit}
        )


def _check_printed(now: RoomSession, *, n_tables: int, n_sheets: int, topic: Topic, unit: str) -> None:
    if n_tables < now.n_tables or n_sheets < now.n_sheets:
        raise Refused(
            _("There are %(n_tables)s tables and %(n_sheets)s sheets printed. Add some, but take none away.")
            % {"n_tables": now.n_tables, "n_sheets": now.n_sheets}
        )
    if topic.pk != now.topic_id or unit != now.unit:
        raise Refused(_("The sheets are made, so question and unit stay as they are. Plan another room instead."))


def _fill(session: RoomSession) -> None:
    """A row for each table and each sheet there is to be."""
    tables = set(session.tables.values_list("number", flat=True))
    numbers = set(range(WHOLE_ROOM, session.n_tables + 1))
    session.tables.filter(number__in=tables - numbers).delete()
    RoomTable.objects.bulk_create(RoomTable(session=session, number=n) for n in sorted(numbers - tables))
    sheets = set(session.sheets.values_list("number", flat=True))
    numbers = set(range(1, session.n_sheets + 1))
    session.sheets.filter(number__in=sheets - numbers).delete()
    Sheet.objects.bulk_create(Sheet(session=session, number=n) for n in sorted(numbers - sheets))


def _record(session: RoomSession, kind: EventKind, by: Member) -> None:
    record(engagement=session.engagement, kind=kind, room=session.pk, by=by.pk)
