"""One mail's turn: looked whether it is still to be sent, written, given to the mail server, written down.

Whether there is news for somebody is found out here and told nobody. Knows nothing of rounds and pauses.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from sayso.correspondence import actions, queries
from sayso.correspondence.models import Choice, DigestRound, MailKind, OutgoingMail
from sayso.correspondence.news import Became, RoundNews
from sayso.correspondence.sealing import unseal
from sayso.correspondence.writing import Desk
from sayso.engagements.models import Engagement, Statement, StatementState
from sayso.engagements.queries import participant_of
from sayso.invitations.queries import wants_no_reminders
from sayso.mail.post import Doubtful, Interrupted, NotTaken, Post
from sayso.mail.queries import bouncing_among
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing

log = logging.getLogger("sayso.correspondence")

IN_DOUBT = "in doubt"
Told = Mapping[str, Any]


class Turns:
    """Turns of waiting mails in one worker's hand."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self._rounds: dict[int, RoundNews] = {}

    def have_turn(self, mail: OutgoingMail) -> bool:
        """Whether something was given to the mail server. Raises ServerTrouble; then the mail waits as it was."""
        if not queries.still_waits(mail):
            return False  # another worker had it meanwhile
        try:
            message = self._message(mail)
        except KeyMissing:
            actions.drop_mail(mail=mail)
            return False
        if message is None:
            actions.end_turn(mail=mail)
            return False
        try:
            self.post.send(message, lambda: actions.begin_turn(mail=mail, now=timezone.now()))
        except Interrupted:
            return False  # another worker has it
        except Doubtful:
            log.warning("the connection broke with one mail in the air; it is not sent again")
            actions.end_turn(mail=mail, trouble=IN_DOUBT)
        except NotTaken as answer:
            self._not_taken(mail, answer)
        else:
            actions.end_turn(mail=mail)
        return True

    def _not_taken(self, mail: OutgoingMail, answer: NotTaken) -> None:
        """Nothing is marked as bouncing here: who has a mail of ours refused, has taken part, or may have."""
        if answer.is_for_good:
            actions.fail(mail=mail, code=answer.code)
        else:
            actions.put_off(mail=mail, now=timezone.now(), code=answer.code)

    def _message(self, mail: OutgoingMail) -> EmailMultiAlternatives | None:
        """None when there is nothing to send to anybody. Raises KeyMissing."""
        engagement = mail.engagement
        if engagement.key_destroyed_on:
            raise KeyMissing
        told = unseal(engagement.slug, mail.sealed) or {}
        member = Member.objects.filter(pk=told.get("member", 0), is_active=True, email__isnull=False).first()
        site = queries.site_of(engagement)
        if member is None or member.organisation_id != engagement.organisation_id or not site:
            return None
        if bouncing_among(member.organisation_id, [member.email]):
            return None
        desk = Desk(member, engagement, site=site)
        write = {
            MailKind.RECEIPT: _receipt,
            MailKind.ANSWER: _answer,
            MailKind.INSTANT: _instant,
            MailKind.DIGEST: self._digest,
        }[MailKind(mail.kind)]
        return write(desk, told)

    def _digest(self, desk: Desk, told: Told) -> EmailMultiAlternatives | None:
        member, engagement = desk.member, desk.engagement
        if queries.choice_of(member, engagement) == Choice.NONE:
            return None
        if not _has_taken_part(member, engagement) and wants_no_reminders(member, engagement):
            return None  # to them it would be one
        news = self._news(told["round"])
        found = news.of(member) if news else None
        return desk.digest(found) if found and not found.is_empty else None

    def _news(self, round_id: int) -> RoundNews | None:
        if round_id not in self._rounds:
            this = DigestRound.objects.select_related("engagement__organisation").filter(pk=round_id).first()
            if this is None:
                return None
            self._rounds = {round_id: RoundNews(this)}  # one at a time: the next round is next week
        return self._rounds[round_id]


def _receipt(desk: Desk, told: Told) -> EmailMultiAlternatives | None:
    statement = _own(desk, told)
    return desk.receipt(statement, has_attachments=told["attachments"]) if statement else None


def _answer(desk: Desk, told: Told) -> EmailMultiAlternatives:
    return desk.answer(told["why"], n_characters=told["n_characters"], has_attachments=told["attachments"])


def _instant(desk: Desk, told: Told) -> EmailMultiAlternatives | None:
    """Only while the decision stands."""
    statement = _own(desk, told)
    if statement is None or statement.state != told["state"]:
        return None
    if queries.choice_of(desk.member, desk.engagement) != Choice.INSTANT:
        return None
    return desk.instant(Became(statement, is_decided=True))


def _own(desk: Desk, told: Told) -> Statement | None:
    """What they said and have not taken back meanwhile."""
    participant = participant_of(desk.member, desk.engagement)
    if participant is None:
        return None
    mine = participant.statements.filter(pk=told["statement"]).exclude(state=StatementState.WITHDRAWN)
    return mine.select_related("topic").first()


def _has_taken_part(member: Member, engagement: Engagement) -> bool:
    participant = participant_of(member, engagement)
    return participant is not None and (participant.votes.exists() or participant.statements.exists())
