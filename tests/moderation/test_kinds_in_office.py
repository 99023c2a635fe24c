"""Kinds put right in the inbox: one press, a trail with its undo, the log; and an author's word above it."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from house import House
from sayso.engagements import correcting
from sayso.engagements.models import Event, KindCorrection, Statement
from sayso.engagements.rules import Refused
from sayso.moderation import actions, queries
from sayso.moderation.log_file import log_as_csv
from sayso.moderation.models import Act, Decision

pytestmark = pytest.mark.django_db

HERE = "/e/how-we-work/"
INBOX = HERE + "inbox/"
People = Callable[[int], Client]
Say = Callable[..., Statement]


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def send(client: Client, statement: Statement, **what: Any) -> str:
    what = {"lane": "read", "item": statement.pk, **what}
    return words(client.post(f"{INBOX}{statement.pk}/", what, follow=True))


def kind(statement: Statement) -> str:
    return Statement.objects.get(pk=statement.pk).kind


def test_one_press_corrects_and_another_takes_it_back(led: House, as_person: People, say: Say) -> None:
    statement = say(2, "The bench in the corridor should go.")
    page = words(as_person(1).get(f"{INBOX}?item={statement.pk}"))
    assert "We do not know what it is." in page and 'data-key="c"' in page and 'name="kind" value="idea"' in page
    told = send(as_person(1), statement, decision="correct", kind="idea")
    assert "Corrected. We learn from it." in told and kind(statement) == "idea"
    assert "Those who moderate say it is an idea." in told, "the item stays in hand"
    assert "It stood so already." in send(as_person(1), statement, decision="correct", kind="idea")
    decision = Decision.objects.get()
    assert (decision.act, decision.by) == (Act.CORRECTED, led.members[1])
    event = Event.objects.get(kind="kind_corrected")
    assert event.payload == {
        "statement": statement.pk, "about": "kind", "to": "idea", "moderator": led.members[1].pk
    }  # fmt: skip
    assert "Taken back." in send(as_person(1), statement, decision="undo")
    assert kind(statement) == "" and Statement.objects.get(pk=statement.pk).is_kind_guessed
    assert Decision.objects.get().undone_by == led.members[1]
    assert "None of these" in page and kind(statement) == ""
    send(as_person(1), statement, decision="correct", kind="none")
    assert not Statement.objects.get(pk=statement.pk).is_kind_guessed


def test_how_it_stands_to_the_change_is_another_question(led: House, as_person: People, say: Say) -> None:
    statement = say(2, "The bench in the corridor should go.")
    send(as_person(1), statement, decision="correct", kind="idea")
    send(as_person(1), statement, decision="correct", leaning="against")
    row = Statement.objects.get(pk=statement.pk)
    assert (row.kind, row.leaning) == ("idea", "against")
    actions.undo(decision=Decision.objects.get(correction__about="kind"), by=led.members[1])
    row.refresh_from_db()
    assert (row.kind, row.leaning) == ("", "against"), "each is undone for itself"


def test_nothing_picked_and_nothing_known_change_nothing(led: House, as_person: People, say: Say) -> None:
    statement = say(2, "The bench in the corridor should go.")
    assert "Please pick one of these." in send(as_person(1), statement, decision="correct")
    assert send(as_person(1), statement, decision="correct", kind="shout") and not KindCorrection.objects.exists()


def test_an_author_s_word_is_shown_without_a_name_and_is_not_overruled(led: House, as_person: People, say: Say) -> None:
    statement = say(2, "The bench in the corridor should go.")
    as_person(2).post(f"{HERE}mine/{statement.pk}/kind/", {"kind": "concern"})
    page = words(as_person(1).get(f"{INBOX}?item={statement.pk}"))
    assert "Its author says it is a concern." in page and 'name="kind" value="idea"' not in page
    author = led.members[2]
    assert author.full_name not in page.split("<article")[1].split("</article>")[0].replace("assignee", "")
    assert "that counts" in send(as_person(1), statement, decision="correct", kind="idea")
    assert kind(statement) == "concern" and not Decision.objects.exists()
    assert not Event.objects.filter(kind="kind_corrected", payload__has_key="participant").exists()


def test_what_it_is_and_what_becomes_of_it_do_not_hang_on_each_other(led: House, as_person: People, say: Say) -> None:
    statement = say(2, "The bench in the corridor should go.")
    send(as_person(1), statement, decision="correct", kind="idea")
    send(as_person(1), statement, decision="approve")
    first = Decision.objects.get(act=Act.CORRECTED)
    send(as_person(1), statement, decision="correct", kind="problem", lane="open")
    with pytest.raises(Refused, match="Undo that first"):
        actions.undo(decision=first, by=led.members[1])
    actions.undo(decision=Decision.objects.get(act=Act.PUBLISHED), by=led.members[1])
    assert Statement.objects.get(pk=statement.pk).state == "waiting" and kind(statement) == "problem"
    actions.undo(decision=Decision.objects.latest("place"), by=led.members[1])
    assert kind(statement) == "idea"


def test_the_same_words_are_corrected_by_the_same_press_and_undone_together(
    led: House, as_person: People, say: Say
) -> None:
    one, other = say(2, "The bench in the corridor should go."), say(3, "The bench in the corridor should go.")
    as_person(1).get(INBOX)
    send(as_person(1), one, decision="correct", kind="idea")
    assert kind(one) == kind(other) == "idea"
    send(as_person(1), one, decision="undo")
    assert kind(one) == kind(other) == ""


def test_open_statements_are_found_by_their_corrected_kind(led: House, as_person: People, say: Say) -> None:
    one, other = say(2, "The bench in the corridor should go."), say(3, "Paint the hall.")
    for statement in (one, other):
        send(as_person(1), statement, decision="approve")
    send(as_person(1), one, decision="correct", kind="fear", lane="open")
    found = words(as_person(1).get(f"{INBOX}?lane=open&of_kind=fear"))
    assert one.text in found and other.text not in found
    send(as_person(1), other, decision="correct", leaning="for", lane="open")
    assert other.text in words(as_person(1).get(f"{INBOX}?lane=open&of_kind=for"))
    assert "Nothing here" in words(as_person(1).get(f"{INBOX}?lane=open&of_kind=praise"))


def test_the_log_tells_what_it_was_taken_as_and_names_nobody(led: House, say: Say) -> None:
    for number in range(12):
        statement = say(2, f"The bench number {number} should go.")
        actions.publish(statement=statement, by=led.members[1])
        actions.correct(statement=statement, about="kind", to="idea", by=led.members[1])
    rows = [row for row in queries.public_log(led.engagement) if row.act == Act.CORRECTED]
    assert len(rows) == 12 and {row.taken_as for row in rows} == {"an idea"}
    text = log_as_csv(queries.public_log(led.engagement))
    assert "Kind corrected" in text and led.members[1].full_name not in text and led.members[2].full_name not in text
    assert queries.figures(led.engagement).n_read == 10, "a statement is read once, whatever it was said to be"


def test_with_the_key_authors_rows_go_and_their_words_stay(led: House, say: Say) -> None:
    mine, office = say(2, "The bench in the corridor should go."), say(3, "Paint the hall.")
    correcting.correct(participant=led.participants[2], statement=mine, about="kind", to="fear")
    actions.correct(statement=office, about="kind", to="idea", by=led.members[1])
    actions.correct(statement=office, about="kind", to="need", by=led.members[1])
    correcting.forget_corrections(engagement=led.engagement)
    assert [row.to for row in KindCorrection.objects.all()] == ["need"]
    assert (kind(mine), kind(office)) == ("fear", "need")


def test_strangers_and_members_correct_nothing_in_office(led: House, as_person: People, say: Say) -> None:
    statement = say(2, "The bench in the corridor should go.")
    for client in (Client(), as_person(2), as_person(3)):
        client.post(f"{INBOX}{statement.pk}/", {"decision": "correct", "kind": "idea"})
    assert not KindCorrection.objects.exists()
