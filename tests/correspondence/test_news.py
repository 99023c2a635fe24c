"""The news of the week: what became of one's words, what waits, what all share; once, and to nobody else."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from correspondence.conftest import SITE, TUESDAY, states, work
from house import House
from invitations.sink import Sink
from sayso.correspondence import actions as correspondence
from sayso.correspondence import queries
from sayso.correspondence.models import Choice, DigestRound, MailChoice, MailState, OutgoingMail
from sayso.correspondence.news import News
from sayso.correspondence.rounds import make_rounds
from sayso.correspondence.tokens import choice_token
from sayso.correspondence.writing import Desk
from sayso.custody.actions import destroy_engagement_key, publish_ballots
from sayso.distillations.models import Snapshot
from sayso.distillations.worker import Worker
from sayso.engagements import actions
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement, Phase, RoleName, Statement
from sayso.engagements.roles.actions import grant_role
from sayso.engagements.withdrawing import withdraw_statement
from sayso.invitations.actions import wish_no_reminders
from sayso.mail.actions import mark_bouncing
from sayso.members.models import Member
from sayso.members.pseudonyms import destroy_key
from sayso.moderation import actions as moderation
from sayso.replies.acknowledging import acknowledge, undo_acknowledgement
from sayso.replies.models import Said
from sayso.replies.question_actions import ask_author, call_back

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
WORDS = "Nobody tells the night shift what was decided."


@pytest.fixture(autouse=True)
def open_for_long(house: House, at: Callable[[datetime], None]) -> None:
    Engagement.objects.update(opened_at=TUESDAY - WEEK)
    at(TUESDAY)


def say(house: House, person: int = 0, text: str = WORDS) -> Statement:
    return actions.say_statement(participant=house.participants[person], topic=house.topic, text=text)


def to(sink: Sink, house: House, person: int) -> list[str]:
    return [kept.text for kept in sink.kept if kept.to == house.members[person].email]


def test_everybody_hears_once_a_week_and_not_again(house: House, sink: Sink, at: Callable[[datetime], None]) -> None:
    work()
    work()
    assert sink.by_recipient() == {str(member.email): 1 for member in house.members}
    at(TUESDAY + timedelta(days=3))
    work()
    assert len(sink.kept) == 6
    at(TUESDAY + WEEK)
    work()
    assert len(sink.kept) == 6, "nothing is new, so nothing is sent"
    assert DigestRound.objects.count() == 2 and states() == {MailState.DONE: 12}


def test_words_are_marked_with_their_language_in_the_html_of_a_mail(house: House) -> None:
    arabic, unknown, german = house.statements[:3]
    arabic.language, german.language = "ar", "de"
    desk = Desk(house.members[0], house.engagement, site=SITE)
    mail = desk.digest(News(fresh=[arabic, unknown], shared=[german]))
    (html, kind), *_ = mail.alternatives
    assert kind == "text/html" and '<html lang="en" dir="ltr">' in html
    assert re.findall(r"<blockquote([^>]*) style", str(html)) == [
        ' lang="ar" dir="rtl"',
        ' dir="auto"',
        ' lang="de" dir="ltr"',
    ]


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_once(house: House, sink: Sink) -> None:
    house.add_people(30)
    make_rounds(TUESDAY)

    def work_and_let_go() -> None:
        try:
            work()
        finally:
            connections.close_all()

    hands = [threading.Thread(target=work_and_let_go) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert set(sink.by_recipient().values()) == {1} and len(sink.kept) == 36


@pytest.mark.parametrize("moment", [TUESDAY - timedelta(hours=2), TUESDAY - timedelta(days=1)])
def test_not_before_tuesday_morning(house: House, sink: Sink, at: Callable[[datetime], None], moment: datetime) -> None:
    at(moment)
    work()
    assert sink.kept == []


def test_who_was_invited_lately_gets_no_news(house: House, sink: Sink) -> None:
    Engagement.objects.update(opened_at=TUESDAY - timedelta(days=2))
    work()
    assert sink.kept == [] and not DigestRound.objects.exists()


def test_merged_split_and_hidden_words_are_told_to_their_authors_and_are_new_to_nobody(
    house: House, sink: Sink
) -> None:
    house.everybody_votes()
    lead = house.members[5]
    merged, hidden, whole = say(house), say(house, 1, "Bob is lazy."), say(house, 2, "Paint it and heat it.")
    stands = actions.say_statement(participant=house.participants[3], topic=house.topic, text="It stands.")
    for statement in (merged, hidden, stands):
        actions.publish_statement(statement=statement, moderator=lead)
        statement.refresh_from_db()
    moderation.merge(statement=merged, into=stands, by=lead)
    moderation.hide(statement=hidden, reason="It names a person.", by=lead)
    moderation.split(statement=whole, texts=["Paint it.", "Heat it."], keeps=None, by=lead)
    work()
    (author,), (told,), (third,), (other,) = (to(sink, house, n) for n in (0, 1, 2, 4))
    assert "answers to it count there: “It stands.”" in author and "It is open" not in author
    assert "Those who moderate have hidden it: It names a person." in told
    assert "so it became two:" in third and "Heat it." in third and "Paint it." in third
    assert all(fresh in other for fresh in ("It stands.", "Heat it.", "Paint it."))
    assert WORDS not in other and "Bob" not in other and "Paint it and" not in other


def test_what_was_hidden_since_the_count_is_shared_with_nobody(house: House, sink: Sink) -> None:
    house.add_people(6)
    house.seed(4)
    house.everybody_votes()
    Worker().run_once()
    shared = json.loads(Snapshot.objects.get().published)["common_ground"]
    first, second = (Statement.objects.get(pk=int(number)) for number in shared[:2])
    moderation.hide(statement=first, reason="It hurts.", by=house.members[5])
    work()
    told = to(sink, house, 2)[0]
    assert "We now share this" in told and second.text in told and first.text not in told


def test_authors_hear_what_became_of_their_words_and_others_see_them_as_new(house: House, sink: Sink) -> None:
    house.everybody_votes()
    lead = house.members[5]
    actions.publish_statement(statement=say(house), moderator=lead)
    actions.return_statement(statement=say(house, 1, "Bob is lazy."), moderator=lead, reason="It names a person.")
    say(house, 2, "Nobody has read this.")
    work()
    (author,), (returned,), (other,) = to(sink, house, 0), to(sink, house, 1), to(sink, house, 3)
    assert f"„{WORDS}“" in author and "It is open, and others answer it." in author and "/answer/" not in author
    assert "It came back to you: It names a person." in returned and "/mend/" in returned
    assert WORDS in other and "Bob" not in other and other.count("/answer/") == 3
    assert "Nobody has read this" not in "".join(kept.text for kept in sink.kept)
    everything = "".join(str(kept.message) for kept in sink.kept)
    assert not [person.full_name for person in house.members if person.full_name in everything]


def test_figures_are_told_to_whom_results_are_told(house: House, sink: Sink, at: Callable[[datetime], None]) -> None:
    """Their author hears "seen by" after seven answers of their own; once, until it moves."""
    house.add_people(14)
    house.seed(6)
    statement = say(house)
    actions.publish_statement(statement=statement, moderator=house.members[5])
    house.statements.append(statement)
    for person in range(1, 20):
        for number in range(len(house.statements)):
            house.vote(person, number, 1)
    for number in range(7):
        house.vote(0, number, 1)
    Worker().run_once()
    work()
    (text,) = to(sink, house, 0)
    assert "Seen by 19, 100 % agree." in text and "We now share this as well" in text
    assert "Seen by" not in to(sink, house, 1)[0]
    at(TUESDAY + WEEK)
    work()
    assert len(to(sink, house, 0)) == 1, "the same figure is no news"


def test_before_seven_answers_no_figure_is_told(house: House, sink: Sink) -> None:
    statement = say(house)
    actions.publish_statement(statement=statement, moderator=house.members[5])
    house.add_people(14)
    for participant in house.participants[1:]:
        actions.cast_vote(participant=participant, statement=statement, stance=1)
    Worker().run_once()
    work()
    assert "Seen by" not in to(sink, house, 0)[0] and "We now share" not in to(sink, house, 0)[0]


def test_the_mail_is_in_their_language(house: House, sink: Sink) -> None:
    for member, language in zip(house.members, ("Deutsch", "es", "Arabic", "Klingon"), strict=False):
        Member.objects.filter(pk=member.pk).update(language=language)
    work()
    for person, words in enumerate(("Stimme nicht zu", "En desacuerdo", "لا أوافق", "Disagree")):
        assert words in to(sink, house, person)[0]
    arabic = next(kept for kept in sink.kept if kept.to == house.members[2].email)
    assert 'dir="rtl"' in arabic.message.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_the_headers_say_what_machines_need_and_the_answer_goes_to_ones_own_address(house: House, sink: Sink) -> None:
    work()
    message = sink.to(str(house.members[0].email)).message
    page = f"{SITE}/what-you-send-me/{choice_token(house.engagement, house.members[0])}/"
    assert "".join(str(message["List-Unsubscribe"]).split()) == f"<{page}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(message["Reply-To"]).startswith("say+r") and message["Auto-Submitted"] == "auto-generated"


def test_one_click_ends_it_and_one_press_brings_it_back(
    house: House, sink: Sink, at: Callable[[datetime], None]
) -> None:
    member, page = house.members[0], f"/what-you-send-me/{choice_token(house.engagement, house.members[0])}/"
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(page).status_code == 200 and not MailChoice.objects.exists()
    reply = strict.post(page, {"List-Unsubscribe": "One-Click"})
    assert reply.status_code == 200 and not reply.cookies.get("sayso_session")
    assert queries.choice_of(member, house.engagement) == Choice.NONE
    work()
    assert str(member.email) not in sink.by_recipient()
    assert "Undo" in reply.content.decode()
    strict.post(page, {"choice": "weekly"})
    assert queries.choice_of(member, house.engagement) == Choice.WEEKLY
    house.seed(1)
    at(TUESDAY + WEEK)
    work()
    assert sink.by_recipient()[str(member.email)] == 1


def test_signed_in_the_same_page_works_without_a_link(house: House) -> None:
    client = Client()
    client.force_login(house.members[0])
    client.post("/e/how-we-work/what-you-send-me/", {"choice": "instant"})
    assert queries.choice_of(house.members[0], house.engagement) == Choice.INSTANT
    client.post("/e/how-we-work/what-you-send-me/", {"choice": "sometimes"})
    assert queries.choice_of(house.members[0], house.engagement) == Choice.INSTANT


def test_at_once_only_on_request_once_and_only_while_the_decision_stands(
    house: House, sink: Sink, at: Callable[[datetime], None]
) -> None:
    correspondence.choose(engagement=house.engagement, member=house.members[0], choice=Choice.INSTANT)
    at(TUESDAY - timedelta(days=1))  # a Monday: no news of the week
    first, second = say(house), say(house, text="The bench should go.")
    for statement in (first, second, say(house, 1, "Not for at once.")):
        actions.publish_statement(statement=statement, moderator=house.members[5])
    actions.undo_decision(statement=second, moderator=house.members[5])
    work()
    assert sink.kept == [], "it may still be taken back"
    at(TUESDAY - timedelta(hours=23))
    work()
    work()
    (kept,) = sink.kept
    assert kept.to == house.members[0].email and WORDS in kept.text and "bench" not in kept.text


def test_who_wants_no_reminders_and_has_not_come_gets_no_news_either(house: House, sink: Sink) -> None:
    quiet, curious = (
        Member.objects.create(organisation=house.organisation, full_name=name, email=f"{name}@county.example")
        for name in ("quiet", "curious")
    )
    wish_no_reminders(member=quiet, engagement=house.engagement)
    work()
    assert quiet.email not in sink.by_recipient() and curious.email in sink.by_recipient()


def test_who_has_left_whose_address_bounces_and_what_was_withdrawn(house: House, sink: Sink) -> None:
    statement = say(house)
    actions.publish_statement(statement=statement, moderator=house.members[5])
    make_rounds(TUESDAY)
    Member.objects.filter(pk=house.members[1].pk).update(is_active=False)
    mark_bouncing(organisation=house.organisation, email=str(house.members[2].email), status="5.1.1")
    withdraw_statement(participant=house.participants[0], statement=statement)
    work()
    assert not {house.members[1].email, house.members[2].email} & set(sink.by_recipient())
    assert WORDS not in "".join(kept.text for kept in sink.kept)


def test_a_mail_refused_for_now_is_tried_again_later_and_given_up_in_the_end(
    house: House, sink: Sink, at: Callable[[datetime], None]
) -> None:
    ann, bob = str(house.members[0].email), str(house.members[1].email)
    sink.answers[ann] = ["451 later"] * 2
    sink.answers[bob] = ["451 later"] * 99
    moment = TUESDAY
    for _ in range(8):
        at(moment)
        work()
        moment += timedelta(hours=13)
    assert sink.by_recipient()[ann] == 1 and bob not in sink.by_recipient()
    assert states() == {MailState.DONE: 5, MailState.FAILED: 1}
    failed = OutgoingMail.objects.get(state=MailState.FAILED)
    assert (failed.trouble, failed.sealed) == ("451", "")


def test_refused_for_good_is_noted_and_marks_no_address(house: House, sink: Sink) -> None:
    sink.answers[str(house.members[0].email)] = ["550 5.1.1 no such user"]
    work()
    assert states() == {MailState.DONE: 5, MailState.FAILED: 1}
    assert not house.organisation.bouncing_addresses.exists()


def test_a_server_that_is_away_loses_nothing(house: House, sink: Sink, settings: Any) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    work()
    assert states() == {MailState.WAITING: 6}
    settings.EMAIL_PORT = port
    work()
    assert len(sink.kept) == 6


def test_what_a_dead_worker_had_in_hand_is_not_sent_again(
    house: House, sink: Sink, at: Callable[[datetime], None]
) -> None:
    make_rounds(TUESDAY)
    mail = queries.due_mails(TUESDAY)[0]
    assert correspondence.begin_turn(mail=mail, now=TUESDAY)
    assert not correspondence.begin_turn(mail=mail, now=TUESDAY)
    at(TUESDAY + timedelta(minutes=16))
    work()
    mail.refresh_from_db()
    assert len(sink.kept) == 5 and (mail.state, mail.trouble, mail.sealed) == (MailState.DONE, "in doubt", "")


def test_a_connection_that_breaks_in_the_air_sends_nothing_twice(house: House, sink: Sink) -> None:
    sink.data_answers = ["421 closing"]
    work()
    work()
    assert len(sink.kept) <= 6 and max(sink.by_recipient().values()) == 1


@pytest.mark.parametrize("phase", [Phase.ANSWER, Phase.GATE])
def test_after_the_listening_nothing_is_left_to_answer(house: House, sink: Sink, phase: Phase) -> None:
    statement = say(house)
    actions.publish_statement(statement=statement, moderator=house.members[5])
    Engagement.objects.update(phase=phase)
    work()
    assert sink.by_recipient() == {str(house.members[0].email): 1} and "/answer/" not in sink.kept[0].text


def test_when_the_key_is_gone_nothing_is_sent_and_nothing_waits(house: House, sink: Sink) -> None:
    correspondence.choose(engagement=house.engagement, member=house.members[0], choice=Choice.NONE)
    make_rounds(TUESDAY)
    destroy_key(engagement_slug=house.engagement.slug)
    work()
    assert (sink.kept, states()) == ([], {})


@pytest.mark.django_db(transaction=True)
def test_the_end_of_the_key_takes_all_that_waits_and_was_chosen(house: House, sink: Sink) -> None:
    house.everybody_votes()
    correspondence.choose(engagement=house.engagement, member=house.members[0], choice=Choice.NONE)
    make_rounds(TUESDAY)
    Worker().run_once()
    close_engagement(engagement=house.engagement, by=house.members[0])
    Engagement.objects.update(phase=Phase.GATE)
    house.engagement.refresh_from_db()
    publish_ballots(engagement=house.engagement)
    house.engagement.refresh_from_db()
    destroy_engagement_key(engagement=house.engagement, by=house.members[0], typed_title=house.engagement.title)
    assert states() == {} and not MailChoice.objects.exists()
    work()
    assert sink.kept == []


def test_rows_of_turns_tell_nobody_apart(house: House, sink: Sink) -> None:
    """With the database at hand and without the key: who had news, who had none and who wants none look the same."""
    correspondence.choose(engagement=house.engagement, member=house.members[0], choice=Choice.NONE)
    for number in range(4):
        house.vote(1, number, 1)
    work()
    assert len(sink.kept) == 4
    kept = [
        {name: value for name, value in row.items() if name not in {"id", "mark", "n_tries"}}
        for row in OutgoingMail.objects.values()
    ]
    assert kept == [kept[0]] * 6
    assert timezone.now() == TUESDAY


ASKED = "Those in charge have asked some authors something."


@pytest.fixture
def quiet(house: House, sink: Sink, at: Callable[[datetime], None]) -> Statement:
    """A statement in a week in which nothing else is new: the listening is over, and all has been told."""
    grant_role(engagement=house.engagement, member=house.members[5], name=RoleName.LEAD)
    statement = say(house)
    actions.publish_statement(statement=statement, moderator=house.members[5])
    Engagement.objects.update(phase=Phase.ANSWER)
    work()
    sink.kept.clear()
    at(TUESDAY + WEEK)
    return Statement.objects.get(pk=statement.pk)


def test_what_those_in_charge_said_is_told_to_everybody(quiet: Statement, house: House, sink: Sink) -> None:
    acknowledge(statement=quiet, by=house.members[5], said=Said.READ)
    acknowledge(statement=quiet, by=house.members[5], said=Said.CANNOT, reason="The law forbids it.")
    work()
    assert sink.by_recipient() == {str(member.email): 1 for member in house.members}
    (author,), (other,) = to(sink, house, 0), to(sink, house, 3)
    assert "What became of what you said" in author and "What became of what you said" not in other
    for text in (author, other):
        assert WORDS in text and "They cannot do this: The law forbids it." in text and "have read this" not in text


def test_an_acknowledgement_taken_back_is_no_news(quiet: Statement, house: House, sink: Sink) -> None:
    given = acknowledge(statement=quiet, by=house.members[5], said=Said.DONE)
    undo_acknowledgement(acknowledgement=given, by=house.members[5])
    work()
    assert sink.kept == []


def test_no_mail_and_no_word_in_one_says_which_author_was_asked(quiet: Statement, house: House, sink: Sink) -> None:
    ask_author(statement=quiet, by=house.members[5], text="Which list do you mean?")
    work()
    assert sink.by_recipient() == {str(member.email): 1 for member in house.members}
    everything = [kept.text for kept in sink.kept]
    assert all(ASKED in text and "mine/" in text for text in everything)
    assert not [text for text in everything if "Which list" in text or WORDS in text]


def test_a_question_called_back_is_no_news(quiet: Statement, house: House, sink: Sink) -> None:
    question = ask_author(statement=quiet, by=house.members[5], text="Which list do you mean?")
    call_back(question=question, by=house.members[5])
    work()
    assert sink.kept == []
