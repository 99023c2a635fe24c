"""Opening for everybody, and closing: the two acts between which people have their say. Wipes the trial before.

Knows nothing of forms; `actions` stands on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.engagements.events import EventKind, record, settled_events
from sayso.engagements.locking import locked
from sayso.engagements.mandate.queries import what_is_missing
from sayso.engagements.models import (
    Engagement,
    Event,
    MandateChange,
    Participant,
    PhaseDates,
    Statement,
    StatementState,
    Vote,
)
from sayso.engagements.phases import Phase
from sayso.engagements.roster_at_opening.copying import copy_roster
from sayso.engagements.rules import Refused
from sayso.members.models import Member, Organisation
from sayso.members.pseudonyms import destroy_key, make_key


def open_prepared(*, engagement: Engagement, by: Member) -> Engagement:
    """Open a mandate that is complete, in one act. The same again changes nothing. Raises Refused."""
    with transaction.atomic():
        now = locked(engagement, alone=True)  # the trial is wiped: whoever is at it has finished, or waits
        if now.is_opened:
            return now
        if missing := what_is_missing(now):
            raise Refused(_("It cannot be opened yet. %(text)s") % {"text": missing[0].text})
        return open_for_everybody(now, by=by, phase=_first_phase(now))


def _first_phase(engagement: Engagement) -> Phase:
    """Listening, once its first day has come; until then people are told how to come in."""
    listening = engagement.phase_dates.filter(phase=Phase.LISTEN, begins_on__gt=timezone.localdate())
    return Phase.MAP if listening.exists() else Phase.LISTEN


def open_for_everybody(engagement: Engagement, *, by: Member | None, phase: Phase) -> Engagement:
    """For everyone on the roster as it is now, with a key of its own. Inside a transaction.

    What was tried before goes first, key and all: whoever comes in later has another pseudonym, and no event of the
    trial is left for a snapshot to read.
    """
    wipe_trial(engagement)
    make_key(engagement_slug=engagement.slug)
    engagement.phase, engagement.opened_at = phase, timezone.now()
    engagement.n_members = engagement.organisation.members.filter(is_active=True).count()
    engagement.save()
    copy_roster(engagement=engagement)
    engagement.mandate_fields.all().delete()
    record(engagement=engagement, kind=EventKind.ENGAGEMENT_OPENED, n_members=engagement.n_members, by=by and by.pk)
    for statement in engagement.statements.filter(is_seed=True, state=StatementState.PUBLISHED).order_by("pk"):
        record(engagement=engagement, kind=EventKind.STATEMENT_SEEDED, statement=statement.pk)
    return engagement


def open_engagement(
    *,
    organisation: Organisation,
    slug: str,
    title: str,
    objective: str,
    promise: str,
    answers_due: date,
    phase: Phase = Phase.LISTEN,
    what_is_open: str = "",
    what_is_fixed: str = "",
    who_decides: str = "",
    dates: Mapping[Phase, tuple[date, date]] = {},
) -> Engagement:
    """Write a mandate and open it in one go, for everyone on the roster as it is now. For simulations and tests.

    Leads go the long way: `actions.begin_engagement`, then `open_prepared`, which says what is missing.
    """
    with transaction.atomic():
        engagement = Engagement.objects.create(
            organisation=organisation,
            slug=slug,
            title=title,
            objective=objective,
            promise=promise,
            answers_due=answers_due,
            what_is_open=what_is_open,
            what_is_fixed=what_is_fixed,
            who_decides=who_decides,
        )
        for planned, (begins_on, ends_on) in dates.items():
            PhaseDates.objects.create(engagement=engagement, phase=planned, begins_on=begins_on, ends_on=ends_on)
        return open_for_everybody(engagement, by=None, phase=phase)


def wipe_trial(engagement: Engagement) -> None:
    """Everything that was said, voted and remarked before the opening, and the key it hung on. Inside a transaction."""
    if engagement.is_opened:
        raise Refused(_("It is open. What people say now is kept."))
    with settled_events(engagement):  # whoever writes an event meanwhile has finished, or waits
        Vote.objects.filter(statement__engagement=engagement).delete()
        Statement.objects.filter(engagement=engagement, is_seed=False).delete()
        Participant.objects.filter(engagement=engagement).delete()
        Event.objects.filter(engagement=engagement).exclude(kind=EventKind.MANDATE_BEGUN).delete()
        engagement.trial_seats.all().delete()
        engagement.trial_remarks.all().delete()
        engagement.not_taking_part.all().delete()
    destroy_key(engagement_slug=engagement.slug)


def close_engagement(*, engagement: Engagement, by: Member, reason: str = "") -> Engagement:
    """End the saying and answering for good; results stay. The same again changes nothing. Raises Refused."""
    with transaction.atomic():
        now = locked(engagement)
        if not now.is_opened:
            raise Refused(_("It was never opened, so there is nothing to close."))
        if not now.is_closed:
            now.closed_at = engagement.closed_at = timezone.now()
            now.save(update_fields=["closed_at"])
            MandateChange.objects.create(engagement=now, name="closed", reason=reason, changed_by=by)
            record(engagement=now, kind=EventKind.ENGAGEMENT_CLOSED, phase=now.phase, by=by.pk)
    return now
