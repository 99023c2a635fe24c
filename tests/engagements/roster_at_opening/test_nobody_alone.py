"""Coarse attributes: nobody alone, nothing coarser than the steps need, the same whatever the order."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sayso.engagements.roster_at_opening.nobody_alone import BLANK, Alike, coarsen, coarser, fitting, steps

ROLES, SITES, LANGUAGES = ("", "nurse", "clerk", "porter"), ("", "Hill", "Quay"), ("", "sv", "fi")


@st.composite
def organisations(draw: st.DrawFn) -> tuple[dict[Alike, int], dict[int, int], int]:
    """Some people, a tree in which each unit stands under an earlier one or at the top, and a threshold."""
    n_units = draw(st.integers(0, 8))
    above = {unit: draw(st.integers(0, unit - 1)) for unit in range(1, n_units + 1)}
    alike = st.builds(
        Alike, st.integers(0, n_units), st.sampled_from(ROLES), st.sampled_from(SITES), st.sampled_from(LANGUAGES)
    )
    people = draw(st.dictionaries(alike, st.integers(1, 9), max_size=25))
    return people, above, draw(st.integers(2, 8))


@given(organisations(), st.integers(1, 100))
def test_of_each_combination_told_there_are_enough_people_and_everybody_has_one(org, most):
    people, above, least = org
    made = coarsen(people, above, least=least, most=most)
    told = Counter()
    for alike, n in people.items():
        told[made.to[alike]] += n
    assert made.sizes == dict(told)
    n_people = sum(people.values())
    if n_people < least:
        assert set(told) <= {BLANK}
    else:
        assert min(told.values(), default=least) >= least
    for name in ("unit", "role", "site", "language"):
        assert len({getattr(alike, name) for alike in told} - {0, ""}) <= most


@given(organisations())
def test_each_takes_the_first_step_at_which_there_was_company(org):
    """An oracle of its own: at each earlier step, those not yet placed and those placed as coarsely were too few."""
    people, above, least = org
    made = coarsen(people, above, least=least)
    plan = list(steps(above))
    for alike, placed in made.placed_at.items():
        for number, step in enumerate(plan[:placed]):
            mine = coarser(alike, step, above)
            company = 0
            for other, n in people.items():
                if made.placed_at[other] >= number:
                    company += n * (coarser(other, step, above) == mine)
                else:
                    company += n * (coarser(other, plan[made.placed_at[other]], above) == mine)
            assert company < least, (alike, number)


@given(organisations())
def test_each_is_told_as_what_they_are_at_their_step(org):
    people, above, least = org
    made = coarsen(people, above, least=least)
    plan = list(steps(above))
    as_placed = {alike: coarser(alike, plan[made.placed_at[alike]], above) for alike in people}
    assert made.to == as_placed | dict.fromkeys(made.taken_along, BLANK)


@given(organisations(), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(org, rng):
    people, above, least = org
    rows = list(people.items())
    rng.shuffle(rows)
    assert coarsen(dict(rows), above, least=least, most=3) == coarsen(people, above, least=least, most=3)


@given(organisations(), st.data())
def test_who_comes_later_gets_what_is_told_already_or_nothing(org, data):
    people, above, least = org
    made = coarsen(people, above, least=least)
    told = frozenset(made.sizes)
    for alike, coarse in made.to.items():
        if made.placed_at[alike] < len(list(steps(above))) - 1:
            assert fitting(alike, told, above) in told
        if alike == coarse:
            assert fitting(alike, told, above) == alike


def test_by_hand_a_small_team_is_told_with_the_house_and_its_sister_stays():
    above = {1: 0, 2: 1, 3: 1}
    people = {Alike(1, "head"): 5, Alike(2, "nurse"): 20, Alike(3, "nurse"): 3, Alike(2, "clerk"): 2}
    made = coarsen(people, above, least=5)
    assert made.to[Alike(2, "nurse")] == Alike(2, "nurse")
    # Nurses of the third and clerks of the second find each other only as people of the house, without role.
    assert made.to[Alike(3, "nurse")] == made.to[Alike(2, "clerk")] == Alike(1)
    assert made.sizes[Alike(1)] == 5


def test_by_hand_too_few_left_over_take_the_smallest_combination_along():
    people = {Alike(1, "nurse"): 9, Alike(2, "nurse"): 6, Alike(3, "clerk"): 2}
    made = coarsen(people, {1: 0, 2: 0, 3: 0}, least=5)
    assert made.sizes == {Alike(1, "nurse"): 9, BLANK: 8}


def test_by_hand_with_too_many_units_the_smallest_go_up_first():
    people = {Alike(1): 50, Alike(2): 6, Alike(3): 7, Alike(4): 30}
    made = coarsen(people, {1: 0, 2: 1, 3: 1, 4: 0}, least=5, most=2)
    assert made.sizes == {Alike(1): 63, Alike(4): 30}


def test_a_circle_of_units_ends_all_the_same():
    people = {Alike(1, "a"): 3, Alike(2, "a"): 3, Alike(3, "a"): 9}
    assert coarsen(people, {1: 2, 2: 1, 3: 0}, least=5, most=1).sizes == {BLANK._replace(role="a"): 6, people_of(3): 9}


def people_of(unit: int) -> Alike:
    return Alike(unit, "a")


def test_of_a_hundred_thousand_people_nobody_is_among_few():
    rng = random.Random(5)
    above = {unit: unit // 6 for unit in range(1, 3_000)}
    people: Counter[Alike] = Counter()
    for _ in range(100_000):
        people[
            Alike(rng.randrange(1, 3_000), f"role {rng.randrange(40)}", rng.choice(SITES), rng.choice(LANGUAGES))
        ] += 1
    made = coarsen(people, above, least=5)
    assert sum(made.sizes.values()) <= 100_000
    assert min(made.sizes.values()) >= 5
