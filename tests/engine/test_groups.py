"""Groups are found where they were planted, and none where there are none."""

import numpy as np
import pytest

from planted import planted_groups
from sayso.engine.group_stability import group_stability
from sayso.engine.groups import Groups, find_groups
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.representative import count_by_group, representative_statements
from sayso.engine.votes import VoteMatrix


def groups_of(votes, seed=0, **options):
    rng = np.random.default_rng(seed)
    space = fit_opinion_space(votes, rng=rng, tier="fast")
    return find_groups(votes, space, rng=rng, **{"min_votes": 7, **options})


def share_in_the_right_group(groups, planted, sure=0.0):
    """Of those placed and at least so sure, who is in the group that most of their planted group is in."""
    placed = (groups.membership >= 0) & (groups.probability.max(axis=1) >= sure)
    table = np.zeros((planted.max() + 1, groups.n_groups))
    np.add.at(table, (planted[placed], groups.membership[placed]), 1)
    return table.max(axis=1).sum() / placed.sum()


@pytest.mark.parametrize("n_groups", [2, 3])
def test_planted_groups_are_found(n_groups):
    votes, planted, _ = planted_groups(0, n_participants=1_000, n_statements=100, n_groups=n_groups, votes_each=25)
    groups = groups_of(votes)
    assert groups.n_groups == n_groups
    assert share_in_the_right_group(groups, planted) > 0.93
    assert share_in_the_right_group(groups, planted, sure=0.9) > 0.97
    assert (groups.membership >= 0).mean() > 0.9
    assert groups.reason == ""


@pytest.mark.parametrize("seed", range(4))
def test_one_crowd_is_not_cut_in_two(seed):
    votes, *_ = planted_groups(seed, n_participants=500, n_statements=80, n_groups=1, votes_each=25)
    groups = groups_of(votes)
    assert groups.n_groups == 0
    assert groups.reason
    assert (groups.membership == -1).all()


def test_an_even_spread_is_not_cut_in_two():
    rng = np.random.default_rng(1)
    position = rng.uniform(-np.sqrt(3), np.sqrt(3), 800)
    loading = rng.normal(0, 1.5, 80)
    rows, columns = (
        np.repeat(np.arange(800), 30),
        np.concatenate([rng.choice(80, 30, replace=False) for _ in range(800)]),
    )
    agree = rng.random(len(rows)) < 1 / (1 + np.exp(-position[rows] * loading[columns]))
    votes = VoteMatrix.from_arrays(rows, columns, np.where(agree, 1, -1))
    assert groups_of(votes).n_groups == 0


def test_too_few_people_have_no_groups_and_are_told_why():
    votes, *_ = planted_groups(0, n_participants=80, n_statements=60, n_groups=2, votes_each=30)
    groups = groups_of(votes)
    assert groups.n_groups == 0
    assert groups.reason == "Groups need 100 people with 7 votes; there are 80."


def test_whoever_has_too_few_votes_is_placed_nowhere():
    votes, *_ = planted_groups(0, n_participants=600, n_statements=60, n_groups=2, votes_each=30)
    keep = np.ones(votes.n_votes, dtype=bool)
    keep[votes.row_start[5] + 6 : votes.row_start[6]] = False
    groups = groups_of(votes.select(keep))
    assert groups.n_groups == 2
    assert groups.membership[5] == -1
    assert groups.probability[5].sum() == 0
    assert np.allclose(np.delete(groups.probability, 5, axis=0).sum(axis=1), 1)


def test_groups_are_numbered_along_the_first_axis_not_by_size():
    votes, *_ = planted_groups(2, n_participants=600, n_statements=60, n_groups=2, votes_each=30)
    groups = groups_of(votes)
    assert groups.n_groups == 2
    assert groups.centres[0, 0] < groups.centres[1, 0]


def test_planted_groups_come_back_among_other_people_and_a_cut_crowd_does_not():
    rng = np.random.default_rng(0)
    votes, *_ = planted_groups(1, n_participants=600, n_statements=60, n_groups=3, votes_each=30)
    assert group_stability(votes, groups_of(votes), rng=rng).min() > 0.85
    alike, *_ = planted_groups(1, n_participants=600, n_statements=60, n_groups=1, votes_each=30)
    by_chance = rng.integers(3, size=600)
    cut = Groups(3, by_chance, np.eye(3)[by_chance], np.zeros((3, 1)), "")
    assert group_stability(alike, cut, rng=rng).max() < 0.5


def test_groups_numbered_otherwise_are_the_same_groups():
    votes, *_ = planted_groups(2, n_participants=600, n_statements=60, n_groups=3, votes_each=30)
    groups = groups_of(votes)
    turned = groups.in_order(np.array([2, 0, 1]))
    assert (turned.membership == np.array([1, 2, 0, -1])[groups.membership]).all()
    assert (turned.sizes == groups.sizes[[2, 0, 1]]).all()
    placed = turned.membership >= 0
    assert (turned.probability[placed].argmax(axis=1) == turned.membership[placed]).all()


@pytest.fixture
def two_groups_of_twenty():
    """Statement 0 parts them, 1 is shared by all, 2 is answered by group 0 alone."""
    rows = np.repeat(np.arange(40), 2)
    columns = np.tile([0, 1], 40)
    stance = np.where(columns == 1, 1, np.where(rows < 20, 1, -1))
    votes = VoteMatrix.from_arrays([*rows, *range(20)], [*columns, *[2] * 20], [*stance, *[1] * 20])
    membership = np.repeat([0, 1], 20)
    return count_by_group(votes, Groups(2, membership, np.eye(2)[membership], np.zeros((2, 1)), ""))


def test_a_group_is_told_by_what_sets_it_apart(two_groups_of_twenty):
    told = representative_statements(two_groups_of_twenty, may_be_shown=np.ones(3, dtype=bool))
    assert [[(one.statement, one.stance) for one in group] for group in told] == [[(0, 1)], [(0, -1)]]
    first = told[0][0]
    assert (first.share, first.elsewhere, first.seen) == (1.0, 0.0, 20)
    assert first.share_low > 0.8


def test_statements_that_may_not_be_shown_represent_nobody(two_groups_of_twenty):
    told = representative_statements(two_groups_of_twenty, may_be_shown=np.array([False, True, True]))
    assert told == [[], []]


def test_noise_represents_nobody():
    rng = np.random.default_rng(0)
    rows, columns = np.divmod(np.arange(200 * 150), 150)
    votes = VoteMatrix.from_arrays(rows, columns, rng.choice([-1, 1], len(rows)))
    membership = rng.integers(2, size=200)
    counts = count_by_group(votes, Groups(2, membership, np.eye(2)[membership], np.zeros((2, 1)), ""))
    assert sum(map(len, representative_statements(counts, may_be_shown=np.ones(150, dtype=bool)))) <= 2
