"""The opinion space finds what was planted, tells its doubt, and does not flip."""

import numpy as np
import pytest

from planted import planted_groups
from sayso.engine.opinion_space import _read, _turned, _with_authors, fit_opinion_space
from sayso.engine.posterior import layout, tiers
from sayso.engine.posterior.factors import Link
from sayso.engine.votes import VoteMatrix


@pytest.fixture(scope="module")
def world():
    return planted_groups(3, n_participants=400, n_statements=60, n_groups=2, votes_each=25)


@pytest.fixture(scope="module", params=["full", "fast"])
def tier(request):
    return request.param


@pytest.fixture(autouse=True)
def closed_steps_for_small_votes_too(monkeypatch):
    monkeypatch.setattr(tiers, "SAMPLED_UP_TO", 0)


def fit(votes, seed=0, tier="fast", **options):
    return fit_opinion_space(votes, rng=np.random.default_rng(seed), tier=tier, **options)


def log_loss(probability, truth):
    return -np.mean(truth * np.log(probability) + (1 - truth) * np.log(1 - probability))


def test_it_predicts_votes_nobody_has_cast_better_than_each_statements_rate(world, tier):
    votes, _, agree = world
    space = fit(votes, tier=tier)
    rows, columns = np.divmod(np.arange(agree.size), agree.shape[1])
    unseen = votes.toarray(unseen=9)[rows, columns] == 9
    rows, columns = rows[unseen], columns[unseen]
    rate = (votes.count(1) + 1) / (votes.count(1) + votes.count(-1) + 2)
    truth = agree[rows, columns]
    best_possible = log_loss(truth, truth)
    gained = log_loss(rate[columns], truth) - log_loss(space.predict_agree(rows, columns), truth)
    assert gained > 0.45 * (log_loss(rate[columns], truth) - best_possible)


def test_predictions_are_calibrated(world, tier):
    votes, _, agree = world
    predicted = fit(votes, tier=tier).predict_agree(*np.divmod(np.arange(agree.size), agree.shape[1]))
    truth = agree.ravel()
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (predicted >= low) & (predicted < low + 0.2)
        assert abs(predicted[inside].mean() - truth[inside].mean()) < 0.06


def test_few_votes_mean_the_middle_and_wide_doubt(world, tier):
    votes, *_ = world
    keep = np.ones(votes.n_votes, dtype=bool)
    keep[votes.row_start[0] + 2 : votes.row_start[1]] = False  # participant 0 keeps two votes
    space = fit(votes.select(keep), tier=tier)
    assert space.position_sd[0, 0] > 1.5 * np.median(space.position_sd[1:, 0])
    assert abs(space.positions[0, 0]) < np.quantile(np.abs(space.positions[:, 0]), 0.75)


def test_the_start_of_the_search_hardly_matters(world, tier):
    votes, *_ = world
    first, second = fit(votes, seed=1, tier=tier), fit(votes, seed=2, tier=tier)
    assert np.corrcoef(first.positions[:, 0], second.positions[:, 0])[0, 1] > 0.97


def test_the_order_of_people_and_statements_does_not_matter(world):
    votes, *_ = world
    rng = np.random.default_rng(5)
    people, statements = rng.permutation(votes.n_participants), rng.permutation(votes.n_statements)
    shuffled = VoteMatrix.from_arrays(people[votes.participant], statements[votes.statement], votes.stance)
    here, there = fit(votes), fit(shuffled)
    assert abs(np.corrcoef(here.positions[:, 0], there.positions[people, 0])[0, 1]) > 0.99


def test_swapping_agree_and_disagree_swaps_predictions(world, tier):
    votes, *_ = world
    mirrored = VoteMatrix.from_arrays(votes.participant, votes.statement, -votes.stance)
    rows, columns = votes.participant[:500], votes.statement[:500]
    both = fit(votes, tier=tier).predict_agree(rows, columns) + fit(mirrored, tier=tier).predict_agree(rows, columns)
    assert np.abs(both - 1).mean() < (0.05 if tier == "full" else 0.01)


def test_passes_teach_nothing(world, tier):
    votes, *_ = world
    here, there = fit(votes, tier=tier), fit(votes.select(votes.is_stated), tier=tier)
    assert np.array_equal(here.positions, there.positions)


def test_equal_input_gives_equal_bytes_and_stays_as_it_was(world, tier):
    votes, *_ = world
    before = votes.stance.tobytes()
    assert fit(votes, tier=tier).positions.tobytes() == fit(votes, tier=tier).positions.tobytes()
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
def test_next_to_nothing_is_no_failure(votes, tier):
    space = fit(votes, tier=tier)
    assert space.positions.shape == (votes.n_participants, space.n_dims)
    assert np.isfinite(space.predict_agree(votes.participant, votes.statement)).all()
    assert np.isfinite(space.positions).all()
    assert np.isfinite(space.explained).all()


def test_what_cannot_be_is_refused(world):
    votes, *_ = world
    with pytest.raises(ValueError, match="slow"):
        fit(votes, tier="slow")
    with pytest.raises(ValueError, match="author must give"):
        fit(votes, author=np.full(votes.n_statements, votes.n_participants))
    with pytest.raises(ValueError, match="must be equal"):
        fit(votes).predict_agree([0, 1], [0])


def test_threads_change_nothing_but_the_time(world, tier, monkeypatch):
    votes, *_ = world
    monkeypatch.setattr(layout, "VOTES_PER_CHUNK", 2_000)
    one, two = fit(votes, tier=tier, threads=1), fit(votes, tier=tier, threads=2)
    assert one.positions.tobytes() == two.positions.tobytes()


def test_both_tiers_say_the_same(world):
    votes, *_ = world
    rows, columns = votes.participant[:2000], votes.statement[:2000]
    fast, full = (fit(votes, tier=tier).predict_agree(rows, columns) for tier in ("fast", "full"))
    assert np.abs(fast - full).mean() < 0.035
    assert np.corrcoef(fast, full)[0, 1] > 0.98


def test_small_conversations_are_sampled_and_large_ones_are_not(world):
    votes, *_ = world
    assert fit(votes, tier="auto").tier == "full"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiers, "FULL_UP_TO", votes.n_votes // 2)
        assert fit(votes, tier="auto").tier == "fast"


def test_a_fit_goes_on_from_an_earlier_one(world):
    votes, *_ = world
    first = fit(votes)
    again = fit(votes, start=first)
    assert again.n_sweeps <= first.n_sweeps
    assert np.corrcoef(first.positions[:, 0], again.positions[:, 0])[0, 1] > 0.99


def test_who_says_something_is_taken_to_agree_with_it(world):
    votes, *_ = world
    author = np.full(votes.n_statements, -1)
    rows, columns = np.nonzero(votes.toarray(unseen=9) == 9)
    author[columns[0]] = rows[0]
    without, known = (fit(votes, author=given) for given in (None, author))
    assert known.predict_agree(rows[:1], columns[:1]) > without.predict_agree(rows[:1], columns[:1])


def test_an_authors_own_vote_counts_before_what_is_taken_for_granted():
    votes = VoteMatrix.from_arrays([0, 1, 1], [0, 0, 1], [-1, 1, 1])
    counted = _with_authors(votes, np.array([0, 0]))
    assert counted.toarray(unseen=9).tolist() == [[-1, 1], [1, 1]]


@pytest.mark.parametrize("link", list(Link))
def test_the_average_of_a_link_is_close_to_its_integral(link):
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    for mean, variance in [(0.0, 1.0), (1.0, 4.0), (-3.0, 2.0), (5.0, 9.0)]:
        at_points = link.average(mean + np.sqrt(variance) * points, np.zeros(60))
        integral = np.sum(weights / weights.sum() * at_points)
        assert abs(link.average(np.array([mean]), np.array([variance]))[0] - integral) < 0.02


def test_successive_maps_lie_alike(world):
    votes, *_ = world
    earlier = fit(votes)
    mirrored = replace_axes(fit(votes, seed=4))
    assert np.corrcoef(mirrored.positions[:, 0], earlier.positions[:, 0])[0, 1] < 0
    places = earlier.loadings[:, :2].copy()
    places[::7] = np.nan  # statements that are new
    turned = mirrored.turned_onto(places)
    assert np.corrcoef(turned.positions[:, 0], earlier.positions[:, 0])[0, 1] > 0.99
    rows, columns = votes.participant[:300], votes.statement[:300]
    assert np.allclose(turned.predict_agree(rows, columns), mirrored.predict_agree(rows, columns))


def replace_axes(space):
    """The same space with its axes turned round."""
    return _read(_turned(space.model, -np.eye(space.n_dims)), space.tier)
