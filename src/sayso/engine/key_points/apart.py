"""What keeps two sentences apart however alike their words are: how people voted, or that only one of them says no."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import betaln, expit, logit

from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

# Nearly a veto, set by hand: arguments learnt from were given apart by stance, so they teach nothing of this.
OPPOSED = 0.1
# Betas of how many of those who took a side on two statements took different ones. In twelve open conversations .36 did
# on any two, with a standard deviation of .17, and .05 in the median on two in nearly the same words.
ON_THE_SAME, ON_ANY = (1.5, 8.5), (2.5, 4.5)
FEWEST = 10  # people who took a side on both: of fewer nothing is heard
DENSE = 0.05  # share of cells with a vote from which counting is quicker in full, so many people at once
PEOPLE = 4_096


@dataclass(frozen=True, eq=False)
class SidesTaken:
    """Who took which side on each statement.

    agree, disagree : sparse float32 [n_participants, n], 1 where they did
    """

    agree: sparse.csr_array
    disagree: sparse.csr_array

    @classmethod
    def of(cls, votes: VoteMatrix, columns: IntArray) -> SidesTaken:
        """Of the statements that stand in these columns; O(n_votes)."""
        sides = [votes.to_csr(np.asarray(votes.stance == side, dtype=np.float64)) for side in (1, -1)]
        agree, disagree = (sparse.csr_array(side.astype(np.float32))[:, columns] for side in sides)
        for side in (agree, disagree):
            side.eliminate_zeros()
        return cls(agree, disagree)

    def evidence(self, some: IntArray, others: IntArray) -> FloatArray:
        """Log-odds by which votes speak against two statements saying the same; never for it.

        Parameters
        ----------
        some, others : int64 [n], [m]
            Numbers of statements, −1 for a wording that nobody could vote on.

        Returns
        -------
        float64 [n, m]
            ≤ 0; NaN where fewer than ten people took a side on both. That many agree with two statements does not make
            them one: evidence above nothing is not counted.

        Notes
        -----
        Log of the Bayes factor of two beta-binomials, for the number who took different sides of those who took a side
        on both. O(n · m) and the pairs of votes, or a dense product where votes are many.

        Examples
        --------
        >>> votes = VoteMatrix.from_arrays(np.repeat(np.arange(12), 3), [0, 1, 2] * 12, [1, 1, -1] * 12)
        >>> SidesTaken.of(votes, np.arange(3)).evidence(np.array([0]), np.array([0, 1, 2, -1])).round(1).tolist()
        [[0.0, 0.0, -5.0, nan]]
        """
        same, different = self._counts(some, others)
        both = same + different
        of_each = [betaln(different + a, same + b) - betaln(a, b) for a, b in (ON_THE_SAME, ON_ANY)]
        found: FloatArray = np.minimum(of_each[0] - of_each[1], 0.0)
        found[(both < FEWEST) | (some < 0)[:, None] | (others < 0)[None]] = np.nan
        return found

    def _counts(self, some: IntArray, others: IntArray) -> tuple[FloatArray, FloatArray]:
        """Who took the same side on both, and who different ones; float64 [n, m]."""
        here = self.agree[:, some], self.disagree[:, some], self.agree[:, others], self.disagree[:, others]
        n_people, n = self.agree.shape
        if self.agree.nnz + self.disagree.nnz <= DENSE * n_people * n:
            agree, disagree, agree_there, disagree_there = here
            same = agree.T @ agree_there + disagree.T @ disagree_there
            different = agree.T @ disagree_there + disagree.T @ agree_there
            return same.toarray().astype(np.float64), different.toarray().astype(np.float64)
        same, different = np.zeros((len(some), len(others))), np.zeros((len(some), len(others)))
        for start in range(0, n_people, PEOPLE):  # whole numbers: in whatever order they are added, they are the same
            block = (side[start : start + PEOPLE].toarray() for side in here)
            agree, disagree, agree_there, disagree_there = block
            same += agree.T @ agree_there + disagree.T @ disagree_there
            different += agree.T @ disagree_there + disagree.T @ agree_there
        return same, different


def kept_apart(probability: FloatArray, no: BoolArray, others_no: BoolArray, evidence: FloatArray | None) -> FloatArray:
    """What is left of P(says the same), float64 [n, m]: by votes where these tell, else little where only one says no.

    >>> alike, no = np.full((1, 2), 0.5), np.array([False])
    >>> kept_apart(alike, no, np.array([False, True]), None).tolist()
    [[0.5, 0.05]]
    >>> kept_apart(alike, no, np.array([False, True]), np.array([[-3.0, 0.0]])).round(2).tolist()
    [[0.05, 0.5]]
    """
    by_words: FloatArray = probability * np.where(no[:, None] == others_no[None], 1.0, OPPOSED)
    if evidence is None:
        return by_words
    by_votes = expit(logit(np.clip(probability, 1e-9, 1 - 1e-9)) + np.nan_to_num(evidence))
    left: FloatArray = np.where(np.isnan(evidence), by_words, by_votes)
    return left
