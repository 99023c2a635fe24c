"""When news go out, how often a mail is tried, how much is taken by mail. Decides on what it is given."""

from __future__ import annotations

from datetime import datetime, timedelta

from sayso.engagements.models import Engagement, Phase
from sayso.engagements.rules import is_listening

# Weekly news leave on Tuesday from eight o'clock on: Monday's decisions are in them.
DIGEST_DAY, DIGEST_HOUR = 1, 8
FRESH_SHOWN = 3
SHARED_SHOWN = 3
ACKNOWLEDGED_SHOWN = 3
# Who was invited yesterday needs no news today.
FIRST_AFTER = timedelta(days=5)
# A decision taken back within this time is told to nobody.
INSTANT_AFTER = timedelta(minutes=10)
INSTANT_WITHIN = timedelta(days=1)
MOST_TRIES = 6
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 60, 240, 720))
FIRST_REST_S, LONGEST_REST_S = 20.0, 600.0
# The server may take ten minutes to answer (RFC 5321). Whoever is silent for longer is dead.
DEAD_AFTER = timedelta(minutes=15)
LATE_AFTER = timedelta(hours=1)
KEPT_FOR = timedelta(days=30)
LINKS_GOOD_FOR = timedelta(days=45)
TAKEN_A_DAY = 10


def week_of(now: datetime) -> str:
    """The ISO week of a local moment.

    >>> week_of(datetime(2026, 11, 27))
    '2026-W48'
    """
    year, week, _ = now.isocalendar()
    return f"{year}-W{week:02d}"


def is_digest_time(now: datetime) -> bool:
    """From Tuesday morning to the end of the week, so that a worker that was away still sends it."""
    return (now.weekday(), now.hour) >= (DIGEST_DAY, DIGEST_HOUR)


def tells_news(engagement: Engagement) -> bool:
    """From the opening to the end of the key. While it is only being prepared there is nobody to tell."""
    is_begun = engagement.is_opened and engagement.phase not in (Phase.MANDATE, Phase.MAP)
    return is_begun and engagement.key_destroyed_on is None


def takes_words(engagement: Engagement) -> bool:
    return engagement.is_opened and is_listening(engagement)


def pause(n_tries: int) -> timedelta:
    """How long a mail waits after it was refused for now, longer each time."""
    return PAUSES[min(max(n_tries, 1), len(PAUSES)) - 1]


def rest_s(n_troubles: int) -> float:
    """How long all mail waits while the server is away."""
    return min(FIRST_REST_S * 3.0 ** max(n_troubles - 1, 0), LONGEST_REST_S)
