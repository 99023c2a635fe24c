"""Two rooms of the worker: one sends what waits, at the pace the mail server bears; one fetches what came in.

Ended cleanly, the sender finishes the mail in hand. Its log counts; it names no address and no person.
"""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.utils import timezone

from sayso.correspondence import actions, queries, rules
from sayso.correspondence.mailbox import Mailbox, MailboxTrouble
from sayso.correspondence.rounds import make_rounds, want_instants
from sayso.correspondence.sending import Turns
from sayso.correspondence.taking_in import take_mail
from sayso.mail.actions import take_slots
from sayso.mail.post import Post, ServerTrouble

log = logging.getLogger("sayso.correspondence")

LOOK_AROUND_EVERY_S = 60.0
FETCH_EVERY_S = 20.0
AT_ONCE = 20
PRINTED = "django.core.mail.backends.console.EmailBackend"


class Outgoing:
    """Receipts, answers and news on their way out. `round` does a little of what is due."""

    def __init__(self, *, worker: str, stop: threading.Event) -> None:
        self.worker, self.stop = worker, stop
        self.post = Post()
        self.turns = Turns(self.post)
        self._look_around_at = self._rests_until = 0.0
        self._n_troubles = 0

    def round(self) -> bool:
        if settings.EMAIL_BACKEND == PRINTED:
            return False  # the log must hold nobody's words: what waits is sent once there is a mail server
        if time.monotonic() >= self._look_around_at:
            self._look_around()
        if time.monotonic() < self._rests_until:
            return False
        mails = list(queries.due_mails(timezone.now())[:AT_ONCE])
        try:
            for mail in mails:
                if self.stop.is_set():
                    return False
                if self.turns.have_turn(mail):
                    self._keep_pace()
            self._n_troubles = 0
        except ServerTrouble as trouble:
            self._rest(str(trouble))
        except BaseException:
            self.post.drop()
            raise
        if not mails:
            self.post.close()
        return bool(mails)

    def close(self) -> None:
        self.post.close()

    def _look_around(self) -> None:
        """What is new to be sent, and what is left of earlier."""
        self._look_around_at = time.monotonic() + LOOK_AROUND_EVERY_S
        now = timezone.now()
        if doubtful := actions.settle_doubt(now=now):
            log.warning("%s mails were under way when a worker ended; they are not sent again", doubtful)
        if turns := make_rounds(now):
            log.info("%s turns for the news of the week", turns)
        want_instants(now)
        actions.forget_old(now=now)

    def _keep_pace(self) -> None:
        """Takes room for the mail after this one."""
        now = timezone.now()
        begins = take_slots(number=1, per_minute=settings.MAIL_PER_MINUTE, now=now)
        self.stop.wait((begins - now).total_seconds() + 60 / settings.MAIL_PER_MINUTE)

    def _rest(self, trouble: str) -> None:
        self._n_troubles += 1
        self._rests_until = time.monotonic() + rules.rest_s(self._n_troubles)
        log.warning("mail rests: %s", trouble)
        self.post.close()


class Incoming:
    """Answers on their way in, where the worker fetches them; else they come by `sayso mail-in`."""

    def __init__(self, *, worker: str, stop: threading.Event) -> None:
        self.worker, self.stop = worker, stop
        self._fetch_at = 0.0
        self._n_troubles = 0

    def round(self) -> bool:
        if not settings.MAIL_INBOX or time.monotonic() < self._fetch_at:
            return False
        self._fetch_at = time.monotonic() + FETCH_EVERY_S
        try:
            with Mailbox(settings.MAIL_INBOX) as mailbox:
                n_taken = mailbox.take_all(take_mail, self.stop)
        except MailboxTrouble as trouble:
            self._n_troubles += 1
            self._fetch_at = time.monotonic() + rules.rest_s(self._n_troubles)
            log.warning("the mailbox for answers: %s", trouble)
            return False
        self._n_troubles = 0
        return n_taken > 0

    def close(self) -> None:
        """Nothing is held between rounds."""
