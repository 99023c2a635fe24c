"""The inbox without scripts: one item, one decision, each undone, and what the second moderator is told."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from house import House
from sayso.engagements import actions as engagement_actions
from sayso.engagements import queries as engagement_queries
from sayso.engagements.models import Event, Statement, Vote
from sayso.engagements.rules import Refused
from sayso.engagements.withdrawing import withdraw_statement
from sayso.moderation import actions, queries
from sayso.moderation.looking import FLOOD, look_at_new
from sayso.moderation.models import Decision, Look, Policy

pytestmark = pytest.mark.django_db

People = Callable[[int], Client]
Say = Callable[[int, str], Statement]
HERE = "/e/how-we-work/"
INBOX = HERE + "inbox/"


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def in_hand(reply: Any) -> str:
    page = words(reply)
    return page[page.index("<article") : page.index("</article")]


def send(client: Client, statement: Statement, **sent: Any) -> str:
    return words(client.post(f"{INBOX}{statement.pk}/", sent, follow=True))


def state(statement: Statement) -> str:
    statement.refresh_from_db()
    return statement.state


def test_one_item_fills_the_screen_and_the_next_one_follows(led: House, as_person: People, say: Say) -> None:
    first, second = say(2, "We meet too often."), say(3, "Nobody tells the night shift.")
    page = words(as_person(0).get(INBOX))
    assert page.count('<article class="inbox__item') == 1 and first.text in page
    shown = send(as_person(0), first, decision="approve", item=second.pk)
    assert "Open for votes." in shown and state(first) == "published"
    assert second.text in shown[shown.index("<article") :]


def test_a_returned_statement_is_mended_and_its_reason_is_kept(led: House, as_person: People, say: Say) -> None:
    said = say(2, "Mr Jones sleeps.")
    send(as_person(0), said, decision="return", template="It names a person.", own_words="")
    author = as_person(2)
    mine = words(author.get(HERE + "mine/"))
    assert "It names a person." in mine and f"{HERE}mine/{said.pk}/mend/" in mine
    same = author.post(f"{HERE}mine/{said.pk}/mend/", {"text": said.text})
    assert same.status_code == 422 and "the same words" in words(same)
    long = author.post(f"{HERE}mine/{said.pk}/mend/", {"text": "x" * 281})
    assert long.status_code == 422 and "x" * 281 in words(long) and "1 too many" in words(long)
    author.post(f"{HERE}mine/{said.pk}/mend/", {"text": "Somebody sleeps."})
    mended = Statement.objects.get(text="Somebody sleeps.")
    page = words(as_person(0).get(f"{INBOX}?item={mended.pk}"))
    assert "Mended by its author" in page and "It names a person." in page and said.text in page
    said.refresh_from_db()
    assert (said.state, said.return_reason) == ("returned", "It names a person.")
    assert as_person(3).get(f"{HERE}mine/{said.pk}/mend/").status_code == 404


def test_a_merge_carries_votes_tells_authors_and_is_undone(led: House, as_person: People, say: Say) -> None:
    one, other = say(2, "Quiet rooms, please."), say(3, "We want rooms to be quiet in.")
    for statement in (one, other):
        send(as_person(0), statement, decision="approve")
    for person, statement, stance in ((4, one, 1), (5, one, -1), (4, other, -1)):
        engagement_actions.cast_vote(participant=led.participants[person], statement=statement, stance=stance)
    shown = send(as_person(0), one, decision="merge", into=other.pk)
    assert "Merged." in shown and state(one) == "merged"
    told = words(as_person(2).get(HERE + "mine/"))
    assert "merged with one that says the same" in told and other.text in told and "It stays yours too." in told
    assert Vote.objects.count() == 3
    assert not engagement_queries.unanswered(led.participants[5]).filter(pk=other.pk), "answered by what was merged"
    assert not engagement_queries.unanswered(led.participants[2]).filter(pk=other.pk), "own words by now"
    engagement_actions.cast_vote(participant=led.participants[1], statement=one, stance=1)
    assert "Taken back" in send(as_person(0), one, decision="undo")
    assert state(one) == "published" and one.merged_into_id is None
    assert engagement_queries.unanswered(led.participants[5]).filter(pk=other.pk)


def test_the_one_to_merge_into_must_be_open(led: House, as_person: People, say: Say) -> None:
    one, other = say(2, "Quiet rooms, please."), say(3, "We want quiet.")
    assert "not open for votes" in send(as_person(0), one, decision="merge", into=other.pk)
    assert "Please pick the statement" in send(as_person(0), one, decision="merge")
    assert state(one) == "waiting"


def test_a_split_tells_its_author_and_leaves_votes_where_they_were_given(
    led: House, as_person: People, say: Say
) -> None:
    said = say(2, "Open the windows and paint the hall.")
    send(as_person(0), said, decision="approve")
    engagement_actions.cast_vote(participant=led.participants[4], statement=said, stance=1)
    problem = send(as_person(0), said, decision="split", first="Open the windows.", second="", lane="open")
    assert "Nothing arrived" in problem and "Open the windows." in problem
    send(as_person(0), said, decision="split", first="Open the windows.", second="Paint the hall.", keeps="0")
    assert state(said) == "split"
    kept = Statement.objects.get(text="Open the windows.")
    assert said.counts_for == kept and kept.author_id == said.author_id
    told = words(as_person(2).get(HERE + "mine/"))
    assert "it became two" in told and "Answers so far count for “Open the windows.”" in told
    other = Statement.objects.get(text="Paint the hall.")
    engagement_actions.cast_vote(participant=led.participants[5], statement=other, stance=1)
    assert "already answered one of the two" in send(as_person(0), said, decision="undo")
    engagement_actions.withdraw_vote(participant=led.participants[5], statement=other)
    send(as_person(0), said, decision="undo")
    assert state(said) == "published" and Vote.objects.filter(statement=said).count() == 1
    assert "Paint the hall." not in words(as_person(2).get(HERE + "mine/"))


def test_hidden_words_are_gone_for_all_but_their_author(led: House, as_person: People, say: Say) -> None:
    said = say(2, "He is a fool.")
    send(as_person(0), said, decision="approve")
    assert "Please pick or write a reason" in send(as_person(0), said, decision="hide")
    send(as_person(0), said, decision="hide", own_words="It hurts somebody.")
    assert state(said) == "hidden"
    assert "It hurts somebody." in words(as_person(2).get(HERE + "mine/"))
    with pytest.raises(Refused):
        engagement_actions.cast_vote(participant=led.participants[4], statement=said, stance=1)
    send(as_person(0), said, decision="undo")
    assert (state(said), said.return_reason) == ("published", "")


def test_the_second_moderator_is_told_what_the_first_decided(led: House, as_person: People, say: Say) -> None:
    said = say(2, "We meet too often.")
    send(as_person(0), said, decision="return", own_words="Say how often.")
    told = send(as_person(1), said, decision="return", own_words="Too short.")
    assert "Person 1 has decided this one already: returned, “Say how often.”" in told
    assert "You had written: “Too short.”" in told
    assert "Person 1 has decided" in send(as_person(1), said, decision="approve")
    assert state(said) == "returned" and Decision.objects.count() == 1


def test_undo_goes_by_the_newest_decision_and_after_a_merge_of_a_merge(led: House, say: Say) -> None:
    a, b, c = (say(person, text) for person, text in ((2, "Alpha wish."), (3, "Beta hope."), (4, "Gamma thought.")))
    for statement in (a, b, c):
        actions.publish(statement=statement, by=led.members[0])
    engagement_actions.cast_vote(participant=led.participants[5], statement=a, stance=1)
    actions.merge(statement=a, into=b, by=led.members[0])
    actions.merge(statement=b, into=c, by=led.members[0])
    for statement in (a, b):
        statement.refresh_from_db()
        assert statement.counts_for == c
    actions.undo(decision=a.decisions.get(act="merged"), by=led.members[1])
    for statement in (a, b):
        statement.refresh_from_db()
    assert (a.state, a.counts_for, b.counts_for) == ("published", None, c)
    with pytest.raises(Refused, match="Something was decided on this one since"):
        actions.undo(decision=b.decisions.get(act="published"), by=led.members[0])
    actions.undo(decision=b.decisions.get(act="merged"), by=led.members[0])
    b.refresh_from_db()
    assert (b.state, b.counts_for) == ("published", None)


def test_a_note_and_an_assignee_are_for_those_who_moderate_only(led: House, as_person: People, say: Say) -> None:
    said = say(2, "We meet too often.")
    as_person(0).get(INBOX)
    send(as_person(0), said, decision="note", note="Ask the works council.", item=said.pk)
    page = send(as_person(0), said, decision="assign", assignee=led.members[1].pk, item=said.pk)
    assert "Ask the works council." in page and "Person 2 reads it" in page
    assert "The note is empty" in send(as_person(0), said, decision="note", note="  ")
    send(as_person(0), said, decision="return", own_words="Say how often.")
    for path in ("mine/", f"mine/{said.pk}/mend/", "moderation/", "moderation/log/"):
        shown = words(as_person(2).get(HERE + path))
        assert "works council" not in shown and "Person 2" not in shown and "Person 1" not in shown


def test_the_same_sentence_500_times_is_one_item_and_one_decision(led: House, as_person: People) -> None:
    authors = [participant.pk for participant in led.participants[2:4]]
    here = {"engagement": led.engagement, "topic": led.topic}
    pairs = [(author, n) for author in authors for n in range(250)]
    rows = [Statement(**here, author_id=author, text="We need rest" + "." * n, arrived=n) for author, n in pairs]
    Statement.objects.bulk_create(rows)
    page = words(as_person(0).get(INBOX))
    assert "500 times the same words" in page and page.count('class="desk__words"') == 1
    desk = queries.desk(led.engagement, by=led.members[0], promised=timedelta(hours=24))
    assert desk.item and desk.n_waiting == 500
    one = desk.item.statement
    assert "So are 499 in the same words" in send(as_person(0), one, decision="return", own_words="Once is enough.")
    assert led.engagement.statements.filter(state="returned").count() == 500
    assert "Taken back, all 500" in send(as_person(0), one, decision="undo")
    assert led.engagement.statements.filter(state="waiting").count() == 500


def test_one_approval_merges_those_in_the_same_words(led: House, as_person: People, say: Say) -> None:
    said = [say(person, text) for person, text in ((2, "We need rest."), (3, "we need REST"), (4, "We need rest!"))]
    shown = in_hand(as_person(0).get(INBOX))
    assert "3 times the same words" in shown
    send(as_person(0), said[0], decision="approve")
    assert [state(one) for one in said] == ["published", "merged", "merged"]
    assert {one.counts_for_id for one in said[1:]} == {said[0].pk}
    send(as_person(0), said[1], decision="undo")
    assert [state(one) for one in said] == ["waiting"] * 3
    send(as_person(0), said[0], decision="approve")
    later = say(5, "We need rest…")
    assert "100 % alike" in in_hand(as_person(0).get(INBOX))
    send(as_person(0), later, decision="merge", into=said[0].pk)
    assert state(later) == "merged"


def test_a_flood_from_one_person_is_held_apart_and_names_nobody(led: House, as_person: People, say: Say) -> None:
    other = say(3, "Nobody tells the night shift what was decided.")
    flood = [say(2, f"Thought {n} about {'abcdefghijklmnopqrstuvwxyzäöüß'[n]} things.") for n in range(FLOOD)]
    page = as_person(0).get(INBOX + "?lane=held")
    lane = {row.statement: row.lane for row in queries._waiting(led.engagement, timedelta(hours=24))}
    assert {lane[one.pk] for one in flood} == {"held"} and lane[other.pk] == "read"
    author = led.participants[2]
    assert author.pseudonym not in words(page) and "Person 3" not in words(page)
    assert not Look.objects.filter(statement=other, is_held=True).exists()


def test_twenty_nine_a_minute_are_no_flood(led: House, say: Say) -> None:
    for n in range(FLOOD - 1):
        say(2, f"Thought {n} about {n * 7} things.")
    look_at_new(led.engagement)
    assert not Look.objects.filter(is_held=True).exists()


def test_what_waits_longer_than_promised_comes_first(led: House, as_person: People, say: Say) -> None:
    late, fresh = say(2, "We meet too often."), say(3, "Write to me: a.b@county.example")
    Event.objects.filter(pk__lte=late.arrived).update(created_at=timezone.now() - timedelta(hours=25))
    assert late.text in in_hand(as_person(0).get(INBOX))
    page = words(as_person(0).get(INBOX))
    assert "1 longer than the 24 hours promised" in page and "waits longer than 24 hours" in page
    Policy.objects.create(engagement=led.engagement, promised_hours=48)
    assert fresh.text in in_hand(as_person(0).get(INBOX)), "then what has a flag"


def test_a_statement_that_is_gone_is_told_to_be_gone(led: House, as_person: People, say: Say) -> None:
    said = say(2, "We meet too often.")
    withdraw_statement(participant=led.participants[2], statement=said)
    assert "Its author has withdrawn it meanwhile." in send(as_person(0), said, decision="approve")


def test_the_number_of_queries_does_not_grow_with_what_waits(
    led: House, as_person: People, say: Say, django_assert_max_num_queries: Any
) -> None:
    client = as_person(0)
    for n in range(20):
        say(2 + n % 3, f"Thought {n} about {n * 7} things.")
    client.get(INBOX)
    with django_assert_max_num_queries(24):
        client.get(INBOX)
