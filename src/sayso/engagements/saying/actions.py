"""The agreement with somebody's words in place of own ones, in one transaction."""

from __future__ import annotations

from sayso.engagements.actions import cast_vote
from sayso.engagements.locking import writing
from sayso.engagements.merging import lock_merges
from sayso.engagements.models import Participant, Stance, Statement, StatementState
from sayso.engagements.withdrawing import withdraw_statement


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
