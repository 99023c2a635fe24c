"""What members take back: a vote, all votes, a statement, everything; and the cut of the last thread to them.

Unlike the undo beside a card these hold after the listening too: what somebody gave is theirs for as long as we can
tell that it is. Each verb is one transaction with its event beside the row.
"""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _

from sayso.engagements import rules
from sayso.engagements.events import EventKind, record
from sayso.engagements.languages.actions import forget_translations
from sayso.engagements.locking import writing
from sayso.engagements.merging import lock_merges, set_free
from sayso.engagements.models import ATTRIBUTES, Participant, Statement, StatementState, Vote

# A published statement stays when its author leaves and wishes so; words nobody has read go in any case.
UNREAD = (StatementState.WAITING, StatementState.RETURNED)


def take_back_vote(*, participant: Participant, statement: Statement) -> bool:
    """Withdraw one vote, at any time. False when there was none."""
    with writing(participant.engagement, by=participant):
        deleted, _ = Vote.objects.filter(participant=participant, statement=statement).delete()
        if deleted:
            _record(participant, EventKind.VOTE_WITHDRAWN, statement=statement.pk)
    return bool(deleted)


def take_back_all_votes(*, participant: Participant) -> int:
    """Withdraw every vote at once; how many there were."""
    with writing(participant.engagement, by=participant):
        deleted, _ = Vote.objects.filter(participant=participant).delete()
        if deleted:
            _record(participant, EventKind.VOTES_WITHDRAWN)
    return deleted


def withdraw_statement(*, participant: Participant, statement: Statement) -> bool:
    """Take own words back, with the votes on them: an answer to words that are gone says nothing.

    False when it is withdrawn already. Raises Refused for somebody else's. Saying the same words again makes it wait
    to be read anew, without the votes it had. Merged into another, only the words go: the answers count for that one,
    which is still there. What was merged into this one stands for itself again.
    """
    if statement.author_id != participant.pk:
        raise rules.Refused(_("This is not yours to withdraw."))
    with writing(participant.engagement, by=participant):
        lock_merges(participant.engagement)
        # The lock holds back votes under way: each either comes before, and goes, or finds the statement gone.
        locked = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
        if locked.state == StatementState.WITHDRAWN:
            return False
        take_name_off(participant=participant, statement=locked)
        Statement.objects.filter(pk=locked.pk).update(state=StatementState.WITHDRAWN, return_reason="")
        forget_translations(statements=[locked.pk])
        if locked.merged_into_id is None:
            set_free(locked)
            Vote.objects.filter(statement=locked).delete()
        _record(participant, EventKind.STATEMENT_WITHDRAWN, statement=locked.pk)
    return True


def take_name_off(*, participant: Participant, statement: Statement) -> bool:
    """Take the own name off own words; the words stay. False when it is off. Raises Refused for somebody else's."""
    if statement.author_id != participant.pk:
        raise rules.Refused(_("This is not yours to change."))
    with writing(participant.engagement, by=participant):
        signed = Statement.objects.filter(pk=statement.pk).exclude(signed_name="")
        if is_off := bool(signed.update(signed_name="")):
            record(engagement=participant.engagement, kind=EventKind.NAME_TAKEN_OFF, statement=statement.pk)
    return is_off


def leave(*, participant: Participant, keep_statements: bool) -> None:
    """Take everything back. Published statements stay without their author's votes and name when they wish so.

    The participant's row stays, empty: it is what keeps one person one participant if they come again.
    """
    with writing(participant.engagement, by=participant):
        take_back_all_votes(participant=participant)
        mine = participant.statements.exclude(state=StatementState.WITHDRAWN)
        for statement in mine.filter(state__in=UNREAD) if keep_statements else mine:
            withdraw_statement(participant=participant, statement=statement)
        for statement in participant.statements.exclude(signed_name=""):
            take_name_off(participant=participant, statement=statement)
        _record(participant, EventKind.PARTICIPANT_LEFT)


def cut_off(*, participant: Participant) -> None:
    """Leave, and cut the way from the member to this participant: not even the key leads here any more.

    Published statements stay, whose they are being gone. What was copied of the roster goes: earlier snapshots can be
    made again but for their figures by unit and role. Come again, the member is a new participant.
    """
    with writing(participant.engagement, by=participant):
        leave(participant=participant, keep_statements=True)
        participant.pseudonym = secrets.token_hex(16)
        participant.unit = participant.role = participant.site = participant.language = ""
        participant.save(update_fields=["pseudonym", *ATTRIBUTES])
        _record(participant, EventKind.PARTICIPANT_CUT_OFF)


def _record(participant: Participant, kind: EventKind, **payload: int) -> None:
    record(engagement=participant.engagement, kind=kind, participant=participant.pk, **payload)
