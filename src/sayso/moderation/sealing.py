"""What is left of moderation when a key goes: what was decided and on which day, in no order, and no notes."""

from __future__ import annotations

from sayso.engagements.models import Engagement
from sayso.moderation.models import Decision, Look, Mending, Note


def forget_order(*, engagement: Engagement) -> None:
    """Inside the transaction that seals the rest."""
    here = {"statement__engagement": engagement}
    Decision.objects.filter(**here, is_undone=True).delete()
    Decision.objects.filter(**here).update(place=None)
    Note.objects.filter(**here).delete()
    Look.objects.filter(**here).delete()
    Mending.objects.filter(mended__engagement=engagement).delete()
