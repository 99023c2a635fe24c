"""One person's turn: their message given to the mail server, or passed over, and what became of it written down.

The one place that learns whether somebody needs a reminder; it tells nobody. Knows nothing of pace, leases or rounds.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import connection

from sayso.invitations import actions, queries, rules
from sayso.invitations.message import mail_to, write
from sayso.invitations.models import Invitation, Turn, Wave, WaveKind
from sayso.invitations.numbering import message_token
from sayso.mail.actions import mark_bouncing
from sayso.mail.addresses import personal_link
from sayso.mail.post import Doubtful, Interrupted, NotTaken, Post, ServerTrouble
from sayso.members.leases import DATABASE_AWAY
from sayso.web.kept_words import sentence

log = logging.getLogger("sayso.invitations")

REFUSALS_IN_A_ROW = 5


class Lost(Exception):
    """The wave was stopped, or is another worker's by now."""


class Halted(Exception):
    """The wave must be stopped; the text says why to whoever leads."""


class Giving:
    """The turns of one wave in one worker's hand."""

    def __init__(self, *, wave: Wave, worker: str, post: Post, stop: threading.Event) -> None:
        self.wave, self.worker, self.post, self.stop = wave, worker, post, stop
        self._texts = queries.texts_of(wave)
        self._tries: dict[int, int] = {}
        self._later: list[tuple[float, int]] = []
        self._refusals = self._laters = 0

    @property
    def has_some_for_later(self) -> bool:
        return bool(self._later)

    def due_again(self) -> list[int]:
        """Turns put off whose pause is over."""
        now = time.monotonic()
        due = [turn for moment, turn in self._later if moment <= now]
        self._later = [(moment, turn) for moment, turn in self._later if moment > now]
        return due

    def have_turn(self, row: Invitation, *, is_bouncing: bool) -> None:
        """Raises Lost, Halted, ServerTrouble, KeyMissing."""
        is_reminder = self.wave.kind == WaveKind.REMINDER
        can_be_mailed = row.member.is_active and bool(row.member.email) and not is_bouncing
        if is_reminder:
            self._remind(row, can_be_mailed=can_be_mailed)
        elif row.turn == Turn.WAITING or row.pk in self._tries:
            self._invite(row, can_be_mailed=can_be_mailed)

    def _remind(self, row: Invitation, *, can_be_mailed: bool) -> None:
        """Its row goes from waiting over under way to done, whatever happens: sent, passed over, refused, put off."""
        if not queries.needs_reminder(row.member, self.wave.engagement) or not can_be_mailed:
            self._begin(row)
        else:
            try:
                self._give(row)
            except (NotTaken, Doubtful) as wrong:
                is_for_later = isinstance(wrong, NotTaken) and not wrong.is_for_good
                if is_for_later:
                    self._check_server_takes_any(wrong)
                self._begin(row)
                if is_for_later:
                    self._put_off(row)
            else:
                self._laters = 0
        self._end(row, Turn.DONE)

    def _invite(self, row: Invitation, *, can_be_mailed: bool) -> None:
        if not can_be_mailed:
            actions.refuse_turn(turn=row.pk, turned=Turn.ON_PAPER)
            return
        try:
            self._give(row)
        except Doubtful:
            log.warning("%s: the connection broke with one message in the air; it is sent again", self.wave)
            actions.count_doubt(wave=self.wave)
            self._end(row, Turn.WAITING)
            self._put_off(row)
        except NotTaken as answer:
            self._not_taken(row, answer)
        else:
            self._refusals = self._laters = 0
            self._end(row, Turn.DONE)

    def _give(self, row: Invitation) -> None:
        member, wave = row.member, self.wave
        link = personal_link(wave.site, member, wave.engagement)
        text = queries.text_for(self._texts, member)
        written = write(text, wave.engagement, full_name=member.full_name, link=link)
        token = message_token(row.pk, is_reminder=wave.kind == WaveKind.REMINDER)
        message = mail_to(member, written, wave.engagement, site=wave.site, token=token)
        try:
            self.post.send(message, lambda: self._may_begin(row))
        except Interrupted:
            raise Lost from None

    def _not_taken(self, row: Invitation, answer: NotTaken) -> None:
        if not answer.is_for_good and self._tries.get(row.pk, 0) + 1 < rules.MOST_TRIES:
            self._end(row, Turn.WAITING)
            self._check_server_takes_any(answer)
            self._put_off(row)
            return
        actions.refuse_turn(turn=row.pk, turned=Turn.REFUSED)
        if answer.is_recipient and answer.is_for_good:
            member = row.member
            mark_bouncing(organisation=member.organisation_id, email=str(member.email), status=str(answer.code))
            return
        self._refusals += 1
        if self._refusals >= REFUSALS_IN_A_ROW:
            raise Halted(
                sentence(
                    "The mail server refuses our messages (code %(code)s). Ask those who keep it; then resume.",
                    code=answer.code,
                )
            )

    def _check_server_takes_any(self, answer: NotTaken | Doubtful) -> None:
        """One "later" is about one mailbox; many in a row are about us: a quota is full, and all must wait."""
        self._laters += 1
        if self._laters >= REFUSALS_IN_A_ROW:
            self._laters = 0
            raise ServerTrouble(sentence("It says to come later (%(answer)s).", answer=str(answer)[:60]))

    def _begin(self, row: Invitation) -> None:
        if not self._may_begin(row):
            raise Lost

    def _may_begin(self, row: Invitation) -> bool:
        """Waiting to under way; a reminder had its turn already when it is tried again."""
        if row.turn != Turn.WAITING:
            return queries.going(self.wave, self.worker).exists()
        if not actions.begin_turn(turn=row.pk, wave=self.wave, worker=self.worker):
            return False
        row.turn = Turn.UNDER_WAY
        return True

    def _end(self, row: Invitation, turned: Turn) -> None:
        """The message is out, or its turn is over: written down, however long the database is away."""
        while True:
            try:
                actions.end_turn(turn=row.pk, turned=turned)
                row.turn = turned
                return
            except DATABASE_AWAY:
                log.warning("the database does not answer; one turn waits to be written down")
                connection.close()
                if self.stop.wait(1.0):
                    return

    def _put_off(self, row: Invitation) -> None:
        self._tries[row.pk] = tries = self._tries.get(row.pk, 0) + 1
        if tries < rules.MOST_TRIES:
            self._later.append((time.monotonic() + rules.pause_s(tries), row.pk))
