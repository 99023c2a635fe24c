"""Where cards may be shown, and when the link may be posted. Decides on what it is given."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from sayso.engagements.models import Engagement
from sayso.engagements.rules import Refused as Refused

# A worker that was ended while it posted: whether it arrived nobody knows, and its lead is told so.
DEAD_AFTER = timedelta(minutes=2)


def may_be_shown(engagement: Engagement) -> bool:
    """From the opening to the end of the key: before, nobody knows of it; after, nobody can come in."""
    return engagement.is_opened and engagement.key_destroyed_on is None


def check_may_post(engagement: Engagement) -> None:
    if not may_be_shown(engagement):
        raise Refused(_("The link is posted once it is open. Nothing was posted."))
