"""Opening, closing and what lies between: one act, locked limits, a trial of which nothing is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from house import Draft, draft_house, open_house, write, written
from sayso.distillations import queries as distilled
from sayso.distillations import votes_store
from sayso.engagements import actions, queries, rules
from sayso.engagements.mandate import actions as mandate_actions
from sayso.engagements.mandate import opening, phase_actions, trial_actions
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import (
    Engagement,
    Event,
    MandateField,
    Participant,
    Phase,
    Statement,
    StatementState,
    TrialRemark,
    TrialSeat,
    Vote,
)
from sayso.engagements.rules import Refused
from sayso.engagements.wording import Unusable
from sayso.members.actions import add_member
from sayso.members.pseudonyms import key_path, pseudonym_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Draft:
    return draft_house()


@pytest.fixture
def opened(draft: Draft) -> Draft:
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    draft.engagement.refresh_from_db()
    return draft


def try_it(draft: Draft) -> Participant:
    """Person 2 says something, which the lead publishes, and votes on it all."""
    tester = draft.members[1]
    trial_actions.give_trial_seat(engagement=draft.engagement, member=tester)
    participant = actions.join(engagement=draft.now(), member=tester)
    said = actions.say_statement(participant=participant, topic=draft.topic, text="This is only a try.")
    actions.publish_statement(statement=said, moderator=draft.lead)
    for seed in draft.topic.statements.filter(is_seed=True):
        actions.cast_vote(participant=participant, statement=seed, stance=1)
    trial_actions.leave_remark(engagement=draft.engagement, member=tester, text="Too long.")
    return participant


def test_opening_is_one_act_with_everything_it_must_do(opened: Draft) -> None:
    now = opened.now()
    assert (now.phase, now.n_members, now.is_opened, now.is_closed) == (Phase.LISTEN, 3, True, False)
    assert key_path(now.slug).exists()
    kinds = list(now.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["mandate_begun", "engagement_opened", "statement_seeded", "statement_seeded"]
    assert not MandateField.objects.exists()


def test_opening_again_changes_nothing(opened: Draft) -> None:
    key, events = key_path(opened.engagement.slug).read_bytes(), Event.objects.count()
    add_member(organisation=opened.engagement.organisation, full_name="Later", email="later@county.example")
    again = opening.open_prepared(engagement=opened.engagement, by=opened.lead)
    assert (again.n_members, Event.objects.count()) == (3, events)
    assert key_path(opened.engagement.slug).read_bytes() == key


def test_what_is_missing_bars_the_opening(draft: Draft) -> None:
    write(draft.engagement, draft.lead, who_decides="")
    with pytest.raises(Refused, match="Say who decides"):
        opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    assert not draft.now().is_opened and not Event.objects.filter(kind="engagement_opened").exists()


def test_before_the_first_day_of_listening_people_are_told_how_to_come_in(draft: Draft) -> None:
    write(draft.engagement, draft.lead, listen__begins=written(3))
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    participant = actions.join(engagement=draft.now(), member=draft.members[1])
    assert draft.now().phase == Phase.MAP
    with pytest.raises(Refused, match="has not begun yet"):
        actions.say_statement(participant=participant, topic=draft.topic, text="Early.")


# The trial


def test_before_the_opening_only_who_tries_it_comes_in(draft: Draft) -> None:
    for member in draft.members:
        with pytest.raises(Refused):
            actions.join(engagement=draft.now(), member=member)
        assert list(queries.engagements_of(member)) == []
    trial_actions.give_trial_seat(engagement=draft.engagement, member=draft.members[1])
    assert [list(queries.engagements_of(member)) for member in draft.members] == [[], [draft.engagement], []]
    assert actions.join(engagement=draft.now(), member=draft.members[1]).engagement_id == draft.engagement.pk


def test_nothing_of_a_trial_is_left_after_the_opening(draft: Draft) -> None:
    participant = try_it(draft)
    key = key_path(draft.engagement.slug).read_bytes()
    assert Vote.objects.count() == 2 and Statement.objects.filter(is_seed=False).count() == 1
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    rows = [Vote, Participant, TrialSeat, TrialRemark]
    assert [model.objects.count() for model in rows] == [0] * 4
    assert not Statement.objects.filter(is_seed=False).exists()
    kinds = set(draft.now().events.values_list("kind", flat=True))
    assert kinds == {"mandate_begun", "engagement_opened", "statement_seeded"}
    assert key_path(draft.engagement.slug).read_bytes() != key
    now = pseudonym_of(member=draft.members[1], engagement_slug=draft.engagement.slug)
    assert now != participant.pseudonym
    again = actions.join(engagement=draft.now(), member=draft.members[1])
    assert again.pk != participant.pk and not again.votes.exists()


def test_a_trial_never_reaches_a_snapshot(draft: Draft, settings: pytest.FixtureRequest) -> None:
    settings.WORKER_QUIET_S = settings.WORKER_LONGEST_WAIT_S = -1  # type: ignore[attr-defined]
    other = open_house("elsewhere", people=1, statements=1)
    other.vote(0, 0, 1)
    try_it(draft)
    assert distilled.due_engagements(timezone.now()) == [other.engagement]
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    real = actions.join(engagement=draft.now(), member=draft.members[2])
    actions.cast_vote(participant=real, statement=draft.topic.statements.first(), stance=-1)
    conversation = votes_store.load(draft.now(), votes_store.last_visible_event(draft.now()))
    assert conversation.participant_ids == (str(real.pk),) and conversation.votes.n_votes == 1
    assert "This is only a try." not in conversation.texts


def test_what_was_under_way_at_the_opening_is_not_kept_and_told_why(draft: Draft) -> None:
    participant = try_it(draft)
    seed = draft.topic.statements.filter(is_seed=True).first()
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    assert not participant.engagement.is_opened, "as a page that was loaded before saw it"
    with pytest.raises(Refused, match="The trial is over"):
        actions.cast_vote(participant=participant, statement=seed, stance=-1)
    with pytest.raises(Refused, match="The trial is over"):
        actions.say_statement(participant=participant, topic=draft.topic, text="Too late.")
    assert not Vote.objects.exists() and not Event.objects.filter(kind__in=["vote_cast", "statement_said"]).exists()


def test_a_trial_can_be_wiped_and_begun_anew_and_its_words_stay_out(draft: Draft) -> None:
    try_it(draft)
    trial_actions.end_trial(engagement=draft.engagement)
    assert not Participant.objects.exists() and not TrialSeat.objects.exists()
    assert draft.topic.statements.filter(is_seed=True).count() == 2
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    with pytest.raises(Refused, match="It is open"):
        trial_actions.end_trial(engagement=draft.engagement)


def test_a_first_statement_can_be_changed_though_it_was_tried(draft: Draft) -> None:
    try_it(draft)
    write(draft.engagement, draft.lead, **{f"seeds__{draft.topic.pk}": "Other words."})
    texts = list(draft.topic.statements.filter(is_seed=True).values_list("text", flat=True))
    assert texts == ["Other words."]


def test_five_try_it_and_the_same_one_counts_once(draft: Draft) -> None:
    organisation = draft.engagement.organisation
    more = [add_member(organisation=organisation, full_name=f"M{n}", email=f"m{n}@county.example") for n in range(5)]
    for member in (*more, more[0]):
        trial_actions.give_trial_seat(engagement=draft.engagement, member=member)
    with pytest.raises(Refused, match="5 people are enough"):
        trial_actions.give_trial_seat(engagement=draft.engagement, member=draft.members[1])
    foreign = open_house("elsewhere", people=1).members[0]
    with pytest.raises(Refused, match="on this organisation's roster"):
        trial_actions.give_trial_seat(engagement=draft.engagement, member=foreign)


def test_remarks_are_for_those_who_try_it_and_name_nobody(draft: Draft) -> None:
    with pytest.raises(Refused):
        trial_actions.leave_remark(engagement=draft.engagement, member=draft.members[2], text="Not asked.")
    assert {field.name for field in TrialRemark._meta.get_fields()} == {"id", "engagement", "text"}


# After the opening


def test_after_the_opening_nothing_is_written_freely(opened: Draft) -> None:
    writes = (
        lambda: write(opened.engagement, opened.lead, objective="Something else."),
        lambda: mandate_actions.add_empty_topic(engagement=opened.engagement),
        lambda: mandate_actions.remove_topic(topic=opened.topic),
        lambda: mandate_actions.move_topic(topic=opened.topic, up=True),
    )
    for change in writes:
        with pytest.raises(Refused, match="It has been opened meanwhile"):
            change()


def change(draft: Draft, name: str, typed: str, reason: str = "We learned more.") -> None:
    phase_actions.change_mandate(engagement=draft.engagement, name=name, typed=typed, reason=reason, by=draft.lead)


@pytest.mark.parametrize("name", ["cards_per_sitting", "min_votes_to_place", "min_group_scores", "min_group_words"])
def test_limits_only_rise_and_only_with_a_reason(opened: Draft, name: str) -> None:
    before = getattr(opened.engagement, name)
    change(opened, name, str(before + 5))
    for typed in (str(before), str(before + 4)):
        with pytest.raises(Refused, match="may only rise"):
            change(opened, name, typed)
    with pytest.raises(Refused, match="Say why"):
        change(opened, name, str(before + 6), reason="")
    assert getattr(opened.now(), name) == before + 5
    row = opened.engagement.mandate_changes.get()
    assert (row.name, row.before, row.after, row.changed_by) == (name, str(before), str(before + 5), opened.lead)
    event = opened.engagement.events.get(kind="mandate_changed")
    assert event.payload == {"name": name, "by": opened.lead.pk}


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("answers_due", written(-2), "in the past"),
        ("answers_due", written(14), "before listening ends"),
        ("answers_due", "", "Say by when"),
        ("listen-ends", written(41), "before listening ends"),
        ("listen-ends", written(-1), "in the past|before it begins"),
        ("what_is_open", " \n ", "Say what is open"),
        ("who_decides", "The board, after reading every answer.", "stands there already"),
    ],
)
def test_a_change_that_makes_no_sense_is_told_and_not_written(opened: Draft, name: str, typed: str, told: str) -> None:
    before = opened.now().__dict__ | {"_state": None}
    with pytest.raises(Unusable, match=told):
        change(opened, name, typed)
    assert opened.now().__dict__ | {"_state": None} == before
    assert not opened.engagement.mandate_changes.exists()
    assert not opened.engagement.phase_dates.filter(ends_on=written(41)).exists()


@pytest.mark.parametrize("name", ["identity_level", "title", "languages", "topic-1-title", "organisation", "n_members"])
def test_what_people_have_answered_under_cannot_be_changed(opened: Draft, name: str) -> None:
    with pytest.raises(Refused, match="cannot be changed any more"):
        change(opened, name, "guest")


def move(draft: Draft, to: Phase, reason: str = "") -> None:
    phase_actions.move_phase(engagement=draft.engagement, to=to, reason=reason, by=draft.lead)


def test_the_next_phase_needs_no_reason_in_its_time_and_one_before_it(opened: Draft) -> None:
    with pytest.raises(Refused, match="Say why"):
        move(opened, Phase.DISTIL)
    move(opened, Phase.DISTIL, "All have spoken.")
    move(opened, Phase.MEET)
    assert opened.now().phase == Phase.MEET
    told = [event.payload for event in opened.engagement.events.filter(kind="phase_moved").order_by("pk")]
    assert [(one["before"], one["after"]) for one in told] == [("listen", "distil"), ("distil", "meet")]


def test_back_and_past_a_phase_needs_a_reason(opened: Draft) -> None:
    move(opened, Phase.DISTIL, "All have spoken.")
    for to in (Phase.LISTEN, Phase.ANSWER):
        with pytest.raises(Refused, match="Say why"):
            move(opened, to)
    move(opened, Phase.LISTEN, "The depot was forgotten.")
    assert rules.is_listening(opened.now())
    with pytest.raises(Refused):
        move(opened, Phase.MANDATE, "Anew.")


def test_listening_is_open_in_its_phase_only(opened: Draft) -> None:
    person = actions.join(engagement=opened.now(), member=opened.members[1])
    actions.say_statement(participant=person, topic=opened.topic, text="In time.")
    move(opened, Phase.DISTIL, "All have spoken.")
    late = Participant.objects.get(pk=person.pk)
    with pytest.raises(Refused, match="is over"):
        actions.say_statement(participant=late, topic=opened.topic, text="Late.")


def test_closing_ends_it_for_good_and_once(opened: Draft) -> None:
    close_engagement(engagement=opened.engagement, by=opened.lead)
    closed_at = opened.now().closed_at
    close_engagement(engagement=opened.now(), by=opened.lead)
    now = opened.now()
    assert now.is_closed and now.closed_at == closed_at and now.phase == Phase.LISTEN
    assert now.events.filter(kind="engagement_closed").count() == 1
    assert not rules.is_listening(now)
    for late in (lambda: move(opened, Phase.GATE, "Go on."), lambda: change(opened, "who_decides", "Nobody.")):
        with pytest.raises(Refused, match="It is closed"):
            late()


def test_what_was_never_opened_cannot_be_closed_moved_or_changed(draft: Draft) -> None:
    with pytest.raises(Refused, match="never opened"):
        close_engagement(engagement=draft.engagement, by=draft.lead)
    for early in (lambda: move(draft, Phase.LISTEN, "Now."), lambda: change(draft, "who_decides", "Nobody.")):
        with pytest.raises(Refused, match="not opened yet"):
            early()
    assert not draft.now().is_closed


def test_opening_in_one_go_is_the_same_opening(draft: Draft) -> None:
    house = open_house("at-once", people=2, statements=1)
    assert house.engagement.is_opened and house.engagement.phase == Phase.LISTEN
    assert Engagement.objects.get(slug="at-once").events.first().kind == "engagement_opened"
    assert house.statements[0].state == StatementState.PUBLISHED


@pytest.mark.django_db(transaction=True)
def test_two_who_open_at_once_open_it_once_and_whoever_tries_it_meanwhile_leaves_nothing() -> None:
    draft = draft_house("At once")
    tester = draft.members[1]
    trial_actions.give_trial_seat(engagement=draft.engagement, member=tester)
    draft.engagement.refresh_from_db()
    begin = threading.Barrier(6)

    def together(act: Callable[[], object]) -> None:
        begin.wait()
        try:
            act()
        except Refused:
            pass
        finally:
            connection.close()

    def open_it() -> None:
        opening.open_prepared(engagement=Engagement.objects.get(pk=draft.engagement.pk), by=draft.lead)

    def try_it_late() -> None:
        actions.join(engagement=Engagement.objects.get(pk=draft.engagement.pk), member=tester)

    acts = [open_it, open_it, open_it, try_it_late, try_it_late, try_it_late]
    threads = [threading.Thread(target=together, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Event.objects.filter(kind="engagement_opened").count() == 1
    known = pseudonym_of(member=tester, engagement_slug=draft.engagement.slug)
    assert set(Participant.objects.values_list("pseudonym", flat=True)) <= {known}, "nobody hangs on the trial's key"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one write at a time")
@pytest.mark.parametrize("is_said_before", [True, False], ids=["a vote changed", "a first vote"])
def test_a_trial_vote_and_the_opening_at_one_moment_do_not_wait_in_a_ring(draft: Draft, is_said_before: bool) -> None:
    """The voter is stopped between row and event, just where the opening begins to wipe."""
    tester = try_it(draft)
    statement = Statement.objects.get(is_seed=False)
    assert statement.author_id == tester.pk
    trial_actions.give_trial_seat(engagement=draft.engagement, member=draft.members[2])
    voter = actions.join(engagement=draft.now(), member=draft.members[2])
    if is_said_before:
        actions.cast_vote(participant=voter, statement=statement, stance=1)
    has_row, wrong = threading.Event(), []

    def vote() -> None:
        try:
            with transaction.atomic(), connection.execute_wrapper(pause_after_vote):
                actions.cast_vote(participant=voter, statement=statement, stance=-1)
        except Exception as problem:
            wrong.append(problem)
        finally:
            connection.close()

    def pause_after_vote(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        done = execute(sql, params, many, context)
        if sql.startswith('INSERT INTO "engagements_vote"'):
            has_row.set()
            time.sleep(1.0)  # long enough for the opening to have begun to wait
        return done

    voting = threading.Thread(target=vote)
    voting.start()
    assert has_row.wait(10)
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    voting.join(10)
    assert (wrong, voting.is_alive()) == ([], False)
    assert (Vote.objects.count(), Participant.objects.count()) == (0, 0)
