"""Sheets of paper: typed in once, checked, put right, taken out, and taken over by whoever filled them in.

A sheet votes as a participant of its own kind. Each of its votes is a vote like any other, with the same event, so the
log alone rebuilds them and they join the opinion groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sayso.engagements.actions import say_statement
from sayso.engagements.casting import cast_all
from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.models import CameBy, Participant, Statement, Vote
from sayso.engagements.rules import TAKES_ANSWERS
from sayso.engagements.withdrawing import take_back_all_votes, take_back_vote, withdraw_statement
from sayso.members.models import Member
from sayso.rooms import rules
from sayso.rooms.entry_actions import UNREAD, paper_participant, take_words_back
from sayso.rooms.models import TO_BE_TYPED, BatchKind, EntryBatch, KitLine, RoomSession, Sheet, SheetState
from sayso.rooms.plan_actions import locked
from sayso.rooms.rules import Refused

WHY_NOT = {
    SheetState.ENTERED: gettext_lazy("This sheet is typed in already. You can check it, or take it out."),
    SheetState.TAKEN_OVER: gettext_lazy("Whoever filled this sheet in has taken it over online. Put it aside."),
    SheetState.LEFT_OUT: gettext_lazy("Whoever filled this sheet in wants it left out. Put it aside."),
}

Answers = Mapping[int, int]  # the number of a line → stance


@dataclass(frozen=True)
class Entered:
    """What became of one sheet: votes that count, and numbers of lines that are no longer open."""

    sheet: Sheet
    n_votes: int
    n_words: int
    no_longer_open: tuple[int, ...]


@dataclass(frozen=True)
class TypedSheet:
    """One sheet as it was typed."""

    sheet: Sheet
    answers: Answers
    words: Sequence[str] = ()


def enter_sheet(*, sheet: Sheet, answers: Answers, words: Sequence[str] = (), by: Member) -> Entered:
    """Take one sheet in. Raises Refused for one that is in already, or holds nothing."""
    with transaction.atomic():
        session = locked(sheet.session)
        batch = EntryBatch.objects.create(session=session, kind=BatchKind.SHEET, made_by=by, n_things=1)
        entered = _enter(session, TypedSheet(sheet, answers, words), batch, by)
        _batch_entered(session, batch, by)
    return entered


def enter_file(*, session: RoomSession, sheets: Sequence[TypedSheet], by: Member) -> EntryBatch:
    """Take many sheets in, all or none. Raises Refused, naming the sheet."""
    with transaction.atomic():
        now = locked(session)
        batch = EntryBatch.objects.create(session=now, kind=BatchKind.FILE, made_by=by, n_things=len(sheets))
        for typed in sheets:
            try:
                _enter(now, typed, batch, by)
            except Refused as refusal:
                raise Refused(
                    _("Sheet %(code)s: %(refusal)s") % {"code": typed.sheet.code, "refusal": refusal}
                ) from None
        _batch_entered(now, batch, by)
    return batch


def _enter(session: RoomSession, typed: TypedSheet, batch: EntryBatch, by: Member) -> Entered:
    rules.check_entry(session)
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("participant").get(pk=typed.sheet.pk)
    if sheet.state not in TO_BE_TYPED:
        raise Refused(WHY_NOT[SheetState(sheet.state)])
    if not typed.answers and not typed.words:
        raise Refused(_("Nothing is ticked on this sheet. Leave an empty sheet out."))
    if typed.words:
        rules.check_words(session)
    if sheet.participant is None:
        sheet.participant = paper_participant(session.engagement, CameBy.SHEET, session.unit)
    voted, no_longer_open = _cast(session, sheet.participant, typed.answers)
    said = [say_statement(participant=sheet.participant, topic=session.topic, text=words) for words in typed.words]
    batch.statements.add(*said)
    sheet.state, sheet.batch, sheet.is_checked = SheetState.ENTERED, batch, False
    sheet.save()
    _record(session, EventKind.SHEET_ENTERED, sheet, by=by.pk, batch=batch.pk)
    return Entered(sheet, voted, len(said), no_longer_open)


def _cast(session: RoomSession, participant: Participant, answers: Answers) -> tuple[int, tuple[int, ...]]:
    on = dict(session.lines.values_list("number", "statement_id"))
    known = {on[number]: stance for number, stance in answers.items() if number in on}
    voted = cast_all(participant=participant, stances=known)
    return len(voted), tuple(sorted(number for number in answers if on.get(number) not in voted))


def answers_on(sheet: Sheet) -> dict[int, int]:
    """What was typed first, for the comparison with what is typed second; for no page."""
    if sheet.participant is None:
        return {}
    numbers = dict(sheet.session.lines.values_list("statement_id", "number"))
    votes = Vote.objects.filter(participant=sheet.participant).values_list("statement_id", "stance")
    return {numbers[statement]: stance for statement, stance in votes if statement in numbers}


def check_sheet(*, sheet: Sheet, answers: Answers, by: Member) -> dict[int, tuple[int | None, int | None]]:
    """Compare a second typing with the first: number → first, second, where they differ. Marks the sheet when none do.

    Lines that are no longer open are not compared.
    """
    with transaction.atomic():
        session = locked(sheet.session)
        rules.check_entry(session)
        now = Sheet.objects.select_for_update(of=("self",)).select_related("session", "participant").get(pk=sheet.pk)
        if now.state != SheetState.ENTERED:
            raise Refused(_("This sheet is not typed in, so there is nothing to check."))
        first, lines = answers_on(now), _open_numbers(session)
        differ = {n: (first.get(n), answers.get(n)) for n in lines if first.get(n) != answers.get(n)}
        if not differ and not now.is_checked:
            Sheet.objects.filter(pk=now.pk).update(is_checked=True)
    return differ


def correct_sheet(*, sheet: Sheet, answers: Answers, by: Member) -> None:
    """Put a sheet right after a check: what was typed last counts, and what was left empty is taken back."""
    with transaction.atomic():
        session = locked(sheet.session)
        rules.check_entry(session)
        now = Sheet.objects.select_for_update(of=("self",)).select_related("session", "participant").get(pk=sheet.pk)
        if now.state != SheetState.ENTERED or now.participant is None:
            raise Refused(_("This sheet is not typed in, so there is nothing to put right."))
        _cast(session, now.participant, answers)
        for statement in Statement.objects.filter(pk__in=_open_lines(session, but=answers)):
            take_back_vote(participant=now.participant, statement=statement)
        Sheet.objects.filter(pk=now.pk).update(is_checked=True)
        _record(session, EventKind.SHEET_CORRECTED, now, by=by.pk)


def _open_numbers(session: RoomSession) -> list[int]:
    return list(_taking_answers(session).values_list("number", flat=True))


def _open_lines(session: RoomSession, *, but: Answers) -> list[int]:
    return list(_taking_answers(session).exclude(number__in=but).values_list("statement_id", flat=True))


def _taking_answers(session: RoomSession) -> QuerySet[KitLine]:
    """Also what was merged since it was printed: the answer is kept there, and carried."""
    return session.lines.filter(statement__in=Statement.objects.filter(TAKES_ANSWERS))


def withdraw_sheet(*, sheet: Sheet, by: Member) -> None:
    """Take a mistaken sheet out: its votes, and its words nobody has read. It can be typed in anew. Raises Refused."""
    with transaction.atomic():
        session = locked(sheet.session)
        rules.check_entry(session)
        _withdraw(session, sheet, by)


def _withdraw(session: RoomSession, sheet: Sheet, by: Member) -> None:
    now = Sheet.objects.select_for_update(of=("self",)).select_related("participant__engagement").get(pk=sheet.pk)
    if now.state != SheetState.ENTERED or now.participant is None:
        raise Refused(_("This sheet is not typed in, so there is nothing to take out."))
    take_back_all_votes(participant=now.participant)
    _withdraw_unread(now.participant)
    now.state, now.is_checked = SheetState.WITHDRAWN, False
    now.save()
    _record(session, EventKind.SHEET_WITHDRAWN, now, by=by.pk)


def _withdraw_unread(participant: Participant) -> None:
    for statement in participant.statements.filter(state__in=UNREAD):
        withdraw_statement(participant=participant, statement=statement)


def take_back(*, batch: EntryBatch, by: Member) -> int:
    """Undo a batch as a whole; how many of its statements stay, being open for votes. The same again changes nothing.

    Sheets that were taken over meanwhile are their owners', and stay with them.
    """
    with transaction.atomic():
        session = locked(batch.session)
        rules.check_entry(session)
        now = EntryBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if now.is_taken_back:
            return 0
        for sheet in now.sheets.filter(state=SheetState.ENTERED):
            _withdraw(session, sheet, by)
        now.hands.all().delete()
        stay = take_words_back(now)
        now.is_taken_back = batch.is_taken_back = True
        now.save(update_fields=["is_taken_back"])
        record(engagement=session.engagement, kind=EventKind.BATCH_TAKEN_BACK, room=session.pk, batch=now.pk, by=by.pk)
    return stay


def take_over(*, sheet: Sheet, participant: Participant) -> int:
    """Make a sheet's answers one's own; where one has answered online, that answer stands. How many came over.

    The sheet's own votes go in the same transaction, so nobody counts twice. Who took it over is kept nowhere.
    Raises Refused for a sheet that is not typed in yet: it can be left out instead.
    """
    with writing(participant.engagement, by=participant):
        now = _own_sheet(sheet, participant)
        if now.state != SheetState.ENTERED or now.participant is None:
            raise Refused(_("Your sheet has not been typed in yet. Try again in a few days, or have it left out."))
        told = Coalesce("statement__counts_for", "statement")  # where one answered what is merged with it, that stands
        on_paper = Vote.objects.filter(participant=now.participant)
        online = set(Vote.objects.filter(participant=participant).values_list(told, flat=True))
        from_paper = list(on_paper.values_list(told, "statement_id", "stance"))
        take_back_all_votes(participant=now.participant)
        came_over = cast_all(
            participant=participant,
            stances={statement: stance for stands, statement, stance in from_paper if stands not in online},
        )
        _end(now, SheetState.TAKEN_OVER)
    return len(came_over)


def leave_out(*, sheet: Sheet, participant: Participant) -> None:
    """Have a sheet not counted, typed in or not: one answers online instead."""
    with writing(participant.engagement, by=participant):
        now = _own_sheet(sheet, participant)
        if now.participant is not None:
            take_back_all_votes(participant=now.participant)
        _end(now, SheetState.LEFT_OUT)


def _own_sheet(sheet: Sheet, participant: Participant) -> Sheet:
    now = (
        Sheet.objects.select_for_update(of=("self",))
        .select_related("session__engagement", "participant")
        .get(pk=sheet.pk)
    )
    if now.session.engagement_id != participant.engagement_id or participant.came_by != CameBy.ITSELF:
        raise Refused(_("This code is not of this place."))
    if now.state == SheetState.TAKEN_OVER:
        raise Refused(_("This sheet has been taken over already. Nothing was changed."))
    if now.state == SheetState.LEFT_OUT:
        raise Refused(_("This sheet has been left out already. Nothing was changed."))
    if not rules.is_entry_time(now.session.engagement):
        raise Refused(_("The time for this is over. What was given so far counts."))
    return now


def _end(sheet: Sheet, state: SheetState) -> None:
    sheet.state = state
    sheet.save(update_fields=["state"])
    # Without the number of who did it: the log must not lay paper beside a person.
    _record(sheet.session, EventKind.SHEET_TAKEN_OVER, sheet, is_left_out=state == SheetState.LEFT_OUT)


def _batch_entered(session: RoomSession, batch: EntryBatch, by: Member) -> None:
    told = {"batch": batch.pk, "of": batch.kind, "things": batch.n_things}
    record(engagement=session.engagement, kind=EventKind.BATCH_ENTERED, room=session.pk, by=by.pk, **told)


def _record(session: RoomSession, kind: EventKind, sheet: Sheet, **payload: object) -> None:
    record(engagement=session.engagement, kind=kind, room=session.pk, sheet=sheet.pk, **payload)


def forget_sheets(*, engagement_pk: int) -> None:
    """With the key goes which paper was which participant: nobody can be told any more, and nothing is typed in."""
    Sheet.objects.filter(session__engagement=engagement_pk).exclude(state=SheetState.PRINTED).update(
        participant=None, batch=None
    )
