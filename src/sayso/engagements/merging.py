"""Statements merged, split and hidden: the rows and their events. Which votes count then, `carrying` says.

Each verb belongs inside a transaction that holds `lock_merges`, so that no two change one tree. Who may, and the trail
for those who moderate, are the work of `moderation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from sayso.engagements.events import EventKind, record
from sayso.engagements.kinds import guessed
from sayso.engagements.languages.actions import forget_translations
from sayso.engagements.locking import locked
from sayso.engagements.models import Engagement, Event, Statement, StatementState, Vote
from sayso.engagements.rules import Refused
from sayso.members.models import Member


def lock_merges(engagement: Engagement) -> None:
    """One change of who is merged with whom at a time. Votes need not wait."""
    locked(engagement)


def merge(*, statement: Statement, into: Statement, by: Member) -> Event:
    """Let a statement's votes and authorship count for another, which is open for votes. Raises Refused."""
    if statement.engagement_id != into.engagement_id or statement.pk == into.pk:
        raise Refused(_("Pick another statement to merge it with."))
    if into.state != StatementState.PUBLISHED or into.merged_into_id:
        raise Refused(_("The one to merge it with is not open for votes. Approve that one first, or pick another."))
    if statement.state not in (StatementState.WAITING, StatementState.PUBLISHED) or statement.merged_into_id:
        raise Refused(_("This one is neither waiting nor open, so it cannot be merged."))
    if statement.is_seed and not into.is_seed:
        raise Refused(_("A statement of the organisers stays. Merge the other one into it."))
    _attach(statement, into, StatementState.MERGED)
    return record(engagement=statement.engagement, kind=EventKind.STATEMENT_MERGED,
                  statement=statement.pk, into=into.pk, moderator=by.pk)  # fmt: skip


def undo_merge(*, statement: Statement, by: Member) -> Event:
    """Let a merged statement stand for itself again, as it was before, with the votes given on it. Raises Refused."""
    if statement.state == StatementState.WITHDRAWN:
        raise Refused(_("Its author has withdrawn it meanwhile, so there is nothing to take apart."))
    if statement.state != StatementState.MERGED or statement.merged_into_id is None:
        raise Refused(_("This one is not merged any more."))
    _detach(statement, statement.state_before or StatementState.WAITING)
    return record(engagement=statement.engagement, kind=EventKind.MERGE_UNDONE, statement=statement.pk, moderator=by.pk)


def split(
    *, statement: Statement, texts: Sequence[str], keeps: int | None, by: Member
) -> tuple[list[Statement], Event]:
    """Put two statements in the place of one, both open; `keeps` is the part, 0 or 1, that its votes count for.

    Who agreed to both ideas at once need not agree to each. So votes go on only with a part that still says what people
    answered to, or with none; they stay with the old words either way, and come back when the split is undone.
    """
    if statement.state not in (StatementState.WAITING, StatementState.PUBLISHED) or statement.merged_into_id:
        raise Refused(_("This one is neither waiting nor open, so it cannot be split."))
    earlier = {part.text: part for part in statement.parts.filter(state=StatementState.WITHDRAWN)}
    same = Statement.objects.filter(engagement=statement.engagement_id, author=statement.author_id, text__in=texts)
    if len(set(texts)) < 2 or (statement.author_id and same.exclude(pk__in=[p.pk for p in earlier.values()]).exists()):
        raise Refused(_("Write two different parts, neither of which is there already."))
    parts = [earlier.get(text) or _part(statement, text) for text in texts]
    Statement.objects.filter(pk__in=[part.pk for part in parts]).update(state=StatementState.PUBLISHED)
    kept = None if keeps is None else parts[keeps]
    if kept:
        _attach(statement, kept, StatementState.SPLIT)
    else:
        Statement.objects.filter(pk=statement.pk).update(state=StatementState.SPLIT, state_before=statement.state)
    event = record(engagement=statement.engagement, kind=EventKind.STATEMENT_SPLIT, statement=statement.pk,
                   parts=[part.pk for part in parts], keeps=kept and kept.pk, moderator=by.pk)  # fmt: skip
    return parts, event


def _part(statement: Statement, text: str) -> Statement:
    """Nobody's name stands beside it: who put theirs to the whole did not write it so."""
    return Statement.objects.create(
        engagement=statement.engagement, topic=statement.topic, author_id=statement.author_id, text=text,
        is_seed=statement.is_seed, is_from_table=statement.is_from_table,
        split_from=statement, arrived=statement.arrived, **guessed("kind", text), **guessed("leaning", text),
    )  # fmt: skip


def undo_split(*, statement: Statement, by: Member) -> Event:
    """Put the one in the place of its two parts again. Raises Refused once people have answered a part."""
    parts = list(statement.parts.select_for_update().order_by("pk"))
    if statement.state != StatementState.SPLIT or any(part.state != StatementState.PUBLISHED for part in parts):
        raise Refused(_("One of the two parts is not as it was, so they stay two."))
    if Vote.objects.filter(statement__in=parts).exists():
        raise Refused(_("People have already answered one of the two parts, so they stay two."))
    if Statement.objects.filter(merged_into__in=parts).exclude(pk=statement.pk).exists():
        raise Refused(_("Others were merged into one of the two parts. Undo that first."))
    _detach(statement, statement.state_before)
    # Taken out of the author's words: nobody ever said them so.
    Statement.objects.filter(pk__in=[part.pk for part in parts]).update(state=StatementState.WITHDRAWN)
    return record(engagement=statement.engagement, kind=EventKind.SPLIT_UNDONE, statement=statement.pk,
                  parts=[part.pk for part in parts], moderator=by.pk)  # fmt: skip


def hide(*, statement: Statement, reason: str, by: Member) -> Event:
    """Take a statement off every page; its author reads why. Its votes stay, and tell where people stand."""
    if statement.state not in (StatementState.WAITING, StatementState.PUBLISHED) or statement.merged_into_id:
        raise Refused(_("This one is neither waiting nor open, so it cannot be hidden."))
    Statement.objects.filter(pk=statement.pk).update(
        state=StatementState.HIDDEN, state_before=statement.state, return_reason=reason
    )
    forget_translations(statements=[statement.pk])
    return record(
        engagement=statement.engagement, kind=EventKind.STATEMENT_HIDDEN, statement=statement.pk, moderator=by.pk
    )


def undo_hiding(*, statement: Statement, by: Member) -> Event:
    if statement.state != StatementState.HIDDEN:
        raise Refused(_("This one is not hidden any more."))
    before = statement.state_before or StatementState.WAITING
    Statement.objects.filter(pk=statement.pk).update(state=before, state_before="", return_reason="")
    was_open = before == StatementState.PUBLISHED
    kind = EventKind.STATEMENT_PUBLISHED if was_open else EventKind.DECISION_UNDONE
    return record(engagement=statement.engagement, kind=kind, statement=statement.pk, moderator=by.pk)


def set_free(statement: Statement) -> None:
    """Its author takes it back: what was merged into it stands for itself again, words, authors and votes.

    What its own author had withdrawn meanwhile has nothing left to count for, and goes with its votes. The whole of
    which this is a part stays split: half of an idea was taken back.
    """
    for merged in statement.merged.order_by("pk"):
        _detach(merged, merged.state_before if merged.state == StatementState.MERGED else merged.state)
        record(engagement=merged.engagement, kind=EventKind.MERGE_UNDONE, statement=merged.pk)
        if merged.state == StatementState.WITHDRAWN:
            set_free(merged)
            Vote.objects.filter(statement=merged).delete()
            record(engagement=merged.engagement, kind=EventKind.STATEMENT_WITHDRAWN, statement=merged.pk,
                   participant=merged.author_id)  # fmt: skip


def _attach(statement: Statement, into: Statement, state: StatementState) -> None:
    Statement.objects.filter(pk=statement.pk).update(merged_into=into, state=state, state_before=statement.state)
    Statement.objects.filter(pk__in=list(_under(statement.pk))).update(counts_for=into.counts_for_id or into.pk)


def _detach(statement: Statement, state: str) -> None:
    Statement.objects.filter(pk=statement.pk).update(merged_into=None, state=state, state_before="")
    under = list(_under(statement.pk))
    Statement.objects.filter(pk__in=under).update(counts_for=statement.pk)
    Statement.objects.filter(pk=statement.pk).update(counts_for=None)


def _under(statement: int) -> Iterator[int]:
    """It, and all that was merged into it, at whatever remove."""
    level = [statement]
    while level:
        yield from level
        level = list(Statement.objects.filter(merged_into__in=level).values_list("pk", flat=True))
