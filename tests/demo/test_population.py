"""The demo's people: what is planted is there at every size, and the same seed gives the same people."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.demo.people import UNITS
from sayso.demo.population import FEWEST_MEMBERS, N_STAFF, draw_population
from sayso.demo.sayings import read_sayings
from sayso.engine.planting import Kind


@pytest.mark.parametrize("n_members", [1_200, 5_000])
def test_common_ground_and_divides_are_the_ones_written_into_the_words(n_members):
    drawn = draw_population(n_members, 7)
    profile = np.array([saying.profile for saying in drawn.sayings])
    assert np.array_equal(drawn.simulated.common_ground, profile == Kind.COMMON)
    assert np.array_equal(drawn.simulated.divisive, profile == Kind.DIVISIVE)


def test_those_who_lean_a_way_do_so():
    drawn = draw_population(5_000, 7)
    number = drawn.column_of["Stop printing. All of it, by the summer."]
    a, b, c = drawn.simulated.agree_by_group[:, number]
    assert a > 0.7 and b < 0.25 and c < 0.25


def test_everybody_is_counted_once():
    for n_members in (FEWEST_MEMBERS, 1_200, 20_000):
        drawn = draw_population(n_members, 7)
        assert drawn.n_simulated + drawn.n_guests + N_STAFF == n_members
        assert 3 <= drawn.n_guests <= 100


def test_the_groups_live_where_the_plan_says():
    made = draw_population(20_000, 7).simulated
    share_of_c = [np.mean(made.group[made.unit == unit] == 2) for unit in range(len(UNITS))]
    outdoors = [name for name, share in zip([unit.name for unit in UNITS], share_of_c, strict=True) if share > 0.5]
    assert outdoors == ["Highways", "Waste and recycling"]


def test_nobody_has_voted_on_what_waits_or_comes_later():
    drawn = draw_population(1_200, 7)
    n_open = len(read_sayings("statements"))
    assert drawn.simulated.votes.seen()[n_open:].sum() == 0
    assert drawn.simulated.votes.seen()[:n_open].min() > 0
    assert (drawn.simulated.author[n_open:] >= 0).all()


def test_the_same_numbers_give_the_same_people():
    first, again = draw_population(500, 3), draw_population(500, 3)
    assert np.array_equal(first.simulated.votes.stance, again.simulated.votes.stance)
    assert np.array_equal(first.simulated.group, again.simulated.group)
    assert not np.array_equal(first.simulated.group, draw_population(500, 4).simulated.group)


def test_too_few_members_are_refused():
    with pytest.raises(ValueError, match="too small"):
        draw_population(FEWEST_MEMBERS - 1, 7)
