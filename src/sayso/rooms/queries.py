"""Reads for the pages of rooms. They tell what came in, and never what one sheet or one table said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from sayso.engagements.carrying import carried
from sayso.engagements.models import Engagement, RoleName, Statement, StatementState
from sayso.engagements.queries import fewest_answers_first
from sayso.engagements.rules import MODERATING, TAKES_ANSWERS
from sayso.members.models import Member
from sayso.publication.hands import Counts, Hands, hands_told
from sayso.rooms.models import (
    WHOLE_ROOM,
    EntryBatch,
    HandsCount,
    KitLine,
    RoomSession,
    RoomTable,
    Sheet,
    SheetState,
)


def rooms_of(engagement: Engagement, member: Member) -> QuerySet[RoomSession]:
    """The rooms somebody may open: all of them in charge, else those they were asked to host."""
    rooms = RoomSession.objects.filter(engagement=engagement).select_related("facilitator", "topic")
    in_charge = engagement.roles.held().filter(member=member, name__in=MODERATING).exists()
    guards = engagement.roles.held().filter(member=member, name=RoleName.GUARDIAN).exists()
    if in_charge:
        return rooms
    return rooms.none() if guards else rooms.filter(facilitator=member)


@dataclass(frozen=True)
class TableIn:
    """What came in from one table, without what it was."""

    number: int
    name: str
    n_present: int | None
    n_said: int
    n_counted: int

    @property
    def is_in(self) -> bool:
        return bool(self.n_said or self.n_counted)


@dataclass(frozen=True)
class CameIn:
    """What came in from a room: tables, sheets, things said. No votes, no words."""

    tables: tuple[TableIn, ...]
    n_present: int
    n_lines: int
    n_sheets: int
    n_sheets_in: int
    n_sheets_checked: int
    n_said: int

    @property
    def n_tables(self) -> int:
        return sum(1 for table in self.tables if table.number != WHOLE_ROOM)

    @property
    def n_tables_in(self) -> int:
        return sum(1 for table in self.tables if table.number != WHOLE_ROOM and table.is_in)


def came_in(session: RoomSession) -> CameIn:
    tables = list(session.tables.order_by("number"))
    speakers = [table.participant_id for table in tables if table.participant_id]
    said = Counter(_said_by(speakers))
    counted = Counter(HandsCount.objects.filter(table__session=session).values_list("table_id", flat=True))
    sheets = list(session.sheets.values_list("state", "is_checked", "participant_id"))
    from_sheets = Counter(_said_by([participant for *_, participant in sheets if participant]))
    rows = tuple(
        TableIn(table.number, str(table), table.n_present, said[table.participant_id or 0], counted[table.pk])
        for table in tables
    )
    whole = next((row.n_present for row in rows if row.number == WHOLE_ROOM and row.n_present), 0)
    return CameIn(
        tables=rows,
        n_present=max(whole, sum(row.n_present or 0 for row in rows if row.number != WHOLE_ROOM)),
        n_lines=session.lines.count(),
        n_sheets=len(sheets),
        n_sheets_in=sum(1 for state, *_ in sheets if state == SheetState.ENTERED),
        n_sheets_checked=sum(1 for state, checked, _ in sheets if state == SheetState.ENTERED and checked),
        n_said=sum(said.values()) + sum(from_sheets.values()),
    )


def _said_by(participants: list[int]) -> QuerySet[Statement, int]:
    """The author of each thing said, once for each; what was withdrawn is not there."""
    here = Statement.objects.filter(author__in=participants, split_from=None).exclude(state=StatementState.WITHDRAWN)
    return here.values_list("author_id", flat=True)


def lines_of(session: RoomSession) -> list[KitLine]:
    return list(session.lines.select_related("statement").order_by("number"))


def lines_to_count(table: RoomTable) -> list[KitLine]:
    """Lines still open for answers, whose hands nobody has counted at this table yet."""
    lines = table.session.lines.filter(statement__in=Statement.objects.filter(TAKES_ANSWERS))
    return list(lines.exclude(hands__table=table).select_related("statement").order_by("number"))


def numbers_counted(table: RoomTable) -> list[int]:
    return list(table.hands.order_by("line__number").values_list("line__number", flat=True))


def batches_of(session: RoomSession) -> QuerySet[EntryBatch]:
    """Newest first, with who entered it."""
    return session.batches.select_related("table", "made_by").prefetch_related("sheets").order_by("-pk")


def for_the_kit(session: RoomSession) -> list[Statement]:
    """What may stand on the sheets: open statements of the room's question, seeds first, then least answered."""
    here = Statement.objects.filter(topic=session.topic_id, state=StatementState.PUBLISHED)
    least = session.engagement.min_group_scores
    return sorted(fewest_answers_first(here, least=least), key=lambda statement: not statement.is_seed)[:200]


def sheet_by_code(session: RoomSession, code: str) -> Sheet | None:
    return session.sheets.filter(code=code).first()


def by_code(engagement: Engagement, code: str) -> tuple[RoomTable | None, Sheet | None]:
    """The table or the sheet on which a code is printed."""
    here = Q(session__engagement=engagement, code=code)
    table = RoomTable.objects.filter(here).select_related("session").first()
    sheet = None if table else Sheet.objects.filter(here).select_related("session").first()
    return table, sheet


def a_sheet_to_check(session: RoomSession) -> Sheet | None:
    """One drawn by chance from those typed in once: nobody picks what is checked."""
    return session.sheets.filter(state=SheetState.ENTERED, is_checked=False).order_by("?").first()


def hands_of(engagement: Engagement) -> dict[int, Hands]:
    """Statement → raised hands, as they may be told: of finished rooms, in sums over their tables.

    Of what is merged, a room counts once, as a person does (`engagements.carrying`): nobody knows whose hands
    they were.
    """
    rows = HandsCount.objects.filter(table__session__engagement=engagement, table__session__is_closed=True).values_list(
        "table__session", "line__statement", "n_agree", "n_pass", "n_disagree"
    )
    sums: dict[tuple[int, int], Counts] = {}
    for room, statement, agree, passed, disagree in rows:
        before = sums.get((room, statement), (0, 0, 0))
        sums[room, statement] = (before[0] + agree, before[1] + passed, before[2] + disagree)
    here = Statement.objects.filter(engagement=engagement)
    parents = {pk: into for pk, into in here.values_list("pk", "merged_into_id") if into}
    shown = set(here.filter(state=StatementState.PUBLISHED).values_list("pk", flat=True))
    rooms: dict[int, dict[int, Counts]] = {}
    for (room, statement), counts in carried(((*key, counts) for key, counts in sums.items()), parents).items():
        if statement in shown:
            rooms.setdefault(room, {})[statement] = counts
    return hands_told(rooms.values(), engagement.min_group_scores)


def rooms_hosted_by(engagement: Engagement, member: Member) -> list[RoomSession]:
    """Rooms not finished that somebody was asked to host, soonest first."""
    asked = list(RoomSession.objects.filter(engagement=engagement, facilitator=member, is_closed=False))
    return list(rooms_of(engagement, member).filter(pk__in=[room.pk for room in asked])) if asked else []


def is_any_finished(engagement: Engagement) -> bool:
    return RoomSession.objects.filter(engagement=engagement, is_closed=True).exists()


def are_sheets_out(engagement: Engagement) -> bool:
    """Whether somebody may hold the end of a sheet."""
    return RoomSession.objects.filter(engagement=engagement, is_kit_made=True, n_sheets__gt=0).exists()
