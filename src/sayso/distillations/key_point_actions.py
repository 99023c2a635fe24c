"""Writes of leads about key points: how one is listed, on every run, and taking that back. Row and event in one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.distillations.models import KeyPointWish, WishKind
from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import locked, writing
from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, Engagement
from sayso.engagements.rules import Refused
from sayso.members.models import Member
from sayso.web.typed import one_line

FEWEST = {WishKind.PIN: 1, WishKind.REWORD: 1, WishKind.MERGE: 2, WishKind.REJECT: 1}


def wish(
    *, engagement: Engagement, by: Member, kind: str, topic: str, points: Sequence[str], wording: str = ""
) -> KeyPointWish:
    """Have the key points with these wordings kept, worded otherwise, put together, or not listed. Raises Refused.

    Said twice, it is taken once. The worker follows the log and lists them so from the next run on.
    """
    if engagement.key_destroyed_on is not None:
        raise Refused(_("The key is destroyed, and nothing is counted anew. What is listed stays as it is."))
    points = list(dict.fromkeys(points))
    if len(points) < FEWEST[WishKind(kind)]:
        raise Refused(
            _("Tick two key points or more, to put them together.") if points else _("That is no longer listed.")
        )
    wording = _wording(kind, points, wording)
    replaced = [] if kind == WishKind.PIN else [text for text in points if text != wording]
    with transaction.atomic():
        locked(engagement)
        values = {"kind": kind, "topic": topic, "replaced": replaced, "wording": wording}
        last = KeyPointWish.objects.filter(engagement=engagement, ended_at=None).order_by("pk").last()
        if last and all(getattr(last, name) == value for name, value in values.items()):
            return last
        row = KeyPointWish.objects.create(engagement=engagement, by=by, **values)
        record(engagement=engagement, kind=EventKind.KEY_POINT_WISHED, wish=row.pk, to=str(kind), by=by.pk)
    return row


def _wording(kind: str, points: Sequence[str], typed: str) -> str:
    if kind == WishKind.REJECT:
        return ""
    if kind == WishKind.PIN:
        return points[0]
    wording = one_line(typed)
    if not any(letter.isalpha() for letter in wording):
        raise Refused(_("Write what it should say."))
    if len(wording) > MAX_STATEMENT_CHARACTERS:
        raise Refused(
            _("The wording has %(n)s characters. Shorten it to %(max_statement_characters)s.")
            % {"n": len(wording), "max_statement_characters": MAX_STATEMENT_CHARACTERS}
        )
    if kind == WishKind.REWORD and wording == points[0]:
        raise Refused(_("It says that already. Change the words, or leave it."))
    return wording


def take_wish_back(*, engagement: Engagement, by: Member, number: int) -> bool:
    """List key points as if it had never been wished. False when it was taken back already, or is not there."""
    if engagement.key_destroyed_on is not None:
        raise Refused(_("The key is destroyed, and nothing is counted anew. What is listed stays as it is."))
    with writing(engagement):
        standing = KeyPointWish.objects.filter(engagement=engagement, pk=number, ended_at=None)
        if is_ended := bool(standing.update(ended_at=timezone.now(), ended_by=by)):
            record(engagement=engagement, kind=EventKind.KEY_POINT_WISH_ENDED, wish=number, by=by.pk)
    return is_ended
