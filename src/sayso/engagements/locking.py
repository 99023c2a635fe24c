"""In which order writes wait for one another: an engagement's log first, then the engagement, then what stands in it.

Who takes a row and then the log can wait for somebody who took the log and then that row, for ever; so every write
that leaves an event begins here. The log is shared by all who write, and held alone by who must see or wipe all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from sayso.engagements.models import Engagement, Participant
from sayso.members.rules import Refused

LOCK_SPACE = 7_441  # first half of PostgreSQL's advisory lock key; the engagement's id is the second
TRIAL_OVER = _("The trial is over. Please come back when it is open.")


@contextmanager
def writing(engagement: Engagement, *, by: Participant | None = None) -> Iterator[None]:
    """One transaction in which rows and events of an engagement are written.

    Raises Refused for a participant of a trial that was wiped while they waited.
    """
    with transaction.atomic():
        hold_log(engagement.pk)
        if by and not engagement.is_opened and not Participant.objects.filter(pk=by.pk).exists():
            raise Refused(TRIAL_OVER)
        yield


def locked(engagement: Engagement, *, alone: bool = False) -> Engagement:
    """The engagement as it stands, one change at a time. Votes need not wait (no_key), unless it is held alone."""
    hold_log(engagement.pk, alone=alone)
    return Engagement.objects.select_for_update(no_key=True).get(pk=engagement.pk)


def hold_log(engagement: int, *, alone: bool = False) -> None:
    """Until the transaction ends; held twice it is held once. Never alone after shared: two would wait for ever."""
    if not connection.in_atomic_block:
        raise RuntimeError("An event is written in the same transaction as its row.")
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_SPACE, engagement])
