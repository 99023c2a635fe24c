"""What was merged or hidden, wherever else words and answers are: on paper, in rooms, on devices, beside own words."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from house import House
from rooms.building import line_of, room_in, sheet_of, table_of
from sayso.distillations import votes_store
from sayso.engagements import actions as engagement_actions
from sayso.engagements import queries as engagement_queries
from sayso.engagements.cards.ahead import no_longer_shown
from sayso.engagements.models import Statement, StatementState, Vote
from sayso.engagements.saying.alike import alike_for
from sayso.engagements.withdrawing import take_back_vote
from sayso.moderation import actions
from sayso.moderation.looking import look_at_new
from sayso.moderation.models import Look
from sayso.publication.hands import Hands
from sayso.rooms import entry_actions, kit, queries
from sayso.rooms.plan_actions import close_room
from sayso.rooms.sheet_actions import check_sheet, correct_sheet, enter_sheet, take_over

pytestmark = pytest.mark.django_db

Say = Callable[[int, str], Statement]
People = Callable[[int], Client]
HERE = "/e/how-we-work/"


def merge(led: House, statement: Statement, into: Statement) -> Any:
    return actions.merge(statement=statement, into=into, by=led.members[0])


def hide(led: House, statement: Statement) -> Any:
    return actions.hide(statement=statement, reason="It hurts.", by=led.members[0])


def counted(led: House) -> dict[int, list[int]]:
    """Statement → stances that count, as a distillation reads them."""
    told = votes_store.load(led.engagement, votes_store.last_visible_event(led.engagement))
    found: dict[int, list[int]] = {}
    for column, stance in zip(told.votes.statement, told.votes.stance, strict=True):
        found.setdefault(int(told.statement_ids[column]), []).append(int(stance))
    return found


def test_paper_printed_before_a_merge_counts_for_what_it_was_merged_with(led: House) -> None:
    one, two, three = led.statements
    session = room_in(led)
    merge(led, one, two)
    hide(led, three)
    entered = enter_sheet(sheet=sheet_of(session), answers={1: 1, 3: 1}, by=led.members[0])
    assert (entered.n_votes, entered.no_longer_open) == (1, (3,))
    assert counted(led) == {two.pk: [1]}
    assert check_sheet(sheet=sheet_of(session), answers={1: -1}, by=led.members[1]) == {1: (1, -1)}
    correct_sheet(sheet=sheet_of(session), answers={1: -1}, by=led.members[1])
    assert counted(led) == {two.pk: [-1]}
    correct_sheet(sheet=sheet_of(session), answers={}, by=led.members[1])
    assert counted(led) == {}


def test_taken_over_what_was_answered_online_stands_also_where_it_was_merged(led: House) -> None:
    one, two, three = led.statements
    session, me = room_in(led), led.participants[4]
    enter_sheet(sheet=sheet_of(session), answers={1: 1, 3: 1}, by=led.members[0])
    merge(led, one, two)
    led.vote(4, 1, -1)
    assert take_over(sheet=sheet_of(session), participant=me) == 1
    assert dict(me.votes.values_list("statement", "stance")) == {two.pk: -1, three.pk: 1}
    take_back_vote(participant=me, statement=two)
    assert counted(led) == {three.pk: [1]}, "nothing from paper comes up in its place"


def test_hands_count_once_a_room_for_what_was_merged(led: House) -> None:
    one, two, three = led.statements
    session = room_in(led)
    entry_actions.count_present(table=table_of(session), n_present=9, by=led.members[0])
    merge(led, one, two)
    entry_actions.count_hands(
        table=table_of(session),
        counts={line_of(session, 1): (5, 1, 0), line_of(session, 2): (4, 4, 0), line_of(session, 3): (9, 0, 0)},
        by=led.members[0],
    )
    close_room(session=session, by=led.members[0])
    hide(led, three)
    assert queries.hands_of(led.engagement) == {two.pk: Hands(4, 4, 0, 1)}


def test_hands_of_a_room_that_knew_only_the_merged_words_are_carried_and_come_back(led: House) -> None:
    one, two, _ = led.statements
    session = room_in(led)
    entry_actions.count_present(table=table_of(session), n_present=9, by=led.members[0])
    entry_actions.count_hands(table=table_of(session), counts={line_of(session, 1): (5, 1, 0)}, by=led.members[0])
    close_room(session=session, by=led.members[0])
    decision = merge(led, one, two)
    assert queries.hands_of(led.engagement) == {two.pk: Hands(5, 1, 0, 1)}
    actions.undo(decision=decision, by=led.members[0])
    assert queries.hands_of(led.engagement) == {one.pk: Hands(5, 1, 0, 1)}


def test_hidden_words_are_printed_no_more_and_shown_to_no_host(led: House, as_person: People) -> None:
    session = room_in(led)
    hidden = led.statements[0]
    hide(led, hidden)
    told = kit.part_of_kit(session, "cards", "en", site="https://say.example")
    assert [card["text"] for card in told["cards"]] == ["—", *(one.text for one in led.statements[1:])]
    page = html.unescape(as_person(0).get(f"{HERE}rooms/{session.pk}/kit/").content.decode())
    assert hidden.text not in page and led.statements[1].text in page


def test_what_a_table_said_is_many_peoples_and_no_flood(led: House) -> None:
    session = room_in(led)
    lines = [f"Thought {n} about {n * 7} things." for n in range(40)]
    entry_actions.say_at_table(table=table_of(session), lines=lines, by=led.members[0])
    assert look_at_new(led.engagement) == 40
    assert not Look.objects.filter(is_held=True).exists()


def test_what_a_table_said_is_split_and_keeps_its_mark(led: House) -> None:
    session = room_in(led)
    batch = entry_actions.say_at_table(table=table_of(session), lines=["Paint it and heat it."], by=led.members[0])
    assert batch is not None
    said = batch.statements.get()
    actions.split(statement=said, texts=["Paint it.", "Heat it."], keeps=None, by=led.members[0])
    assert list(said.parts.values_list("is_from_table", "state")) == [(True, "published")] * 2
    assert queries.came_in(session).n_said == 1, "what was said, not what it became"
    assert entry_actions.take_words_back(batch) == 1


def act(number: int, statement: Statement, stance: int = 1) -> dict[str, Any]:
    return {"act": f"{number:032x}", "do": "vote", "statement": statement.pk, "stance": stance}


def test_a_card_kept_on_a_device_is_answered_for_what_it_was_merged_with(led: House, as_person: People) -> None:
    one, two, three = led.statements
    merge(led, one, two)
    hide(led, three)
    sent = {"acts": [act(1, one), act(2, three)], "have": [one.pk, two.pk, three.pk], "want": 5}
    told = as_person(4).post("/api/e/how-we-work/acts", sent, content_type="application/json").json()
    assert told["taken"] == [f"{1:032x}"]
    assert told["refused"] == [{"act": f"{2:032x}", "error": "This one is no longer open. Here is the next."}]
    hand = told["hand"]
    assert sorted(hand["gone"]) == sorted([one.pk, three.pk]) and hand["left"] == 0 and hand["cards"] == []
    assert counted(led) == {two.pk: [1]}
    assert Vote.objects.get().statement_id == one.pk, "it stays with the words that were answered"


def test_a_device_drops_what_is_not_open_here(led: House) -> None:
    hand = engagement_queries.hand_of(led.participants[4])
    assert no_longer_shown(hand, [1, led.statements[0].pk, 2]) == [1, 2]


def test_nobody_is_shown_what_words_they_answered_or_said_were_merged_with(led: House, say: Say) -> None:
    said, seed, other = say(3, "We meet too often."), *led.statements[:2]
    engagement_actions.publish_statement(statement=said, moderator=led.members[0])
    said.refresh_from_db()
    engagement_actions.cast_vote(participant=led.participants[2], statement=said, stance=1)
    merge(led, said, seed)
    for person, met in ((2, {seed.pk, said.pk}), (3, {seed.pk, said.pk}), (4, set())):
        participant = led.participants[person]
        hand = engagement_queries.hand_of(participant)
        assert set(hand.unanswered) == set(engagement_queries.unanswered(participant).values_list("pk", flat=True))
        assert engagement_queries.met_by(participant) == met and (seed.pk in hand.unanswered) == (person == 4)
        assert other.pk in hand.unanswered


def test_words_like_ones_own_are_not_offered_once_what_they_were_merged_with_is_answered(led: House, say: Say) -> None:
    one, two = say(2, "The night shift has no quiet room."), say(3, "There is no quiet room for the night shift.")
    for statement in (one, two):
        engagement_actions.publish_statement(statement=statement, moderator=led.members[0])
        statement.refresh_from_db()
    me = led.participants[4]
    engagement_actions.cast_vote(participant=me, statement=one, stance=1)
    merge(led, one, two)
    assert alike_for(me, "A quiet room for the night shift!") == []
    assert alike_for(led.participants[5], "A quiet room for the night shift!") == [two]


def test_authors_read_on_their_next_visit_what_became_of_their_words(led: House, as_person: People, say: Say) -> None:
    led.vote(2, 0, 1)
    merged, hidden, split = say(2, "We meet too often."), say(2, "Bob is lazy."), say(2, "Paint it and heat it.")
    merge(led, merged, led.statements[1])
    hide(led, hidden)
    actions.split(statement=split, texts=["Paint it.", "Heat it."], keeps=None, by=led.members[0])
    page = html.unescape(as_person(2).get(HERE + "new/").content.decode())
    assert "merged with one that says the same" in page and led.statements[1].text in page
    assert "hidden by those who moderate" in page and "It hurts." in page
    assert "it held two ideas" in page and "Heat it." in page


def test_merged_into_what_is_hidden_tells_the_reason_and_not_the_words(led: House, as_person: People, say: Say) -> None:
    led.vote(2, 0, 1)
    merge(led, say(2, "We meet too often."), led.statements[1])
    hide(led, led.statements[1])
    page = html.unescape(as_person(2).get(HERE + "new/").content.decode())
    assert "It hurts." in page and led.statements[1].text not in page


def test_a_mended_statement_keeps_its_kind_and_the_name_put_to_it(led: House, say: Say) -> None:
    said = say(2, "We meet too often.")
    Statement.objects.filter(pk=said.pk).update(kind="fear", is_kind_guessed=False, signed_name="Ann")
    actions.send_back(statement=said, by=led.members[0], reason="Unclear.")
    said.refresh_from_db()
    mended = actions.mend(participant=led.participants[2], returned=said, text="We meet too often on Mondays.")
    assert (mended.kind, mended.is_kind_guessed, mended.signed_name) == ("fear", False, "Ann")
    actions.split(statement=mended, texts=["We meet often.", "Not on Mondays."], keeps=None, by=led.members[0])
    assert set(mended.parts.values_list("signed_name", flat=True)) == {""}, "nobody signed these words"
    assert mended.parts.filter(state=StatementState.PUBLISHED).count() == 2
