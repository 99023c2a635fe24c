"""The world that is built: rows and log tell the same story, in order, and nobody can be found through it."""

from __future__ import annotations

import json

import pytest
from django.db.models import Max, Min

from sayso.demo import world as building
from sayso.demo.people import ORGANISATION
from sayso.demo.population import draw_population
from sayso.demo.sayings import TO_BE_RETURNED, read_sayings
from sayso.demo.world import SLUG, build_world, guests, renew_reply_date, simulated_members
from sayso.distillations import votes_store
from sayso.engagements import queries
from sayso.engagements.events import EventKind
from sayso.engagements.mandate.queries import what_is_missing
from sayso.engagements.models import (
    Engagement,
    Event,
    Participant,
    Phase,
    RoleName,
    Statement,
    StatementState,
    Vote,
)
from sayso.members.models import Member, Organisation, Unit


def replay(engagement):
    """The votes, open statements and participants that the log tells of, read one event after the other."""
    votes, is_open, said, joined = {}, {}, set(), set()
    for kind, payload in Event.objects.filter(engagement=engagement).order_by("id").values_list("kind", "payload"):
        if kind == EventKind.PARTICIPANT_JOINED:
            joined.add(payload["participant"])
        elif kind == EventKind.STATEMENT_SAID:
            assert payload["participant"] in joined
            said.add(payload["statement"])
        elif kind in (EventKind.STATEMENT_SEEDED, EventKind.STATEMENT_PUBLISHED):
            assert (payload["statement"] in said) == (kind == EventKind.STATEMENT_PUBLISHED)
            is_open[payload["statement"]] = True
        elif kind == EventKind.ENGAGEMENT_OPENED:
            assert not joined and not said and not is_open
        else:
            assert kind == EventKind.VOTE_CAST
            assert payload["participant"] in joined and is_open[payload["statement"]]
            key = payload["participant"], payload["statement"]
            assert key not in votes
            votes[key] = payload["stance"], payload["is_important"]
    return votes, is_open, said, joined


def test_replaying_the_log_gives_the_rows(world):
    votes, is_open, said, joined = replay(world)
    rows = Vote.objects.values_list("participant", "statement", "stance", "is_important")
    assert {(participant, statement): told for participant, statement, *told in rows} == {
        key: list(told) for key, told in votes.items()
    }
    assert len(votes) == Vote.objects.count() > 1_000
    assert joined == set(Participant.objects.values_list("pk", flat=True))
    assert set(is_open) == set(Statement.objects.filter(state=StatementState.PUBLISHED).values_list("pk", flat=True))
    waiting = set(Statement.objects.filter(state=StatementState.WAITING).values_list("pk", flat=True))
    assert said - set(is_open) == waiting


def test_the_worker_reads_the_votes_that_were_drawn(world, population):
    conversation = votes_store.load(world, votes_store.last_visible_event(world))
    drawn = population.simulated.votes
    assert conversation.votes.n_votes == drawn.n_votes
    column = {text: number for number, text in enumerate(conversation.texts)}
    for saying in read_sayings("statements"):
        for stance in (-1, 0, 1):
            there = conversation.votes.count(stance)[column[saying.text]]
            assert there == drawn.count(stance)[population.column_of[saying.text]]


def test_the_log_is_in_order_of_time(world):
    moments = list(Event.objects.order_by("id").values_list("created_at", flat=True))
    assert moments == sorted(moments)
    ends = Event.objects.aggregate(first=Min("created_at"), last=Max("created_at"))
    assert ends["last"] - ends["first"] > building.LASTED * 0.9


def test_the_engagement_is_in_the_middle_of_listening(world):
    assert world.phase == Phase.LISTEN and world.organisation.name == ORGANISATION
    assert world.n_members == world.organisation.members.count() == 300
    assert Unit.objects.count() == 9 and world.topics.count() == 4
    assert {role.name for role in world.roles.all()} == {RoleName.LEAD, RoleName.SPONSOR, RoleName.MODERATOR}
    assert Statement.objects.filter(state=StatementState.PUBLISHED).count() == len(read_sayings("statements"))
    assert Statement.objects.filter(is_seed=True).count() >= 12


def test_its_mandate_is_whole_and_would_pass_its_own_opening(world):
    assert [one.text for one in what_is_missing(world)] == ["Map would end in the past."]
    assert world.opened_at < world.events.filter(kind="vote_cast").first().created_at


def test_some_statements_wait_in_the_inbox_and_a_few_should_go_back(world):
    waiting = set(world.statements.filter(state=StatementState.WAITING).values_list("text", flat=True))
    assert waiting == {saying.text for saying in read_sayings("waiting")}
    assert sum(saying.text in waiting for saying in read_sayings("waiting") if saying.profile == TO_BE_RETURNED) >= 2


def test_only_members_with_the_right_unit_hang_on_a_pseudonym(world, population):
    takes_part = population.simulated.takes_part
    for row, member in enumerate(simulated_members(world)):
        participant = queries.participant_of(member, world)
        assert (participant is not None) == bool(takes_part[row])
        if participant:
            assert participant.unit == member.unit.name
            assert participant.votes.count() == population.simulated.votes.votes_per_participant()[row]


@pytest.mark.drawn_numbers
def test_the_order_of_participants_tells_nothing_of_the_roster(world):
    found = [queries.participant_of(member, world) for member in simulated_members(world)]
    ids = [participant.pk for participant in found if participant]
    assert ids != sorted(ids)
    texts = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    assert not any(name in texts for name in Member.objects.values_list("full_name", flat=True)[:50])


def test_seats_for_guests_are_members_who_have_said_nothing(world):
    seats = guests(world)
    assert len(seats) == 30 and seats[0].unit.name == "Libraries"
    assert not any(queries.participant_of(seat, world) for seat in seats)
    assert not {seat.pk for seat in seats} & {member.pk for member in simulated_members(world)}


def test_a_building_cut_short_leaves_nothing(db, population, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr(building, "insert_rows", fail)
    with pytest.raises(RuntimeError):
        build_world(population)
    assert [model.objects.count() for model in (Organisation, Member, Engagement, Event, Vote)] == [0] * 5


def test_the_smallest_world_can_be_built(db):
    smallest = build_world(draw_population(30, 7))
    votes, *_ = replay(smallest)
    assert len(votes) == Vote.objects.count() > 0


def test_a_reply_date_that_is_near_or_past_is_moved_and_another_is_not(world):
    due = world.answers_due
    renew_reply_date(world, due - building.STILL_TO_GO)
    assert Engagement.objects.get(slug=SLUG).answers_due == due
    renew_reply_date(world, due)
    assert Engagement.objects.get(slug=SLUG).answers_due == due + building.STILL_TO_GO
    assert world.phase_dates.get(phase=Phase.LISTEN).ends_on > due
