"""A vote matrix holds each vote once, the last one, in one orientation, and never changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.engine.votes import VoteMatrix


def test_the_last_vote_counts_whatever_the_order_of_rows():
    votes = VoteMatrix.from_arrays([1, 0, 1, 1], [0, 1, 0, 0], [1, -1, 0, -1])
    assert votes.toarray(unseen=9).tolist() == [[9, -1], [-1, 9]]


def test_a_pass_is_a_vote_and_not_unseen():
    votes = VoteMatrix.from_arrays([0], [1], [0], n_participants=2, n_statements=3)
    assert votes.n_votes == 1
    assert votes.seen().tolist() == [0, 1, 0]
    assert votes.to_csr().nnz == 1


def test_no_votes_at_all_is_a_matrix_too():
    votes = VoteMatrix.from_arrays([], [], [], n_participants=2, n_statements=3)
    assert votes.shape == (2, 3)
    assert votes.votes_per_participant().tolist() == [0, 0]


def test_arrays_cannot_be_changed_and_the_callers_are_not():
    stance = np.array([1, -1])
    votes = VoteMatrix.from_arrays(np.array([0, 1]), np.array([0, 0]), stance)
    with pytest.raises(ValueError, match="read-only"):
        votes.stance[0] = -1
    assert stance.flags.writeable
    assert stance.tolist() == [1, -1]


@pytest.mark.parametrize(
    ("participant", "statement", "stance", "told"),
    [
        ([0], [0], [2], "stance\\[0\\] is 2"),
        ([-1], [0], [1], "participant\\[0\\] is -1"),
        ([0, 1], [0], [1, 1], "equally long"),
        ([0.5], [0], [1], "participant must hold whole numbers"),
        ([[0]], [0], [1], "one-dimensional"),
    ],
)
def test_what_is_wrong_is_named(participant, statement, stance, told):
    with pytest.raises(ValueError, match=told):
        VoteMatrix.from_arrays(participant, statement, stance)


def test_a_stated_size_that_is_too_small_is_refused():
    with pytest.raises(ValueError, match="n_statements is 2, but statement number 2 has votes"):
        VoteMatrix.from_arrays([0], [2], [1], n_statements=2)


triples = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(-1, 1)), max_size=40)


@given(triples)
def test_it_agrees_with_a_plain_dictionary(cast):
    expected = {(p, s): v for p, s, v in cast}
    columns = np.array(cast, dtype=int).reshape(-1, 3).T
    votes = VoteMatrix.from_arrays(*columns, n_participants=6, n_statements=5)
    found = dict(zip(zip(votes.participant.tolist(), votes.statement.tolist(), strict=True), votes.stance, strict=True))
    assert found == expected


@given(triples, st.lists(st.integers(0, 5), max_size=8))
def test_rows_taken_are_the_rows_of_the_dense_matrix(cast, rows):
    columns = np.array(cast, dtype=int).reshape(-1, 3).T
    votes = VoteMatrix.from_arrays(*columns, n_participants=6, n_statements=5)
    taken = votes.take_rows(rows)
    assert taken.toarray(unseen=9).tolist() == votes.toarray(unseen=9)[rows].tolist()


def test_a_polis_folder_gives_the_counts_of_its_own_table(polis):
    votes = VoteMatrix.from_polis_export(polis / "brexit-consensus")
    assert votes.shape == (204, 50)
    assert [int(votes.count(stance).sum()) for stance in (1, 0, -1)] == [2_685, 666, 1_952]
