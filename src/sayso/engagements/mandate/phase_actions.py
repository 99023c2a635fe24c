"""Writes after the opening: another phase, and changes of the mandate, each with its event and its public reason."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import locked
from sayso.engagements.mandate.actions import set_value
from sayso.engagements.mandate.fields import DATED, PLAIN, THRESHOLDS, as_typed
from sayso.engagements.mandate.queries import plan_of, value_of, wrong_dates
from sayso.engagements.models import Engagement, MandateChange
from sayso.engagements.phases import ORDER, Phase, is_plain_step
from sayso.engagements.rules import Refused
from sayso.engagements.wording import Unusable
from sayso.members.models import Member

# What may be changed after the opening. Topics and the level of names may not: people have answered under them.
CHANGEABLE = ("what_is_open", "what_is_fixed", "who_decides", "answers_due", *DATED, *THRESHOLDS)


def move_phase(*, engagement: Engagement, to: Phase, reason: str = "", by: Member) -> None:
    """Begin another phase. The next one in its time needs no reason; anything else does, and it is public.

    The same again changes nothing. Raises Refused.
    """
    with transaction.atomic():
        now = _running(engagement)
        if now.phase == to:
            return
        if to == Phase.MANDATE:
            raise Refused(_("The mandate is written and opened. Change it with a reason instead."))
        if not reason and needs_reason(now, to):
            raise Refused(_("Say why. Everybody reads the reason."))
        MandateChange.objects.create(
            engagement=now, name="phase", before=now.phase, after=to, reason=reason, changed_by=by
        )
        record(engagement=now, kind=EventKind.PHASE_MOVED, before=now.phase, after=str(to), by=by.pk)
        now.phase = engagement.phase = to
        now.save(update_fields=["phase"])


def needs_reason(engagement: Engagement, to: Phase) -> bool:
    """Back, past a phase, or out of listening before the day that was promised."""
    if not is_plain_step(engagement.phase, to):
        return True
    listening_ends = plan_of(engagement).get(Phase.LISTEN, (None, None))[1]
    return engagement.phase == Phase.LISTEN and bool(listening_ends and timezone.localdate() <= listening_ends)


def change_mandate(*, engagement: Engagement, name: str, typed: str, reason: str, by: Member) -> None:
    """Change one thing of an opened mandate, with a reason that everybody reads.

    Thresholds only rise: what nobody could see stays unseen. Raises Unusable for the words, Refused for the change.
    """
    if name not in CHANGEABLE:
        raise Refused(_("This cannot be changed any more: people have answered under it."))
    asked = {**PLAIN, **DATED}[name]
    value = asked.clean(typed)
    if asked.needed and not value:
        raise Unusable(asked.needed)
    with transaction.atomic():
        now = _running(engagement)
        before = value_of(now, name)
        if value == before:
            raise Unusable(_("This is what stands there already."))
        if name in THRESHOLDS and value < before:
            raise Refused(_("This may only rise. It is %(before)s.") % {"before": before})
        if not reason:
            raise Refused(_("Say why. Everybody reads the reason."))
        set_value(now, name, value)
        _check_dates(now, name)
        MandateChange.objects.create(
            engagement=now, name=name, before=as_typed(before), after=as_typed(value), reason=reason, changed_by=by
        )
        record(engagement=now, kind=EventKind.MANDATE_CHANGED, name=name, by=by.pk)


def _check_dates(engagement: Engagement, name: str) -> None:
    """What is wrong about the day that was just changed; days that went by long ago are nobody's mistake."""
    if name != "answers_due" and name not in DATED:
        return
    engagement.refresh_from_db()
    for wrong in wrong_dates(plan_of(engagement), engagement.answers_due, timezone.localdate()):
        if wrong.name == name or (name, wrong.name) == (f"{Phase.LISTEN}-ends", "answers_due"):
            raise Unusable(wrong.text)


def _running(engagement: Engagement) -> Engagement:
    now = locked(engagement)
    if not now.is_opened:
        raise Refused(_("It is not opened yet."))
    if now.is_closed:
        raise Refused(_("It is closed. What was promised and found stays as it is."))
    return now


def phases_to_go_to(engagement: Engagement) -> list[Phase]:
    return [phase for phase in ORDER if phase not in (Phase.MANDATE, engagement.phase)]
