"""Who may see results, and when a worker counts as alive. Decides on what it is given; reads and writes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sayso.distillations.models import Heartbeat
from sayso.engagements.models import Engagement, RoleName

ALIVE_FOR = timedelta(seconds=30)
# Roles that see results without having voted themselves: the same page at the same moment as everybody else.
READING_ROLES = frozenset({RoleName.LEAD, RoleName.SPONSOR})


def may_see_results(engagement: Engagement, *, n_votes: int, roles: frozenset[str]) -> bool:
    """Results come after the own voice, so that nobody votes as they see others vote."""
    is_over = engagement.key_destroyed_on is not None  # nobody votes any more, or can be told what they voted
    return is_over or n_votes >= engagement.min_votes_to_place or bool(roles & READING_ROLES)


def may_see_accounts(roles: frozenset[str]) -> bool:
    """The data guardian, and nobody in charge of anything else by it."""
    return RoleName.GUARDIAN in roles


def is_alive(heartbeat: Heartbeat, now: datetime) -> bool:
    return now - heartbeat.beat_at <= ALIVE_FOR
