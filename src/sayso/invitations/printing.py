"""Makes batches of letters: 250 to a PDF, each set by a process that ends, so that memory stays small.

Up to 250 letters are one PDF; more are a ZIP of several, as printers take them. The file can be read by the
server's user only, and goes an hour after it was fetched, or after a week. Knows no mail.
"""

from __future__ import annotations

import logging
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone

from sayso.invitations import letter_actions, queries
from sayso.invitations.models import LetterBatch
from sayso.invitations.paper import LETTER, letter
from sayso.members.leases import Ending
from sayso.members.models import Member
from sayso.members.queries import unit_paths
from sayso.web.kept_words import sentence
from sayso.web.typesetting import CannotSet, set_pdf

log = logging.getLogger("sayso.invitations")

PART = 250
LEASE_S = 600.0


class Lost(Exception):
    """The batch is another worker's by now."""


class Printer:
    """One worker's press. `round` makes one batch; True when there was one."""

    def __init__(self, *, worker: str, stop: threading.Event, lease_s: float = LEASE_S) -> None:
        self.worker, self.stop, self.lease_s = worker, stop, lease_s

    def round(self) -> bool:
        letter_actions.delete_old_files(now=timezone.now())
        batch = letter_actions.claim_batch(worker=self.worker, now=timezone.now(), lease_s=self.lease_s)
        if batch is None:
            return False
        path, descriptor = letter_actions.new_file(batch)
        try:
            number = self._make(batch, descriptor)
            letter_actions.finish_batch(batch=batch, number=number, made=path, now=timezone.now())
            log.info("%s: %s made", batch, number)
        except CannotSet as wrong:
            log.error("%s could not be set: %s", batch, wrong)
            told = sentence(
                "The letters could not be set. Nothing is lost. Tell whoever runs this server; its log says more."
            )
            letter_actions.give_batch_up(batch=batch, trouble=told)
        except Ending:
            letter_actions.give_batch_back(batch=batch)
        except Lost:
            log.warning("%s is another worker's by now", batch)
        finally:
            path.unlink(missing_ok=True)
        return True

    def close(self) -> None:
        """Nothing is held between rounds."""

    def _make(self, batch: LetterBatch, descriptor: int) -> int:
        people = list(queries.people_for_letters(batch).values_list("pk", flat=True))
        parts = self._parts(batch, people)
        with os.fdopen(descriptor, "wb") as file:
            if len(people) <= PART:
                file.write(next(parts, b""))
                return len(people)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as pile:
                for number, pdf in enumerate(parts, start=1):
                    pile.writestr(f"letters-{number:03}.pdf", pdf)
        return len(people)

    def _parts(self, batch: LetterBatch, people: list[int]) -> Iterator[bytes]:
        paths = unit_paths(batch.engagement.organisation)
        for first in range(0, len(people), PART):
            if self.stop.is_set():
                raise Ending
            chosen = people[first : first + PART]
            members = Member.objects.in_bulk(chosen)
            told = [
                letter(
                    members[pk], batch.engagement, site=batch.site, unit_path=paths.get(members[pk].unit_id or 0, "")
                )
                for pk in chosen
                if pk in members
            ]
            pdf = set_pdf(LETTER, told)
            now = timezone.now()
            if not letter_actions.tell_progress(batch=batch, number=len(chosen), now=now, lease_s=self.lease_s):
                raise Lost
            yield pdf


def is_pile(path: Path) -> bool:
    """Whether a made file is a ZIP of several PDFs."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"
