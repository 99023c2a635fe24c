"""Writes of those who moderate: a row of the trail, the statement's row and an event, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.engagements import actions as engagement_actions
from sayso.engagements import correcting, merging
from sayso.engagements.kinds import guess_kind
from sayso.engagements.merging import lock_merges
from sayso.engagements.models import Engagement, KindCorrection, Participant, Statement, StatementState
from sayso.engagements.numbers import drawn_number
from sayso.engagements.wording import Unusable, clean_statement
from sayso.members.models import Member
from sayso.moderation.models import Act, Decision, Look, Mending, Note, Policy
from sayso.moderation.rules import Refused


def publish(*, statement: Statement, by: Member, same: Iterable[Statement] = ()) -> Decision | None:
    """Open a waiting statement for votes, and merge `same`, which say it too. None: somebody else was first."""
    with transaction.atomic():
        lock_merges(statement.engagement)
        if not engagement_actions.publish_statement(statement=statement, moderator=by):
            return None
        decision = _keep(statement, Act.PUBLISHED, by)
        into = _now(statement)
        for other in same:
            if (now := _now(other)).state == StatementState.WAITING:
                merging.merge(statement=now, into=into, by=by)
                _keep(now, Act.MERGED, by, into=into, batch=decision.batch)
    return decision


def send_back(*, statement: Statement, by: Member, reason: str, same: Iterable[Statement] = ()) -> Decision | None:
    """Return a waiting statement, and those that say the same, to their authors, who read the reason."""
    with transaction.atomic():
        lock_merges(statement.engagement)
        batch, first = drawn_number(), None
        for number, one in enumerate((statement, *same)):
            if engagement_actions.return_statement(statement=one, moderator=by, reason=reason):
                kept = _keep(one, Act.RETURNED, by, reason=reason, batch=batch)
                first = kept if number == 0 else first
            elif number == 0:
                return None
    return first


def merge(*, statement: Statement, into: Statement, by: Member, same: Iterable[Statement] = ()) -> Decision | None:
    """Merge it, and those that say the same, into one that is open. Votes and authors are carried. Raises Refused."""

    def write(one: Statement) -> dict[str, Any]:
        merging.merge(statement=one, into=_now(into), by=by)
        return {"into": into}

    return _act_on(statement, same, Act.MERGED, by, write)


def hide(*, statement: Statement, by: Member, reason: str, same: Iterable[Statement] = ()) -> Decision | None:
    """Take it off every page; its author reads the reason. Raises Refused."""

    def write(one: Statement) -> dict[str, Any]:
        merging.hide(statement=one, reason=reason, by=by)
        return {"reason": reason}

    return _act_on(statement, same, Act.HIDDEN, by, write)


def split(*, statement: Statement, texts: Sequence[str], keeps: int | None, by: Member) -> Decision | None:
    """Put two statements in the place of one. Raises Refused, and Unusable for words that cannot be taken."""
    cleaned = [clean_statement(text) for text in texts]

    def write(one: Statement) -> dict[str, Any]:
        parts, _ = merging.split(statement=one, texts=cleaned, keeps=keeps, by=by)
        return {"into": None if keeps is None else parts[keeps]}

    return _act_on(statement, (), Act.SPLIT, by, write)


def correct(
    *, statement: Statement, about: str, to: str, by: Member, same: Iterable[Statement] = ()
) -> Decision | None:
    """Say what it, and what waits in the same words, is: its kind, or how it stands to the change; empty for none.

    None when that was said already. Raises Refused where its author has said it.
    """
    with transaction.atomic():
        lock_merges(statement.engagement)
        correction = correcting.correct_in_office(statement=statement, about=about, to=to, by=by)
        if correction is None:
            return None
        decision = _keep(statement, Act.CORRECTED, by, correction=correction)
        for other in same:
            with suppress(Refused):
                also = correcting.correct_in_office(statement=other, about=about, to=to, by=by)
                if also:
                    _keep(other, Act.CORRECTED, by, correction=also, batch=decision.batch)
    return decision


def _act_on(
    statement: Statement,
    same: Iterable[Statement],
    act: Act,
    by: Member,
    write: Callable[[Statement], dict[str, Any]],
) -> Decision | None:
    """None when the first is neither waiting nor open any more; of the others, those that wait."""
    with transaction.atomic():
        lock_merges(statement.engagement)
        now = _now(statement)
        if now.state not in (StatementState.WAITING, StatementState.PUBLISHED):
            return None
        decision = _keep(now, act, by, **write(now))
        for other in same:
            if (another := _now(other)).state == StatementState.WAITING:
                _keep(another, act, by, batch=decision.batch, **write(another))
    return decision


def undo(*, decision: Decision, by: Member) -> list[Decision]:
    """Take back an act, and all that was done by the same press, newest first. Raises Refused, and then none is."""
    engagement = decision.statement.engagement
    with transaction.atomic():
        lock_merges(engagement)
        batch = Decision.objects.filter(batch=decision.batch, is_undone=False, statement__engagement=engagement)
        together = list(batch.select_related("statement", "correction__statement__engagement").order_by("-place"))
        for one in together:
            _undo_one(one, by)
            Decision.objects.filter(pk=one.pk).update(is_undone=True, undone_by=by)
    return together


def _undo_one(decision: Decision, by: Member) -> None:
    now = _now(decision.statement)
    if _is_overtaken(decision):
        raise Refused(_("Something was decided on this one since. Undo that first."))
    if decision.act == Act.CORRECTED:
        if decision.correction:
            correcting.take_back_in_office(correction=decision.correction, by=by)
    elif decision.act == Act.MERGED:
        if now.merged_into_id != decision.into_id:
            raise Refused(_("This merge has ended already: the other one was withdrawn."))
        merging.undo_merge(statement=now, by=by)
    elif decision.act == Act.SPLIT:
        merging.undo_split(statement=now, by=by)
    elif decision.act == Act.HIDDEN:
        merging.undo_hiding(statement=now, by=by)
    else:
        if now.state != decision.act:
            raise Refused(_("It is not as you left it. Its author may have withdrawn it."))
        engagement_actions.undo_decision(statement=now, moderator=by)


def _is_overtaken(decision: Decision) -> bool:
    """By a newer act on the same statement. What it is, and what becomes of it, do not hang on each other."""
    newer = Decision.objects.filter(statement=decision.statement, is_undone=False, place__gt=decision.place)
    if decision.act != Act.CORRECTED:
        return newer.exclude(act=Act.CORRECTED).exists()
    about = decision.correction.about if decision.correction else ""
    return newer.filter(act=Act.CORRECTED, correction__about=about).exists()


def _now(statement: Statement) -> Statement:
    return Statement.objects.select_for_update(of=("self",)).select_related("engagement", "topic").get(pk=statement.pk)


def _keep(
    statement: Statement,
    act: Act,
    by: Member,
    *,
    reason: str = "",
    into: Statement | None = None,
    correction: KindCorrection | None = None,
    batch: int = 0,
) -> Decision:
    last = Decision.objects.filter(statement__engagement=statement.engagement_id).aggregate(last=Max("place"))["last"]
    return Decision.objects.create(
        statement=statement, act=act, by=by, reason=reason, into=into, correction=correction,
        day=timezone.localdate(), batch=batch or drawn_number(), place=(last or 0) + 1,
    )  # fmt: skip


def assign(*, statement: Statement, to: Member | None) -> None:
    """Say who reads it; None: whoever comes."""
    Look.objects.filter(statement=statement).update(assignee=to)


def write_note(*, statement: Statement, by: Member, text: str) -> Note:
    """A word among those who moderate. Raises Refused when nothing is in it."""
    if not (words := " ".join(text.split())):
        raise Refused(_("The note is empty. Write it, or leave it."))
    return Note.objects.create(statement=statement, by=by, text=words[:500])


def mend(*, participant: Participant, returned: Statement, text: str) -> Statement:
    """Send other words in place of what was returned; that one and its reason are kept. Raises Unusable, Refused."""
    words = clean_statement(text)
    if returned.author_id != participant.pk or returned.state != StatementState.RETURNED:
        raise Refused(_("This one was not returned to you."))
    if words == returned.text:
        raise Unusable(_("These are the same words. Change what the reason names, then send them."))
    with transaction.atomic():
        mended = engagement_actions.say_statement(
            participant=participant, topic=returned.topic, text=words, is_kind_guessed=returned.is_kind_guessed,
            kind=guess_kind(words) if returned.is_kind_guessed else returned.kind, signed_name=returned.signed_name,
        )  # fmt: skip
        Mending.objects.get_or_create(mended=mended, defaults={"returned": returned})
    return mended


def keep_policy(*, engagement: Engagement, promised_hours: int, words: str, reasons: list[str]) -> Policy:
    """Write how it is moderated, as members read it from now on."""
    policy, _ = Policy.objects.update_or_create(
        engagement=engagement, defaults={"promised_hours": promised_hours, "words": words, "reasons": reasons}
    )
    return policy
