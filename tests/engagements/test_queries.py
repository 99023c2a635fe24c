"""Reads that pages of several apps share."""

from __future__ import annotations

import pytest

from house import open_house
from sayso.engagements import queries

pytestmark = pytest.mark.django_db


def test_the_order_by_answers_moves_in_whole_steps_only() -> None:
    house = open_house(people=5, statements=2)
    first, second = queries.fewest_answers_first(house.engagement.statements, least=5)[:2]
    column = [statement.pk for statement in house.statements].index(first.pk)
    for person in range(5):
        assert queries.fewest_answers_first(house.engagement.statements, least=5)[0] == first
        house.vote(person, column, 1)
    assert queries.fewest_answers_first(house.engagement.statements, least=5)[0] == second
