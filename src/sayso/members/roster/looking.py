"""Comparing a file with the roster, and keeping what it would do. Changes nobody on the roster.

Knows files, plans and tables; the plan itself is made in `plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sayso.members.models import LineKind, Member, Organisation, RosterLine, RosterUpdate, UpdateState
from sayso.members.queries import renamed_units, unit_paths
from sayso.members.roster.actions import BATCH, Progress
from sayso.members.roster.columns import check_columns, corrected, guess_columns
from sayso.members.roster.plan import Line, Refusal, RosterPlan, plan_roster
from sayso.members.roster.queries import people_on_roster, remembered_columns
from sayso.members.roster.sheet import Sheet, read_sheet
from sayso.web.kept_words import to_keep


def look_at_roster(
    *,
    organisation: Organisation,
    file: Path,
    told_columns: Mapping[str, str] = {},
    who_is_missing_left: bool = False,
    file_name: str = "",
    by: Member | None = None,
    progress: Progress = lambda done, of: None,
) -> RosterUpdate:
    """Compare a file with the roster and keep what it would do; the roster stays as it is.

    Raises UnreadableRoster or ColumnsUnclear.
    """
    version = Organisation.objects.values_list("roster_version", flat=True).get(pk=organisation.pk)
    name = file_name or file.name
    sheet = read_sheet(file, name)
    columns = guess_columns(sheet.header, remembered_columns(organisation))
    columns = corrected(columns, sheet.header, told_columns)
    check_columns(columns, sheet.header)
    progress(1, 3)
    plan = _plan(organisation, sheet, columns, who_is_missing_left=who_is_missing_left)
    progress(2, 3)
    update = RosterUpdate.objects.create(
        organisation=organisation,
        file_name=name[:200],
        columns={field: sheet.header[column] for field, column in columns.items()},
        state=UpdateState.LOOKING,
        looked_at_version=version,
        n_rows=plan.n_rows,
        n_same=plan.n_same,
        n_missing=plan.n_missing,
        brought_by=by,
    )
    _keep_lines(update, list(_lines(plan, sheet)), progress)
    return update


def _plan(
    organisation: Organisation, sheet: Sheet, columns: Mapping[str, int], *, who_is_missing_left: bool
) -> RosterPlan:
    elsewhere = Member.objects.exclude(organisation=organisation).exclude(email=None)
    return plan_roster(
        sheet.rows,
        columns,
        people_on_roster(organisation),
        taken_elsewhere=frozenset(filter(None, elsewhere.values_list("email", flat=True))),
        who_is_missing_left=who_is_missing_left,
        keepers=frozenset(organisation.keepers.held().values_list("member", flat=True)),
        units=frozenset(unit_paths(organisation).values()),
        renamed=renamed_units(organisation),
    )


def _lines(plan: RosterPlan, sheet: Sheet) -> Iterator[RosterLine]:
    yield from (_line(LineKind.ADDED, line) for line in plan.added)
    yield from (_line(LineKind.CHANGED, line) for line in plan.changed)
    yield from (_line(LineKind.GONE, line) for line in plan.gone)
    yield from (_told(LineKind.REFUSED, refusal) for refusal in plan.refused)
    yield from (_told(LineKind.NOTICE, notice) for notice in plan.notices)
    yield from (RosterLine(kind=LineKind.NOTICE, told=to_keep(notice)) for notice in sheet.notices)


def _line(kind: str, line: Line) -> RosterLine:
    return RosterLine(kind=kind, row=line.row, member_id=line.member, before=line.before, after=line.after)


def _told(kind: str, refusal: Refusal) -> RosterLine:
    return RosterLine(kind=kind, row=refusal.row, told=to_keep(refusal.told), before=dict(refusal.cells))


def _keep_lines(update: RosterUpdate, lines: list[RosterLine], progress: Progress) -> None:
    """In many short writes, so that votes need not wait for a large file; whole only once the state says so."""
    for position, line in enumerate(lines):
        line.update_made, line.position = update, position
    for start in range(0, len(lines), BATCH):
        RosterLine.objects.bulk_create(lines[start : start + BATCH])
        progress(2 * len(lines) + start, 3 * len(lines))
    RosterUpdate.objects.filter(pk=update.pk).update(state=UpdateState.LOOKED_AT)
    update.state = UpdateState.LOOKED_AT
