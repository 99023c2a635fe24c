"""The clock: phases open and close by it, and links and codes run out by it."""

from __future__ import annotations

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding

CLOCK_WARN_S, CLOCK_FAIL_S = 2.0, 30.0
BUILT_IN = 2026  # no machine that runs this lives earlier


def _against_the_database() -> Finding:
    from django.db import connection
    from django.utils import timezone

    now = timezone.now()
    if now.year < BUILT_IN:
        return Finding("clock", FAIL, f"This machine believes it is {now.year}.", "Set the clock, best by NTP.")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            seconds = cursor.execute("SELECT (julianday('now') - 2440587.5) * 86400.0").fetchone()[0]
        else:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            seconds = cursor.fetchone()[0]
    apart_s = abs(timezone.now().timestamp() - float(seconds))
    cause = f"This machine's clock and the database's are {apart_s:.1f} s apart."
    state = FAIL if apart_s > CLOCK_FAIL_S else WARN if apart_s > CLOCK_WARN_S else OK
    return Finding("clock", state, cause, "" if state == OK else "Set both by NTP.")


def _against_the_log() -> Finding:
    """Events from the future: the clock was put back, or another server's clock is ahead."""
    from django.utils import timezone

    from sayso.engagements.models import Event

    newest = Event.objects.order_by("-pk").values_list("created_at", flat=True).first()
    ahead_s = (newest - timezone.now()).total_seconds() if newest else 0.0
    if ahead_s > CLOCK_WARN_S:
        cause = f"The newest event was written {ahead_s:.0f} s from now: a clock was put back."
        return Finding("clock.events", FAIL, cause, "Set the clocks of all servers by NTP. Events keep their order.")
    return Finding("clock.events", OK, "No event comes from the future.")


CHECKS = (
    Check(
        "clock",
        _against_the_database,
        "How far apart are this machine's clock and the database's? Over 2 s warns, over 30 s fails.",
        "Set both by NTP.",
        needs="database",
    ),
    Check(
        "clock.events",
        _against_the_log,
        "Was an event written in the future, because a clock was put back?",
        "Set the clocks of all servers by NTP. Events keep their order.",
        needs="tables",
    ),
)
