"""Accounts that do not answer for themselves are named; people who agree with each other are not."""

from __future__ import annotations

import numpy as np
import pytest

from planted import planted_groups
from sayso.engine.bursts import find_bursts
from sayso.engine.integrity import IntegrityFindings, SuspicionKind, look_for_suspicions, surest
from sayso.engine.own_opinion import log_own_opinion
from sayso.engine.robust_figures import compare_figures
from sayso.engine.straight_lines import find_straight_lines
from sayso.engine.votes import VoteMatrix

N_PEOPLE, N_STATEMENTS, N_SCRIPTED = 160, 40, 8
ONE_IN_TWENTY = 1  # of those named may be honest


def honest(seed: int = 3) -> VoteMatrix:
    votes, _, _ = planted_groups(seed, n_participants=N_PEOPLE, n_statements=N_STATEMENTS, n_groups=3, votes_each=25)
    return votes


def taken_over(votes: VoteMatrix, says: np.ndarray, *, noise: float = 0.05) -> VoteMatrix:
    """The first accounts answer `says` (int [n_votes]) instead of their own opinion, but for some slips."""
    rng = np.random.default_rng(1)
    stance = votes.stance.astype(np.int64)
    theirs = votes.participant < N_SCRIPTED
    slip = rng.random(votes.n_votes) < noise
    stance[theirs] = np.where(slip, -says, says)[theirs]
    return VoteMatrix.from_arrays(
        votes.participant, votes.statement, stance, n_participants=N_PEOPLE, n_statements=N_STATEMENTS
    )


@pytest.fixture(scope="module")
def scripted() -> VoteMatrix:
    votes = honest()
    script = np.random.default_rng(2).choice([-1, 1], N_STATEMENTS)
    return taken_over(votes, script[votes.statement])


@pytest.fixture(scope="module")
def found(scripted: VoteMatrix) -> IntegrityFindings:
    return look_for_suspicions(scripted, rng=np.random.default_rng(0))


def test_accounts_of_one_script_are_named_and_hardly_anybody_else(found: IntegrityFindings) -> None:
    assert found.named[:N_SCRIPTED].all()
    assert found.named[N_SCRIPTED:].sum() <= ONE_IN_TWENTY
    assert [suspicion.kind for suspicion in found.suspicions] == [SuspicionKind.SCRIPT]


def test_a_suspicion_says_how_sure_on_what_and_why(found: IntegrityFindings) -> None:
    (suspicion,) = found.suspicions
    assert (np.diff(suspicion.probability) <= 0).all() and suspicion.probability[0] > 0.95
    assert len(suspicion.statements) >= N_STATEMENTS * 0.8
    assert suspicion.reason.startswith(f"{len(suspicion.participants)} accounts give the same answers to")


def test_named_accounts_count_for_next_to_nothing_and_all_others_fully(found: IntegrityFindings) -> None:
    assert found.weight[:N_SCRIPTED].max() < 0.3
    assert (found.weight[~found.named] == 1).all()


def test_what_was_not_looked_for_is_said(found: IntegrityFindings) -> None:
    assert found.not_looked_for == ("Bursts of votes: the times of votes are not known.",)


@pytest.mark.parametrize("seed", [3, 4])
def test_honest_people_in_strong_groups_are_not_named(seed: int) -> None:
    assert not look_for_suspicions(honest(seed), rng=np.random.default_rng(0)).named.any()


def test_people_who_all_agree_with_good_reason_are_not_named() -> None:
    rng = np.random.default_rng(0)
    stance = np.where(rng.random((150, 20)) < 0.97, 1, -1)
    rows, columns = np.repeat(np.arange(150), 20), np.tile(np.arange(20), 150)
    votes = VoteMatrix.from_arrays(rows, columns, stance.ravel())
    assert (stance.min(axis=1) == 1).mean() > 0.4
    assert not look_for_suspicions(votes, rng=rng).named.any()


def test_the_order_of_people_and_of_statements_does_not_matter(scripted: VoteMatrix) -> None:
    rng = np.random.default_rng(7)
    row, column = rng.permutation(N_PEOPLE), rng.permutation(N_STATEMENTS)
    mixed = VoteMatrix.from_arrays(row[scripted.participant], column[scripted.statement], scripted.stance)
    found = look_for_suspicions(mixed, rng=np.random.default_rng(0))
    assert found.named[row[:N_SCRIPTED]].all() and found.named.sum() <= N_SCRIPTED + ONE_IN_TWENTY


def test_agreeing_with_everything_is_named_where_it_contradicts_itself() -> None:
    votes = honest()
    found = look_for_suspicions(
        taken_over(votes, np.ones(votes.n_votes, dtype=int), noise=0), rng=np.random.default_rng(0)
    )
    assert found.named[:N_SCRIPTED].mean() >= 0.8 and not found.named[N_SCRIPTED:].any()
    assert found.suspicions[0].kind is SuspicionKind.LINE


def test_answering_in_turn_is_told_by_the_times_of_votes() -> None:
    rng = np.random.default_rng(4)
    stance = rng.choice([-1, 1], (60, 20))
    order = np.array([rng.permutation(20) for _ in range(60)])
    stance[0] = np.where(order[0] % 2 == 0, 1, -1)
    rows, columns = np.repeat(np.arange(60), 20), np.tile(np.arange(20), 60)
    votes = VoteMatrix.from_arrays(rows, columns, stance.ravel())
    log_own = np.full(1200, np.log(0.5))
    assert find_straight_lines(votes, log_own, order.ravel())["in turn"][0] > 0.9
    assert find_straight_lines(votes, log_own)["in turn"][0] < 0.1


def test_a_brigade_is_named_by_its_times_and_a_busy_hour_is_not() -> None:
    rng = np.random.default_rng(5)
    times = np.sort(rng.uniform(0, 1000, 300))
    times[200:240] = 500.0
    stance = rng.choice([-1, 1], 300)
    votes = VoteMatrix.from_arrays(np.arange(300), np.zeros(300, dtype=int), stance)
    log_own = np.full(300, np.log(0.5))
    assert find_bursts(votes, log_own, times) == []
    stance[200:240] = 1
    votes = VoteMatrix.from_arrays(np.arange(300), np.zeros(300, dtype=int), stance)
    (burst,) = find_bursts(votes, log_own, times)
    assert burst.stance == 1 and set(range(200, 240)) <= set(burst.participants.tolist())


def test_the_model_judges_accounts_it_was_not_taught_by(scripted: VoteMatrix) -> None:
    sides = scripted.select(scripted.is_stated)
    trusted = np.arange(N_PEOPLE) >= N_SCRIPTED
    log_own = log_own_opinion(sides, trusted=trusted, rng=np.random.default_rng(0))
    mean = np.bincount(sides.participant, log_own, minlength=N_PEOPLE) / sides.votes_per_participant()
    assert mean[:N_SCRIPTED].mean() < -0.7 < -0.65 < mean[N_SCRIPTED:].mean() < 0


def test_as_many_are_named_as_keep_mistakes_within_one_in_twenty() -> None:
    assert surest(np.array([0.5, 0.96, 1.0, 0.97, 0.93])).tolist() == [2, 3, 1, 4]
    assert surest(np.zeros(4)).tolist() == []


def test_a_decision_that_suspects_turn_is_named() -> None:
    people = np.repeat(np.arange(100), 2)
    stance = np.ones((100, 2), dtype=int)
    stance[76:, 0] = -1
    votes = VoteMatrix.from_arrays(people, np.tile([0, 1], 100), stance.ravel())
    weight = np.where(np.arange(100) < 10, 0.0, 1.0)
    figures = compare_figures(votes, weight, np.full(100, -1))
    assert figures.turned.tolist() == [0]
    assert figures.raw_common.tolist() == [True, True] and figures.robust_common.tolist() == [False, True]
    assert figures.robust_share.round(4).tolist() == [0.7333, 1.0]


def test_votes_to_turn_are_just_enough() -> None:
    votes = VoteMatrix.from_arrays(np.arange(100), np.zeros(100, dtype=int), np.where(np.arange(100) < 80, 1, -1))
    (needed,) = compare_figures(votes, np.ones(100), np.full(100, -1)).votes_to_turn.tolist()
    assert (80 - needed) / (100 - needed) < 0.75 <= (81 - needed) / (101 - needed)


def test_too_few_people_are_not_judged() -> None:
    votes = VoteMatrix.from_arrays([0, 1, 2], [0, 0, 0], [1, 1, 1])
    found = look_for_suspicions(votes, rng=np.random.default_rng(0))
    assert found.suspicions == () and found.not_looked_for[0].startswith("Anything")
