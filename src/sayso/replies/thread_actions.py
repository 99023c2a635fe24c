"""Replies: said, shown, hidden, withdrawn. Each verb one transaction with its event beside the row."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.models import Engagement, Participant, Statement
from sayso.members.models import Member
from sayso.replies import rules
from sayso.replies.models import Reply, ReplyState
from sayso.replies.rules import Refused


def say_reply(*, participant: Participant, statement: Statement, text: str, is_by_author: bool = False) -> Reply:
    """Take a reply in; it waits to be read. The same words by the same person are taken once. Raises Refused.

    `is_by_author` shows everybody that it comes from who wrote the statement; only they may say so.
    """
    if known := _known(participant, statement, text):
        return known
    try:
        with writing(participant.engagement, by=participant):
            # Holds off a withdrawal of the statement, and a second reply of the same person that passes the limits.
            held = Statement.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=statement.pk)
            rules.check_replying(participant, held, timezone.localdate())
            reply = Reply.objects.create(
                statement=held,
                author=participant,
                text=text,
                is_by_author=is_by_author and held.author_id == participant.pk,
            )
            _record(held.engagement, EventKind.REPLY_SAID, reply, participant=participant.pk)
    except IntegrityError:
        return Reply.objects.get(statement=statement, author=participant, text=text)
    return reply


def _known(participant: Participant, statement: Statement, text: str) -> Reply | None:
    return Reply.objects.filter(statement=statement, author=participant, text=text).first()


def publish_reply(*, reply: Reply, moderator: Member) -> bool:
    """Show a waiting reply under its statement. False when somebody else decided meanwhile."""
    changes = {"state": ReplyState.PUBLISHED, "shown_on": timezone.localdate(), "hide_reason": ""}
    return _decide(reply, (ReplyState.WAITING,), changes, EventKind.REPLY_PUBLISHED, moderator)


def hide_reply(*, reply: Reply, moderator: Member, reason: str) -> bool:
    """Do not show it, or not any more; its author reads the reason. False when it is hidden already."""
    changes = {"state": ReplyState.HIDDEN, "shown_on": None, "hide_reason": reason}
    return _decide(reply, (ReplyState.WAITING, ReplyState.PUBLISHED), changes, EventKind.REPLY_HIDDEN, moderator)


def undo_reply_decision(*, reply: Reply, moderator: Member) -> bool:
    """Put it back among those that wait. False when it waits already."""
    changes = {"state": ReplyState.WAITING, "shown_on": None, "hide_reason": ""}
    return _decide(
        reply, (ReplyState.PUBLISHED, ReplyState.HIDDEN), changes, EventKind.REPLY_DECISION_UNDONE, moderator
    )


def _decide(
    reply: Reply, before: tuple[ReplyState, ...], changes: Mapping[str, object], kind: EventKind, moderator: Member
) -> bool:
    with writing(reply.statement.engagement):
        if not Reply.objects.filter(pk=reply.pk, state__in=before).update(**changes):
            return False
        _record(reply.statement.engagement, kind, reply, moderator=moderator.pk)
    return True


def withdraw_reply(*, participant: Participant, reply: Reply) -> bool:
    """Take own words back, at any time: the row goes. False when it is gone. Raises Refused for somebody else's."""
    _check_own(participant, reply)
    with writing(participant.engagement, by=participant):
        deleted, _ = Reply.objects.filter(pk=reply.pk).delete()
        if deleted:
            _record(participant.engagement, EventKind.REPLY_WITHDRAWN, reply, participant=participant.pk)
    return bool(deleted)


def take_mark_off(*, participant: Participant, reply: Reply) -> bool:
    """Not shown any more as by the author of the statement; the words stay. False when it is off."""
    _check_own(participant, reply)
    with writing(participant.engagement, by=participant):
        if is_off := bool(Reply.objects.filter(pk=reply.pk, is_by_author=True).update(is_by_author=False)):
            _record(participant.engagement, EventKind.REPLY_UNMARKED, reply)
    return is_off


def _check_own(participant: Participant, reply: Reply) -> None:
    if reply.author_id != participant.pk:
        raise Refused(_("This is not yours to change."))


def _record(engagement: Engagement, kind: EventKind, reply: Reply, **payload: int) -> None:
    record(engagement=engagement, kind=kind, reply=reply.pk, statement=reply.statement_id, **payload)
