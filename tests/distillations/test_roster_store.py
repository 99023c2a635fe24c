"""From the copied roster to the figures for the organisation: through the gate, and the same again when replayed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from house import House, open_house_of_units
from sayso.distillations import queries, replay_command, roster_store
from sayso.distillations.models import Snapshot
from sayso.engagements import actions
from sayso.engagements.roster_at_opening import copying
from sayso.members.actions import add_member
from sayso.members.models import Member, Unit

PAIRS = st.tuples(st.sampled_from(["", "North", "South"]), st.sampled_from(["", "nurse", "clerk"]))


@given(st.dictionaries(PAIRS, st.integers(1, 9), min_size=1), st.lists(PAIRS, max_size=30))
def test_everybody_has_a_place_of_their_own_unit_and_role(people, participants):
    roster = roster_store.seated(Counter(people), participants)
    units = [roster.unit_names[number] for number in roster.unit_of_participants()]
    roles = [roster.role_names[number] for number in roster.role_of_participants()]
    assert list(zip(units, roles, strict=True)) == participants
    came = Counter(participants)
    assert roster.n_people == sum(max(people.get(pair, 0), came[pair]) for pair in {*people, *came})
    assert len(np.unique(roster.person)) == len(participants)


@pytest.fixture
def house(db: None) -> House:
    """Three units; in the third four of the six take part."""
    house = open_house_of_units({"North": 14, "South": 12, "West": 6})
    for person in range(30):
        for number in range(len(house.statements)):
            house.vote(person, number, 1 if (person + number) % 3 else -1)
    return house


def replay(number: int) -> int:
    parser = ArgumentParser()
    replay_command.add_arguments(parser)
    return replay_command.run(parser.parse_args([str(number)]))


def parts(body: dict[str, Any]) -> dict[str, tuple[int, bool]]:
    return {part["name"]: (part["n_people"], part["told"]) for part in body["organisation"]["units"]}


@pytest.mark.django_db
def test_a_snapshot_tells_what_the_organisation_would_say(house: House, work: Callable[[], None]) -> None:
    work()
    published = queries.latest_published(house.engagement)
    assert published is not None
    organisation = published.body["organisation"]
    assert (organisation["n_people"], organisation["n_took_part"]) == (32, 30)
    assert {name: n for name, (n, _) in parts(published.body).items()} == {"North": 14, "South": 12, "West": 6}


@pytest.mark.django_db
def test_of_four_people_nothing_is_told_nor_what_would_give_them_away(house: House, work: Callable[[], None]) -> None:
    work()
    published = queries.latest_published(house.engagement)
    assert published is not None
    told = {name for name, (_, is_told) in parts(published.body).items() if is_told}
    assert "West" not in told and len(told) <= 1, "the unit beside it is hidden too: what is left would be the four"
    for row in published.body["statements"]:
        cells = row["organisation"]["units"]
        shown = [cell["seen"] for cell in cells if cell["seen"] is not None]
        left = row["organisation"]["seen"] - sum(shown)
        assert all(seen >= 5 for seen in shown) and (left == 0 or left >= 5)


@pytest.mark.django_db
def test_replayed_it_is_the_same_after_people_moved_came_and_were_forgotten(
    house: House, work: Callable[[], None]
) -> None:
    work()
    snapshot = Snapshot.objects.get()
    north = Unit.objects.get(name="North")
    Member.objects.filter(unit__name="South").update(unit=north, role="director")
    Unit.objects.filter(pk=north.pk).update(name="Renamed")
    newcomer = add_member(organisation=house.organisation, full_name="New", email="new@county.example", unit=north)
    participant = actions.join(engagement=house.engagement, member=newcomer)
    actions.cast_vote(participant=participant, statement=house.statements[0], stance=1)
    copying.forget_members(engagement=house.engagement)
    assert replay(snapshot.pk) == 0


@pytest.mark.django_db
def test_a_newcomer_counts_in_their_unit_and_does_not_silence_the_whole(house: House, work: Callable[[], None]) -> None:
    north = Unit.objects.get(name="North")
    newcomer = add_member(organisation=house.organisation, full_name="New", email="new@county.example", unit=north)
    participant = actions.join(engagement=house.engagement, member=newcomer)
    for statement in house.statements:
        actions.cast_vote(participant=participant, statement=statement, stance=1)
    work()
    body = json.loads(Snapshot.objects.get().body)
    assert parts(body)["North"][0] == 15
    assert all(row["organisation"] is not None for row in body["statements"])


@pytest.mark.django_db
def test_neither_snapshot_nor_pages_tell_a_member_or_a_participant(
    house: House, work: Callable[[], None], client: Client
) -> None:
    """The copy knows members; what is made of it must not. The pseudonyms and names here could leak, as they exist."""
    work()
    client.force_login(house.members[0])
    shown = client.get("/e/how-we-work/results/").content.decode() + Snapshot.objects.get().body
    shown += client.get("/e/how-we-work/results.csv").content.decode()
    secrets = [person.pseudonym for person in house.participants] + [member.full_name for member in house.members[1:]]
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.django_db
def test_where_no_roster_was_copied_there_are_no_figures_for_the_organisation(
    house: House, work: Callable[[], None]
) -> None:
    house.engagement.roster_cells.all().delete()
    work()
    assert json.loads(Snapshot.objects.get().body)["organisation"] is None
    assert replay(Snapshot.objects.get().pk) == 0
