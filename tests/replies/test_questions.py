"""Questions to an author: on record, few, answered without a name, and never with a moment finer than the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from replies.conftest import ANN, AUTHOR, GUARDIAN, LEAD, MODERATOR, MONDAY, SPONSOR, Talk, tomorrow
from sayso.engagements import actions, withdrawing
from sayso.engagements.models import Engagement, Event, Participant, Statement
from sayso.members.models import AccessRecord
from sayso.replies import queries
from sayso.replies.models import AuthorQuestion, QuestionState
from sayso.replies.question_actions import (
    allow_questions,
    answer_question,
    ask_author,
    call_back,
    decline_question,
    refuse_questions,
    take_answer_back,
)
from sayso.replies.rules import Refused

At = Callable[[datetime], None]
ASKED = "Which list do you mean?"


def ask(talk: Talk, by: int = LEAD, text: str = ASKED, statement: Statement | None = None) -> AuthorQuestion:
    return ask_author(statement=statement or talk.statement, by=talk.member(by), text=text)


def answer(talk: Talk, question: AuthorQuestion, text: str = "The one on the door.") -> None:
    answer_question(participant=talk.who(AUTHOR), question=question, text=text)


def told(question: AuthorQuestion) -> tuple[str, str]:
    """What those who ask see now."""
    seen = queries.as_told(AuthorQuestion.objects.select_related("statement").get(pk=question.pk))
    return seen.came_of_it, seen.answer


def kinds() -> list[str]:
    about = ("author_asked", "question", "answer_taken")
    events = Event.objects.order_by("pk").values_list("kind", flat=True)
    return [kind for kind in events if kind.startswith(about)]


@pytest.mark.parametrize("by", [LEAD, SPONSOR, MODERATOR])
def test_an_answer_is_read_from_the_day_after_and_has_no_name(talk: Talk, at: At, by: int) -> None:
    question = ask(talk, by)
    assert told(question) == (queries.WAITS, "")
    at(MONDAY + timedelta(hours=6))
    answer(talk, question)
    assert told(question) == (queries.WAITS, "")
    at(tomorrow().replace(hour=0, minute=5) + timedelta(hours=2))
    assert told(question) == (queries.ANSWERED, "The one on the door.")
    assert kinds() == ["author_asked", "question_answered"]
    (asked,) = Event.objects.filter(kind="author_asked").values_list("payload", flat=True)
    assert (asked["by"], asked["statement"]) == (talk.member(by).pk, talk.statement.pk)


def test_the_log_of_an_author_names_no_participant(talk: Talk) -> None:
    question = ask(talk)
    answer(talk, question)
    take_answer_back(participant=talk.who(AUTHOR), question=question)
    decline_question(participant=talk.who(AUTHOR), question=question)
    payloads = Event.objects.filter(kind__in=kinds()).values_list("payload", flat=True)
    assert [payload for payload in payloads if "participant" in payload] == []


def test_declined_by_one_act_and_undone(talk: Talk, at: At) -> None:
    question = ask(talk)
    decline_question(participant=talk.who(AUTHOR), question=question)
    assert take_answer_back(participant=talk.who(AUTHOR), question=question) is True
    question.refresh_from_db()
    assert question.state == QuestionState.OPEN
    decline_question(participant=talk.who(AUTHOR), question=question)
    assert told(question) == (queries.WAITS, "")
    at(tomorrow())
    assert told(question) == (queries.DECLINED, "")


def test_an_answer_may_be_changed_until_it_is_read_and_taken_back_for_ever(talk: Talk, at: At) -> None:
    question = ask(talk)
    answer(talk, question, "The first.")
    answer(talk, question, "The second.")
    answer(talk, question, "The second.")
    assert kinds().count("question_answered") == 2
    at(tomorrow())
    assert told(question) == (queries.ANSWERED, "The second.")
    with pytest.raises(Refused, match="was read already"):
        answer(talk, question, "The third.")
    assert take_answer_back(participant=talk.who(AUTHOR), question=question) is True
    assert told(question) == (queries.DECLINED, "")
    question.refresh_from_db()
    assert (question.answer, question.settled_on) == ("", MONDAY.date())
    assert take_answer_back(participant=talk.who(AUTHOR), question=question) is False


def test_after_two_weeks_no_answer_came(talk: Talk, at: At) -> None:
    question = ask(talk)
    at(tomorrow(14))
    assert told(question) == (queries.WAITS, "")
    at(tomorrow(15))
    assert told(question) == (queries.NO_ANSWER, "")


def test_one_at_a_time_two_in_all_whoever_asks(talk: Talk, at: At) -> None:
    first = ask(talk)
    with pytest.raises(Refused, match="One at a time"):
        ask(talk, SPONSOR, "And why?")
    decline_question(participant=talk.who(AUTHOR), question=first)
    with pytest.raises(Refused, match="One at a time"):  # that it is declined is told tomorrow
        ask(talk, SPONSOR, "And why?")
    at(tomorrow())
    ask(talk, SPONSOR, "And why?")
    at(tomorrow(20))
    with pytest.raises(Refused, match="asked 2 times"):
        ask(talk, MODERATOR, "Once more?")


def test_five_a_day_for_each_who_asks(talk: Talk) -> None:
    said = []
    for number in range(6):
        one = actions.say_statement(participant=talk.who(ANN), topic=talk.house.topic, text=f"Thought {number} of Ann.")
        actions.publish_statement(statement=one, moderator=talk.member(MODERATOR))
        said.append(one)
    for one in said[:5]:
        ask(talk, statement=one)
    with pytest.raises(Refused, match="5 authors today"):
        ask(talk, statement=said[5])
    ask(talk, SPONSOR, statement=said[5])


def test_the_same_question_sent_twice_is_asked_once(talk: Talk) -> None:
    assert ask(talk).pk == ask(talk).pk
    assert kinds() == ["author_asked"]


def test_called_back_by_who_asked_while_nothing_is_told(talk: Talk, at: At) -> None:
    question = ask(talk)
    answer(talk, question)
    with pytest.raises(Refused, match="Only who asked"):
        call_back(question=question, by=talk.member(SPONSOR))
    assert call_back(question=question, by=talk.member(LEAD)) is True
    question.refresh_from_db()
    assert (question.state, question.answer) == (QuestionState.CALLED_BACK, "")
    with pytest.raises(Refused, match="called back"):
        answer(talk, question)
    second = ask(talk, SPONSOR, "Another one?")
    answer(talk, second)
    at(tomorrow())
    assert call_back(question=second, by=talk.member(SPONSOR)) is False
    assert told(second)[0] == queries.ANSWERED


def test_who_wants_no_questions_is_not_told_of(talk: Talk, at: At) -> None:
    """To those who ask, an author who refuses looks as one who does not answer: in every sentence, row and refusal."""
    other = actions.say_statement(participant=talk.who(ANN), topic=talk.house.topic, text="Another thought of Ann.")
    actions.publish_statement(statement=other, moderator=talk.member(MODERATOR))
    assert refuse_questions(participant=talk.who(AUTHOR)) is True
    assert refuse_questions(participant=talk.who(AUTHOR)) is False
    refused, waiting = ask(talk), ask(talk, statement=Statement.objects.get(pk=other.pk))
    assert list(queries.questions_to(talk.who(AUTHOR))) == []
    assert list(queries.questions_to(talk.who(ANN))) == [waiting]
    for days in (0, 1, 15):
        at(tomorrow(days))
        assert told(refused) == told(waiting)
    assert allow_questions(participant=talk.who(AUTHOR)) is True
    assert list(queries.questions_to(talk.who(AUTHOR))) == [refused]


def test_two_statements_of_one_author_are_asked_as_two_of_two(talk: Talk) -> None:
    """No refusal counts what one author was asked: it would tell that both are by one."""
    second = actions.say_statement(participant=talk.who(AUTHOR), topic=talk.house.topic, text="Something else of mine.")
    actions.publish_statement(statement=second, moderator=talk.member(MODERATOR))
    ask(talk)
    ask(talk, statement=Statement.objects.get(pk=second.pk))
    assert AuthorQuestion.objects.count() == 2


def test_nobody_is_asked_about_what_nobody_alone_said(talk: Talk) -> None:
    with pytest.raises(Refused, match="nobody to ask"):
        ask(talk, statement=talk.house.statements[0])
    Statement.objects.filter(pk=talk.statement.pk).update(is_from_table=True)
    with pytest.raises(Refused, match="nobody to ask"):
        ask(talk, statement=Statement.objects.get(pk=talk.statement.pk))


@pytest.mark.parametrize("by", [GUARDIAN, ANN])
def test_only_those_in_charge_ask(talk: Talk, by: int) -> None:
    with pytest.raises(Refused, match="Only those who lead"):
        ask(talk, by)


def test_nobody_else_answers(talk: Talk) -> None:
    question = ask(talk)
    for act in (answer_question, decline_question):
        more = {"text": "It was me."} if act is answer_question else {}
        with pytest.raises(Refused, match="not for you"):
            act(participant=talk.who(ANN), question=question, **more)
    with pytest.raises(Refused, match="not for you"):
        take_answer_back(participant=talk.who(ANN), question=question)


def test_withdrawn_the_statement_takes_question_and_answer_out_of_sight(talk: Talk, at: At) -> None:
    question = ask(talk)
    answer(talk, question)
    at(tomorrow())
    withdrawing.withdraw_statement(participant=talk.who(AUTHOR), statement=talk.statement)
    assert told(question) == (queries.NOT_OPEN, "")
    with pytest.raises(Refused, match="not open any more"):
        ask(talk, SPONSOR, "And now?", Statement.objects.get(pk=talk.statement.pk))


def test_after_the_close_nobody_asks_or_answers_but_takes_back(talk: Talk, at: At) -> None:
    question = ask(talk)
    answer(talk, question)
    Engagement.objects.update(closed_at=MONDAY)
    question.statement.refresh_from_db()
    with pytest.raises(Refused, match="from the opening to the close"):
        ask(talk, SPONSOR, "Still?")
    with pytest.raises(Refused, match="It is closed"):
        answer(talk, question, "Something else.")
    assert take_answer_back(participant=Participant.objects.get(pk=talk.who(AUTHOR).pk), question=question) is True


def test_who_reads_answers_is_on_record_and_the_guardian_reads_questions_only(talk: Talk, at: At) -> None:
    question = ask(talk)
    answer(talk, question)
    lead, guardian = talk.browser(LEAD), talk.browser(GUARDIAN)
    lead.get(talk.page)
    assert AccessRecord.objects.count() == 0
    at(tomorrow())
    for page in (talk.page, f"{talk.here}questions/"):
        assert "The one on the door." in lead.get(page).content.decode()
        newest = AccessRecord.objects.latest("pk")
        assert (newest.by, newest.detail) == (talk.member(LEAD), f"answers of authors: {question.pk}")
    shown = guardian.get(f"{talk.here}questions/").content.decode()
    assert ASKED in shown and "Person 1" in shown and "The one on the door." not in shown
    assert talk.browser(ANN).get(f"{talk.here}questions/").status_code == 404
