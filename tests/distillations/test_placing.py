"""Newcomers on a map that was drawn before they came."""

from __future__ import annotations

import math
import random

import pytest

from sayso.distillations.placing import Placed, newcomers_on_older_map


def crowd(number: int) -> list[Placed]:
    rng = random.Random(5)
    return [Placed(person, rng.gauss(0, 1), rng.gauss(0, 0.5), 0.2, person % 2, 0.9) for person in range(number)]


def turned(placed: Placed) -> Placed:
    """The same place in a fit whose axes are turned, flipped, moved and twice as long; its groups change letters."""
    cos, sin = math.cos(0.7), math.sin(0.7)
    x, y = cos * placed.x - sin * placed.y, sin * placed.x + cos * placed.y
    return Placed(placed.participant, -2 * x + 0.3, 2 * y - 0.1, 2 * placed.sd, 1 - placed.group, placed.probability)


def test_a_newcomer_stands_where_the_older_map_would_have_it() -> None:
    everybody = crowd(40)
    (found,) = newcomers_on_older_map([turned(placed) for placed in everybody], everybody[:-1])
    wanted = everybody[-1]
    assert (found.x, found.y, found.sd) == pytest.approx((wanted.x, wanted.y, wanted.sd))
    assert (found.participant, found.group) == (wanted.participant, wanted.group)


def test_those_on_the_map_already_are_left_where_they_are() -> None:
    everybody = crowd(40)
    assert newcomers_on_older_map([turned(placed) for placed in everybody], everybody) == []


def test_with_few_on_both_maps_no_place_is_guessed() -> None:
    everybody = crowd(12)
    assert newcomers_on_older_map(everybody, everybody[:9]) == []


def test_a_map_of_one_axis_is_carried_over() -> None:
    flat = [Placed(person, float(person), 0.0, 0.1, -1, 0.0) for person in range(20)]
    (found,) = newcomers_on_older_map(flat, flat[:-1])
    assert (found.x, found.y, found.group) == (pytest.approx(19.0), 0.0, -1)
