"""Reads: threads without their authors, what waits for a moderator, what is one's own, what those who ask are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, QuerySet, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.events import EventKind
from sayso.engagements.models import Engagement, Event, Participant, Statement, StatementState
from sayso.replies import rules
from sayso.replies.models import Acknowledgement, AuthorQuestion, NoQuestions, QuestionState, Reply, ReplyState

DECIDED_SHOWN = 20


def thread_of(statement: Statement) -> QuerySet[Reply]:
    """What is read under it, also what was written under others merged into it: by the day it was first shown, within a
    day by drawn numbers. No authors are fetched."""
    shown = _without_authors().filter(rules.said_as(statement), state=ReplyState.PUBLISHED)
    return shown.select_related("statement").defer("author", "statement__author").order_by("shown_on", "pk")


def stand_in_for(gone: Statement) -> list[Statement]:
    """What is open in its place: the one it was merged with, or the parts it became. Empty when nothing is."""
    here = Statement.objects.filter(engagement=gone.engagement_id, state=StatementState.PUBLISHED)
    if gone.state == StatementState.MERGED and gone.counts_for_id:
        return list(here.filter(pk=gone.counts_for_id).select_related("topic"))
    if gone.state == StatementState.SPLIT:
        return list(here.filter(split_from=gone).select_related("topic").order_by("pk"))
    return []


def acknowledgements_of(statement: Statement) -> QuerySet[Acknowledgement]:
    """Newest first; by role, so nobody's name is fetched."""
    return statement.acknowledgements.defer("given_by").order_by("-place")


def newest_acknowledgements(statements: Iterable[int]) -> dict[int, Acknowledgement]:
    rows = Acknowledgement.objects.filter(statement__in=list(statements)).defer("given_by").order_by("place")
    return {row.statement_id: row for row in rows}


def _without_authors() -> QuerySet[Reply]:
    return Reply.objects.defer("author")


# For moderators


def replies_waiting(engagement: Engagement) -> QuerySet[Reply]:
    """Oldest day first; where they would be read: not under what was hidden or taken back."""
    here = _for_moderators(engagement).filter(rules.IS_READ, state=ReplyState.WAITING)
    return here.order_by("said_on", "pk")


def replies_decided(engagement: Engagement) -> list[Reply]:
    """What was decided last, newest first."""
    kinds = (EventKind.REPLY_PUBLISHED, EventKind.REPLY_HIDDEN)
    events = Event.objects.filter(engagement=engagement, kind__in=kinds).order_by("-pk")
    numbers = [told["reply"] for told in events.values_list("payload", flat=True)[: 2 * DECIDED_SHOWN]]
    newest = list(dict.fromkeys(numbers))[:DECIDED_SHOWN]
    rows = _for_moderators(engagement).exclude(state=ReplyState.WAITING).in_bulk(newest)
    return [rows[pk] for pk in newest if pk in rows]


def _for_moderators(engagement: Engagement) -> QuerySet[Reply]:
    rows = _without_authors().filter(statement__engagement=engagement)
    return rows.select_related("statement__topic").defer("author", "statement__author")


# One's own


@dataclass
class UnderOwn:
    """What has become of one own statement beyond votes."""

    acknowledgements: list[Acknowledgement] = field(default_factory=list)
    questions: list[AuthorQuestion] = field(default_factory=list)
    n_replies: int = 0


def under_own(participant: Participant) -> dict[int, UnderOwn]:
    """By number of statement, for those about which there is something. For their author alone."""
    told: dict[int, UnderOwn] = defaultdict(UnderOwn)
    own = participant.statements.filter(state=StatementState.PUBLISHED).values("pk")
    for given in Acknowledgement.objects.filter(statement__in=own).defer("given_by").order_by("-place"):
        told[given.statement_id].acknowledgements.append(given)
    stands = Case(When(statement__state=StatementState.MERGED, then="statement__counts_for"), default="statement")
    shown = (
        Reply.objects.filter(rules.IS_READ, state=ReplyState.PUBLISHED).annotate(stands=stands).filter(stands__in=own)
    )
    for statement, number in shown.order_by().values_list("stands").annotate(Count("pk")):
        told[statement].n_replies = number
    for question in questions_to(participant):
        told[question.statement_id].questions.append(question)
    return dict(told)


def questions_to(participant: Participant) -> QuerySet[AuthorQuestion]:
    """What they may answer or have answered; of open ones none when they want none."""
    own = AuthorQuestion.objects.filter(statement__author=participant, statement__state=StatementState.PUBLISHED)
    wants_none = Exists(NoQuestions.objects.filter(participant=participant))
    own = own.exclude(state=QuestionState.CALLED_BACK).exclude(wants_none, state=QuestionState.OPEN)
    return own.select_related("asked_by").order_by("asked_on", "pk")


def n_questions_open(participant: Participant) -> int:
    return questions_to(participant).filter(state=QuestionState.OPEN).count()


def wants_no_questions(participant: Participant) -> bool:
    return NoQuestions.objects.filter(participant=participant).exists()


def own_replies(participant: Participant) -> QuerySet[Reply]:
    """Newest day first."""
    return participant.replies.select_related("statement__counts_for").order_by("-said_on", "pk")


def own_questions(participant: Participant) -> QuerySet[AuthorQuestion]:
    """Every question about what they said, whatever became of it: for what is held on them."""
    rows = AuthorQuestion.objects.filter(statement__author=participant).select_related("statement")
    return rows.order_by("asked_on", "pk")


# For those who ask


@dataclass(frozen=True)
class Asked:
    """A question as those in charge see it: with what the author did from the day after on, and never who that is."""

    question: AuthorQuestion
    came_of_it: str | Promise
    answer: str = ""

    @property
    def waits(self) -> bool:
        return self.came_of_it == WAITS


WAITS = lazily("It waits for the author.")
ANSWERED = lazily("The author answered.")
DECLINED = lazily("The author would rather not say.")
NO_ANSWER = lazily("No answer came.")
CALLED_BACK = lazily("It was called back.")
NOT_OPEN = lazily("The statement is not open any more.")


def questions_asked(engagement: Engagement) -> QuerySet[AuthorQuestion]:
    """Newest day first. Authors of statements are not fetched."""
    rows = AuthorQuestion.objects.filter(statement__engagement=engagement).select_related("statement", "asked_by")
    return rows.defer("statement__author").order_by("-asked_on", "-pk")


def questions_about(statement: Statement) -> list[Asked]:
    rows = statement.author_questions.select_related("asked_by").order_by("-asked_on", "-pk")
    return [as_told(question) for question in rows]


def as_told(question: AuthorQuestion, *, with_answer: bool = True) -> Asked:
    today = timezone.localdate()
    came_of_it = _came_of(question, today)
    shows = with_answer and came_of_it == ANSWERED
    return Asked(question, came_of_it, question.answer if shows else "")


def _came_of(question: AuthorQuestion, today: date) -> str | Promise:
    if question.state == QuestionState.CALLED_BACK:
        return CALLED_BACK
    if question.statement.state != StatementState.PUBLISHED:
        return NOT_OPEN
    if rules.is_told(question, today):
        return ANSWERED if question.state == QuestionState.ANSWERED else DECLINED
    return WAITS if rules.waits(question, today) else NO_ANSWER


def to_acknowledge(engagement: Engagement, *, is_all: bool) -> QuerySet[Statement]:
    """Open statements, by drawn numbers; those nobody has said anything to yet, or all."""
    rows = Statement.objects.filter(engagement=engagement, state=StatementState.PUBLISHED)
    rows = rows if is_all else rows.filter(acknowledgements=None)
    return rows.select_related("topic").defer("author").order_by("pk")


# For the news of a week


def acknowledged_between(engagement: Engagement, after: int, to: int) -> list[Acknowledgement]:
    """The newest to each statement that those in charge said something to then, if it stands; newest day first."""
    numbers = {told["statement"] for told in _between(engagement, after, to, EventKind.STATEMENT_ACKNOWLEDGED)}
    rows = Acknowledgement.objects.filter(statement__in=numbers, statement__state=StatementState.PUBLISHED)
    newest = {row.statement_id: row for row in rows.select_related("statement").defer("given_by").order_by("place")}
    return sorted(newest.values(), key=lambda row: (row.given_on or date.min, row.pk), reverse=True)


def are_authors_asked_between(engagement: Engagement, after: int, to: int) -> bool:
    """Whether somebody was asked something then, and the question stands."""
    numbers = {told["question"] for told in _between(engagement, after, to, EventKind.AUTHOR_ASKED)}
    return AuthorQuestion.objects.filter(pk__in=numbers).exclude(state=QuestionState.CALLED_BACK).exists()


def _between(engagement: Engagement, after: int, to: int, kind: EventKind) -> list[dict[str, Any]]:
    events = Event.objects.filter(engagement=engagement, kind=kind, pk__gt=after, pk__lte=to)
    return list(events.values_list("payload", flat=True))
