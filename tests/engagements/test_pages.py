"""The pages as a browser without JavaScript sees them: the whole way, who is let in, what odd values do."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements import actions
from sayso.engagements.models import Phase, Statement, Vote
from sayso.members.pseudonyms import destroy_key

pytestmark = pytest.mark.django_db

HERE = "/e/how-we-work/"
PROMISE, SAY, CARDS, VOTES, UNDO, MINE, INBOX = (
    HERE + rest for rest in ("", "say/", "cards/", "votes/", "votes/undo/", "mine/", "inbox/")
)
SEEN = (PROMISE, SAY, CARDS, MINE, INBOX)
SENT = (SAY, VOTES, UNDO, INBOX + "1/")
HTMX = {"HTTP_HX_REQUEST": "true"}
People = Callable[[int], Client]


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def shown_statement(reply: Any) -> int:
    """The hidden number in the vote form, as the browser would send it."""
    found = re.search(r'action="/e/how-we-work/votes/".*?name="statement" value="(\d+)"', words(reply), re.S)
    assert found, words(reply)
    return int(found.group(1))


# The whole way


def test_from_the_promise_to_what_became_of_it(led: House, as_person: People) -> None:
    author, lead, reader = as_person(1), as_person(0), as_person(2)
    start = author.get("/", follow=True)
    assert start.redirect_chain == [(PROMISE, 302)]
    assert "Nobody in charge sees who said what." in words(start) and "14 March 2027" in words(start)
    assert f'href="{SAY}"' in words(start)
    assert 'name="text"' in words(author.get(SAY))

    reply = author.post(SAY, {"topic": led.topic.pk, "text": "We need quiet rooms."}, follow=True)
    assert reply.redirect_chain == [(CARDS, 302)]
    assert "A person reads it before others see it." in words(reply)
    assert "waiting to be read" in words(author.get(MINE))
    statement = Statement.objects.get(text="We need quiet rooms.")

    assert "We need quiet rooms." in words(lead.get(INBOX))
    reply = lead.post(f"{INBOX}{statement.pk}/", {"decision": "approve"}, follow=True)
    assert reply.redirect_chain == [(f"{INBOX}?next=", 302)]
    assert "Open for votes." in words(reply)

    reply = reader.get(CARDS)
    asked = set()
    while "data-card-none hidden" in words(reply):
        asked.add(number := shown_statement(reply))
        reply = reader.post(VOTES, {"statement": number, "stance": "1"}, follow=True)
    assert asked == set(Statement.objects.values_list("pk", flat=True))

    reply = reader.post(UNDO, {"statement": statement.pk}, follow=True)
    assert shown_statement(reply) == statement.pk
    assert not statement.votes.exists()
    reader.post(VOTES, {"statement": statement.pk, "stance": "-1", "is_important": "on"})
    assert list(statement.votes.values_list("stance", "is_important")) == [(-1, True)]
    assert "open for votes" in words(author.get(MINE))
    assert "Fewer than 5 people have answered so far." in words(author.get(MINE))


def test_how_many_answered_ones_own_statement_moves_in_fives(led: House, as_person: People) -> None:
    """Counted at each look, one more would be the colleague who has just answered."""
    author = as_person(1)
    own = actions.say_statement(participant=led.participants[1], topic=led.topic, text="Fewer meetings.")
    actions.publish_statement(statement=own, moderator=led.members[0])
    led.add_people(12)
    told = []
    for participant in led.participants[-11:]:
        actions.cast_vote(participant=participant, statement=own, stance=1)
        page = words(author.get(MINE))
        told.append(next((n for n in (10, 5) if f"{n} people or more have answered." in page), 0))
    assert told == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]


def test_a_returned_statement_can_be_mended_and_sent_again(led: House, as_person: People) -> None:
    author, lead = as_person(1), as_person(0)
    author.post(SAY, {"topic": led.topic.pk, "text": "Ask Bob."})
    statement = Statement.objects.get(text="Ask Bob.")
    lead.post(f"{INBOX}{statement.pk}/", {"decision": "return", "own_words": "Please name nobody."})
    page = words(author.get(MINE))
    assert "returned to you" in page and "Please name nobody." in page
    assert ">Ask Bob.</textarea>" in words(author.get(f"{SAY}?again={statement.pk}"))
    assert "Ask Bob." not in words(as_person(2).get(f"{SAY}?again={statement.pk}"))


def test_after_a_sitting_one_is_thanked_and_may_go_on(led: House, as_person: People) -> None:
    led.engagement.cards_per_sitting = 2
    led.engagement.save()
    client = as_person(1)
    reply = client.get(CARDS)
    for _ in range(2):
        reply = client.post(VOTES, {"statement": shown_statement(reply), "stance": "0"}, follow=True)
    assert "You have answered 2." in words(reply)
    assert shown_statement(client.get(f"{CARDS}?more"))


# Who is let in


@pytest.mark.parametrize("path", SEEN)
def test_anonymous_is_sent_to_sign_in(led: House, path: str) -> None:
    reply = Client().get(path)
    assert reply.status_code == 302
    assert reply["Location"] == f"/accounts/login/code/?next={path}"


@pytest.mark.parametrize("path", SENT)
def test_anonymous_sends_nothing(led: House, path: str) -> None:
    reply = Client().post(path, {"statement": led.statements[0].pk, "stance": "1"})
    assert reply.status_code == 302 and "/accounts/login/" in reply["Location"]
    assert not Vote.objects.exists()


def test_a_member_of_another_organisation_finds_nothing(led: House, stranger: Client) -> None:
    assert [stranger.get(path).status_code for path in SEEN] == [404] * len(SEEN)
    sent = [stranger.post(path, {"statement": led.statements[0].pk, "stance": "1"}) for path in SENT]
    assert [reply.status_code for reply in sent] == [404] * len(SENT)
    assert led.engagement.participants.count() == 3 and not Vote.objects.exists()


def test_a_member_without_a_role_finds_no_inbox(led: House, as_person: People) -> None:
    statement = actions.say_statement(participant=led.participants[2], topic=led.topic, text="A word.")
    client = as_person(1)
    assert client.get(INBOX).status_code == 404
    assert client.post(f"{INBOX}{statement.pk}/", {"decision": "approve"}).status_code == 404
    assert Statement.objects.get(pk=statement.pk).state == "waiting"
    assert INBOX not in words(client.get(PROMISE)) and INBOX in words(as_person(0).get(PROMISE))


def test_a_lead_decides_nothing_in_another_engagement(led: House, as_person: People) -> None:
    other = open_house("third", people=1)
    statement = actions.say_statement(participant=other.participants[0], topic=other.topic, text="Not yours.")
    assert as_person(0).post(f"{INBOX}{statement.pk}/", {"decision": "approve"}).status_code == 404


def test_a_form_without_its_token_is_refused(led: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(led.members[1])
    reply = client.post(VOTES, {"statement": led.statements[0].pk, "stance": "1"})
    assert reply.status_code == 403 and not Vote.objects.exists()


@pytest.mark.parametrize("path", ["/", *SEEN])
def test_no_page_is_kept_on_the_way(led: House, as_person: People, path: str) -> None:
    header = as_person(0).get(path)["Cache-Control"]
    assert "no-store" in header and "private" in header


# What is typed and sent


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x" * 281, "1 too many characters"),
        ("   ", "Nothing arrived"),
        ("👍 👍", "Please use words"),
        ("<script>" + "y" * 280, "too many characters"),
    ],
)
def test_what_was_typed_comes_back_with_what_is_wrong(led: House, as_person: People, text: str, told: str) -> None:
    reply = as_person(1).post(SAY, {"topic": led.topic.pk, "text": text})
    assert reply.status_code == 422
    assert told in words(reply) and f">{text}</textarea>" in words(reply)
    assert "<script>y" not in reply.content.decode()
    assert not Statement.objects.filter(is_seed=False).exists()


@pytest.mark.parametrize("topic", ["", "0", "999999999999999999999", "x"])
def test_an_odd_question_keeps_the_words(led: House, as_person: People, topic: str) -> None:
    reply = as_person(1).post(SAY, {"topic": topic, "text": "My own words."})
    assert reply.status_code == 422 and "My own words." in words(reply)


def test_sending_twice_is_harmless(led: House, as_person: People) -> None:
    client = as_person(1)
    for _ in range(2):
        assert client.post(SAY, {"topic": led.topic.pk, "text": "Said twice."}).status_code == 302
        assert client.post(VOTES, {"statement": led.statements[0].pk, "stance": "1"}).status_code == 302
    assert Statement.objects.filter(text="Said twice.").count() == 1 == Vote.objects.count()
    assert led.engagement.events.filter(kind="vote_cast").count() == 1
    statement = Statement.objects.get(text="Said twice.")
    replies = [as_person(0).post(f"{INBOX}{statement.pk}/", {"decision": "approve"}, follow=True) for _ in range(2)]
    assert "has decided this one already: approved. Nothing was changed." in words(replies[1])


ODD = ["", "0", "-1", "x", "1.5", "٠", "²", "9" * 25, "9" * 5000, "1 OR 1=1", "\x00"]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_in_hidden_fields_and_addresses_do_nothing(led: House, as_person: People, odd: str) -> None:
    client, number = as_person(1), led.statements[0].pk
    assert client.post(VOTES, {"statement": odd, "stance": "1"}, follow=True).status_code == 200
    assert client.post(UNDO, {"statement": odd}).status_code == 404
    for query in ("last", "again"):
        assert client.get(CARDS, {query: odd}).status_code == 200
    assert client.get(SAY, {"again": odd}).status_code == 200
    if odd not in {"0", "-1"}:
        reply = client.post(VOTES, {"statement": number, "stance": odd}, follow=True)
        assert "Please give it again." in words(reply)
    assert as_person(0).post(f"{INBOX}{number}/", {"decision": odd}).status_code == 422
    assert not Vote.objects.exists()


def test_voting_on_the_own_or_a_waiting_statement_is_refused_kindly(led: House, as_person: People) -> None:
    statement = actions.say_statement(participant=led.participants[1], topic=led.topic, text="Mine.")
    own = as_person(1).post(VOTES, {"statement": statement.pk, "stance": "1"}, follow=True)
    early = as_person(2).post(VOTES, {"statement": statement.pk, "stance": "1"}, follow=True)
    assert "You cannot answer this one." in words(own)
    assert "no longer open" in words(early)
    assert not Vote.objects.exists()


def test_when_the_time_is_over_nothing_is_taken_and_the_reader_is_told(led: House, as_person: People) -> None:
    led.engagement.phase = Phase.DISTIL
    led.engagement.save()
    client, number = as_person(1), led.statements[0].pk
    for path in (VOTES, SAY, UNDO):
        sent = {"statement": number, "stance": "1", "topic": led.topic.pk, "text": "Late."}
        assert "The time for saying and answering is over." in words(client.post(path, sent, follow=True))
    assert not Vote.objects.exists() and not Statement.objects.filter(text="Late.").exists()


def test_a_return_needs_a_reason_and_keeps_the_words(led: House, as_person: People) -> None:
    statement = actions.say_statement(participant=led.participants[1], topic=led.topic, text="Waits.")
    reply = as_person(0).post(f"{INBOX}{statement.pk}/", {"decision": "return", "own_words": "  "})
    assert reply.status_code == 422 and "Please pick or write a reason." in words(reply)
    reply = as_person(0).post(f"{INBOX}{statement.pk}/", {"decision": "return", "own_words": "z" * 301})
    assert reply.status_code == 422 and "z" * 301 in words(reply)
    assert Statement.objects.get(pk=statement.pk).state == "waiting"


# Fragments


def test_with_htmx_only_the_fragment_comes_back(led: House, as_person: People) -> None:
    client, number = as_person(1), led.statements[0].pk
    for path in (VOTES, UNDO):
        reply = client.post(path, {"statement": number, "stance": "1"}, **HTMX)
        assert reply.status_code == 200 and "<html" not in words(reply)
        assert shown_statement(reply)
    assert shown_statement(reply) == number  # after the undo its card is back
    statement = actions.say_statement(participant=led.participants[1], topic=led.topic, text="Waits.")
    for decision in ("return", "approve"):
        reply = as_person(0).post(f"{INBOX}{statement.pk}/", {"decision": decision}, **HTMX)
        assert reply.status_code == 200 and "<html" not in words(reply)
        assert "Waits." in words(reply)
    assert Statement.objects.get(pk=statement.pk).state == "published"


# Cost


@pytest.mark.parametrize(("path", "person", "most"), [(CARDS, 1, 14), (SAY, 1, 14), (MINE, 1, 16), (INBOX, 0, 28)])
def test_more_statements_cost_no_more_queries(
    led: House, as_person: People, django_assert_max_num_queries: Any, path: str, person: int, most: int
) -> None:
    client = as_person(person)
    counts = []
    for round_ in range(2):
        for number in range(1 + 12 * round_):
            text = f"Number {round_} {number}."
            said = actions.say_statement(participant=led.participants[1], topic=led.topic, text=text)
            actions.say_statement(participant=led.participants[2], topic=led.topic, text=text)
            actions.publish_statement(statement=said, moderator=led.members[0])
        client.get(path)  # what is new is looked at once
        with django_assert_max_num_queries(most) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Without the key


def test_without_its_key_each_page_says_what_happened_and_whom_to_tell(led: House, as_person: People) -> None:
    as_person(1).post(VOTES, {"statement": led.statements[0].pk, "stance": "1"})
    destroy_key(engagement_slug="how-we-work")
    client = as_person(1)
    typed = {"topic": led.topic.pk, "text": "We <need> quiet rooms.", "statement": led.statements[1].pk, "stance": "1"}
    seen = [client.get(HERE + page) for page in ("say/", "cards/", "mine/", "where/", "results/")]
    sent = [client.post(path, typed) for path in (SAY, VOTES, UNDO)]
    assert [reply.status_code for reply in seen + sent] == [503] * 8
    for reply in seen + sent:
        assert "The key that ties you to your answers is missing" in words(reply)
        assert f"Please tell {led.members[0].full_name}." in words(reply)
    assert ">We <need> quiet rooms.</textarea>" in words(sent[0]) and "<need>" not in sent[0].content.decode()
    assert Vote.objects.count() == 1 and led.engagement.participants.count() == 3


def test_without_its_key_the_lead_still_reads_and_the_promise_stands(led: House, as_person: People) -> None:
    destroy_key(engagement_slug="how-we-work")
    for page in (PROMISE, INBOX, HERE + "results/"):
        assert as_person(0).get(page).status_code == 200
    assert as_person(1).get(PROMISE).status_code == 200


def test_without_its_key_and_a_lead_the_site_is_to_be_told(led: House, as_person: People) -> None:
    led.engagement.roles.all().delete()
    destroy_key(engagement_slug="how-we-work")
    assert "Please tell the people who run this site." in words(as_person(1).get(CARDS))
