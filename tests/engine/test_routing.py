"""What routing promises: exact probabilities, nothing twice, a share for all, need first, and no bias in the end."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sayso.engine import routing_plan
from sayso.engine.exposure import exposure_weights
from sayso.engine.groups import Groups
from sayso.engine.opinion_space import OpinionSpace, fit_opinion_space
from sayso.engine.routing import (
    FLOOR,
    RoutingPlan,
    next_statement,
    plan_routing,
    routing_probabilities,
)
from sayso.engine.routing_plan import PRIOR_VOTES
from sayso.engine.simulate import Simulated, simulate_engagement
from sayso.engine.votes import VoteMatrix

N_STATEMENTS = 40


@pytest.fixture(scope="module")
def made() -> Simulated:
    rng = np.random.default_rng(3)
    return simulate_engagement(
        rng, n_participants=300, n_statements=N_STATEMENTS, n_groups=3, votes_per_participant=15.0
    )


@pytest.fixture(scope="module")
def space(made: Simulated) -> OpinionSpace:
    return fit_opinion_space(made.votes, rng=np.random.default_rng(0), tier="fast")


@pytest.fixture(scope="module")
def groups(made: Simulated, space: OpinionSpace) -> Groups:
    """As planted."""
    return Groups(3, made.group, np.eye(3)[made.group], np.zeros((3, space.n_dims)), "")


def plan_of(need: list[list[float]], *, agree: list[list[float]] | None = None, topic: list[int] | None = None):
    """A plan by hand: equal groups, no passes."""
    needs = np.array(need)
    agreed = np.full(needs.shape, 0.5) if agree is None else np.array(agree)
    stances = np.stack([1 - agreed, np.zeros_like(agreed), agreed])
    doubt = -sum(p * np.log(np.where(p > 0, p, 1.0)) for p in stances)
    n_cells, n_statements = needs.shape
    topics = np.arange(n_statements) if topic is None else np.array(topic)
    return RoutingPlan(needs, stances, doubt, np.full(n_cells, 1 / n_cells), np.eye(n_cells), needs * 0, topics)


def asked(plan: RoutingPlan, belonging: list[float], **more) -> list[float]:
    return routing_probabilities(plan, np.array(belonging), np.arange(plan.n_statements), **more).tolist()


def test_probabilities_add_up_and_nothing_open_falls_below_the_floor(made, space, groups) -> None:
    plan = plan_routing(made.votes, space, groups=groups)
    for participant in range(0, 300, 17):
        open_to_them = np.arange(0, N_STATEMENTS, 2)
        found = routing_probabilities(plan, plan.belonging[participant], open_to_them)
        assert found.sum() == pytest.approx(1.0)
        assert found.min() >= FLOOR / len(open_to_them)


def test_draws_come_as_often_as_their_probability_says(made, space) -> None:
    votes, open_to_them = made.votes, np.arange(6)
    fresh = votes.n_participants  # somebody who has not voted yet
    plan = plan_routing(votes, space)
    expected = routing_probabilities(plan, plan.belonging_from([], []), open_to_them)
    rng = np.random.default_rng(5)
    drawn = [next_statement(votes, space, fresh, rng=rng, candidates=open_to_them) for _ in range(3000)]
    share = np.bincount(drawn, minlength=6) / 3000
    assert np.abs(share - expected).max() < 4 * np.sqrt(0.25 / 3000)


def test_need_is_the_expected_fall_of_the_variance_of_a_beta_share() -> None:
    """One cell, its posterior worked through by both answers; all people and the only group are the same here."""
    votes = VoteMatrix.from_arrays(np.arange(10), np.zeros(10, dtype=int), [1] * 7 + [-1] * 3)
    space = fit_opinion_space(votes.select(np.zeros(10, dtype=bool)), rng=np.random.default_rng(0), tier="fast")
    plan = plan_routing(votes, space)
    assert len(plan.share) == 1
    mean, n = plan.stance_probability[2, 0, 0], 10 + PRIOR_VOTES
    agree, disagree = mean * n, (1 - mean) * n

    def variance(a: float, b: float) -> float:
        return a * b / ((a + b) ** 2 * (a + b + 1))

    after = mean * variance(agree + 1, disagree) + (1 - mean) * variance(agree, disagree + 1)
    assert plan.need[0, 0] == pytest.approx(2 * (variance(agree, disagree) - after))  # for the group and for all


def test_each_group_is_asked_what_it_is_needed_for() -> None:
    plan = plan_of([[9.0, 1.0, 1.0], [1.0, 1.0, 9.0]])
    assert np.argmax(asked(plan, [1.0, 0.0])) == 0
    assert np.argmax(asked(plan, [0.0, 1.0])) == 2


def test_a_new_statement_is_likeliest_and_a_much_seen_one_keeps_its_floor(made, space, groups) -> None:
    votes = made.votes.select(made.votes.statement != 11)
    plan = plan_routing(votes, space, groups=groups)
    found = routing_probabilities(plan, plan.share, np.arange(N_STATEMENTS))
    assert found.argmax() == 11
    assert found[11] > 0.5
    assert found.min() >= FLOOR / N_STATEMENTS


def test_who_is_unknown_is_asked_more_of_what_tells_groups_apart() -> None:
    plan = plan_of([[1.0, 1.0], [1.0, 1.0]], agree=[[0.5, 0.9], [0.5, 0.1]])
    unknown, known = asked(plan, [0.5, 0.5]), asked(plan, [1.0, 0.0])
    assert unknown[1] > unknown[0]
    assert known == pytest.approx([0.5, 0.5])


def test_two_of_one_topic_are_not_followed_by_a_third_while_others_are_open() -> None:
    plan = plan_of([[5.0, 5.0, 5.0, 1.0]], topic=[7, 7, 7, 8])
    assert asked(plan, [1.0], recent=[0, 1]) == [0.0, 0.0, 0.0, 1.0]
    assert asked(plan, [1.0], recent=[3, 1])[2] > 0
    only_that = routing_probabilities(plan, np.ones(1), np.array([2]), recent=[0, 1])
    assert only_that.tolist() == [1.0]


def test_statements_without_a_topic_are_never_held_back() -> None:
    plan = plan_of([[1.0, 1.0, 1.0]], topic=[-1, -1, -1])
    assert min(asked(plan, [1.0], recent=[0, 1])) > 0


def test_nothing_is_asked_twice_and_in_the_end_everything_was(made, space) -> None:
    rng, left = np.random.default_rng(0), np.arange(N_STATEMENTS)
    answered = made.votes.statement[made.votes.row_start[4] : made.votes.row_start[5]].tolist()
    while len(answered) < N_STATEMENTS:
        left = np.setdiff1d(left, answered)
        column = next_statement(made.votes, space, 4, rng=rng, candidates=left)
        assert column not in answered
        answered.append(column)
    with pytest.raises(ValueError, match="no statement left"):
        next_statement(made.votes, space, 4, rng=rng, candidates=[])


@pytest.mark.parametrize(("participant", "candidates"), [(-1, [0]), (0, [N_STATEMENTS]), (0, [-1])])
def test_numbers_out_of_range_are_refused(made, space, participant, candidates) -> None:
    with pytest.raises(ValueError, match=r"participant|candidates"):
        next_statement(made.votes, space, participant, rng=np.random.default_rng(0), candidates=candidates)


def test_newcomers_are_placed_by_their_answers_nearly_as_well_as_by_the_planted_profiles(made, space, groups) -> None:
    plan = plan_routing(made.votes, space, groups=groups)
    passing, agree = made.plan.passing, made.plan.agree
    profile = np.log([(1 - agree) * (1 - passing), np.broadcast_to(passing, agree.shape), agree * (1 - passing)])
    right = {"ours": 0, "planted": 0}
    for row in np.flatnonzero(made.votes.votes_per_participant() >= 10):
        own = slice(made.votes.row_start[row], made.votes.row_start[row + 1])
        columns, stances = made.votes.statement[own], made.votes.stance[own].astype(int)
        right["ours"] += plan.belonging_from(columns, stances).argmax() == made.group[row]
        right["planted"] += profile[stances + 1, :, columns].sum(axis=0).argmax() == made.group[row]
    assert right["ours"] >= 0.95 * right["planted"]


def test_votes_of_other_people_and_inputs_stay_as_they_were(made, space) -> None:
    before = made.votes.stance.copy(), space.positions.copy()
    next_statement(made.votes, space, 0, rng=np.random.default_rng(0))
    assert np.array_equal(before[0], made.votes.stance)
    assert np.array_equal(before[1], space.positions)


def test_one_vote_changes_the_plan_as_counting_anew_would(made, space, groups) -> None:
    """A statement nobody else has seen, so that the prior of its cells hardly counts; the rest stays as it is."""
    few = made.votes.select((made.votes.statement != 5) | (made.votes.participant < 40))
    row, column = 120, 5
    plan = plan_routing(few, space, groups=groups)
    more = VoteMatrix.from_arrays(
        np.append(few.participant, row), np.append(few.statement, column), np.append(few.stance, 1), n_participants=300
    )
    updated, anew = plan.after_vote(plan.belonging[row], column, 1), plan_routing(more, space, groups=groups)
    assert updated.n_seen == pytest.approx(anew.n_seen)
    assert updated.need == pytest.approx(anew.need, rel=0.1)
    assert np.abs(updated.stance_probability - anew.stance_probability).max() < 0.03
    assert updated.stance_probability.sum(axis=0) == pytest.approx(np.ones((3, N_STATEMENTS)))
    mine = made.group[row]
    assert updated.need[mine, column] < plan.need[mine, column]
    others = np.arange(N_STATEMENTS) != column
    assert np.array_equal(updated.need[:, others], plan.need[:, others])


def test_counting_in_blocks_changes_nothing(made, space, groups, monkeypatch) -> None:
    newer = VoteMatrix.from_arrays(
        made.votes.participant, made.votes.statement, made.votes.stance, n_participants=305, n_statements=N_STATEMENTS
    )
    at_once = plan_routing(newer, space, groups=groups)
    monkeypatch.setattr(routing_plan, "VOTES_AT_ONCE", 37)
    in_blocks = plan_routing(newer, space, groups=groups)
    assert in_blocks.need == pytest.approx(at_once.need)
    assert in_blocks.belonging == pytest.approx(at_once.belonging)
    assert at_once.belonging[304] == pytest.approx(at_once.share)


def test_relabelled_statements_get_the_same_probabilities(made, space, groups) -> None:
    order = np.random.default_rng(1).permutation(N_STATEMENTS)
    moved = VoteMatrix.from_arrays(
        made.votes.participant, order[made.votes.statement], made.votes.stance, n_participants=300
    )
    here = plan_routing(made.votes, space, groups=groups).need
    there = plan_routing(moved, space, groups=groups).need
    assert there[:, order] == pytest.approx(here)


def test_exposure_weights_have_expectation_one_for_every_statement() -> None:
    """Three statements, two draws whose probabilities depend on the first; every course of events enumerated."""
    first = np.array([0.6, 0.3, 0.1])
    second = {0: [0.0, 0.2, 0.8], 1: [0.5, 0.0, 0.5], 2: [0.9, 0.1, 0.0]}
    expected = np.zeros(3)
    for a, b in itertools.permutations(range(3), 2):
        chance = first[a] * second[a][b]
        weight = exposure_weights([first[a], second[a][b]], [0, 1], [2, 2])
        expected[a] += chance * weight[0]
        expected[b] += chance * weight[1]
    # What was never drawn in two steps counts 0; the mean is still 1.
    assert expected == pytest.approx(np.ones(3))


def test_exposure_weights_refuse_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="Probabilities"):
        exposure_weights([0.0], [0], [1])
    with pytest.raises(ValueError, match="each draw"):
        exposure_weights([0.5], [2], [2])


def test_routed_votes_even_out_what_late_statements_lack(made, space) -> None:
    """Half of the statements open half-way: at random they end with a third of the votes, routed with most of them."""
    n_people, late = 200, np.arange(N_STATEMENTS) >= N_STATEMENTS // 2
    gap = {}
    for arm in ("random", "routed"):
        rng = np.random.default_rng(2)
        given: list[tuple[int, int, int]] = []
        for person in range(n_people):
            columns = np.array(given, dtype=np.int64).reshape(-1, 3).T
            votes = VoteMatrix.from_arrays(*columns, n_participants=n_people, n_statements=N_STATEMENTS)
            plan = plan_routing(votes, space)
            open_now = np.flatnonzero(~late | (person >= n_people // 2))
            for _ in range(8):
                if arm == "random":
                    column = int(rng.choice(open_now))
                else:
                    column = next_statement(votes, space, person, rng=rng, candidates=open_now, plan=plan)
                open_now = open_now[open_now != column]
                given.append((person, column, int(made.draw_stances(rng, np.array([person]), np.array([column]))[0])))
        seen = np.bincount([column for _, column, _ in given], minlength=N_STATEMENTS)
        gap[arm] = seen[late].mean() / seen[~late].mean()
    assert gap["random"] < 0.4
    assert gap["routed"] > 0.65
