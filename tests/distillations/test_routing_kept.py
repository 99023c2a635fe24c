"""What the worker keeps for the choice of cards, and that pages then draw as the engine would."""

from __future__ import annotations

import numpy as np
import pytest

from house import House
from sayso.distillations.distilling import distil_engagement
from sayso.engagements import queries
from sayso.engagements.models import Routing
from sayso.engine import routing as engine


def test_the_worker_keeps_what_votes_are_worth(distilled: House) -> None:
    body = Routing.objects.get().body
    assert sum(body["share"]) == pytest.approx(1.0)
    assert body["statements"] == [statement.pk for statement in distilled.statements]
    for need in body["need"]:
        assert need[-1] > max(need[:-1])  # what nobody has answered


@pytest.mark.usefixtures("distilled")
def test_pages_draw_with_the_engines_probabilities(house: House) -> None:
    """For a newcomer after every answer, one statement newer than the map among the open ones."""
    made = distil_engagement(house.engagement)
    plan = made.distillation.routing
    house.add_people(1)
    house.seed(1)
    newcomer, columns, stances = len(house.participants) - 1, [], []
    for number in (3, 0, 6):
        open_columns = np.setdiff1d(np.arange(9), columns)  # the ninth is the one nobody has seen
        belonging = plan.belonging_from(columns, stances)
        expected = engine.routing_probabilities(plan, belonging, open_columns)
        found = queries.chances_of(house.participants[newcomer])
        assert [found[house.statements[column].pk] for column in open_columns] == pytest.approx(expected, rel=1e-4)
        house.vote(newcomer, number, 1 if number % 2 else -1)
        columns.append(number)
        stances.append(1 if number % 2 else -1)
