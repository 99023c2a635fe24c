"""Key points part by part: figures worked by hand, and cells that would point at few."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.engine.findings import Settings
from sayso.engine.key_points.splitting import Writers, split, spoke
from sayso.engine.what_many_say import what_many_say

from .test_what_many_say import conversation


def writers(group, unit, told=None) -> Writers:
    group, unit = np.array(group), np.array(unit)
    units = int(unit.max(initial=-1)) + 1
    return Writers(group, int(group.max(initial=-1)) + 1, unit, np.ones(units, dtype=bool) if told is None else told)


def test_a_share_of_a_part_worked_by_hand():
    """Twelve wrote in each of two groups; three of the first say it, with probability .9 each, nobody of the other.

    3 of 12 is .25. Mean .225; variance 3 · .9 · .1 / 12² + .225 · .775 / 12 = .01641; so a beta distribution of
    2.17 and 7.46, whose 5 % and 95 % points are .05 and .47.
    """
    probability = np.array([[0.9]] * 3 + [[0.0]] * 21)
    found = split(probability, probability > 0.4, np.arange(24), np.array([0] * 12 + [1] * 12), [12, 12])
    (first, other) = found[0]
    assert (first.part, first.people, first.share, first.low, first.high) == (0, 12, 0.25, 0.05, 0.47)
    assert (other.part, other.people, other.share, other.low) == (1, 12, 0.0, 0.0)


def test_a_person_counts_once_however_much_they_wrote():
    author = np.array([0] * 9 + list(range(1, 12)))
    probability = np.array([[1.0]] * 9 + [[0.0]] * 11)
    (one,) = split(probability, probability > 0.4, author, np.zeros(12, dtype=int), [12])[0]
    assert (one.people, one.share) == (12, 0.08)


def test_under_ten_writers_nothing_is_told_whatever_the_settings_say():
    found = spoke("", np.arange(30), writers([0] * 30, [0] * 9 + [1] * 21), least=1)
    assert found.by_unit == (None, None), "the small one follows by subtraction"
    assert spoke("", np.arange(50), writers([0] * 50, [0] * 9 + [1] * 21 + [2] * 20), least=1).by_unit == (
        None,
        21,
        None,
    )


def test_authors_nobody_knows_are_in_no_part_and_hide_a_small_one():
    author = np.array([*range(21), *[-1] * 12])
    found = spoke("", author, writers([0] * 21, [0] * 3 + [1] * 18), least=10)
    assert (found.people, found.by_unit) == (33, (None, 18))


def test_a_unit_of_which_nothing_is_told_takes_another_with_it_only_where_it_must():
    told = np.array([False, True, True])
    found = spoke("", np.arange(36), writers([0] * 36, [0] * 12 + [1] * 12 + [2] * 12, told), least=10)
    assert found.by_unit == (None, 12, 12)


def test_groups_give_way_where_with_units_they_single_somebody_out():
    """All but two of the unit are in one group, and all of that group are of the unit: less the group, two are left."""
    group, unit = [0] * 18 + [1] * 2 + [1] * 20, [0] * 20 + [1] * 20
    found = spoke("", np.arange(40), writers(group, unit), least=10)
    assert found.by_unit == (20, 20) and found.by_group == (None, None)
    apart = [0] * 10 + [1] * 10 + [0] * 10 + [1] * 10
    assert spoke("", np.arange(40), writers(apart, unit), least=10).by_group == (20, 20)


@pytest.mark.parametrize("seed", range(5))
def test_no_sum_of_told_parts_leaves_one_to_nine_people(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(15, 80))
    group, unit = rng.integers(-1, 3, n), rng.integers(-1, 4, n)
    found = spoke("", np.arange(n), writers(group, unit), least=10)
    for cells in (found.by_group, found.by_unit):
        told = [cell for cell in cells if cell is not None]
        assert all(cell == 0 or cell >= 10 for cell in told)
        rest = found.people - sum(told)
        assert rest == 0 or rest >= 10 or not any(told)


def test_a_snapshot_tells_key_points_by_part():
    texts = ["Lunch is too dear."] * 12 + [f"Number {word} on its own." for word in "abcdefghijklmnop"]
    parts = writers([0] * 12 + [1] * 16, [0] * 14 + [1] * 14)
    found = what_many_say(conversation(texts), Settings(meaning="words"), writers=parts)
    lunch = next(point for point in found.key_points if point.text == "Lunch is too dear.")
    assert [(cell.part, cell.people, cell.share) for cell in lunch.by_unit] == [(0, 14, 0.86), (1, 14, 0.0)]
    assert lunch.by_group == (), "the unit less the group would be two people"
