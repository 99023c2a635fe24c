"""Why people take no part: told in one tap, taken back in another, counted in steps. Nobody learns who told what."""

from __future__ import annotations

from django.db.models import Count

from sayso.engagements import rules
from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.models import Engagement, NotTakingPart, Reason
from sayso.members.models import Member
from sayso.members.pseudonyms import mark_of
from sayso.publication.counts import in_steps

PURPOSE = "taking no part"


def tell_reason(*, member: Member, engagement: Engagement, reason: Reason) -> None:
    """The last one counts. Raises Refused outside of the listening, KeyMissing."""
    rules.check_listening(engagement)
    mark = mark_of(member=member, engagement_slug=engagement.slug, purpose=PURPOSE)
    with writing(engagement):
        row, is_new = NotTakingPart.objects.get_or_create(engagement=engagement, mark=mark, defaults={"reason": reason})
        if not is_new and row.reason == reason:
            return
        if not is_new:
            record(engagement=engagement, kind=EventKind.REASON_TAKEN_BACK, reason=row.reason)
            row.reason = reason
            row.save(update_fields=["reason"])
        record(engagement=engagement, kind=EventKind.REASON_TOLD, reason=str(reason))


def take_reason_back(*, member: Member, engagement: Engagement) -> bool:
    """False when none was told. Raises KeyMissing."""
    row = _row(member, engagement)
    if row is None:
        return False
    with writing(engagement):
        row.delete()
        record(engagement=engagement, kind=EventKind.REASON_TAKEN_BACK, reason=row.reason)
    return True


def reason_of(member: Member, engagement: Engagement) -> str:
    """What this member told, for themselves; empty when nothing. Raises KeyMissing."""
    row = _row(member, engagement)
    return row.reason if row else ""


def _row(member: Member, engagement: Engagement) -> NotTakingPart | None:
    mark = mark_of(member=member, engagement_slug=engagement.slug, purpose=PURPOSE)
    return NotTakingPart.objects.filter(engagement=engagement, mark=mark).first()


def reasons_told(engagement: Engagement) -> list[tuple[str, int]]:
    """Each reason that enough people told, in its steps, most first; no sum, from which the others would follow."""
    counted = NotTakingPart.objects.filter(engagement=engagement).values_list("reason").annotate(Count("pk"))
    told = [(str(Reason(reason).label), in_steps(n, engagement.min_group_scores)) for reason, n in counted.order_by()]
    return sorted(((label, n) for label, n in told if n), key=lambda pair: (-pair[1], pair[0]))
