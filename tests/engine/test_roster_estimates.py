"""What is claimed of the figures for an organisation: right where everything is known, honest where little is."""

import numpy as np
import pytest

from sayso.engine.estimates import share_of
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.roster import Roster
from sayso.engine.roster_estimates import estimate_roster, share_of_draws
from sayso.engine.simulate import simulate_engagement
from sayso.engine.statement_kinds import kind_probabilities
from sayso.engine.votes import VoteMatrix

N_DRAWS = 80


def organisation(seed, *, n_people=400, n_statements=24, response=(0.7, 0.15), votes_each=12):
    """Two units of opposite mind that take part unevenly: (votes, roster, what everybody would say)."""
    rng = np.random.default_rng(seed)
    unit = np.repeat([0, 1], n_people // 2)
    lean = rng.normal(0, 1.2, n_statements)
    chance = 1 / (1 + np.exp(-(lean * np.where(unit == 0, 1, -1)[:, None] + rng.normal(0, 0.5, n_statements))))
    answers = np.where(rng.random(chance.shape) < chance, 1, -1)
    who = np.flatnonzero(rng.random(n_people) < np.take(response, unit))
    shown = np.argsort(rng.random((len(who), n_statements)), axis=1)[:, :votes_each]
    rows = np.repeat(np.arange(len(who)), votes_each)
    said = answers[who[rows], shown.ravel()]
    votes = VoteMatrix.from_arrays(rows, shown.ravel(), said, n_participants=len(who), n_statements=n_statements)
    return votes, Roster(unit, np.zeros(n_people, dtype=np.int64), ("a", "b"), ("",), who), answers == 1


def estimated(votes, roster, seed=0, **more):
    space = fit_opinion_space(votes, rng=np.random.default_rng(seed), tier="fast")
    return estimate_roster(votes, space, roster, rng=np.random.default_rng(seed), n_draws=N_DRAWS, **more)


@pytest.fixture(scope="module")
def uneven():
    votes, roster, agrees = organisation(2)
    return votes, roster, agrees, estimated(votes, roster)


def test_uneven_participation_is_set_right(uneven):
    """One unit is four times as loud: plain shares lean its way, ours much less."""
    votes, _, agrees, made = uneven
    truth, plain = agrees.mean(axis=0), votes.count(1) / votes.seen()
    ours = share_of_draws(made.roster).value
    assert np.sqrt(np.mean((ours - truth) ** 2)) < 0.7 * np.sqrt(np.mean((plain - truth) ** 2))


def test_intervals_cover_the_truth_where_plain_ones_do_not(uneven):
    votes, roster, agrees, made = uneven
    truth = agrees.mean(axis=0)
    share, plain = share_of_draws(made.roster, confidence=0.9), share_of(votes.count(1), votes.seen(), confidence=0.9)
    covered, plainly = ((found.low <= truth) & (truth <= found.high) for found in (share, plain))
    assert covered.mean() >= 0.8 > 0.6 > plainly.mean()
    by_unit = share_of_draws(made.unit, confidence=0.9)
    truths = np.stack([agrees[roster.unit == unit].mean(axis=0) for unit in (0, 1)])
    assert ((by_unit.low <= truths) & (truths <= by_unit.high)).mean() >= 0.8


def test_units_weigh_what_they_are_many(uneven):
    """In every draw the roster is its units, each with its people."""
    _, roster, _, made = uneven
    size = np.bincount(roster.unit) / roster.n_people
    np.testing.assert_allclose(np.einsum("u,duj->dj", size, made.unit), made.roster, atol=1e-6)
    assert made.weights.sum() == pytest.approx(roster.n_people)


def test_everybody_voted_on_everything_leaves_no_doubt():
    votes, roster, agrees = organisation(1, n_people=60, n_statements=8, response=(1, 1), votes_each=8)
    made = estimated(votes, roster, membership=np.arange(60) % 3 - 1)
    share, group = share_of_draws(made.roster), share_of_draws(made.group)
    for found in (share.value, share.low, share.high, made.bounds_low, made.bounds_high):
        np.testing.assert_allclose(found, agrees.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(group.low[1], agrees[np.arange(60) % 3 == 2].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(group.high[1], group.low[1], atol=1e-6)


def test_silence_leaves_its_bounds(uneven):
    """Whatever the silent think, the truth lies within; and the estimate with its interval does as well."""
    votes, roster, agrees, made = uneven
    truth, share = agrees.mean(axis=0), share_of_draws(made.roster)
    assert np.all((made.bounds_low <= truth) & (truth <= made.bounds_high))
    assert np.all((made.bounds_low <= share.value) & (share.value <= made.bounds_high))
    silent = 1 - votes.n_participants / roster.n_people
    assert np.all(made.bounds_high - made.bounds_low >= silent - 1e-6)


def test_fewer_votes_leave_more_doubt():
    votes, roster, _ = organisation(3)
    few = votes.select((votes.statement > 0) | (votes.participant % 5 == 0))
    assert few.seen()[0] < 0.3 * votes.seen()[0]
    narrow, wide = (share_of_draws(estimated(v, roster).roster[:, 0]) for v in (votes, few))
    assert wide.high - wide.low > 1.2 * (narrow.high - narrow.low)


def test_a_unit_without_anybody_borrows_and_says_so():
    votes, roster, _ = organisation(4, response=(0.6, 0.0))
    made = estimated(votes, roster)
    heard, silent = (share_of_draws(made.unit[:, unit]) for unit in (0, 1))
    assert np.all((silent.high - silent.low) > 1.5 * (heard.high - heard.low))


def test_participants_that_are_not_on_the_roster_are_not_counted():
    votes, roster, _ = organisation(5)
    person = roster.person.copy()
    person[::2] = -1
    made = estimated(votes, Roster(roster.unit, roster.role, roster.unit_names, roster.role_names, person))
    assert made.n_took_part == np.sum(person >= 0)
    assert np.all(made.weights[::2] == 0) and made.weights.sum() == pytest.approx(roster.n_people)


def test_a_sample_of_many_is_less_sure_and_no_less_true(monkeypatch):
    votes, roster, agrees = organisation(10, n_people=2000, response=(0.7, 0.3))
    whole = estimated(votes, roster)
    monkeypatch.setattr("sayso.engine.roster_estimates.MAX_VOTES", votes.n_votes // 4)
    part = estimated(votes, roster, exposure=np.full(votes.n_votes, 2.0))
    widths = [np.mean(share.high - share.low) for share in map(share_of_draws, (whole.roster, part.roster))]
    assert 1.4 * widths[0] < widths[1] < 3 * widths[0]
    share = share_of_draws(part.roster)
    assert np.mean((share.low <= agrees.mean(axis=0)) & (agrees.mean(axis=0) <= share.high)) >= 0.8
    assert part.n_took_part == whole.n_took_part and part.weights.sum() == pytest.approx(2000)
    assert np.all(part.bounds_low >= 0) and np.all(part.bounds_high - part.bounds_low < 0.6)


def test_the_order_of_people_on_the_roster_changes_nothing():
    votes, roster, _ = organisation(6, n_people=120, n_statements=10, votes_each=6)
    turn = np.random.default_rng(0).permutation(120)
    place = np.argsort(turn)
    other = Roster(roster.unit[turn], roster.role[turn], roster.unit_names, roster.role_names, place[roster.person])
    np.testing.assert_array_equal(estimated(votes, roster).roster, estimated(votes, other).roster)


def test_the_same_seed_gives_the_same_and_inputs_stay_as_they_were():
    votes, roster, _ = organisation(7, n_people=120, n_statements=10, votes_each=6)
    before = votes.stance.copy(), roster.person.copy()
    first, second = estimated(votes, roster), estimated(votes, roster)
    np.testing.assert_array_equal(first.unit, second.unit)
    np.testing.assert_array_equal(before[0], votes.stance)
    np.testing.assert_array_equal(before[1], roster.person)


def test_it_tells_how_far_it_is_after_each_draw():
    votes, roster, _ = organisation(5)
    told = []
    estimated(votes, roster, progress=told.append)
    assert told == [number / N_DRAWS for number in range(1, N_DRAWS + 1)]


def test_rarely_shown_votes_weigh_more_within_bounds():
    """Its fans were shown the statement for certain, the others one in three times: fewer agree than it seems."""
    votes, roster, _ = organisation(8)
    agrees_first = (votes.statement == 0) & (votes.stance == 1)
    weight = np.where(agrees_first, 1.0, 1 / 0.34)
    with_record, without = estimated(votes, roster, exposure=weight), estimated(votes, roster)
    assert share_of_draws(with_record.roster).value[0] < share_of_draws(without.roster).value[0] - 0.02


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"membership": np.zeros(3, dtype=np.int64)}, "membership has 3 entries"),
        ({"exposure": np.zeros(5)}, "exposure must hold"),
    ],
)
def test_what_does_not_fit_is_refused(more, words):
    votes, roster, _ = organisation(9, n_people=40, n_statements=6, votes_each=4)
    with pytest.raises(ValueError, match=words):
        estimated(votes, roster, **more)


def test_nobody_on_the_roster_voted():
    votes, roster, _ = organisation(9, n_people=40, n_statements=6, votes_each=4)
    nobody = Roster(roster.unit, roster.role, roster.unit_names, roster.role_names, np.full(votes.n_participants, -1))
    with pytest.raises(ValueError, match="Nobody on the roster voted"):
        estimated(votes, nobody)


@pytest.mark.parametrize(
    ("person", "words"), [([0, 0], "one place"), ([0, 9], "outside 0 to 2"), ([-2, 0], "outside 0 to 2")]
)
def test_a_roster_that_cannot_be(person, words):
    with pytest.raises(ValueError, match=words):
        Roster(np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64), ("a",), ("b",), np.array(person))


def test_planted_kinds_are_the_probable_ones():
    """Planted common ground is probable, planted division likelier than any other, and neither is the other."""
    made = simulate_engagement(
        np.random.default_rng(3), n_participants=300, n_statements=40, n_groups=2, participation=0.6
    )
    who = np.flatnonzero(made.votes.votes_per_participant() > 0)
    votes = made.votes.take_rows(who)
    roster = Roster(made.unit, np.zeros(300, dtype=np.int64), tuple("abcdefghi"), ("",), who)
    kinds = kind_probabilities(estimated(votes, roster, membership=made.group[who]))
    enough = votes.seen() >= 20
    planted = made.plan.kind
    assert kinds.common_ground[enough & (planted == "common")].mean() > 0.7
    assert kinds.common_ground[enough & (planted != "common")].mean() < 0.1
    assert kinds.divisive[enough & (planted == "divisive")].mean() > 0.4
    assert kinds.divisive[enough & (planted != "divisive")].mean() < 0.1
    assert kinds.bridging[enough & (planted == "common")].mean() > 0.9
    assert kinds.bridging[enough & (planted == "divisive")].mean() < 0.2
