"""When voting is over, and when the one act that cannot be undone may be done. Decides; writes nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sayso.distillations import queries as distilled
from sayso.engagements.models import Engagement, Phase

BEFORE_VOTING_ENDS = (Phase.MANDATE, Phase.MAP, Phase.LISTEN)


def is_voting_over(engagement: Engagement) -> bool:
    return engagement.phase not in BEFORE_VOTING_ENDS or engagement.is_closed


def is_all_counted(engagement: Engagement) -> bool:
    """Whether the newest snapshot knows of everything that was voted and taken back."""
    newest = distilled.latest_snapshot(engagement)
    return newest is not None and newest.last_event >= distilled.last_input_event(engagement)


def why_not_destroy(engagement: Engagement) -> str:
    """What the key is still needed for; empty when it may go."""
    if not engagement.is_closed:
        return _("The key is needed until this is closed. The lead closes it.")
    if engagement.snapshots.exists() and not is_all_counted(engagement):
        return _("The last count is not done. Mend: wait for it; if it does not come, run sayso doctor.")
    if engagement.snapshots.exists() and not engagement.ballot_root:
        return _("The ballot record is not made yet. Mend: wait for it; if it does not come, run sayso doctor.")
    if engagement.erasure_wishes.filter(state="open").exists():
        return _("Somebody still wishes to be erased. Carry that out first: later nobody can.")
    return ""
