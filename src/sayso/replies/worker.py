"""The worker's room for replies: which language each is in, told as that of statements is. Its log counts."""

from __future__ import annotations

import logging
import threading

from sayso.engagements.languages.actions import tag_words
from sayso.replies.models import Reply

log = logging.getLogger("sayso.languages")


class ReplyTeller:
    """Tags replies that nobody has looked at, also those from before there were tags."""

    def __init__(self, *, worker: str, stop: threading.Event) -> None:
        self.worker, self.stop = worker, stop

    def round(self) -> bool:
        if self.stop.is_set():
            return False
        if n_tagged := tag_words(Reply.objects.all(), expected="statement__engagement__languages"):
            log.info("%s replies were looked at", n_tagged)
        return bool(n_tagged)

    def close(self) -> None:
        """Nothing is held between rounds."""
