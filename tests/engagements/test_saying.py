"""Own words: the kind that is guessed, others like them, the name put to them, and no words lost."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from house import House
from sayso.custody.held import held_on
from sayso.demo.sayings import read_sayings
from sayso.engagements import actions, withdrawing
from sayso.engagements.kinds import guess_kind
from sayso.engagements.models import Event, IdentityLevel, Kind, Phase, Statement, Vote
from sayso.engagements.saying.alike import most_alike

pytestmark = pytest.mark.django_db

HERE = "/e/how-we-work/"
SAY, CARDS, MINE, ECHO, ALIKE = (HERE + rest for rest in ("say/", "cards/", "mine/", "say/echo/", "say/alike/"))
People = Callable[[int], Client]


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def said(house: House, person: int, text: str, **how: Any) -> Statement:
    """Said and open for votes."""
    statement = actions.say_statement(participant=house.participants[person], topic=house.topic, text=text, **how)
    actions.publish_statement(statement=statement, moderator=house.members[0])
    return Statement.objects.get(pk=statement.pk)


# Kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I am afraid that we lose our jobs.", Kind.FEAR),
        ("Ich habe Angst, dass niemand mehr fragt.", Kind.FEAR),
        ("Nos preocupa el ruido de noche.", Kind.CONCERN),
        ("We need a room to rest.", Kind.NEED),
        ("نحتاج إلى غرفة هادئة.", Kind.NEED),
        ("Wir möchten früher Bescheid wissen.", Kind.WANT),
        ("Why not swap shifts for a week?", Kind.IDEA),
        ("The new rota works well.", Kind.PRAISE),
        ("El ascensor no funciona.", Kind.PROBLEM),
        ("Who decides about the rota?", Kind.QUESTION),
        ("متى نعرف القرار؟", Kind.QUESTION),
        ("The bench in the corridor should go.", ""),
        ("We need a lift, since this one is broken.", ""),
        ("", ""),
    ],
)
def test_a_kind_is_guessed_where_one_turn_of_phrase_tells_it(text: str, kind: str) -> None:
    assert guess_kind(text) == kind


def test_mostly_it_is_not_sure() -> None:
    guesses = [guess_kind(saying.text) for saying in read_sayings("statements")]
    assert guesses.count("") / len(guesses) > 0.7


def test_the_author_has_the_last_word_on_the_kind(led: House, as_person: People) -> None:
    client = as_person(1)
    client.post(SAY, {"topic": led.topic.pk, "text": "We need a room to rest."})
    statement = Statement.objects.get(text="We need a room to rest.")
    assert (statement.kind, statement.is_kind_guessed) == ("need", True)
    assert "We think it is a need, but are not sure." in words(client.get(MINE))
    client.post(f"{MINE}{statement.pk}/kind/", {"kind": "idea"})
    statement.refresh_from_db()
    assert (statement.kind, statement.is_kind_guessed) == ("idea", False)
    client.post(f"{MINE}{statement.pk}/kind/", {"kind": ""})
    assert Statement.objects.get(pk=statement.pk).kind == ""
    assert Event.objects.filter(kind="kind_corrected").count() == 2
    assert as_person(2).post(f"{MINE}{statement.pk}/kind/", {"kind": "fear"}).status_code == 404
    shouted = client.post(f"{MINE}{statement.pk}/kind/", {"kind": "shout"}, follow=True)
    assert "Please pick one of these." in words(shouted)


# Others like it


def test_the_same_in_other_words_is_found_and_what_shares_a_theme_is_not() -> None:
    others = [
        (1, "The night shift has no quiet room to rest."),
        (2, "The night bus comes too late."),
        (3, "Nobody reads the minutes."),
    ]
    assert [number for number, _ in most_alike("No quiet room where the night shift can rest", others)] == [1]
    assert most_alike("Rest", others) == most_alike("", others) == []


def test_while_typing_others_words_are_shown_and_agreeing_counts(led: House, as_person: People) -> None:
    other = said(led, 2, "The night shift has no quiet room to rest.")
    waiting = actions.say_statement(
        participant=led.participants[2], topic=led.topic, text="A quiet room to rest, soon."
    )
    client, typed = as_person(1), "No quiet room for the night shift to rest"
    echo = words(client.post(ECHO, {"topic": led.topic.pk, "text": typed}))
    assert other.text in echo and "This is what I mean" in echo and waiting.text not in echo
    assert other.text not in words(as_person(2).post(ECHO, {"text": typed})), "one's own is not another's"
    reply = client.post(SAY, {"topic": led.topic.pk, "text": typed, "mean": other.pk}, follow=True)
    assert "Counted as your agreement. Your own words were not sent." in words(reply)
    assert list(Vote.objects.values_list("statement", "stance", "probability")) == [(other.pk, 1, None)]
    assert not led.participants[1].statements.exists()
    assert other.text not in words(client.post(ECHO, {"text": typed})), "what is answered is not asked again"


def test_without_scripts_they_are_shown_after_sending(led: House, as_person: People) -> None:
    other = said(led, 2, "The night shift has no quiet room to rest.")
    client, typed = as_person(1), "No quiet room for the night shift to rest"
    reply = client.post(SAY, {"topic": led.topic.pk, "text": typed}, follow=True)
    own = Statement.objects.get(text=typed)
    assert reply.redirect_chain == [(f"{ALIKE}?of={own.pk}", 302)] and other.text in words(reply)
    reply = client.post(SAY, {"mean": other.pk, "of": own.pk}, follow=True)
    assert "Your own words are withdrawn." in words(reply)
    own.refresh_from_db()
    assert own.state == "withdrawn" and Vote.objects.get().statement == other
    # Seen beside the words already, they do not come a second time.
    reply = client.post(SAY, {"topic": led.topic.pk, "text": typed + " well", "seen_alike": "1"})
    assert reply["Location"] == CARDS


def test_meaning_what_is_not_open_or_not_there_changes_nothing(led: House, as_person: People) -> None:
    waiting = actions.say_statement(participant=led.participants[2], topic=led.topic, text="Waits.")
    client = as_person(1)
    assert "no longer open" in words(client.post(SAY, {"mean": waiting.pk}, follow=True))
    assert client.post(SAY, {"mean": "x"}).status_code == 404
    assert not Vote.objects.exists()
    assert client.get(ALIKE, {"of": waiting.pk})["Location"] == CARDS, "nobody else's words"


# Names


@pytest.fixture
def open_names(led: House) -> House:
    led.engagement.identity_level = IdentityLevel.OPEN
    led.engagement.save()
    return led


def test_a_name_stands_there_only_by_a_tick_and_only_once_it_is_read(open_names: House, as_person: People) -> None:
    author, reader = as_person(1), as_person(2)
    assert "You may put your name to a statement" in words(author.get(HERE))
    assert 'name="named" aria' in words(author.get(SAY)), "off by default"
    author.post(SAY, {"topic": open_names.topic.pk, "text": "Quiet rooms, please.", "named": "on"})
    author.post(SAY, {"topic": open_names.topic.pk, "text": "Louder rooms, please."})
    assert dict(Statement.objects.filter(is_seed=False).values_list("text", "signed_name")) == {
        "Quiet rooms, please.": "Person 2",
        "Louder rooms, please.": "",
    }
    inbox = words(as_person(0).get(HERE + "inbox/"))
    assert "Quiet rooms" in inbox and "Person 2" not in inbox
    for statement in Statement.objects.filter(is_seed=False):
        actions.publish_statement(statement=statement, moderator=open_names.members[0])
    for text, shown in (("Quiet rooms, please.", True), ("Louder rooms, please.", False)):
        again = Statement.objects.get(text=text).pk
        page = words(reader.get(CARDS, {"again": again}))
        assert text in page and ("Person 2" in page) is shown
        assert "Person 3" not in page


def test_a_name_is_taken_off_by_its_owner_and_by_leaving(open_names: House, as_person: People) -> None:
    statement = said(open_names, 1, "Quiet rooms, please.", signed_name="Person 2")
    assert "Your name is put to it: Person 2." in words(as_person(1).get(MINE))
    held = held_on(open_names.members[1])["having_our_say"][0]["statements"][0]
    assert held["my name beside it"] == "Person 2"
    assert as_person(2).post(f"{MINE}{statement.pk}/name/").status_code == 404
    reply = as_person(1).post(f"{MINE}{statement.pk}/name/", follow=True)
    assert "Your name is off." in words(reply)
    assert "Person 2" not in words(as_person(2).get(CARDS, {"again": statement.pk}))
    assert held_on(open_names.members[1])["having_our_say"][0]["statements"][0]["my name beside it"] == ""
    another = said(open_names, 1, "Louder rooms, please.", signed_name="Person 2")
    withdrawing.leave(participant=open_names.participants[1], keep_statements=True)
    another.refresh_from_db()
    assert (another.state, another.signed_name) == ("published", "")
    names = Event.objects.filter(kind__in=("statement_signed", "name_taken_off")).values_list("payload", flat=True)
    assert all(set(payload) == {"statement"} for payload in names), "the log holds no name"


def test_a_confidential_engagement_takes_no_name(led: House, as_person: People) -> None:
    client = as_person(1)
    assert 'name="named"' not in words(client.get(SAY)) and "put your name" not in words(client.get(HERE))
    client.post(SAY, {"topic": led.topic.pk, "text": "Quiet rooms, please.", "named": "on"})
    assert Statement.objects.get(text="Quiet rooms, please.").signed_name == ""


def test_nobody_signs_a_seed(open_names: House) -> None:
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        Statement.objects.filter(pk=open_names.statements[0].pk).update(signed_name="Person 1")


# What is typed stays


def test_when_the_time_ends_while_somebody_writes_their_words_are_given_back(led: House, as_person: People) -> None:
    led.engagement.phase = Phase.DISTIL
    led.engagement.save()
    reply = as_person(1).post(SAY, {"topic": led.topic.pk, "text": "I was still writing."})
    assert reply.status_code == 422
    assert "The time for saying and answering is over." in words(reply)
    assert ">I was still writing.</textarea>" in words(reply)


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("Quiet\u202e rooms\u0000\u0007, please.", "Quiet rooms, please."),
        ("\u2067غرف هادئة\u2069", "غرف هادئة"),
        ("=HYPERLINK(1) rooms", "=HYPERLINK(1) rooms"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(led: House, as_person: People, typed: str, taken: str) -> None:
    as_person(1).post(SAY, {"topic": led.topic.pk, "text": typed})
    assert Statement.objects.filter(is_seed=False).values_list("text", flat=True).get() == taken


def test_a_hundred_thousand_characters_come_back_with_how_many_are_too_many(led: House, as_person: People) -> None:
    typed = "word " * 20_000
    reply = as_person(1).post(SAY, {"topic": led.topic.pk, "text": typed})
    assert reply.status_code == 422
    assert "That is 99,720 too many characters." in words(reply) and typed in words(reply)
    assert as_person(1).post(ECHO, {"text": typed}).status_code == 200


def test_a_stale_form_gives_the_words_back_to_be_sent_again(led: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(led.members[1])
    sent = {"topic": led.topic.pk, "text": "The page was open since yesterday.", "csrfmiddlewaretoken": "x" * 64}
    reply = client.post(SAY, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert reply.status_code == 403 and ">The page was open since yesterday.</textarea>" in words(reply)
