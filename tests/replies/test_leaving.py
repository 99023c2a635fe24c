"""What is held on me, what goes when I leave or am erased, and what is left of a thread when the key is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from custody.conftest import close, distil, follow
from replies.conftest import ANN, AUTHOR, BOB, GUARDIAN, LEAD, MODERATOR, Talk, tomorrow
from sayso.custody import actions as custody
from sayso.custody.held import held_on
from sayso.custody.nameless import make_nameless
from sayso.engagements.models import Event, Participant
from sayso.members.models import Member
from sayso.replies.acknowledging import acknowledge
from sayso.replies.models import Acknowledgement, AuthorQuestion, NoQuestions, Reply, Said
from sayso.replies.question_actions import answer_question, ask_author, refuse_questions
from sayso.replies.thread_actions import hide_reply, publish_reply, say_reply

At = Callable[[datetime], None]


@pytest.fixture
def full(talk: Talk, at: At) -> Talk:
    """Ann's replies in each state, the author's with the mark; a question answered and read; an acknowledgement."""
    moderator = talk.member(MODERATOR)
    texts = {
        ANN: ("Ann, shown.", "Ann, hidden.", "Ann, waiting."),
        AUTHOR: ("The author, shown.",),
        BOB: ("Bob, shown.",),
    }
    for person, said in texts.items():
        for text in said:
            reply = say_reply(
                participant=talk.who(person), statement=talk.statement, text=text, is_by_author=person == AUTHOR
            )
            if "shown" in text:
                publish_reply(reply=reply, moderator=moderator)
            if "hidden" in text:
                hide_reply(reply=reply, moderator=moderator, reason="It names a person.")
    question = ask_author(statement=talk.statement, by=talk.member(LEAD), text="Which list?")
    answer_question(participant=talk.who(AUTHOR), question=question, text="The one on the door.")
    refuse_questions(participant=talk.who(AUTHOR))
    acknowledge(statement=talk.statement, by=talk.member(LEAD), said=Said.LOOKING)
    at(tomorrow())
    return talk


def texts() -> list[str]:
    return sorted(Reply.objects.values_list("text", flat=True))


def test_what_is_held_tells_of_replies_questions_and_acts(full: Talk) -> None:
    def said(person: int) -> dict[str, object]:
        (told,) = held_on(Member.objects.get(pk=full.member(person).pk))["having_our_say"]
        return dict(told)

    ann, author = said(ANN), said(AUTHOR)
    assert [(reply["words"], reply["reason"]) for reply in ann["replies"]] == [  # type: ignore[attr-defined]
        ("Ann, shown.", ""),
        ("Ann, hidden.", "It names a person."),
        ("Ann, waiting.", ""),
    ]
    (question,) = author["questions_to_me"]  # type: ignore[misc]
    assert (question["question"], question["my answer"]) == ("Which list?", "The one on the door.")
    assert author["wants_no_questions"] is True and ann["wants_no_questions"] is False
    acts = held_on(Member.objects.get(pk=full.member(LEAD).pk))["acts_of_office"]
    assert (acts["questions asked of authors"], acts["statements acknowledged"]) == (1, 1)


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (True, ["Ann, shown.", "Bob, shown.", "The author, shown."]),
        (False, ["Bob, shown.", "The author, shown."]),
    ],
)
def test_who_leaves_takes_replies_along_as_they_wish(full: Talk, keep: bool, left: list[str]) -> None:
    full.browser(ANN).post(f"{full.here}leave/", {"words": "keep" if keep else "take"})
    assert texts() == left


def test_the_author_who_leaves_takes_mark_answer_and_wish_along(full: Talk) -> None:
    full.browser(AUTHOR).post(f"{full.here}leave/", {"words": "keep"})
    assert Reply.objects.get(text="The author, shown.").is_by_author is False
    question = AuthorQuestion.objects.get()
    assert (question.state, question.answer) == ("declined", "")
    assert NoQuestions.objects.count() == 0


def test_who_is_erased_has_no_reply_any_more_not_even_under_a_pseudonym(full: Talk) -> None:
    wish = custody.wish_erasure(engagement=full.house.engagement, member=full.member(ANN))
    assert custody.carry_out_wish(wish=wish, by=full.member(GUARDIAN)) is True
    assert texts() == ["Ann, shown.", "Bob, shown.", "The author, shown."]
    assert Reply.objects.get(text="Ann, shown.").author is None
    assert Participant.objects.get(pk=full.who(ANN).pk).replies.count() == 0


def test_who_left_the_roster_is_not_named_beside_what_they_asked(full: Talk) -> None:
    Member.objects.filter(pk=full.member(LEAD).pk).update(is_active=False)
    lead = Member.objects.get(pk=full.member(LEAD).pk)
    make_nameless(member=lead, by=full.member(GUARDIAN), typed_name=lead.full_name)
    shown = full.browser(MODERATOR).get(f"{full.here}questions/").content.decode()
    assert "Which list?" in shown and "Person 1" not in shown and "The lead" in shown


@pytest.mark.django_db(transaction=True)
def test_the_end_of_the_key_takes_authors_days_and_all_that_was_between_two(full: Talk) -> None:
    house = full.house
    distil()
    close(house)
    assert custody.publish_ballots(engagement=house.engagement)
    custody.destroy_engagement_key(
        engagement=house.engagement, by=full.member(GUARDIAN), typed_title=house.engagement.title
    )
    follow()
    rows = Reply.objects.order_by("pk").values_list("text", "author", "said_on", "shown_on", "is_by_author")
    assert set(rows) == {
        ("Ann, shown.", None, None, None, False),
        ("Bob, shown.", None, None, None, False),
        ("The author, shown.", None, None, None, True),
    }
    assert AuthorQuestion.objects.count() == NoQuestions.objects.count() == 0
    given = Acknowledgement.objects.get()
    assert (given.said, given.given_on, given.as_role) == (Said.LOOKING, None, "lead")
    left = set(Event.objects.values_list("kind", flat=True))
    about = ("reply", "question", "author", "statement_ack", "answer_taken", "acknowledgement")
    assert [kind for kind in left if kind.startswith(about)] == []
    shown = full.browser(BOB).get(full.page).content.decode()
    assert "Ann, shown." in shown and "We will look into this." in shown and "<textarea" not in shown
