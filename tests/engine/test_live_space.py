"""Votes taken in one by one lead to where a new fit of all of them would."""

import numpy as np
import pytest

from planted import planted_groups
from sayso.engine.live_space import LiveSpace
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.votes import VoteMatrix


@pytest.fixture(scope="module")
def votes():
    return planted_groups(3, n_participants=400, n_statements=60, n_groups=2, votes_each=25)[0]


def fit(votes, **options):
    return fit_opinion_space(votes, rng=np.random.default_rng(0), tier="fast", **options)


def without(votes, people):
    return votes.select(~np.isin(votes.participant, people))


def with_votes(votes, people, statement, stance):
    return VoteMatrix.from_arrays(
        np.concatenate([votes.participant, people]),
        np.concatenate([votes.statement, np.full(len(people), statement)]),
        np.concatenate([votes.stance, np.full(len(people), stance)]),
    )


@pytest.mark.parametrize("tier", ["fast", "full"])
def test_those_who_come_later_stand_where_a_fit_with_them_puts_them(votes, tier):
    late = np.arange(40)
    space = fit_opinion_space(without(votes, late), rng=np.random.default_rng(0), tier=tier)
    live = LiveSpace(without(votes, late), space)
    for i, j, stance in zip(votes.participant, votes.statement, votes.stance, strict=True):
        if i in late:
            live.cast(int(i), int(j), int(stance))
    with_them = fit(votes)
    now = np.array([live.place(i).position[0] for i in late])
    assert np.corrcoef(now, with_them.positions[late, 0])[0, 1] > 0.97
    doubt = np.array([np.sqrt(live.place(i).covariance[0, 0]) for i in late])
    assert abs(doubt.mean() / with_them.position_sd[late, 0].mean() - 1) < 0.1


def test_somebody_without_votes_stands_in_the_middle_with_the_doubt_of_all(votes):
    place = LiveSpace(votes, fit(votes)).place(10_000)
    assert np.array_equal(place.position, np.zeros_like(place.position))
    assert np.allclose(place.covariance, np.eye(len(place.position)))


def test_one_vote_moves_a_little_and_towards_it(votes):
    live = LiveSpace(votes, fit(votes))
    before = live.predict_agree(7, [3])[0]
    live.cast(7, 3, 1)
    agreed = live.predict_agree(7, [3])[0]
    live.cast(7, 3, -1)
    assert before < agreed
    assert live.predict_agree(7, [3])[0] < agreed


def test_a_statement_learns_from_those_who_come_most_of_what_a_refit_would(votes):
    newcomers = np.arange(500, 560)
    live = LiveSpace(votes, fit(votes))
    before = live.predict_agree(900, [5])[0]
    for newcomer in newcomers:
        live.cast(newcomer, 5, -1)
    more = with_votes(votes, newcomers, 5, -1)
    way = before - LiveSpace(more, fit(more)).predict_agree(900, [5])[0]
    assert way > 0.05
    assert 0.5 * way < before - live.predict_agree(900, [5])[0] < 1.5 * way


def test_a_pass_moves_nobody(votes):
    live = LiveSpace(votes, fit(votes))
    before = live.place(900).position
    live.cast(900, 5, 0)
    assert np.array_equal(live.place(900).position, before)


def test_the_space_it_started_from_stays_as_it_was(votes):
    space = fit(votes)
    before = space.model.statements.mean.tobytes(), space.positions.tobytes()
    live = LiveSpace(votes, space)
    for j in range(20):
        live.cast(1, j, 1)
    assert (space.model.statements.mean.tobytes(), space.positions.tobytes()) == before


def test_what_cannot_be_is_refused(votes):
    live = LiveSpace(votes, fit(votes))
    with pytest.raises(IndexError, match="statement is 60"):
        live.cast(0, 60, 1)
    with pytest.raises(ValueError, match="stance is 2"):
        live.cast(0, 0, 2)


def test_a_vote_costs_the_same_in_a_space_of_any_size(votes):
    """Counted in work, not in time: only the rows of one participant and one statement are read and written."""
    space = fit(votes)
    live = LiveSpace(votes, space)
    untouched = np.delete(np.arange(votes.n_statements), 4)
    before = live._statements.mean[untouched].copy()
    live.cast(0, 4, 1)
    assert np.array_equal(live._statements.mean[untouched], before)
    assert set(live._places) == {0}
