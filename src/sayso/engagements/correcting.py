"""Somebody says what a statement is: its author, or whoever moderates. And the guesses about all the others.

Each verb is one transaction with its event beside the rows. An author's word counts before one in office, and an event
of an author's names nobody. Who may moderate, and their trail, are the work of `moderation`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from sayso.engagements.events import EventKind, record
from sayso.engagements.kinds import guessed
from sayso.engagements.locking import writing
from sayso.engagements.models import Engagement, KindCorrection, Participant, Statement
from sayso.engagements.rules import Refused
from sayso.members.models import Member

AT_ONCE = 500

Guess = tuple[str, float | None]  # a kind or leaning, or empty; how likely it is right


def correct(*, participant: Participant, statement: Statement, about: str, to: str) -> bool:
    """What it is in its author's eyes; empty for none of these. False when they had said so. Raises Refused."""
    _check_own(participant, statement)
    with writing(participant.engagement, by=participant):
        locked = _locked(statement)
        if (said := _standing(locked, about).get(True)) and said.to == to:
            return False
        _put(locked, about, to, is_by_author=True)
        _record(locked, EventKind.KIND_CORRECTED, about, to=to)
    return True


def take_back(*, participant: Participant, statement: Statement, about: str) -> bool:
    """An author's last word on it is taken back: the one before counts, or what those in office said, or a guess."""
    _check_own(participant, statement)
    with writing(participant.engagement, by=participant):
        locked = _locked(statement)
        said = _standing(locked, about).get(True)
        if said is None:
            return False
        _end(locked, said)
        _record(locked, EventKind.KIND_CORRECTION_UNDONE, about)
    return True


def correct_in_office(*, statement: Statement, about: str, to: str, by: Member) -> KindCorrection | None:
    """What it is to those who moderate. None when they had said so. Raises Refused where its author has."""
    _check_key(statement.engagement)
    with writing(statement.engagement):
        locked = _locked(statement)
        standing = _standing(locked, about)
        if True in standing:
            raise Refused(_("Its author has said what it is, and that counts."))
        if False in standing and standing[False].to == to:
            return None
        correction = _put(locked, about, to, is_by_author=False)
        _record(locked, EventKind.KIND_CORRECTED, about, to=to, moderator=by.pk)
    return correction


def take_back_in_office(*, correction: KindCorrection, by: Member) -> None:
    """The one before counts again, or a guess. Where its author has spoken since, that goes on counting."""
    _check_key(correction.statement.engagement)
    with writing(correction.statement.engagement):
        locked = _locked(correction.statement)
        now = KindCorrection.objects.get(pk=correction.pk)
        if now.is_ended:
            raise Refused(_("It is not as you left it. Somebody has corrected it since."))
        _end(locked, now)
        _record(locked, EventKind.KIND_CORRECTION_UNDONE, now.about, moderator=by.pk)


def keep_guesses(*, engagement: Engagement, about: str, guesses: Mapping[int, Guess]) -> int:
    """New guesses for statements, by number, about which nobody has said anything; how many changed. By the worker.

    No event: they follow from the words and from the corrections, and can be made again at any time.
    """
    rows = Statement.objects.filter(engagement=engagement, **{f"is_{about}_guessed": True})
    now = {pk: (value, sure) for pk, value, sure in rows.values_list("pk", about, f"{about}_sure")}
    changed = defaultdict(list)
    for number, guess in guesses.items():
        if number in now and now[number] != guess:
            changed[guess].append(number)
    n_changed = 0
    for (value, sure), numbers in sorted(changed.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        for at in range(0, len(numbers), AT_ONCE):
            with transaction.atomic():
                # In the order of their numbers, so that two who write wait for each other in one direction only.
                some = rows.filter(pk__in=numbers[at : at + AT_ONCE]).select_for_update(of=("self",)).order_by("pk")
                held = [row.pk for row in some.only("pk")]
                n_changed += rows.filter(pk__in=held).update(**{about: value, f"{about}_sure": sure})
    return n_changed


def forget_corrections(*, engagement: Engagement) -> None:
    """Authors' words stay in their statements; the rows, which lie in the order they came in, go with the key."""
    here = KindCorrection.objects.filter(statement__engagement=engagement)
    here.filter(is_by_author=True).delete()
    here.filter(is_ended=True).delete()


def standing_in_office(statements: Iterable[int]) -> set[tuple[int, str]]:
    """Of which statements, about what, those in office have said what counts now."""
    rows = KindCorrection.objects.filter(statement__in=list(statements), is_ended=False)
    found = set(rows.filter(is_by_author=False).values_list("statement", "about"))
    return found - set(rows.filter(is_by_author=True).values_list("statement", "about"))


def _check_own(participant: Participant, statement: Statement) -> None:
    if statement.author_id != participant.pk:
        raise Refused(_("This is not yours to change."))


def _check_key(engagement: Engagement) -> None:
    if engagement.key_destroyed_on is not None:
        raise Refused(_("The key is destroyed, and nothing is counted anew. It stays as it is."))


def _locked(statement: Statement) -> Statement:
    return Statement.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=statement.pk)


def _standing(statement: Statement, about: str) -> dict[bool, KindCorrection]:
    """The author's word, if any, as True; that in office as False."""
    rows = KindCorrection.objects.filter(statement=statement, about=about, is_ended=False)
    return {row.is_by_author: row for row in rows}


def _put(statement: Statement, about: str, to: str, *, is_by_author: bool) -> KindCorrection:
    before = _standing(statement, about).get(is_by_author)
    if before:
        KindCorrection.objects.filter(pk=before.pk).update(is_ended=True)
    correction = KindCorrection.objects.create(
        statement=statement, about=about, to=to, is_by_author=is_by_author, replaces=before
    )
    _settle(statement, about)
    return correction


def _end(statement: Statement, correction: KindCorrection) -> None:
    KindCorrection.objects.filter(pk=correction.pk).update(is_ended=True)
    if correction.replaces_id is not None:
        KindCorrection.objects.filter(pk=correction.replaces_id).update(is_ended=False)
    _settle(statement, correction.about)


def _settle(statement: Statement, about: str) -> None:
    """The statement's own columns tell what counts; a guess is ours as at first, until the worker knows better."""
    standing = _standing(statement, about)
    said = standing.get(True) or standing.get(False)
    told = {about: said.to, f"is_{about}_guessed": False, f"{about}_sure": None} if said else None
    Statement.objects.filter(pk=statement.pk).update(**(told or guessed(about, statement.text)))


def _record(statement: Statement, kind: EventKind, about: str, **payload: str | int) -> None:
    record(engagement=statement.engagement, kind=kind, statement=statement.pk, about=str(about), **payload)
