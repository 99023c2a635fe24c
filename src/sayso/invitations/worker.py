"""Sends waves: turn by turn, at the pace the mail server bears, one worker a wave.

A round takes room for half a second's messages and sends them. Turns come in an order drawn anew by each worker and
kept in its memory only, so nothing tells afterwards when whose turn was. In a reminder everybody on the list has a
turn at the same pace; who has taken part is found out there and then, and passed over.

Ended cleanly it finishes the message in hand. Killed, its lease runs out and another goes on; the one message that was
being given is settled by rule. Its log counts turns; it names no address and no person.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone

from sayso.invitations import actions, queries, rules
from sayso.invitations.giving import Giving, Halted, Lost
from sayso.mail.actions import take_slots
from sayso.mail.post import Post, ServerTrouble
from sayso.mail.queries import bouncing_among
from sayso.members.leases import LeaseKept
from sayso.members.pseudonyms import KeyMissing
from sayso.web.kept_words import sentence, to_keep

log = logging.getLogger("sayso.invitations")

ROUND_S = 0.5
TELL_EVERY = 1_000
KEY_GONE = sentence("The key is destroyed or missing, so nobody can be reminded any more. What was said is safe.")


class Sender:
    """One worker's hand in the post. `round` does a little of what is due; True when there was something."""

    def __init__(self, *, worker: str, stop: threading.Event, lease_s: float | None = None) -> None:
        self.worker, self.stop = worker, stop
        self.lease_s = settings.WORKER_LEASE_S if lease_s is None else lease_s
        self.post = Post()
        self._giving: Giving | None = None
        self._ahead: list[int] = []
        self._n_turned = self._n_troubles = 0
        self._lease: LeaseKept | None = None

    def round(self) -> bool:
        try:
            giving = self._giving or self._take_one()
            return self._go_on(giving) if giving else False
        except Lost:
            self._leave()
        except KeyMissing:
            self._halt(KEY_GONE)
        except Halted as why:
            self._halt(why.args[0])
        except ServerTrouble as trouble:
            self._rest(trouble.args[0])
        except BaseException:
            # Whatever it was, the turn in hand stays as it is: after the lease the wave is settled and goes on.
            self._let_go()
            self._giving, self._ahead = None, []
            self.post.drop()
            raise
        return True

    def close(self) -> None:
        """Give back what is in hand; called when the worker ends."""
        self._leave()

    def _take_one(self) -> Giving | None:
        wave = actions.claim_wave(worker=self.worker, now=timezone.now(), lease_s=self.lease_s)
        if wave is None:
            return None
        self._giving = giving = Giving(wave=wave, worker=self.worker, post=self.post, stop=self.stop)
        renew = partial(actions.renew_lease, wave=wave, worker=self.worker, lease_s=self.lease_s)
        self._lease = LeaseKept(lambda: renew(now=timezone.now()), lease_s=self.lease_s)
        n_people = actions.fill_wave(wave=wave, today=timezone.localdate())
        self._ahead = queries.waiting_turns(wave)
        random.SystemRandom().shuffle(self._ahead)
        self._n_turned = 0
        log.info("%s: %s of %s turns are ahead", wave, len(self._ahead), n_people)
        return giving

    def _go_on(self, giving: Giving) -> bool:
        """As many turns as the pace allows for half a second; False when all that is left has to wait."""
        if not queries.going(giving.wave, self.worker).exists():
            raise Lost
        self._ahead += giving.due_again()
        if not self._ahead:
            return self._finish(giving)
        self.post.open()  # also when all of them will be passed over: from outside it looks the same
        number = min(max(int(settings.MAIL_PER_MINUTE / 60 * ROUND_S), 1), len(self._ahead))
        begins = take_slots(number=number, per_minute=settings.MAIL_PER_MINUTE, now=timezone.now())
        turns, self._ahead = self._ahead[-number:], self._ahead[:-number]
        self._have_turns(giving, turns, begins)
        self._n_troubles = 0
        return True

    def _have_turns(self, giving: Giving, turns: list[int], begins: datetime) -> None:
        rows = {row.pk: row for row in queries.turns(turns)}
        organisation = giving.wave.engagement.organisation_id
        bouncing = bouncing_among(organisation, (row.member.email for row in rows.values()))
        for slot, row in enumerate(rows[turn] for turn in turns if turn in rows):
            moment = begins + timedelta(minutes=slot / settings.MAIL_PER_MINUTE)
            if self._wait_until(moment.timestamp()):
                raise Lost
            giving.have_turn(row, is_bouncing=row.member.email in bouncing)
            self._n_turned += 1
            if self._n_turned % TELL_EVERY == 0:
                log.info("%s: %s turns had", giving.wave, self._n_turned)

    def _wait_until(self, timestamp: float) -> bool:
        """True when asked to stop."""
        wait_s = timestamp - time.time()
        return self.stop.wait(wait_s) if wait_s > 0 else self.stop.is_set()

    def _finish(self, giving: Giving) -> bool:
        if giving.has_some_for_later:
            return False
        if actions.finish_wave(wave=giving.wave, worker=self.worker):
            log.info("%s is done", giving.wave)
        self._leave()
        return True

    def _rest(self, trouble: str) -> None:
        """The server is away: the wave waits, longer each time, and says so."""
        self._n_troubles += 1
        until = timezone.now() + timedelta(seconds=rules.pause_s(self._n_troubles))
        log.warning("a wave rests: %s", trouble)
        told = sentence(
            "The mail server takes nothing now. %(trouble)s Nothing is lost; we try again by ourselves.",
            trouble=trouble,
        )
        self._leave(retry_at=until, trouble=to_keep(told))

    def _halt(self, trouble: str) -> None:
        if self._giving:
            log.warning("%s is stopped: %s", self._giving.wave, trouble)
            actions.stop_wave(wave=self._giving.wave, trouble=to_keep(trouble))
        self._leave()

    def _leave(self, *, retry_at: datetime | None = None, trouble: str | None = None) -> None:
        self._let_go()
        self.post.close()
        giving, self._giving, self._ahead = self._giving, None, []
        if giving:
            log.info("%s is put down", giving.wave)
            actions.release_wave(wave=giving.wave, worker=self.worker, retry_at=retry_at, trouble=trouble)

    def _let_go(self) -> None:
        if self._lease:
            self._lease.let_go()
