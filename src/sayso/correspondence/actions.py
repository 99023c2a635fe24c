"""Writes: mails to be sent, turns, choices, rounds. A turn changes by compare-and-set, so no two workers send one mail.

From waiting to under way at the last moment before the message is given to the mail server, and from there to done.
What was under way when a worker died is not sent again: nothing is ever sent twice.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from sayso.correspondence import rules
from sayso.correspondence.models import (
    Choice,
    DigestRound,
    MailChoice,
    MailKind,
    MailState,
    OutgoingMail,
    TakenMail,
)
from sayso.correspondence.queries import WHAT_I_SEND
from sayso.correspondence.sealing import seal
from sayso.engagements.models import Engagement
from sayso.members.models import Member
from sayso.members.pseudonyms import mark_of

BATCH = 500


def want_mail(
    *, engagement: Engagement, member: Member, kind: MailKind, occasion: str, now: datetime, **about: Any
) -> bool:
    """Have one mail sent for one occasion; the same again changes nothing. Raises KeyMissing."""
    mark = mark_of(member=member, engagement_slug=engagement.slug, purpose=f"mail {occasion}")
    sealed = seal(engagement.slug, member=member.pk, **about)
    _, is_new = OutgoingMail.objects.get_or_create(
        engagement=engagement, mark=mark, defaults={"kind": kind, "sealed": sealed, "due_at": now}
    )
    return is_new


def choose(*, engagement: Engagement, member: Member, choice: Choice) -> None:
    """The last choice counts. Raises KeyMissing."""
    mark = mark_of(member=member, engagement_slug=engagement.slug, purpose=WHAT_I_SEND)
    told = {"choice": choice, "sealed": seal(engagement.slug, member=member.pk)}
    MailChoice.objects.update_or_create(engagement=engagement, mark=mark, defaults=told)


def note_taken(*, mark: str, now: datetime) -> None:
    """That a mail was taken in. Raises IntegrityError when it was before; in the transaction of what it said."""
    TakenMail.objects.create(mark=mark, day=now.date())


# The worker's


def begin_turn(*, mail: OutgoingMail, now: datetime) -> bool:
    """Waiting to under way. False: another worker has it."""
    waiting = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.WAITING)
    return bool(waiting.update(state=MailState.UNDER_WAY, begun_at=now, n_tries=F("n_tries") + 1))


def end_turn(*, mail: OutgoingMail, trouble: str = "") -> None:
    """It is out, or needs not be. Whom it was for is forgotten."""
    _still_open(mail).update(state=MailState.DONE, sealed="", begun_at=None, trouble=trouble)


def put_off(*, mail: OutgoingMail, now: datetime, code: int) -> None:
    """The server says "later"; after many of these it has failed."""
    n_tries = max(OutgoingMail.objects.values_list("n_tries", flat=True).get(pk=mail.pk), mail.n_tries + 1)
    if n_tries >= rules.MOST_TRIES:
        fail(mail=mail, code=code)
        return
    due_at = now + rules.pause(n_tries)
    told = {"n_tries": n_tries, "due_at": due_at, "begun_at": None, "trouble": str(code)}
    _still_open(mail).update(state=MailState.WAITING, **told)


def fail(*, mail: OutgoingMail, code: int) -> None:
    """It cannot be delivered. Kept as a number for whoever runs this; whom it was for is forgotten."""
    _still_open(mail).update(state=MailState.FAILED, sealed="", begun_at=None, trouble=str(code))


def _still_open(mail: OutgoingMail) -> Any:
    return OutgoingMail.objects.filter(pk=mail.pk, state__in=(MailState.WAITING, MailState.UNDER_WAY))


def settle_doubt(*, now: datetime) -> int:
    """What a dead worker had under way may be out or not; it is not sent again."""
    dead = OutgoingMail.objects.filter(state=MailState.UNDER_WAY, begun_at__lt=now - rules.DEAD_AFTER)
    return dead.update(state=MailState.DONE, sealed="", begun_at=None, trouble="in doubt")


def begin_round(*, engagement: Engagement, week: str, **told: Any) -> DigestRound:
    """The week's round; the first who begins it says where it ends."""
    return DigestRound.objects.get_or_create(engagement=engagement, week=week, defaults=told)[0]


def fill_round(*, this: DigestRound, people: Iterable[Member], now: datetime) -> int:
    """A turn for everybody, in an order that tells nothing, in small transactions. Cut off, the next call goes on.

    Raises KeyMissing.
    """
    shuffled = list(people)
    random.SystemRandom().shuffle(shuffled)
    for first in range(0, len(shuffled), BATCH):
        OutgoingMail.objects.bulk_create(
            [_turn(this, member, now) for member in shuffled[first : first + BATCH]], ignore_conflicts=True
        )
    DigestRound.objects.filter(pk=this.pk).update(is_filled=True)
    return len(shuffled)


def _turn(this: DigestRound, member: Member, now: datetime) -> OutgoingMail:
    slug = this.engagement.slug
    return OutgoingMail(
        engagement=this.engagement,
        kind=MailKind.DIGEST,
        mark=mark_of(member=member, engagement_slug=slug, purpose=f"mail digest {this.week}"),
        sealed=seal(slug, member=member.pk, round=this.pk),
        due_at=now,
    )


def forget_old(*, now: datetime) -> None:
    """Turns over and mails taken long ago: by then no copy of them comes any more."""
    over = OutgoingMail.objects.filter(state__in=(MailState.DONE, MailState.FAILED))
    over.filter(due_at__lt=now - rules.KEPT_FOR).delete()
    TakenMail.objects.filter(day__lt=(now - rules.KEPT_FOR).date()).delete()


def drop_mail(*, mail: OutgoingMail) -> None:
    """Nobody can be told whom it was for: the key is gone."""
    mail.delete()


def forget_engagement(*, engagement: Engagement) -> None:
    """With the key goes all that waits and all that was chosen. In the transaction in which the key's end is told."""
    with transaction.atomic():
        OutgoingMail.objects.filter(engagement=engagement).delete()
        MailChoice.objects.filter(engagement=engagement).delete()
