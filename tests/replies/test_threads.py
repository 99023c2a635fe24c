"""Replies: after one's own answer, a few, read by a person first, hidden with a reason, taken back at any time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from replies.conftest import ANN, AUTHOR, BOB, MODERATOR, SILENT, Talk, tomorrow
from sayso.engagements import actions, withdrawing
from sayso.engagements.mandate import trial_actions
from sayso.engagements.mandate.opening import open_prepared
from sayso.engagements.models import Engagement, Event, Phase, Statement
from sayso.replies import queries, rules
from sayso.replies.models import Reply, ReplyState
from sayso.replies.rules import Refused
from sayso.replies.thread_actions import (
    hide_reply,
    publish_reply,
    say_reply,
    take_mark_off,
    undo_reply_decision,
    withdraw_reply,
)
from sayso.replies.worker import ReplyTeller

At = Callable[[datetime], None]


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__contains="reply").order_by("pk").values_list("kind", flat=True))


def ann(talk: Talk, text: str = "They put it on the door, too late.", **how: Any) -> Reply:
    return say_reply(participant=talk.who(ANN), statement=talk.statement, text=text, **how)


def shown(talk: Talk) -> list[str]:
    return [reply.text for reply in queries.thread_of(talk.statement)]


def test_a_reply_waits_is_shown_and_stands_under_its_statement(talk: Talk) -> None:
    reply = ann(talk)
    assert (reply.state, shown(talk)) == (ReplyState.WAITING, [])
    assert publish_reply(reply=reply, moderator=talk.member(MODERATOR)) is True
    assert publish_reply(reply=reply, moderator=talk.member(MODERATOR)) is False
    assert shown(talk) == [reply.text]
    assert kinds() == ["reply_said", "reply_published"]


def test_the_same_reply_sent_twice_is_taken_once(talk: Talk) -> None:
    assert ann(talk).pk == ann(talk).pk
    assert (Reply.objects.count(), kinds()) == (1, ["reply_said"])


def test_row_and_event_come_together_or_not_at_all(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the log is broken")

    monkeypatch.setattr("sayso.replies.thread_actions.record", broken)
    with pytest.raises(RuntimeError):
        ann(talk)
    assert Reply.objects.count() == 0


def test_one_answers_first_but_for_the_author(talk: Talk) -> None:
    with pytest.raises(Refused, match="answer the statement first"):
        say_reply(participant=talk.who(SILENT), statement=talk.statement, text="Quite so.")
    say_reply(participant=talk.who(AUTHOR), statement=talk.statement, text="I meant the list on the door.")
    actions.cast_vote(participant=talk.who(SILENT), statement=talk.statement, stance=0)
    say_reply(participant=talk.who(SILENT), statement=talk.statement, text="Quite so.")
    assert Reply.objects.count() == 2


def test_three_under_one_statement_and_twenty_a_day(talk: Talk, at: At) -> None:
    for number in range(rules.MOST_UNDER_ONE):
        ann(talk, f"Reply {number}.")
    with pytest.raises(Refused, match="3 times here"):
        ann(talk, "One too many.")
    withdraw_reply(participant=talk.who(ANN), reply=Reply.objects.order_by("pk")[0])
    ann(talk, "In its place.")
    Reply.objects.update(author=talk.who(BOB))  # as if Bob had written them all, and seventeen elsewhere
    others = actions.seed_statements(topic=talk.house.topic, texts=[f"Seed {n}." for n in range(17)])
    for seed in others:
        Reply.objects.create(statement=seed, author=talk.who(BOB), text="Here as well.")
    one_more = talk.house.statements[0]
    actions.cast_vote(participant=talk.who(BOB), statement=one_more, stance=1)
    with pytest.raises(Refused, match="20 replies today"):
        say_reply(participant=talk.who(BOB), statement=one_more, text="And here.")
    at(tomorrow())
    say_reply(participant=talk.who(BOB), statement=one_more, text="And here.")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"phase": Phase.DISTIL}, "time for replying is over"),
        ({"closed_at": timezone.now()}, "time for replying is over"),
    ],
)
def test_it_ends_with_the_phase(talk: Talk, change: dict[str, Any], told: str) -> None:
    Engagement.objects.update(**change)
    with pytest.raises(Refused, match=told):
        ann(talk)


def test_nobody_replies_to_what_is_withdrawn_or_elsewhere(talk: Talk) -> None:
    withdrawing.withdraw_statement(participant=talk.who(AUTHOR), statement=talk.statement)
    with pytest.raises(Refused, match="not open any more"):
        ann(talk)
    assert Reply.objects.count() == 0


def test_only_the_author_of_the_statement_says_so(talk: Talk) -> None:
    assert ann(talk, is_by_author=True).is_by_author is False
    mine = say_reply(participant=talk.who(AUTHOR), statement=talk.statement, text="I wrote it.", is_by_author=True)
    plain = say_reply(participant=talk.who(AUTHOR), statement=talk.statement, text="And I say no more.")
    assert (mine.is_by_author, plain.is_by_author) == (True, False)
    assert take_mark_off(participant=talk.who(AUTHOR), reply=mine) is True
    assert take_mark_off(participant=talk.who(AUTHOR), reply=mine) is False
    assert kinds()[-1] == "reply_unmarked"


def test_hidden_with_a_reason_that_its_author_reads_and_undone(talk: Talk) -> None:
    reply, moderator = ann(talk), talk.member(MODERATOR)
    publish_reply(reply=reply, moderator=moderator)
    assert hide_reply(reply=reply, moderator=moderator, reason="It names a person.") is True
    assert hide_reply(reply=reply, moderator=moderator, reason="Again.") is False
    assert shown(talk) == []
    (mine,) = queries.own_replies(talk.who(ANN))
    assert (mine.state, mine.hide_reason) == (ReplyState.HIDDEN, "It names a person.")
    assert [row.pk for row in queries.replies_decided(talk.house.engagement)] == [reply.pk]
    assert undo_reply_decision(reply=reply, moderator=moderator) is True
    mine.refresh_from_db()
    assert (mine.state, mine.hide_reason, mine.shown_on) == (ReplyState.WAITING, "", None)
    assert kinds() == ["reply_said", "reply_published", "reply_hidden", "reply_decision_undone"]


def test_withdrawn_it_is_gone_also_after_the_end(talk: Talk) -> None:
    reply = ann(talk)
    publish_reply(reply=reply, moderator=talk.member(MODERATOR))
    with pytest.raises(Refused, match="not yours"):
        withdraw_reply(participant=talk.who(BOB), reply=reply)
    Engagement.objects.update(phase=Phase.GATE)
    assert withdraw_reply(participant=talk.who(ANN), reply=reply) is True
    assert withdraw_reply(participant=talk.who(ANN), reply=reply) is False
    assert (Reply.objects.count(), shown(talk), kinds()[-1]) == (0, [], "reply_withdrawn")


def test_the_order_is_of_days_and_within_a_day_of_chance(talk: Talk, at: At) -> None:
    """Numbers are drawn; here they come in order, so they are set to run against the order of writing."""
    first = ann(talk, "First today.")
    second = say_reply(participant=talk.who(BOB), statement=talk.statement, text="Second today.")
    Reply.objects.filter(pk=first.pk).update(id=second.pk + 10)
    for reply in Reply.objects.all():
        publish_reply(reply=reply, moderator=talk.member(MODERATOR))
    at(tomorrow())
    third = ann(talk, "Tomorrow.")
    Reply.objects.filter(pk=third.pk).update(id=1)
    publish_reply(reply=Reply.objects.get(pk=1), moderator=talk.member(MODERATOR))
    assert shown(talk) == ["Second today.", "First today.", "Tomorrow."]


def test_a_withdrawn_statement_takes_its_thread_out_of_sight_and_said_again_brings_it_back(talk: Talk) -> None:
    reply, moderator = ann(talk), talk.member(MODERATOR)
    publish_reply(reply=reply, moderator=moderator)
    waiting = say_reply(participant=talk.who(BOB), statement=talk.statement, text="Not read yet.")
    withdrawing.withdraw_statement(participant=talk.who(AUTHOR), statement=talk.statement)
    assert talk.browser(BOB).get(talk.page).status_code == 410
    assert list(queries.replies_waiting(talk.house.engagement)) == []
    assert "out of sight with its statement" in talk.browser(ANN).get(f"{talk.here}mine/").content.decode()
    again = actions.say_statement(participant=talk.who(AUTHOR), topic=talk.house.topic, text=talk.statement.text)
    actions.publish_statement(statement=again, moderator=moderator)
    assert again.pk == talk.statement.pk
    assert shown(talk) == [reply.text]
    assert list(queries.replies_waiting(talk.house.engagement)) == [waiting]


def test_reading_a_thread_fetches_no_author(talk: Talk) -> None:
    publish_reply(reply=ann(talk), moderator=talk.member(MODERATOR))
    for rows in (queries.thread_of(talk.statement), queries.replies_waiting(talk.house.engagement)):
        assert "author_id" not in str(rows.query).split("FROM")[0]
    asked: list[str] = []

    def note(execute: Any, sql: str, *given: Any) -> Any:
        asked.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(note):
        queries.replies_decided(talk.house.engagement)
    assert [sql for sql in asked if "author_id" in sql.split("FROM")[0]] == []


def test_what_is_replied_in_a_trial_goes_with_it(db: None) -> None:
    from house import draft_house

    draft = draft_house(people=3)
    tries = draft.members[2]
    trial_actions.give_trial_seat(engagement=draft.engagement, member=tries)
    visitor = actions.join(engagement=draft.now(), member=tries)
    seed = Statement.objects.filter(engagement=draft.engagement)[0]
    actions.cast_vote(participant=visitor, statement=seed, stance=1)
    say_reply(participant=visitor, statement=seed, text="It works.")
    open_prepared(engagement=draft.now(), by=draft.lead)
    assert (Reply.objects.count(), kinds()) == (0, [])


def test_a_reply_is_marked_with_its_own_language_not_that_of_its_statement(talk: Talk) -> None:
    text = "لا أحد يخبر عمّال الليل بما تقرّر."
    publish_reply(reply=ann(talk, text), moderator=talk.member(MODERATOR))
    teller = ReplyTeller(worker="tests", stop=threading.Event())
    assert teller.round() and not teller.round()
    for person, page in ((BOB, talk.page), (ANN, f"{talk.here}mine/"), (MODERATOR, f"{talk.here}inbox/replies/")):
        html = talk.browser(person).get(page).content.decode()
        assert f'lang="ar" dir="rtl">{text}</blockquote>' in html
