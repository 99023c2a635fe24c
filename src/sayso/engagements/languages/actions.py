"""Writes about languages, all by the worker: which one words are in, and how they read in another one.

The one place where a statement gets its language, whichever way it came. No events: all of it can be made again from
the words at any time, and nothing is reckoned from it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from sayso.engagements.languages.queries import Due, due_translation
from sayso.engagements.languages.telling import language_told
from sayso.engagements.locking import writing
from sayso.engagements.models import Statement, StatementState, Translation

AT_ONCE = 200
UNDER_WAY = timedelta(minutes=5)  # longer than any service may take; then another worker asks
AFTER_A_FAILURE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def tag_statements() -> int:
    """Tag some that nobody has looked at; how many there were."""
    return tag_words(Statement.objects.all(), expected="engagement__languages")


def tag_words(words: QuerySet[Any], *, expected: str) -> int:
    """The same for any table of people's words; `expected` is where a row's engagement tells its languages."""
    found = words.filter(language=None).order_by("pk")
    rows = list(found.values_list("pk", "text", expected)[:AT_ONCE])
    for number, text, languages in rows:
        # One row at a time: whoever waits for several in another order would wait for ever.
        words.filter(pk=number, language=None).update(language=language_told(text, languages))
    return len(rows)


def begin_translation(*, now: datetime) -> Due | None:
    """The next one that is due, now in this worker's hand; None when there is none, or another worker was quicker."""
    due = due_translation(now)
    if due is None:
        return None
    begun = {"of_text": due.text, "text": "", "made_by": "", "not_before": now + UNDER_WAY}
    Translation.objects.get_or_create(statement_id=due.statement, language=due.target, defaults={"not_before": now})
    row = Translation.objects.filter(statement=due.statement, language=due.target)
    is_ours = row.filter(Q(not_before__lte=now) | ~Q(of_text=due.text)).update(**begun)
    return due if is_ours else None


def end_translation(*, due: Due, text: str, made_by: str) -> bool:
    """Keep what a service gave. False where the statement is not open any more: then nothing of it is kept."""
    with writing(due.engagement):
        statement = Statement.objects.select_for_update(of=("self",)).filter(pk=due.statement).first()
        row = Translation.objects.filter(statement=due.statement, language=due.target, of_text=due.text)
        if statement is None or statement.state != StatementState.PUBLISHED or statement.text != due.text:
            row.delete()
            return False
        kept = {"text": text, "made_by": made_by, "not_before": None, "n_failures": 0, "trouble": ""}
        return bool(row.update(**kept))


def fail_translation(*, due: Due, trouble: str, now: datetime) -> None:
    """Tried again later, each time after twice as long, for as long as the statement is open."""
    row = Translation.objects.filter(statement=due.statement, language=due.target, of_text=due.text, text="")
    n_failures = row.values_list("n_failures", flat=True).first() or 0
    wait = min(AFTER_A_FAILURE * 2 ** min(n_failures, 16), LONGEST_WAIT)
    row.update(n_failures=F("n_failures") + 1, not_before=now + wait, trouble=trouble[:200])


def forget_translations(*, statements: list[int]) -> None:
    """Of statements that are taken back or hidden. Within the transaction that does it."""
    Translation.objects.filter(statement__in=statements).delete()


def forget_what_is_over() -> int:
    """Translations that nobody may read any more: of statements that are not open, or of a mandate that wants none."""
    over = ~Q(statement__state=StatementState.PUBLISHED) | Q(statement__engagement__has_translations=False)
    unmade = Q(text="") & Q(statement__engagement__key_destroyed_on__isnull=False)
    deleted, _ = Translation.objects.filter(over | unmade).delete()
    return deleted
