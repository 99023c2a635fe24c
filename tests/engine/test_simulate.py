"""What is planted is there: in the truth, in the votes drawn from it, and in who stays silent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sayso.engine.planting import Kind, draw_alike, draw_leanings, plan_statements
from sayso.engine.simulate import CAMP_AGREES, CAMP_SHARE, SLIPS, Simulated, simulate_engagement

SEEDS = range(5)


def simulated(seed=0, **wishes) -> Simulated:
    size = {"n_participants": 1200, "n_statements": 140, "n_groups": 3} | wishes
    return simulate_engagement(np.random.default_rng(seed), **size)


def counted_share(made: Simulated, is_counted, stance=1):
    """Share of the counted votes on each statement that have this stance, NaN where there are none."""
    column = made.votes.statement[is_counted]
    n_statements = made.votes.n_statements
    hits = np.bincount(column[made.votes.stance[is_counted] == stance], minlength=n_statements)
    seen = np.bincount(column, minlength=n_statements)
    return np.divide(hits, seen, out=np.full(n_statements, np.nan), where=seen >= 100)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n_groups", [1, 2, 3, 5])
def test_common_ground_and_divides_are_those_planted(seed, n_groups):
    made = simulated(seed, n_groups=n_groups)
    assert made.common_ground.tolist() == (made.plan.kind == Kind.COMMON).tolist()
    assert made.divisive.tolist() == (made.plan.kind == Kind.DIVISIVE).tolist()
    assert made.bold_view.tolist() == (made.plan.kind == Kind.BOLD).tolist()
    assert made.common_ground.sum() == 21 and made.bold_view.sum() == 7


@pytest.mark.parametrize("seed", SEEDS)
def test_each_group_agrees_as_planted(seed):
    made = simulated(seed, n_participants=6000)
    people, statements = (grid.ravel() for grid in np.indices(made.votes.shape))
    agrees = made.agree_probability(people, statements).reshape(made.votes.shape)
    passes = made.pass_probability(people, statements).reshape(made.votes.shape)
    shares = np.stack([agrees[made.group == group].mean(axis=0) for group in range(3)])
    in_no_camp = made.plan.camp < 0
    assert np.abs(shares - made.plan.agree)[:, in_no_camp].max() < 0.03
    assert np.abs(passes.mean(axis=0) - made.plan.passing).max() < 0.01
    expected = np.stack([(agrees * (1 - passes))[made.group == group].mean(axis=0) for group in range(3)])
    np.testing.assert_allclose(made.agree_by_group, expected)
    np.testing.assert_allclose(made.agree_overall, (agrees * (1 - passes)).mean(axis=0))


def test_votes_are_drawn_from_the_truth():
    made = simulated(3, n_participants=8000)
    for group in range(3):
        found = counted_share(made, made.group[made.votes.participant] == group)
        known = ~np.isnan(found)
        deviation = (found - made.agree_by_group[group])[known]
        assert known.sum() > 120
        assert abs(deviation.mean()) < 0.01 and np.abs(deviation).max() < 0.15
    passed = counted_share(made, np.ones(made.votes.n_votes, dtype=bool), stance=0)
    assert np.nanmax(np.abs(passed - made.plan.passing)) < 0.06


def test_a_bold_view_is_held_by_its_camp_and_hardly_elsewhere():
    made = simulated(1, n_participants=8000)
    size = np.bincount(made.camp[made.camp >= 0])
    assert (size == round(8000 * CAMP_SHARE)).all()
    for number in np.flatnonzero(made.bold_view):
        holds = made.camp == made.plan.camp[number]
        column = np.full(8000, number)
        share = made.agree_probability(np.arange(8000), column)
        assert np.allclose(share[holds], CAMP_AGREES)
        assert share[~holds].mean() < 0.1
        assert made.agree_overall[number] < 0.2
    # The like-minded: each camp stands off to one side of everybody else.
    for camp in range(len(size)):
        away = made.position[made.camp == camp].mean(axis=0) - made.position.mean(axis=0)
        assert np.linalg.norm(away) > 1


def test_bold_views_of_one_camp_are_agreed_to_together():
    made = simulated(2, n_participants=8000)
    first, second = np.flatnonzero(made.plan.camp == 0)[:2]
    dense = made.votes.toarray(unseen=9)
    both = (dense[:, first] != 9) & (dense[:, second] != 9)
    agree = dense[both][:, [first, second]] == 1
    assert agree[agree[:, 0], 1].mean() > 5 * agree[~agree[:, 0], 1].mean()


def test_groups_stand_apart_by_the_separation():
    made = simulated(0, n_groups=4, separation=6.0, n_participants=4000)
    centre = np.stack([made.position[made.group == group].mean(axis=0) for group in range(4)])
    distance = np.linalg.norm(centre[:, None] - centre, axis=2)[np.triu_indices(4, 1)]
    np.testing.assert_allclose(distance, 6.0, atol=0.25)
    within = made.position - centre[made.group]
    np.testing.assert_allclose(within.std(axis=0), 1.0, atol=0.05)


def test_a_continuous_population_has_width_and_no_gap():
    made = simulated(0, n_groups=1, spread="continuous", n_dims=1, n_participants=5000)
    divided = made.plan.kind == Kind.DIVISIVE
    assert set(made.group) == {0} and made.position.shape == (5000, 1)
    line = np.sort(made.position[:, 0])
    inner = line[(line > -2) & (line < 2)]
    assert np.diff(inner).max() < 0.05
    people = np.arange(5000)
    spread = [np.std(made.agree_probability(people, np.full(5000, number))) for number in np.flatnonzero(divided)]
    alike = simulated(0, n_groups=1, n_participants=5000)
    close = [np.std(alike.agree_probability(people, np.full(5000, number))) for number in np.flatnonzero(divided)]
    assert np.median(spread) > 0.2 > np.median(close)


def test_the_same_seed_gives_the_same_engagement_and_another_seed_another():
    first, again, other = simulated(7), simulated(7), simulated(8)
    for name in ("participant", "statement", "stance"):
        assert np.array_equal(getattr(first.votes, name), getattr(again.votes, name))
    for name in ("cast_at", "group", "unit", "camp", "takes_part", "position", "author", "difficulty", "loading"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.group, other.group)


def test_those_who_do_not_take_part_cast_no_vote_and_the_others_at_least_one():
    made = simulated(0, participation=0.6)
    cast = made.votes.votes_per_participant()
    assert (cast[~made.takes_part] == 0).all() and (cast[made.takes_part] > 0).all()
    assert 0.45 < made.takes_part.mean() < 0.75
    assert simulated(0, participation=1.0).takes_part.all()
    assert simulated(0, participation=0.0).votes.n_votes == 0


def test_units_differ_in_taking_part_and_people_in_diligence_by_more_than_chance():
    made = simulated(0, n_participants=20_000, participation=0.6)
    size = np.bincount(made.unit, minlength=9)
    rate = np.bincount(made.unit, made.takes_part, minlength=9) / size
    assert rate.std() > 2 * np.sqrt(0.24 / size).max()
    cast = made.votes.votes_per_participant()[made.takes_part]
    assert cast.var() > 3 * cast.mean()


def test_shares_of_units_and_groups_can_be_given():
    made = simulated(0, unit_share=[3, 1], group_share=[8, 1, 1])
    assert np.bincount(made.group).tolist() == [960, 120, 120]
    assert set(made.unit) == {0, 1}
    assert abs((made.unit == 0).mean() - 0.75) < 0.04
    mix = [(made.unit[made.group == group] == 0).mean() for group in range(3)]
    assert np.ptp(mix) > 0.05


def test_groups_can_be_put_into_units_of_their_own():
    made = simulated(0, n_groups=2, group_share=[1, 1], unit_share=[1, 1], unit_mix=[[1, 1e-9], [1e-9, 1]])
    assert np.array_equal(made.group, made.unit)


def test_nobody_votes_before_a_statement_appears_nor_on_their_own():
    made = simulated(0)
    assert (made.cast_at >= made.plan.appears_at[made.votes.statement]).all()
    assert made.cast_at.min() >= 0 and made.cast_at.max() <= 1
    assert not (made.author[made.votes.statement] == made.votes.participant).any()
    assert (made.author[made.plan.appears_at == 0] == -1).all()
    written = made.author >= 0
    assert written.sum() > 120
    likely = made.agree_probability(made.author[written], np.flatnonzero(written))
    assert np.median(likely) > 0.9 and made.takes_part[made.author[written]].all()


def test_seldom_seen_statements_are_seen_seldom():
    made = simulated(0, n_participants=5000)
    seen = made.votes.seen() / (1 - made.plan.appears_at)
    seldom = made.plan.exposure < 1
    assert seldom.sum() == 7
    assert np.median(seen[seldom]) < 0.35 * np.median(seen[~seldom])


def test_drawing_again_follows_the_same_truth():
    made = simulated(0)
    people = np.arange(1200)
    column = np.full(1200, np.flatnonzero(made.common_ground)[0])
    before = made.position.copy()
    stances = np.stack([made.draw_stances(np.random.default_rng(seed), people, column) for seed in range(20)])
    assert abs((stances == 1).mean() - made.agree_overall[column[0]]) < 0.02
    assert set(np.unique(stances)) == {-1, 0, 1}
    assert np.array_equal(made.position, before)


def test_a_given_plan_is_followed():
    rng = np.random.default_rng(0)
    plan = plan_statements(rng, n_statements=30, n_groups=2)
    plan = replace(plan, agree=np.clip(plan.agree, 0.4, 0.6))
    made = simulated(0, n_statements=30, n_groups=2, plan=plan)
    assert made.plan is plan
    assert not made.divisive.any() and not made.common_ground.any()


def with_points(seed=0, n_points=6, of_each=4, **wishes) -> Simulated:
    """The first statements of each kind that divides, is shared or is plain make points, in fours."""
    rng = np.random.default_rng(seed)
    plan = plan_statements(rng, n_statements=140, n_groups=3)
    chosen = [np.flatnonzero(plan.kind == kind)[: of_each * 2] for kind in (Kind.COMMON, Kind.DIVISIVE, Kind.PLAIN)]
    plan.point[np.concatenate(chosen)] = np.repeat(np.arange(n_points), of_each)
    return simulated(seed, plan=replace(plan, agree=draw_alike(rng, plan.agree, plan.point)), **wishes)


def sides_of(made: Simulated, seed=0):
    """What everybody would say to everything, if asked now."""
    people, statements = (grid.ravel() for grid in np.indices(made.votes.shape))
    return made.draw_stances(np.random.default_rng(seed), people, statements).reshape(made.votes.shape)


def pairs_of_a_point(made: Simulated):
    point = made.plan.point
    return [(j, k) for j, k in np.argwhere((point[:, None] == point) & (point >= 0)[:, None]).tolist() if j < k]


def test_to_what_says_the_same_people_take_the_same_side_but_for_slips():
    made, apart = with_points(n_participants=6000), []
    people, sides = np.arange(6000), sides_of(made)
    for j, k in pairs_of_a_point(made):
        p, q = (made.agree_probability(people, np.full(6000, number)) for number in (j, k))
        thought_of = (1 - SLIPS) ** 2
        planted = thought_of * np.abs(p - q) + (1 - thought_of) * (p + q - 2 * p * q)
        took_both = (sides[:, j] != 0) & (sides[:, k] != 0)
        found = (sides[took_both, j] != sides[took_both, k]).mean()
        assert found == pytest.approx(planted[took_both].mean(), abs=0.015)
        apart.append(found)
    assert len(apart) == 36 and max(apart) < 0.12 and 0.02 < np.median(apart) < 0.07


def test_what_says_the_same_is_agreed_with_by_each_group_as_often_as_it_says():
    made = with_points(n_participants=9000)
    sides, in_a_point = sides_of(made), made.plan.point >= 0
    found = np.stack([(sides[made.group == group] == 1).mean(axis=0) for group in range(3)])
    assert np.abs(found - made.agree_by_group)[:, in_a_point].max() < 0.04
    assert np.abs((found - made.agree_by_group)[:, in_a_point].mean()) < 0.01
    assert made.common_ground.tolist() == (made.plan.kind == Kind.COMMON).tolist()


def test_by_hand_whoever_is_above_every_threshold_agrees_but_for_slips():
    made = with_points()
    number = int(np.flatnonzero((made.plan.point >= 0) & (made.plan.kind == Kind.PLAIN))[0])
    people, column = np.tile(np.arange(1200), 10), np.full(12_000, number)
    likely = made.agree_probability(people, column).mean()
    for threshold, agree in ((0.0, 1 - SLIPS + SLIPS * likely), (1.0, SLIPS * likely)):
        same = replace(made, threshold=np.full_like(made.threshold, threshold))
        said = same.draw_stances(np.random.default_rng(0), people, column)
        assert (said == 1).sum() / (said != 0).sum() == pytest.approx(agree, abs=0.01)


def test_asked_again_people_keep_to_what_they_think_of_a_point():
    made = with_points()
    first, later = sides_of(made, 1), sides_of(made, 2)
    differs = ((first != later) & (first != 0) & (later != 0)).mean(axis=0)
    plain = made.plan.kind == Kind.PLAIN
    in_a_point = made.plan.point >= 0
    assert differs[plain & in_a_point].max() < 0.12 < 0.25 < differs[plain & ~in_a_point].min()


def test_nobody_makes_a_point_they_do_not_hold_nor_the_same_one_twice():
    made = with_points()
    wrote = np.flatnonzero((made.plan.point >= 0) & (made.author >= 0))
    author, point = made.author[wrote], made.plan.point[wrote]
    assert len(set(zip(author.tolist(), point.tolist(), strict=True))) == len(wrote) >= 10
    assert (made.threshold[author, point] < made.agree_probability(author, wrote)).all()


def test_where_nothing_is_said_twice_votes_are_those_of_before_there_were_points():
    made = simulated(11, participation=0.65)
    assert (made.votes.n_votes, int(made.votes.stance.sum())) == (33_268, 3_274)
    alone = simulate_engagement(
        np.random.default_rng(11), n_participants=3000, n_statements=60, n_groups=1, spread="continuous"
    )
    assert (alone.votes.n_votes, int(alone.votes.stance.sum())) == (80_466, 5_945)
    assert made.threshold.shape == (1200, 0)


def test_leanings_follow_the_sides_given():
    kind = np.full(50, "divisive")
    sides = np.random.default_rng(0).random((3, 50)) < 0.5
    agree = draw_leanings(np.random.default_rng(1), kind, 3, sides)
    assert (agree[sides] > 0.8).all() and (agree[~sides] < 0.2).all()


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"n_groups": 0}, "each group needs somebody"),
        ({"n_participants": 2, "n_groups": 3}, "each group needs somebody"),
        ({"participation": 1.2}, "participation"),
        ({"votes_per_participant": -1}, "votes_per_participant"),
        ({"separation": 0}, "separation"),
        ({"n_statements": -1}, "at least 0 and 1"),
        ({"spread": "continuous"}, "for one group"),
        ({"spread": "wide", "n_groups": 1}, "for one group"),
        ({"group_share": [1, 2]}, "group_share"),
        ({"unit_share": [1, 0]}, "unit_share"),
        ({"unit_mix": [[1, 2]]}, "unit_mix"),
        ({"plan": plan_statements(np.random.default_rng(0), n_statements=3, n_groups=3)}, "the plan has 3"),
    ],
)
def test_what_makes_no_sense_is_refused(wishes, said):
    with pytest.raises(ValueError, match=said):
        simulated(0, **wishes)


@pytest.mark.parametrize("change", [{"agree": 1.0}, {"passing": 0.0}, {"exposure": 0.0}, {"appears_at": 1.0}])
def test_a_plan_outside_its_bounds_is_refused(change):
    plan = plan_statements(np.random.default_rng(0), n_statements=10, n_groups=2)
    ((name, value),) = change.items()
    with pytest.raises(ValueError, match=name):
        replace(plan, **{name: np.full_like(getattr(plan, name), value)})


def test_a_bold_statement_without_a_camp_is_refused():
    plan = plan_statements(np.random.default_rng(0), n_statements=40, n_groups=2)
    with pytest.raises(ValueError, match="camp"):
        replace(plan, camp=np.full(40, -1))


def test_the_smallest_engagements_can_be_drawn():
    assert simulated(0, n_participants=1, n_statements=0, n_groups=1).votes.shape == (1, 0)
    alone = simulated(0, n_participants=1, n_statements=1, n_groups=1)
    assert alone.votes.shape == (1, 1) and alone.agree_by_group.shape == (1, 1)
    assert simulated(0, n_participants=3, n_groups=3).group.tolist() != []


def test_fifty_thousand_people_are_drawn():
    assert simulated(0, n_participants=50_000).votes.n_votes > 1_000_000
