"""Writes of waves: each verb is one transaction. Turns change by compare-and-set, so no two workers send one message.

A turn goes from waiting to under way at the last moment before the message is given to the mail server, and from there
to done when the server has taken it. A reminder that is not needed goes the same way.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sayso.engagements.models import Engagement
from sayso.invitations import queries, rules
from sayso.invitations.default_texts import default_texts
from sayso.invitations.models import (
    Invitation,
    ReminderWish,
    Turn,
    Wave,
    WaveKind,
    WaveState,
    WaveText,
)
from sayso.invitations.wording import Text, check_text
from sayso.mail.models import BouncingAddress
from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member, Unit
from sayso.members.pseudonyms import mark_of
from sayso.members.rules import Refused

BATCH = 2_000
OPEN = (WaveState.READY, WaveState.SENDING)


def make_wave(
    *,
    engagement: Engagement,
    kind: WaveKind,
    site: str,
    by: Member | None = None,
    units: Iterable[Unit] = (),
    texts: Iterable[Text] = (),
) -> Wave:
    """A wave to look at and to change, with the words we propose unless others are given."""
    with transaction.atomic():
        wave = Wave.objects.create(engagement=engagement, kind=kind, site=site.rstrip("/"), made_by=by)
        wave.units.set(units)
        for text in tuple(texts) or default_texts(kind):
            WaveText.objects.create(wave=wave, language=text.language, subject=text.subject, body=text.body)
    return wave


def change_units(*, wave: Wave, units: Iterable[Unit]) -> None:
    _check_unsent(wave)
    wave.units.set(units)


def change_text(*, wave: Wave, text: Text) -> None:
    """Put other words in. Raises Refused once sent, Unfillable for words that cannot be filled."""
    _check_unsent(wave)
    check_text(text.subject, needs_link=False)
    check_text(text.body, needs_link=True)
    WaveText.objects.update_or_create(
        wave=wave, language=text.language, defaults={"subject": text.subject, "body": text.body}
    )


def drop_wave(*, wave: Wave) -> None:
    """Throw a draft away. Raises Refused once sent."""
    with transaction.atomic():
        _check_unsent(wave)
        wave.delete()


def _check_unsent(wave: Wave) -> None:
    if wave.state != WaveState.DRAFT:
        raise Refused(_("This wave was sent off, so it stays as it is. Make another one."))


def send_wave(*, wave: Wave, by: Member | None, now: datetime, at: datetime | None = None) -> None:
    """Send it off, now or at its time; stopped ones go on where they were. Raises Refused."""
    with transaction.atomic():
        n_people = _still_to_do(wave, now.date())
        rules.check_may_send(wave, n_people)
        unchanged = Wave.objects.filter(pk=wave.pk, state=wave.state)
        if unchanged.update(state=WaveState.READY, send_at=at or now, retry_at=None, trouble=""):
            record_access(
                organisation=wave.engagement.organisation,
                by=by,
                kind=AccessKind.INVITATIONS_SENT,
                engagement_slug=wave.engagement.slug,
                detail=f"{wave}, {n_people} people",
            )
    wave.refresh_from_db()


def _still_to_do(wave: Wave, today: date) -> int:
    """People of the wave: those on its list once that is drawn up, so that a stopped reminder can go on."""
    listed = wave.invitations.count() if wave.filled_on else 0
    return listed or queries.people_for(wave, today).count()


def stop_wave(*, wave: Wave, trouble: str = "") -> bool:
    """No message leaves any more, but for the one being given. False when there was nothing to stop."""
    return bool(Wave.objects.filter(pk=wave.pk, state__in=OPEN).update(state=WaveState.STOPPED, trouble=trouble))


# The worker's


def claim_wave(*, worker: str, now: datetime, lease_s: float) -> Wave | None:
    """The next due wave, now ours until the lease runs out; what a dead worker had under way is settled."""
    for wave in list(queries.due_waves(now)[:20]):
        with transaction.atomic():
            # One list at a time: two drawn up at once would hold the same people.
            Engagement.objects.select_for_update(no_key=True).get(pk=wave.engagement_id)
            if queries.is_another_filled(wave):
                continue
            free = queries.due_waves(now).order_by().filter(pk=wave.pk, state=wave.state, worker=wave.worker)
            lease = now + timedelta(seconds=lease_s)
            if not Wave.objects.filter(pk__in=free.values("pk"), lease_until=wave.lease_until).update(
                state=WaveState.SENDING, worker=worker, lease_until=lease, retry_at=None
            ):
                continue
            _settle_doubt(wave)
        wave.refresh_from_db()
        return wave
    return None


def renew_lease(*, wave: Wave, worker: str, now: datetime, lease_s: float) -> None:
    """Also of a stopped one: the message being given is still ours."""
    Wave.objects.filter(pk=wave.pk, worker=worker).update(lease_until=now + timedelta(seconds=lease_s))


def release_wave(*, wave: Wave, worker: str, retry_at: datetime | None = None, trouble: str | None = None) -> None:
    """Free it for whoever comes next, at once or after a pause."""
    told = {} if trouble is None else {"trouble": trouble[:300]}
    Wave.objects.filter(pk=wave.pk, worker=worker).update(worker="", lease_until=None, retry_at=retry_at, **told)


def finish_wave(*, wave: Wave, worker: str) -> bool:
    """Close it when nobody's turn is left."""
    if wave.invitations.filter(turn__in=(Turn.WAITING, Turn.UNDER_WAY)).exists():
        return False
    ours = Wave.objects.filter(pk=wave.pk, worker=worker, state=WaveState.SENDING)
    return bool(ours.update(state=WaveState.DONE, worker="", lease_until=None, trouble=""))


def _settle_doubt(wave: Wave) -> None:
    """What was under way when its worker died may have gone out or not (docs/adr, "Once, but for the one in the air").

    An invitation is sent again under the same name; a reminder is not.
    """
    after = Turn.DONE if wave.kind == WaveKind.REMINDER else Turn.WAITING
    doubtful = wave.invitations.filter(turn=Turn.UNDER_WAY).update(turn=after)
    if doubtful:
        Wave.objects.filter(pk=wave.pk).update(n_doubtful=F("n_doubtful") + doubtful)


def fill_wave(*, wave: Wave, today: date) -> int:
    """Draw up the list of people, once, in an order that tells nothing. Gives back how many.

    In small transactions, so that votes need not wait; cut off, the next call adds who is missing.
    """
    if wave.filled_on:
        return wave.invitations.count()
    organisation = wave.engagement.organisation_id
    bouncing = set(BouncingAddress.objects.filter(organisation=organisation).values_list("email", flat=True))
    listed = set(wave.invitations.values_list("member", flat=True))
    people = [told for told in queries.people_for(wave, today).values_list("pk", "email") if told[0] not in listed]
    random.SystemRandom().shuffle(people)
    for first in range(0, len(people), BATCH):
        turns = [
            Invitation(wave=wave, member_id=pk, turn=Turn.WAITING if email and email not in bouncing else Turn.ON_PAPER)
            for pk, email in people[first : first + BATCH]
        ]
        Invitation.objects.bulk_create(turns, ignore_conflicts=True)
    Wave.objects.filter(pk=wave.pk).update(filled_on=today)
    wave.filled_on = today
    return len(listed) + len(people)


def begin_turn(*, turn: int, wave: Wave, worker: str) -> bool:
    """Waiting to under way, if the wave is still going and ours. False: leave it."""
    going = queries.going(wave, worker)
    waiting = Invitation.objects.filter(pk=turn, turn=Turn.WAITING, wave__in=going.values("pk"))
    return bool(waiting.update(turn=Turn.UNDER_WAY))


def count_doubt(*, wave: Wave) -> None:
    """The connection broke with one message in the air."""
    Wave.objects.filter(pk=wave.pk).update(n_doubtful=F("n_doubtful") + 1)


def end_turn(*, turn: int, turned: Turn = Turn.DONE) -> None:
    """Under way to what became of it."""
    Invitation.objects.filter(pk=turn, turn=Turn.UNDER_WAY).update(turn=turned)


def refuse_turn(*, turn: int, turned: Turn) -> None:
    """It never got under way: refused, or by letter after all."""
    Invitation.objects.filter(pk=turn, turn__in=(Turn.WAITING, Turn.UNDER_WAY)).update(turn=turned)


def wish_no_reminders(*, member: Member, engagement: Engagement) -> None:
    """Remind them no more; the same again changes nothing. Raises KeyMissing."""
    mark = mark_of(member=member, engagement_slug=engagement.slug, purpose=queries.REMINDER_WISH)
    ReminderWish.objects.get_or_create(engagement=engagement, mark=mark)


def take_back_wish(*, member: Member, engagement: Engagement) -> None:
    """Raises KeyMissing."""
    mark = mark_of(member=member, engagement_slug=engagement.slug, purpose=queries.REMINDER_WISH)
    ReminderWish.objects.filter(engagement=engagement, mark=mark).delete()
