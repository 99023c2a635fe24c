"""What tables said and how many raised their hands: entered batch by batch, each taken back as it was entered.

Words become statements of the table, which is a participant nobody stands behind; they wait to be read like all others.
Hands are kept apart from votes: they are nobody's, so they have no place among the opinion groups.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from sayso.engagements.actions import say_statement
from sayso.engagements.events import EventKind, record
from sayso.engagements.models import CameBy, Engagement, Participant, StatementState
from sayso.engagements.rules import COUNT_ELSEWHERE
from sayso.engagements.withdrawing import withdraw_statement
from sayso.members.models import Member
from sayso.publication.counts import least_for_scores
from sayso.rooms import rules
from sayso.rooms.models import WHOLE_ROOM, BatchKind, EntryBatch, HandsCount, KitLine, RoomSession, RoomTable
from sayso.rooms.plan_actions import locked
from sayso.rooms.rules import Refused

MOST_PRESENT = 2_000
UNREAD = (StatementState.WAITING, StatementState.RETURNED)


def count_present(*, table: RoomTable, n_present: int, by: Member) -> None:
    """Say how many people sat at a table. Raises Refused where hands that are counted would no longer be believable."""
    with transaction.atomic():
        rules.check_entry(locked(table.session))
        if n_present > MOST_PRESENT:
            raise Refused(
                _("More than %(most_present)s people at one table? Look at the number again.")
                % {"most_present": f"{MOST_PRESENT:,}"}
            )
        most = max((hands.total for hands in table.hands.all()), default=0)
        if most > n_present:
            raise Refused(
                _("%(most)s hands are counted here already. Take those back first, or look at the number again.")
                % {"most": most}
            )
        if most and n_present < least_for_scores(table.session.engagement.min_group_scores):
            raise Refused(_("That is too few for raised hands. Take the counted hands back first."))
        RoomTable.objects.filter(pk=table.pk).update(n_present=n_present)
        table.n_present = n_present
        _record(table.session, EventKind.TABLE_COUNTED, by, table=table.pk, present=n_present)


def say_at_table(
    *, table: RoomTable, lines: Sequence[str], by: Member, kind: BatchKind = BatchKind.WORDS
) -> EntryBatch | None:
    """Take in what was said, a statement a line; what the table has said before is not said again. None for nothing.

    `lines` are clean (`engagements.wording`). Raises Refused.
    """
    with transaction.atomic():
        session = locked(table.session)
        rules.check_words(session)
        speaker = _speaker(table)
        known = set(speaker.statements.exclude(state=StatementState.WITHDRAWN).values_list("text", flat=True))
        new = [line for line in dict.fromkeys(lines) if line not in known]
        if not new:
            return None
        batch = EntryBatch.objects.create(session=session, kind=kind, table=table, made_by=by, n_things=len(new))
        said = [say_statement(participant=speaker, topic=session.topic, text=line) for line in new]
        batch.statements.set(said)
        _record(session, EventKind.BATCH_ENTERED, by, batch=batch.pk, of=str(kind), things=len(new))
    return batch


def count_hands(*, table: RoomTable, counts: Mapping[KitLine, tuple[int, int, int]], by: Member) -> EntryBatch:
    """Take in raised hands: agree, pass and disagree for each line. Raises Refused, and then nothing is counted."""
    with transaction.atomic():
        session = locked(table.session)
        rules.check_entry(session)
        now = RoomTable.objects.select_related("session__engagement").get(pk=table.pk)
        asked = {line: hands for line, hands in counts.items() if any(hands)}
        if not asked:
            raise Refused(_("No hands arrived. Write the counts of at least one statement."))
        rules.check_hands(now, asked)
        if again := now.hands.filter(line__in=asked).select_related("line").first():
            raise Refused(
                _("Number %(number)s is counted at this table already. Take that back first.")
                % {"number": again.line.number}
            )
        _check_not_twice(now, asked)
        batch = EntryBatch.objects.create(
            session=session, kind=BatchKind.HANDS, table=now, made_by=by, n_things=len(asked)
        )
        for line, (agree, passed, disagree) in asked.items():
            HandsCount.objects.create(
                table=now, line=line, batch=batch, n_agree=agree, n_pass=passed, n_disagree=disagree
            )
            # "on", not "statement": the sum of a table leads to nobody, and stays when the log is written anew.
            told = {"on": line.statement_id, "agree": agree, "pass": passed, "disagree": disagree}
            _record(session, EventKind.HANDS_COUNTED, by, table=now.pk, batch=batch.pk, **told)
        _record(session, EventKind.BATCH_ENTERED, by, batch=batch.pk, of=str(BatchKind.HANDS), things=len(asked))
    return batch


def _check_not_twice(table: RoomTable, asked: Mapping[KitLine, tuple[int, int, int]]) -> None:
    """The whole room and its tables are the same people: each line is counted either here or there."""
    elsewhere = HandsCount.objects.filter(table__session=table.session_id, line__in=asked)
    same_people = (
        elsewhere.exclude(table__number=WHOLE_ROOM)
        if table.number == WHOLE_ROOM
        else elsewhere.filter(table__number=WHOLE_ROOM)
    )
    if again := same_people.select_related("line").first():
        told = _("Number %(number)s is counted for the whole room already. These are the same people.")
        if table.number == WHOLE_ROOM:
            told = _("Number %(number)s is counted at single tables already. These are the same people.")
        raise Refused(told % {"number": again.line.number})


def take_words_back(batch: EntryBatch) -> int:
    """Withdraw what still waits of a batch; how many stay, being open for votes. Within the caller's transaction."""
    stay = 0
    for statement in batch.statements.select_related("author__engagement").order_by("pk"):
        if statement.state in UNREAD and statement.author is not None:
            withdraw_statement(participant=statement.author, statement=statement)
        elif statement.state in (StatementState.PUBLISHED, *COUNT_ELSEWHERE):
            stay += 1
    return stay


def paper_participant(engagement: Engagement, came_by: CameBy, unit: str = "") -> Participant:
    """A participant behind whom no member stands: its pseudonym is drawn, so no key leads there or back."""
    participant = Participant.objects.create(
        engagement=engagement, pseudonym=secrets.token_hex(16), came_by=came_by, unit=unit
    )
    record(
        engagement=engagement,
        kind=EventKind.PARTICIPANT_JOINED,
        participant=participant.pk,
        came_by=str(came_by),
    )
    return participant


def _speaker(table: RoomTable) -> Participant:
    now = RoomTable.objects.select_related("participant__engagement").get(pk=table.pk)
    if now.participant is None:
        now.participant = paper_participant(table.session.engagement, CameBy.TABLE)
        now.save(update_fields=["participant"])
    return now.participant


def _record(session: RoomSession, kind: EventKind, by: Member, **payload: object) -> None:
    record(engagement=session.engagement, kind=kind, room=session.pk, by=by.pk, **payload)
