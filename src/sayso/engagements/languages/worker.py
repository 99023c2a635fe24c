"""The worker's rooms for languages: one tells which language words are in, one has them translated where a mandate
wants it and the operator named a service. Their log counts; it holds no words."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.utils import timezone

from sayso.engagements.languages import actions
from sayso.engagements.languages.queries import Due
from sayso.outside.asking import NoAnswer
from sayso.outside.translators.named import NamedTranslator

log = logging.getLogger("sayso.languages")

LOOK_EVERY_S = 5.0
LOOK_AROUND_EVERY_S = 60.0
PATIENCE_S, LONGEST_PATIENCE_S = 30.0, 600.0  # after a failure nothing else is asked for so long; then twice as long


class Teller:
    """Tags statements that nobody has looked at, also those from before there were tags."""

    def __init__(self, *, worker: str, stop: threading.Event) -> None:
        self.worker, self.stop = worker, stop

    def round(self) -> bool:
        if self.stop.is_set():
            return False
        if n_tagged := actions.tag_statements():
            log.info("%s statements were looked at", n_tagged)
        return bool(n_tagged)

    def close(self) -> None:
        """Nothing is held between rounds."""


class Interpreter:
    """Has one statement translated at a time, each alone. A service that fails is left in peace for a while."""

    def __init__(self, *, worker: str, stop: threading.Event) -> None:
        self.worker, self.stop = worker, stop
        named: NamedTranslator | None = settings.TRANSLATOR
        self._translator = named.made() if named else None
        self._name = named.name if named else ""
        self._rests_until = self._look_around_at = 0.0
        self._n_failures = 0

    def round(self) -> bool:
        if self.stop.is_set():
            return False
        if time.monotonic() >= self._look_around_at:
            self._look_around_at = time.monotonic() + LOOK_AROUND_EVERY_S
            actions.forget_what_is_over()
        if self._translator is None or time.monotonic() < self._rests_until:
            return False
        due = actions.begin_translation(now=timezone.now())
        if due is None:
            self._rests_until = time.monotonic() + LOOK_EVERY_S
            return False
        try:
            text = self._translator.translate(due.text, source=due.source, target=due.target)
        except NoAnswer as reason:
            self._fail(due, str(reason))
        else:
            self._n_failures = 0
            actions.end_translation(due=due, text=text, made_by=self._name)
        return True

    def close(self) -> None:
        """Nothing is held between rounds."""

    def _fail(self, due: Due, reason: str) -> None:
        rest_s = min(PATIENCE_S * 2 ** min(self._n_failures, 16), LONGEST_PATIENCE_S)
        self._n_failures += 1
        self._rests_until = time.monotonic() + rest_s
        actions.fail_translation(due=due, trouble=reason, now=timezone.now())
        log.warning("a statement was not translated; the translator is left in peace for %.0f s", rest_s)
