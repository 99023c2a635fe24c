"""One change of an engagement at a time."""

from __future__ import annotations

from sayso.engagements.models import Engagement


def locked(engagement: Engagement) -> Engagement:
    """The engagement as it stands, one change at a time. Votes need not wait: no_key."""
    return Engagement.objects.select_for_update(no_key=True).get(pk=engagement.pk)
