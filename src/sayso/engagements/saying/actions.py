"""What an author does to own words after saying them, and the agreement in place of own words. One transaction each."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sayso.engagements import rules
from sayso.engagements.actions import cast_vote
from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.merging import lock_merges
from sayso.engagements.models import Participant, Stance, Statement, StatementState
from sayso.engagements.withdrawing import withdraw_statement


def correct_kind(*, participant: Participant, statement: Statement, kind: str) -> bool:
    """What kind of thing it is, in its author's eyes; empty for none of these. False when it stood so already."""
    if statement.author_id != participant.pk:
        raise rules.Refused(_("This is not yours to change."))
    with writing(participant.engagement, by=participant):
        other = Statement.objects.filter(pk=statement.pk).exclude(kind=kind, is_kind_guessed=False)
        if is_new := bool(other.update(kind=kind, is_kind_guessed=False)):
            record(engagement=participant.engagement, kind=EventKind.KIND_CORRECTED, statement=statement.pk, to=kind)
    return is_new


def mean_the_same(*, participant: Participant, statement: Statement, said: Statement | None = None) -> None:
    """ "This is what I mean": agree with somebody's words in place of own ones.

    Own words that were `said` a moment ago and that nobody has read are withdrawn: they would be a duplicate.
    """
    with writing(participant.engagement, by=participant):
        if said is not None:
            lock_merges(participant.engagement)  # before the statement: a merge takes them in this order
        cast_vote(participant=participant, statement=statement, stance=Stance.AGREE)
        if said is not None and said.author_id == participant.pk and said.state == StatementState.WAITING:
            withdraw_statement(participant=participant, statement=said)
