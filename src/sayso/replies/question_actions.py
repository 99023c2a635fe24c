"""Questions to an author, and what the author does with them. Each verb one transaction with its event.

Whoever asks is on record. The events of an author name the question only, never whose it is.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.models import Participant, Statement
from sayso.members.models import Member
from sayso.replies import rules
from sayso.replies.models import AuthorQuestion, NoQuestions, QuestionState
from sayso.replies.rules import Refused


def ask_author(*, statement: Statement, by: Member, text: str) -> AuthorQuestion:
    """Ask whoever wrote it. The same question sent twice is asked once. Raises Refused."""
    role = rules.role_of(by, statement.engagement)
    if role is None:
        raise Refused(_("Only those who lead, sponsor or moderate may ask."))
    with writing(statement.engagement):
        # One asks at a time: two of them would each find that nobody asks.
        held = Statement.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=statement.pk)
        same = held.author_questions.filter(asked_by=by, text=text).exclude(state=QuestionState.CALLED_BACK)
        if known := same.first():
            return known
        rules.check_asking(held, by, timezone.localdate())
        question = AuthorQuestion.objects.create(statement=held, asked_by=by, as_role=role, text=text)
        record(
            engagement=held.engagement,
            kind=EventKind.AUTHOR_ASKED,
            question=question.pk,
            statement=held.pk,
            by=by.pk,
            role=str(role),
        )
    return question


def call_back(*, question: AuthorQuestion, by: Member) -> bool:
    """Take a question back, by who asked it, while they have not been told of an answer; one on its way goes too."""
    if question.asked_by_id != by.pk:
        raise Refused(_("Only who asked may call a question back."))
    with writing(question.statement.engagement):
        held = AuthorQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if held.state == QuestionState.CALLED_BACK or rules.is_told(held, timezone.localdate()):
            return False
        _settle(held, QuestionState.CALLED_BACK)
        engagement = question.statement.engagement
        record(
            engagement=engagement,
            kind=EventKind.QUESTION_CALLED_BACK,
            question=question.pk,
            statement=question.statement_id,
            by=by.pk,
        )
    return True


def answer_question(*, participant: Participant, question: AuthorQuestion, text: str) -> None:
    """Answer, or change the answer while nobody has read it. Raises Refused."""
    _settle_as_author(participant, question, QuestionState.ANSWERED, EventKind.QUESTION_ANSWERED, text)


def decline_question(*, participant: Participant, question: AuthorQuestion) -> None:
    """Rather not say. Raises Refused."""
    _settle_as_author(participant, question, QuestionState.DECLINED, EventKind.QUESTION_DECLINED, "")


def _settle_as_author(
    participant: Participant, question: AuthorQuestion, state: QuestionState, kind: EventKind, text: str
) -> None:
    with writing(participant.engagement, by=participant):
        held = _held(question)
        rules.check_answerable(held, participant)
        if (held.state, held.answer) == (state, text):
            return
        if rules.is_told(held, timezone.localdate()):
            raise Refused(_("What you said to it was read already. You can take it back; nothing was changed."))
        _settle(held, state, text)
        record(engagement=participant.engagement, kind=kind, question=question.pk, statement=question.statement_id)


def take_answer_back(*, participant: Participant, question: AuthorQuestion) -> bool:
    """Undo what was done with a question; once those who ask have read it, no answer is left. False when there is none.

    Holds after the close as well: what somebody gave is theirs.
    """
    if question.statement.author_id != participant.pk:
        raise Refused(_("This question is not for you."))
    with writing(participant.engagement, by=participant):
        held = _held(question)
        is_read = rules.is_told(held, timezone.localdate())
        if held.settled_on is None or (is_read and held.state == QuestionState.DECLINED):
            return False
        _settle(held, QuestionState.DECLINED if is_read else QuestionState.OPEN)
        record(
            engagement=participant.engagement,
            kind=EventKind.ANSWER_TAKEN_BACK,
            question=question.pk,
            statement=question.statement_id,
        )
    return True


def _held(question: AuthorQuestion) -> AuthorQuestion:
    rows = AuthorQuestion.objects.select_for_update(of=("self",)).select_related("statement__engagement")
    return rows.get(pk=question.pk)


def _settle(held: AuthorQuestion, state: QuestionState, answer: str = "") -> None:
    """A day that is told already stays: another one would say when something was taken back."""
    is_settled = state in (QuestionState.ANSWERED, QuestionState.DECLINED)
    held.settled_on = (held.settled_on or timezone.localdate()) if is_settled else None
    held.state, held.answer = state, answer
    held.save(update_fields=["state", "answer", "settled_on"])


def refuse_questions(*, participant: Participant) -> bool:
    """Be asked nothing more about what one said. Nobody is told. False when it is so already."""
    with writing(participant.engagement, by=participant):
        _, is_new = NoQuestions.objects.get_or_create(participant=participant)
        if is_new:
            record(engagement=participant.engagement, kind=EventKind.QUESTIONS_REFUSED, participant=participant.pk)
    return is_new


def allow_questions(*, participant: Participant) -> bool:
    with writing(participant.engagement, by=participant):
        deleted, _ = NoQuestions.objects.filter(participant=participant).delete()
        if deleted:
            record(engagement=participant.engagement, kind=EventKind.QUESTIONS_ALLOWED, participant=participant.pk)
    return bool(deleted)
