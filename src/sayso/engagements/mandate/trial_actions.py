"""Writes of the trial: a few named people walk through before the opening, and say what they stumbled over."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from sayso.engagements import rules
from sayso.engagements.locking import locked
from sayso.engagements.mandate.opening import wipe_trial
from sayso.engagements.models import Engagement, TrialRemark, TrialSeat
from sayso.members.models import Member

MOST_SEATS = 5
LONGEST_REMARK = 1_000


def give_trial_seat(*, engagement: Engagement, member: Member) -> TrialSeat:
    """Ask somebody to try it; the same again changes nothing. Raises Refused."""
    with transaction.atomic():
        now = locked(engagement)
        if now.is_opened:
            raise rules.Refused(_("It is open already, so there is nothing to try."))
        if not rules.is_on_roster(member, now):
            raise rules.Refused(_("Only people on this organisation's roster can try it."))
        if not now.topics.exclude(question="").exists():
            raise rules.Refused(_("Write a topic first, so that there is something to try."))
        held = now.trial_seats.filter(member=member).first()
        if not held and now.trial_seats.count() >= MOST_SEATS:
            raise rules.Refused(
                _("%(most_seats)s people are enough. Take somebody out first.") % {"most_seats": MOST_SEATS}
            )
        return held or TrialSeat.objects.create(engagement=now, member=member)


def end_trial_seat(*, seat: TrialSeat) -> None:
    """Nobody to try it any more; what they wrote stays, without a name, until the trial ends."""
    seat.delete()


def leave_remark(*, engagement: Engagement, member: Member, text: str) -> TrialRemark:
    """Tell the leads something, without a name. Raises Refused for whoever does not try it."""
    with transaction.atomic():
        now = locked(engagement)
        if now.is_opened or not now.trial_seats.filter(member=member).exists():
            raise rules.Refused(_("The trial is over, so this was not sent. Copy your words and tell the lead."))
        return TrialRemark.objects.create(engagement=now, text=text[:LONGEST_REMARK])


def end_trial(*, engagement: Engagement) -> None:
    """Wipe all that was tried, and go on writing. Raises Refused once it is opened."""
    with transaction.atomic():
        wipe_trial(locked(engagement, alone=True))
