"""Writes: who may read results. In one transaction, on record."""

from __future__ import annotations

from sayso.distillations.models import PublicResults
from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.models import Engagement
from sayso.members.models import Member


def make_public(*, engagement: Engagement, is_public: bool, by: Member) -> bool:
    """Let anybody read the results once answering is over, or end it. False when nothing changes."""
    with writing(engagement):
        row, _ = PublicResults.objects.select_for_update().get_or_create(engagement=engagement)
        if row.is_public == is_public:
            return False
        row.is_public = is_public
        row.save(update_fields=["is_public"])
        record(engagement=engagement, kind=EventKind.RESULTS_MADE_PUBLIC, is_public=is_public, by=by.pk)
    return True
