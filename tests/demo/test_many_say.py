"""What many say in the demo is found as key points, and the planted groups beside it: what the demonstration is for."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.demo.population import Population, draw_population
from sayso.demo.sayings import read_sayings
from sayso.demo.world import TOPICS
from sayso.engine.groups import find_groups
from sayso.engine.key_points.apart import SidesTaken
from sayso.engine.key_points.encoders import installed_encoder
from sayso.engine.key_points.finding import find_key_points
from sayso.engine.opinion_space import fit_opinion_space

LEAST_PEOPLE = 5


@pytest.fixture(scope="module")
def whole() -> Population:
    return draw_population(1_200, 7)


@pytest.mark.skipif(installed_encoder() is None, reason="words alone do not tell what is said in other words")
def test_key_points_stand_in_every_topic_and_nearly_all_their_sources_say_them(whole):
    made, listed, right = whole.simulated, [], []
    for topic in TOPICS:
        said = [
            j for j, saying in enumerate(read_sayings("statements")) if saying.topic == topic and not saying.is_seed
        ]
        point = [whole.sayings[j].point for j in said]
        found = find_key_points(
            [whole.sayings[j].text for j in said],
            encoder=installed_encoder(),
            author=made.author[said],
            sides=SidesTaken.of(made.votes, np.array(said)),
        )
        many = [k for k in range(len(found.texts)) if found.prevalence.people[k] >= LEAST_PEOPLE]
        assert len(many) >= 2
        listed += [point[found.source[k]] for k in many]
        right += [point[i] == point[found.source[k]] != "" for k in many for i in found.sources(k)]
    assert 8 <= len(listed) <= 18 and len(set(listed)) >= 8 and "" not in listed
    assert np.mean(right) > 0.85


def test_the_planted_groups_are_found_though_many_answers_go_together(whole):
    made = whole.simulated
    rng = np.random.default_rng(0)
    groups = find_groups(made.votes, fit_opinion_space(made.votes, rng=rng), rng=rng)
    assert groups.n_groups == 3
    placed = groups.membership >= 0
    together = np.zeros((3, 3))
    np.add.at(together, (groups.membership[placed], made.group[placed]), 1)
    assert together.max(axis=1).sum() / placed.sum() > 0.8
