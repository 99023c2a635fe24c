"""The opinion space finds what was planted, tells its doubt, and does not flip."""

import numpy as np
import pytest

from planted import planted_groups
from sayso.engine.factor_model import average_sigmoid
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.votes import VoteMatrix


@pytest.fixture(scope="module")
def world():
    return planted_groups(3, n_participants=400, n_statements=60, n_groups=2, votes_each=25)


def fit(votes, seed=0, **options):
    return fit_opinion_space(votes, rng=np.random.default_rng(seed), **options)


def log_loss(probability, truth):
    return -np.mean(truth * np.log(probability) + (1 - truth) * np.log(1 - probability))


def test_it_predicts_votes_nobody_has_cast_better_than_each_statements_rate(world):
    votes, _, agree = world
    space = fit(votes)
    rows, columns = np.divmod(np.arange(agree.size), agree.shape[1])
    unseen = votes.toarray(unseen=9)[rows, columns] == 9
    rows, columns = rows[unseen], columns[unseen]
    rate = (votes.count(1) + 1) / (votes.count(1) + votes.count(-1) + 2)
    truth = agree[rows, columns]
    best_possible = log_loss(truth, truth)
    gained = log_loss(rate[columns], truth) - log_loss(space.predict_agree(rows, columns), truth)
    assert gained > 0.45 * (log_loss(rate[columns], truth) - best_possible)


def test_predictions_are_calibrated(world):
    votes, _, agree = world
    predicted = fit(votes).predict_agree(*np.divmod(np.arange(agree.size), agree.shape[1]))
    truth = agree.ravel()
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (predicted >= low) & (predicted < low + 0.2)
        assert abs(predicted[inside].mean() - truth[inside].mean()) < 0.06


def test_few_votes_mean_the_middle_and_wide_doubt(world):
    votes, *_ = world
    keep = np.ones(votes.n_votes, dtype=bool)
    keep[votes.row_start[0] + 2 : votes.row_start[1]] = False  # participant 0 keeps two votes
    space = fit(votes.select(keep))
    assert space.position_sd[0, 0] > 1.5 * np.median(space.position_sd[1:, 0])
    assert abs(space.positions[0, 0]) < np.quantile(np.abs(space.positions[:, 0]), 0.75)


def test_the_start_of_the_search_hardly_matters(world):
    votes, *_ = world
    first, second = fit(votes, seed=1), fit(votes, seed=2)
    assert np.corrcoef(first.positions[:, 0], second.positions[:, 0])[0, 1] > 0.99


def test_the_order_of_people_and_statements_does_not_matter(world):
    votes, *_ = world
    rng = np.random.default_rng(5)
    people, statements = rng.permutation(votes.n_participants), rng.permutation(votes.n_statements)
    shuffled = VoteMatrix.from_arrays(people[votes.participant], statements[votes.statement], votes.stance)
    here, there = fit(votes), fit(shuffled)
    assert np.corrcoef(here.positions[:, 0], there.positions[people, 0])[0, 1] > 0.99


def test_swapping_agree_and_disagree_swaps_predictions(world):
    votes, *_ = world
    mirrored = VoteMatrix.from_arrays(votes.participant, votes.statement, -votes.stance)
    rows, columns = votes.participant[:500], votes.statement[:500]
    both = fit(votes).predict_agree(rows, columns) + fit(mirrored).predict_agree(rows, columns)
    assert np.abs(both - 1).max() < 0.05


def test_passes_teach_nothing(world):
    votes, *_ = world
    here, there = fit(votes), fit(votes.select(votes.is_stated))
    assert np.array_equal(here.positions, there.positions)


def test_equal_input_gives_equal_bytes_and_stays_as_it_was(world):
    votes, *_ = world
    before = votes.stance.tobytes()
    assert fit(votes).positions.tobytes() == fit(votes).positions.tobytes()
    assert votes.stance.tobytes() == before


@pytest.mark.parametrize(
    "votes",
    [
        VoteMatrix.from_arrays([], [], []),
        VoteMatrix.from_arrays([], [], [], n_participants=3, n_statements=2),
        VoteMatrix.from_arrays([0], [0], [1]),
        VoteMatrix.from_arrays([0, 1, 2], [0, 0, 0], [0, 0, 0]),
        VoteMatrix.from_arrays([0, 1, 2], [0, 0, 0], [1, 1, 1]),
    ],
    ids=["empty", "nobody voted", "one vote", "all pass", "all agree"],
)
def test_next_to_nothing_is_no_failure(votes):
    space = fit(votes)
    assert space.positions.shape == (votes.n_participants, 5)
    assert np.isfinite(space.positions).all()
    assert np.isfinite(space.explained).all()


def test_a_space_without_axes_and_unequal_lengths_are_refused(world):
    votes, *_ = world
    with pytest.raises(ValueError, match="n_dims is 0"):
        fit(votes, n_dims=0)
    with pytest.raises(ValueError, match="must be equal"):
        fit(votes).predict_agree([0, 1], [0])


def test_the_average_of_a_sigmoid_is_close_to_its_integral():
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    for mean, variance in [(0.0, 1.0), (1.0, 4.0), (-3.0, 2.0), (5.0, 9.0)]:
        integral = np.sum(weights / weights.sum() / (1 + np.exp(-(mean + np.sqrt(variance) * points))))
        assert abs(average_sigmoid(np.array([mean]), np.array([variance]))[0] - integral) < 0.02
