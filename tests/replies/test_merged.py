"""Replies under a statement that was merged into another: read there, beside their words; back when it is undone."""

from __future__ import annotations

from typing import Any

import pytest

from replies.conftest import ANN, AUTHOR, BOB, LEAD, MODERATOR, SILENT, Talk
from sayso.engagements import actions, merging, withdrawing
from sayso.engagements.models import Statement
from sayso.replies import queries, rules
from sayso.replies.leaving import forget_authors
from sayso.replies.models import Reply
from sayso.replies.rules import Refused
from sayso.replies.thread_actions import publish_reply, say_reply

SHOWN, WAITS = "They put it on the door, too late.", "Ask the porter."
MARK = "Written under other words, which were merged with these:"


@pytest.fixture
def other(talk: Talk) -> Statement:
    """Another statement, open, which says the same."""
    return talk.house.statements[0]


@pytest.fixture
def merged(talk: Talk, other: Statement) -> Statement:
    """A reply is shown and one waits under the first; then it is merged into the other."""
    shown = say_reply(participant=talk.who(ANN), statement=talk.statement, text=SHOWN)
    publish_reply(reply=shown, moderator=talk.member(MODERATOR))
    say_reply(participant=talk.who(BOB), statement=talk.statement, text=WAITS)
    merging.merge(statement=talk.statement, into=other, by=talk.member(MODERATOR))
    talk.statement.refresh_from_db()
    return talk.statement


def page_of(talk: Talk, person: int, statement: Statement) -> str:
    return talk.browser(person).get(f"{talk.here}statements/{statement.pk}/").content.decode()


def thread(statement: Statement) -> list[str]:
    return [reply.text for reply in queries.thread_of(statement)]


def undo(talk: Talk, statement: Statement) -> None:
    merging.undo_merge(statement=statement, by=talk.member(MODERATOR))
    statement.refresh_from_db()


def test_they_are_read_on_the_page_of_the_one_that_stands_with_the_words_they_were_written_under(
    talk: Talk, merged: Statement, other: Statement
) -> None:
    actions.cast_vote(participant=talk.who(SILENT), statement=other, stance=1)
    page = page_of(talk, SILENT, other)
    assert SHOWN in page and MARK in page and f">{merged.text}</p>" in page and WAITS not in page
    say = say_reply(participant=talk.who(SILENT), statement=other, text="Here too.")
    publish_reply(reply=say, moderator=talk.member(MODERATOR))
    assert page_of(talk, SILENT, other).count(MARK) == 1, "what was written here needs no such word"


def test_undoing_the_merge_puts_them_back(talk: Talk, merged: Statement, other: Statement) -> None:
    assert (thread(other), thread(merged)) == ([SHOWN], [SHOWN])
    undo(talk, merged)
    assert (thread(other), thread(merged)) == ([], [SHOWN])
    assert SHOWN in page_of(talk, ANN, merged) and MARK not in page_of(talk, ANN, merged)
    assert Reply.objects.count() == 2


def test_one_that_waits_is_read_and_shown_or_hidden_as_any_other(
    talk: Talk, merged: Statement, other: Statement
) -> None:
    (waiting,) = queries.replies_waiting(talk.house.engagement)
    assert waiting.text == WAITS
    moderator = talk.browser(MODERATOR)
    moderator.post(f"{talk.here}inbox/replies/{waiting.pk}/", {"decision": "approve"})
    assert sorted(thread(other)) == sorted([SHOWN, WAITS])
    sent = {"decision": "return", "template": "", "own_words": "It names somebody.", "from": "statement"}
    led = moderator.post(f"{talk.here}inbox/replies/{waiting.pk}/", sent)
    assert led["Location"] == f"{talk.here}statements/{other.pk}/" and thread(other) == [SHOWN]


def test_who_wrote_it_reads_where_it_stands_now(talk: Talk, merged: Statement, other: Statement) -> None:
    mine = talk.browser(ANN).get(f"{talk.here}mine/").content.decode()
    assert f'href="{talk.here}statements/{other.pk}/"' in mine and "shown, without your name" in mine
    assert "Its statement was merged with one that says the same." in mine and "out of sight" not in mine


def test_the_author_of_the_one_that_stands_is_told_how_many_there_are(talk: Talk, merged: Statement) -> None:
    own = actions.say_statement(participant=talk.who(BOB), topic=talk.house.topic, text="Tell the night shift.")
    actions.publish_statement(statement=own, moderator=talk.member(MODERATOR))
    undo(talk, merged)
    merging.merge(statement=merged, into=Statement.objects.get(pk=own.pk), by=talk.member(MODERATOR))
    assert queries.under_own(talk.who(BOB))[own.pk].n_replies == 1
    undo(talk, Statement.objects.get(pk=merged.pk))
    assert own.pk not in queries.under_own(talk.who(BOB))


def test_an_answer_to_the_merged_one_is_an_answer_to_the_one_that_stands(
    talk: Talk, merged: Statement, other: Statement
) -> None:
    assert rules.may_read_thread(other, talk.who(ANN), None)
    assert not rules.may_read_thread(other, talk.who(SILENT), None)
    with pytest.raises(Refused, match="answer the statement first"):
        say_reply(participant=talk.who(SILENT), statement=other, text="I have not voted.")
    assert say_reply(participant=talk.who(BOB), statement=other, text="So it is.").statement_id == other.pk


def test_they_go_along_when_the_one_that_stands_is_merged_in_turn(
    talk: Talk, merged: Statement, other: Statement
) -> None:
    third = talk.house.statements[1]
    merging.merge(statement=other, into=third, by=talk.member(MODERATOR))
    other.refresh_from_db()
    assert thread(third) == [SHOWN]
    undo(talk, other)
    assert (thread(third), thread(other)) == ([], [SHOWN])


@pytest.mark.parametrize("how", ["withdrawn by its author", "merged before it was open again"])
def test_words_that_are_not_open_are_not_shown_beside_replies(
    talk: Talk, merged: Statement, other: Statement, how: str
) -> None:
    if how == "withdrawn by its author":
        withdrawing.withdraw_statement(participant=talk.who(AUTHOR), statement=merged)
    else:
        Statement.objects.filter(pk=merged.pk).update(state_before="waiting")
    page = page_of(talk, LEAD, other)
    assert SHOWN not in page and merged.text not in page
    assert list(queries.replies_waiting(talk.house.engagement)) == []
    assert "out of sight with its statement" in talk.browser(ANN).get(f"{talk.here}mine/").content.decode()


def test_the_end_of_the_key_leaves_what_is_read(talk: Talk, merged: Statement, other: Statement) -> None:
    forget_authors(engagement=talk.house.engagement)
    kept: dict[str, Any] = Reply.objects.values("text", "author", "said_on", "shown_on").get()
    assert kept == {"text": SHOWN, "author": None, "said_on": None, "shown_on": None}
    assert thread(other) == [SHOWN]
