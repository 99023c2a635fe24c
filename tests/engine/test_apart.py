"""What keeps sentences apart: sides people took on both, by hand and counted two ways."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sayso.engine.key_points import apart
from sayso.engine.key_points.apart import OPPOSED, SidesTaken, kept_apart
from sayso.engine.key_points.finding import find_key_points
from sayso.engine.votes import VoteMatrix


def sides(stances) -> SidesTaken:
    """Of a dense table, 9 for no vote."""
    table = np.array(stances)
    people, statement = np.nonzero(table != 9)
    votes = VoteMatrix.from_arrays(
        people, statement, table[people, statement], n_participants=table.shape[0], n_statements=table.shape[1]
    )
    return SidesTaken.of(votes, np.arange(table.shape[1]))


def test_evidence_is_the_ratio_of_two_beta_binomials():
    table = np.array([[1, 1]] * 9 + [[1, -1]] * 4 + [[0, 1]] * 5 + [[1, 9]] * 3)
    found = sides(table).evidence(np.array([0]), np.array([1]))[0, 0]
    same, other = (stats.betabinom(13, a, b).logpmf(4) for a, b in (apart.ON_THE_SAME, apart.ON_ANY))
    assert found == pytest.approx(same - other)
    assert found < 0


def test_votes_never_join_what_words_keep_apart():
    rng = np.random.default_rng(2)
    table = rng.choice([-1, 0, 1, 9], size=(60, 12), p=[0.2, 0.1, 0.6, 0.1])
    found = sides(table).evidence(np.arange(12), np.arange(12))
    assert np.nanmax(found) <= 0
    np.testing.assert_array_equal(found, found.T)


def test_of_fewer_than_ten_nothing_is_heard():
    """Nor of wordings nobody could vote on; then a word of no decides, as it does without votes."""
    found = sides([[1, -1]] * 9).evidence(np.array([0, -1]), np.array([1]))
    assert np.isnan(found).all()
    alike, no = np.full((2, 1), 0.8), np.array([True, False])
    left = kept_apart(alike, no, np.array([False]), found)
    np.testing.assert_allclose(left[:, 0], [0.8 * OPPOSED, 0.8])
    np.testing.assert_array_equal(left, kept_apart(alike, no, np.array([False]), None))


def test_where_people_voted_a_word_of_no_is_not_asked():
    """“Should stay, but not at any price” has one, and may say the same."""
    found = sides([[1, 1]] * 8 + [[-1, -1]] * 8).evidence(np.array([0]), np.array([1]))
    assert kept_apart(np.array([[0.8]]), np.array([True]), np.array([False]), found)[0, 0] == pytest.approx(0.8)


def test_counting_is_the_same_in_full_and_sparse(monkeypatch):
    rng = np.random.default_rng(5)
    table = rng.choice([-1, 0, 1, 9], size=(500, 30), p=[0.1, 0.05, 0.15, 0.7])
    taken, some, others = sides(table), np.arange(0, 30, 2), np.array([3, -1, 29])
    monkeypatch.setattr(apart, "PEOPLE", 64)
    in_full = taken.evidence(some, others)
    monkeypatch.setattr(apart, "DENSE", 2.0)
    np.testing.assert_array_equal(in_full, taken.evidence(some, others))
    took_a_side = np.isin(table, [1, -1])
    both = (took_a_side[:, some, None] & took_a_side[:, None, others]).sum(axis=0)
    few = (both < apart.FEWEST) | (others < 0)[None]
    np.testing.assert_array_equal(np.isnan(in_full), few)


SAID = ["Lunch is too dear."] * 3 + ["Our lunch is too dear."] * 2 + ["Our lunch is dear to us."] * 2


def test_the_opposite_in_the_same_words_is_not_listed_once_people_voted():
    """Those who agree with the one disagree with the other: no word of “no” tells, votes do."""
    yes, no = [1] * 5 + [-1] * 2, [-1] * 5 + [1] * 2
    taken = sides([yes] * 10 + [no] * 10)
    by_words, by_votes = (find_key_points(SAID, encoder=None, sides=one) for one in (None, taken))
    listed = [{SAID[i] for i in np.flatnonzero(found.says[:, 0])} for found in (by_words, by_votes)]
    assert "Our lunch is dear to us." in listed[0]
    assert "Our lunch is dear to us." not in listed[1]
    assert "Our lunch is too dear." in listed[1]
