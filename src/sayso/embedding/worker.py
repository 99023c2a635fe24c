"""The worker's room for links on their way into channels. Its log counts; it holds no address."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.utils import timezone

from sayso.correspondence.sealing import unseal
from sayso.embedding import actions, queries, rules
from sayso.embedding.messages import message_for
from sayso.embedding.models import Channel
from sayso.embedding.places import Unusable, channel_host
from sayso.embedding.posting import NotPosted, post
from sayso.members.pseudonyms import KeyMissing
from sayso.web.kept_words import sentence, to_keep

log = logging.getLogger("sayso.embedding")

LOOK_AROUND_EVERY_S = 60.0


class Announcer:
    """Posts each link once: what was under way when a worker ended is not posted again."""

    def __init__(self, *, worker: str, stop: threading.Event) -> None:
        self.worker, self.stop = worker, stop
        self._look_around_at = 0.0

    def round(self) -> bool:
        if time.monotonic() >= self._look_around_at:
            self._look_around_at = time.monotonic() + LOOK_AROUND_EVERY_S
            actions.settle_doubt(now=timezone.now())
        channel = queries.waiting_channels().first()
        if channel is None or self.stop.is_set():
            return False
        if actions.begin_posting(channel=channel, now=timezone.now()):
            trouble = self._post(channel)
            actions.end_posting(channel=channel, today=timezone.localdate(), trouble=trouble)
            log.info("a link was posted" if not trouble else f"a link was not posted: {trouble}")
        return True

    def close(self) -> None:
        """Nothing is held between rounds."""

    @staticmethod
    def _post(channel: Channel) -> str:
        """Why it could not be posted; empty when it was."""
        engagement = channel.engagement
        if not rules.may_be_shown(engagement):
            return sentence("it is over")
        try:
            address = (unseal(engagement.slug, channel.sealed) or {}).get("address", "")
            channel_host(address, channel.program, also=settings.CHANNEL_HOSTS)  # the operator may have thought better
            post(address, message_for(channel.program, queries.told_of(engagement, channel.link)))
        except KeyMissing:
            return sentence("the key is missing")
        except Unusable:
            return sentence("not allowed any more")
        except NotPosted as wrong:
            return to_keep(wrong)
        return ""
