"""Who may see results, and when a worker counts as alive. Decides on what it is given; reads and writes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sayso.distillations.models import Heartbeat
from sayso.engagements.models import Engagement, Phase, RoleName
from sayso.engagements.rules import is_listening

ALIVE_FOR = timedelta(seconds=30)
# Roles that see results without having voted themselves: the same page at the same moment as everybody else.
READING_ROLES = frozenset({RoleName.LEAD, RoleName.SPONSOR})


def may_see_results(engagement: Engagement, *, n_votes: int, roles: frozenset[str]) -> bool:
    """Results come after the own voice, so that nobody votes as they see others vote."""
    return is_over(engagement) or n_votes >= engagement.min_votes_to_place or bool(roles & READING_ROLES)


def is_over(engagement: Engagement) -> bool:
    """Nobody votes any more: then results wait for nobody's own voice."""
    if engagement.key_destroyed_on is not None:
        return True
    return engagement.is_opened and not is_listening(engagement) and engagement.phase not in (Phase.MANDATE, Phase.MAP)


def may_make_public(roles: frozenset[str]) -> bool:
    """The lead begins and ends it; the data guardian may end it."""
    return bool(roles & {RoleName.LEAD, RoleName.GUARDIAN})


def may_see_accounts(roles: frozenset[str]) -> bool:
    """The data guardian, and nobody in charge of anything else by it."""
    return RoleName.GUARDIAN in roles


def is_alive(heartbeat: Heartbeat, now: datetime) -> bool:
    return now - heartbeat.beat_at <= ALIVE_FOR
