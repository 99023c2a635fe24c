"""The pages: what comes back when something is wrong, what is shown to whom, and that typed words stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from replies.conftest import ANN, AUTHOR, BOB, GUARDIAN, LEAD, MODERATOR, SILENT, SPONSOR, Talk, tomorrow
from sayso.engagements import withdrawing
from sayso.engagements.merging import merge, split
from sayso.engagements.models import Engagement, Phase, Statement
from sayso.replies.models import AuthorQuestion, NoQuestions, Reply
from sayso.replies.question_actions import ask_author, call_back
from sayso.replies.thread_actions import publish_reply, say_reply

At = Callable[[datetime], None]
TYPED = "They put it on the door, too late."


def page(talk: Talk, person: int, address: str = "") -> str:
    return talk.browser(person).get(address or talk.page).content.decode()


def reply_shown(talk: Talk, person: int = ANN, text: str = TYPED, **how: bool) -> Reply:
    reply = say_reply(participant=talk.who(person), statement=talk.statement, text=text, **how)
    publish_reply(reply=reply, moderator=talk.member(MODERATOR))
    return reply


def test_from_typing_to_being_read(talk: Talk) -> None:
    told = talk.browser(ANN).post(f"{talk.page}reply/", {"text": f"  {TYPED} "}, follow=True).content.decode()
    assert "A person reads it before others see it" in told and TYPED not in told
    moderator = talk.browser(MODERATOR)
    reply = Reply.objects.get()
    assert TYPED in moderator.get(f"{talk.here}inbox/replies/").content.decode()
    moderator.post(f"{talk.here}inbox/replies/{reply.pk}/", {"decision": "approve"})
    assert TYPED in page(talk, BOB)
    assert "shown, without your name" in page(talk, ANN, f"{talk.here}mine/")


def test_before_ones_own_answer_there_is_no_thread(talk: Talk) -> None:
    reply_shown(talk)
    assert TYPED not in page(talk, SILENT) and "Answer it, and you read" in page(talk, SILENT)
    told = talk.browser(SILENT).post(f"{talk.page}answer/", {"stance": "-1"}, follow=True).content.decode()
    assert TYPED in told
    assert talk.who(SILENT).votes.get(statement=talk.statement).stance == -1
    broken = talk.browser(BOB).post(f"{talk.page}answer/", {"stance": "7"}, follow=True).content.decode()
    assert "did not arrive whole" in broken


def test_whoever_reads_by_duty_and_all_after_the_listening_read_along(talk: Talk) -> None:
    reply_shown(talk)
    for person in (LEAD, SPONSOR, MODERATOR):
        assert TYPED in page(talk, person)
    assert TYPED not in page(talk, GUARDIAN)
    Engagement.objects.update(phase=Phase.ANSWER)
    shown = page(talk, SILENT)
    assert TYPED in shown and "Replies could be written while we listened" in shown and "<textarea" not in shown


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Nothing arrived"),
        (" \u202e ", "Nothing arrived"),
        ("👍👍", "Please use words"),
        ("x" * 300, "20 too many characters"),
        ("word " * 20_000, "too many characters"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_the_words(talk: Talk, typed: str, told: str) -> None:
    wrong = talk.browser(ANN).post(f"{talk.page}reply/", {"text": typed})
    shown = wrong.content.decode()
    assert (wrong.status_code, told in shown, Reply.objects.count()) == (422, True, 0)
    assert typed.strip()[:50] in shown


def test_script_and_formula_are_words(talk: Talk) -> None:
    reply_shown(talk, text="<script>alert(1)</script> =HYPERLINK(1)")
    shown = page(talk, BOB)
    assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown


def test_the_phase_ended_while_somebody_typed(talk: Talk) -> None:
    Engagement.objects.update(phase=Phase.DISTIL)
    wrong = talk.browser(ANN).post(f"{talk.page}reply/", {"text": TYPED})
    shown = wrong.content.decode()
    assert wrong.status_code == 422 and "The time for replying is over" in shown and TYPED in shown


def test_the_statement_went_while_somebody_typed(talk: Talk) -> None:
    withdrawing.withdraw_statement(participant=talk.who(AUTHOR), statement=talk.statement)
    wrong = talk.browser(ANN).post(f"{talk.page}reply/", {"text": TYPED})
    shown = wrong.content.decode()
    assert wrong.status_code == 410 and TYPED in shown and "not open any more" in shown
    assert talk.statement.text not in shown


def test_what_was_merged_or_split_leads_on_to_what_is_open_in_its_place(talk: Talk) -> None:
    moderator, other = talk.member(MODERATOR), talk.house.statements[0]
    merge(statement=talk.statement, into=other, by=moderator)
    wrong = talk.browser(ANN).post(f"{talk.page}reply/", {"text": TYPED})
    shown = wrong.content.decode()
    assert wrong.status_code == 410 and TYPED in shown and "merged with another" in shown
    assert f'href="{talk.here}statements/{other.pk}/"' in shown and other.text in shown
    withdraw = Statement.objects.filter(pk=other.pk)
    withdraw.update(state="withdrawn")
    assert other.text not in page(talk, ANN) and "not open any more" in page(talk, ANN)
    withdraw.update(state="published")
    (first, second), _ = split(statement=other, texts=["Heat it.", "Paint it."], keeps=None, by=moderator)
    shown = page(talk, ANN, f"{talk.here}statements/{other.pk}/")
    assert "became two" in shown and all(f"statements/{part.pk}/" in shown for part in (first, second))


def test_a_stale_token_gives_the_words_back_to_send_again(talk: Talk) -> None:
    browser = talk.browser(ANN, enforce_csrf_checks=True)
    stale = browser.post(f"{talk.page}reply/", {"text": TYPED}, HTTP_SEC_FETCH_SITE="same-origin")
    shown = stale.content.decode()
    assert stale.status_code == 403 and TYPED in shown and f'action="{talk.page}reply/"' in shown
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
    assert token
    again = {"text": TYPED, "csrfmiddlewaretoken": token[1]}
    assert browser.post(f"{talk.page}reply/", again).status_code == 302
    assert Reply.objects.get().text == TYPED


def test_a_form_sent_twice_counts_once(talk: Talk) -> None:
    browser = talk.browser(ANN)
    for _ in range(2):
        assert browser.post(f"{talk.page}reply/", {"text": TYPED}).status_code == 302
    reply = Reply.objects.get()
    for _ in range(2):
        assert browser.post(f"{talk.here}mine/replies/{reply.pk}/withdraw/").status_code == 302
    assert Reply.objects.count() == 0


def test_nothing_on_the_page_says_which_reply_is_ones_own(talk: Talk) -> None:
    """Two who did the same see the same page, but that one of them wrote a reply that is shown."""
    reply_shown(talk, ANN)

    def plain(person: int) -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page(talk, person))

    assert plain(ANN) == plain(BOB)


def test_an_author_without_the_mark_replies_as_anybody(talk: Talk) -> None:
    reply_shown(talk, AUTHOR, "I meant the list.")
    assert "by the author of the statement" not in page(talk, BOB)
    marked = reply_shown(talk, AUTHOR, "And I wrote it.", is_by_author=True)
    assert "by the author of the statement" in page(talk, BOB)
    talk.browser(AUTHOR).post(f"{talk.here}mine/replies/{marked.pk}/unmark/")
    assert "by the author of the statement" not in page(talk, BOB)


def test_the_tick_is_offered_to_the_author_alone(talk: Talk) -> None:
    assert "who wrote the statement" in page(talk, AUTHOR) and "who wrote the statement" not in page(talk, ANN)


def test_what_nobody_has_read_has_no_page(talk: Talk) -> None:
    Statement.objects.filter(pk=talk.statement.pk).update(state="waiting")
    assert talk.browser(LEAD).get(talk.page).status_code == 404
    assert talk.browser(AUTHOR).get(f"{talk.here}statements/{2**62}/").status_code == 404


def test_reading_makes_nobody_a_participant(talk: Talk) -> None:
    before = talk.house.engagement.participants.count()
    talk.house.engagement.participants.filter(pk=talk.who(SILENT).pk).delete()
    assert talk.browser(SILENT).get(talk.page).status_code == 200
    assert talk.house.engagement.participants.count() == before - 1


def test_a_moderator_hides_with_a_reason_and_undoes(talk: Talk) -> None:
    reply = reply_shown(talk)
    moderator, address = talk.browser(MODERATOR), f"{talk.here}inbox/replies/{reply.pk}/"
    without = moderator.post(address, {"decision": "return", "own_words": " ", "from": "statement"})
    assert without.status_code == 422 and "pick or write a reason" in without.content.decode()
    moderator.post(address, {"decision": "return", "own_words": "It names a person.", "from": "statement"})
    assert TYPED not in page(talk, BOB)
    assert "It names a person." in page(talk, ANN, f"{talk.here}mine/")
    told = moderator.post(address, {"decision": "return", "own_words": "Again."}, follow=True).content.decode()
    assert "Somebody else has decided this one already." in told
    moderator.post(address, {"decision": "undo"})
    moderator.post(address, {"decision": "approve"})
    assert TYPED in page(talk, BOB)
    for person in (SPONSOR, ANN, GUARDIAN):
        assert talk.browser(person).post(address, {"decision": "approve"}).status_code == 404


def test_asked_answered_and_read(talk: Talk, at: At) -> None:
    lead, author = talk.browser(LEAD), talk.browser(AUTHOR)
    empty = lead.post(f"{talk.page}ask/", {"text": "?"})
    assert empty.status_code == 422 and "Please use words" in empty.content.decode()
    lead.post(f"{talk.page}ask/", {"text": "Which list do you mean?"})
    second = lead.post(f"{talk.page}ask/", {"text": "And which door?"})
    assert second.status_code == 422 and "One at a time" in second.content.decode()
    assert "And which door?" in second.content.decode()
    question = AuthorQuestion.objects.get()
    address = f"{talk.here}mine/questions/{question.pk}/"
    mine = author.get(f"{talk.here}mine/").content.decode()
    assert "Which list do you mean?" in mine and "Person 1" in mine
    wrong = author.post(address, {"do": "answer", "text": "y" * 281})
    assert (
        wrong.status_code == 422
        and "1 too many characters" in wrong.content.decode()
        and "yyyy" in wrong.content.decode()
    )
    told = author.post(address, {"do": "answer", "text": "The one on the door."}, follow=True).content.decode()
    assert "read it from tomorrow on" in told
    assert "The one on the door." not in page(talk, LEAD)
    at(tomorrow())
    assert "The one on the door." in page(talk, LEAD)
    assert "The one on the door." not in page(talk, ANN) and "Which list do you mean?" not in page(talk, ANN)
    for person in (ANN, LEAD):
        assert talk.browser(person).get(address).status_code == 404


def test_declined_with_one_tap_and_taken_back(talk: Talk) -> None:
    question = ask_author(statement=talk.statement, by=talk.member(LEAD), text="Which list?")
    author, address = talk.browser(AUTHOR), f"{talk.here}mine/questions/{question.pk}/"
    told = author.post(address, {"do": "decline"}, follow=True).content.decode()
    assert "you would rather not say" in told
    author.post(address, {"do": "back"})
    question.refresh_from_db()
    assert question.state == "open"


def test_called_back_while_the_author_typed(talk: Talk) -> None:
    question = ask_author(statement=talk.statement, by=talk.member(LEAD), text="Which list?")
    call_back(question=question, by=talk.member(LEAD))
    wrong = talk.browser(AUTHOR).post(
        f"{talk.here}mine/questions/{question.pk}/", {"do": "answer", "text": "The one on the door."}
    )
    shown = wrong.content.decode()
    assert wrong.status_code == 422 and "called back" in shown and "The one on the door." in shown


def test_no_more_questions_and_questions_again(talk: Talk) -> None:
    author = talk.browser(AUTHOR)
    assert "Ask me nothing more" in page(talk, AUTHOR, f"{talk.here}mine/")
    author.post(f"{talk.here}mine/questions/", {"wish": "none"})
    assert NoQuestions.objects.count() == 1
    ask_author(statement=talk.statement, by=talk.member(LEAD), text="Which list?")
    assert "Which list?" not in page(talk, AUTHOR, f"{talk.here}mine/")
    told = author.post(f"{talk.here}mine/questions/", {"wish": "some"}, follow=True).content.decode()
    assert "1 waits for you." in told and "Which list?" in told


def test_what_is_new_tells_of_a_question_and_of_an_acknowledgement_once(talk: Talk) -> None:
    author = talk.browser(AUTHOR)
    author.get(f"{talk.here}new/")
    talk.browser(LEAD).post(f"{talk.page}acknowledge/", {"said": "under_way"})
    ask_author(statement=talk.statement, by=talk.member(LEAD), text="Which list?")
    shown = author.get(f"{talk.here}new/").content.decode()
    assert "This is already under way." in shown and "You are asked something" in shown
    assert "This is already under way." not in author.get(f"{talk.here}new/").content.decode()
    assert "You are asked something" not in page(talk, ANN, f"{talk.here}new/")


def test_cards_lead_to_the_one_answered_last(talk: Talk) -> None:
    last = talk.browser(ANN).get(f"{talk.here}cards/?last={talk.statement.pk}").content.decode()
    assert f'href="{talk.page}"' in last


def test_a_kiosk_shows_no_office(talk: Talk) -> None:
    kiosk = talk.browser(LEAD)
    kiosk.post(f"{talk.here}kiosk/")
    kiosk.force_login(talk.member(LEAD))
    shown = kiosk.get(talk.page).content.decode()
    assert talk.statement.text in shown and "What do you think?" in shown and "For those in charge" not in shown
