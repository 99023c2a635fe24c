"""Opinion groups: how many the votes support, or none, and who is in which.

Knows the opinion space and its doubt; knows nothing of statements or words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import pdist

from sayso.engine.mixture import Blurred, Mixture, fit_mixture, likelihood_without_prior
from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

MAX_GROUPS = 6
MIN_EXPLAINED = 0.04  # an axis that parts opinion less than this holds no groups
MAX_AXES = 3
MIN_PROBABILITY = 0.8  # of belonging, to be placed in a group
MIN_SHARE = 0.05  # of those placed on the map, to be called a group
MIN_SEPARATION = 4.5  # standard deviations between neighbours: halves of an even spread lie 3.5 apart, of a bell less
MIN_SURE = 0.6  # of those with enough votes must find a place: camps that leave most people between them are none
MIN_GAIN = 5.0  # log-evidence over a single bell, "very strong" of Kass and Raftery (1995)


@dataclass(frozen=True, eq=False)
class Groups:
    """Opinion groups with soft membership.

    Attributes
    ----------
    n_groups : int
        0 when the votes support none: opinion is a continuum, or too little is known.
    membership : int64 [n_participants]
        Group of each participant; −1 when they have too few votes or stand between groups.
    probability : float64 [n_participants, n_groups]
        Rows of those with enough votes add up to 1; the others are 0.
    centres : float64 [n_groups, n_dims]
        In the opinion space. Groups are numbered along its first axis, not by size.
    reason : str
        Why there are none, in plain words; empty when there are groups.
    """

    n_groups: int
    membership: IntArray
    probability: FloatArray
    centres: FloatArray
    reason: str

    @property
    def sizes(self) -> IntArray:
        """Participants placed in each group, int64 [n_groups]."""
        return np.bincount(self.membership[self.membership >= 0], minlength=self.n_groups)


def find_groups(
    votes: VoteMatrix,
    space: OpinionSpace,
    *,
    rng: np.random.Generator,
    min_votes: int = 7,
    min_participants: int = 100,
) -> Groups:
    """Find the opinion groups that the votes support.

    Parameters
    ----------
    votes : VoteMatrix
        The votes that `space` was fitted to.
    rng : numpy.random.Generator
        Chooses starting points of the search.
    min_votes : int
        Votes someone needs to be placed.
    min_participants : int
        Placed participants that groups need; with fewer there are none.

    Returns
    -------
    Groups

    Notes
    -----
    Mixtures of 1 to 6 Gaussians are fitted to positions *with their doubt*: each participant enters as the likelihood
    of their own votes, the prior taken out (extreme deconvolution, Bovy, Hogg and Roweis 2011). The number is chosen
    by the Bayesian information criterion. A crowd that is merely broad or lopsided can be cut in two by any such
    rule, so neighbours must also lie further apart than the halves of an evenly spread crowd would; else the next
    best number is tried.
    O(n_participants · groups · axes³) for each step of the search.

    Examples
    --------
    >>> from sayso.engine.opinion_space import fit_opinion_space
    >>> camp = np.repeat([1, -1], 80)
    >>> rows, columns = np.repeat(np.arange(160), 12), np.tile(np.arange(12), 160)
    >>> votes = VoteMatrix.from_arrays(rows, columns, np.where(columns % 2 == 0, camp[rows], -camp[rows]))
    >>> rng = np.random.default_rng(0)
    >>> groups = find_groups(votes, fit_opinion_space(votes, rng=rng), rng=rng)
    >>> groups.n_groups, groups.sizes.tolist()
    (2, [80, 80])
    """
    can_be_placed = votes.votes_per_participant() >= min_votes
    n_placed = int(can_be_placed.sum())
    if n_placed < min_participants:
        return _none(
            votes, space, f"Groups need {min_participants} people with {min_votes} votes; there are {n_placed}."
        )
    n_axes = min(MAX_AXES, int(np.sum(space.explained >= MIN_EXPLAINED)))
    if n_axes == 0:
        return _none(votes, space, "People's answers differ too little to part them.")
    people = likelihood_without_prior(
        space.positions[can_be_placed, :n_axes], space.position_covariance[can_be_placed, :n_axes, :n_axes]
    )
    for mixture in _candidates(people, rng):
        if _parts_people(mixture, people):
            return _placed(mixture, people, can_be_placed, space)
    return _none(votes, space, "Opinions form one continuous field, without separate camps.")


def _candidates(people: Blurred, rng: np.random.Generator) -> list[Mixture]:
    """Mixtures of two and more that clearly beat a single bell, best first."""
    single = fit_mixture(people, 1, rng=rng)
    several = [fit_mixture(people, n_groups, rng=rng) for n_groups in range(2, MAX_GROUPS + 1)]
    better = [mixture for mixture in several if mixture.criterion > single.criterion + MIN_GAIN]
    return sorted(better, key=lambda mixture: mixture.criterion, reverse=True)


def _parts_people(mixture: Mixture, people: Blurred) -> bool:
    """Whether each group is large enough, most people find a place, and no two groups may be one crowd."""
    sure = mixture.membership(people).max(axis=1) >= MIN_PROBABILITY
    if mixture.weight.min() < MIN_SHARE or sure.mean() < MIN_SURE:
        return False
    whitened = np.linalg.solve(np.linalg.cholesky(mixture.covariance), mixture.centre.T).T
    return bool(pdist(whitened).min() >= MIN_SEPARATION)


def _placed(mixture: Mixture, people: Blurred, can_be_placed: BoolArray, space: OpinionSpace) -> Groups:
    order = np.argsort(mixture.centre[:, 0], kind="stable")
    belonging = mixture.membership(people)[:, order]
    n_groups = len(order)
    probability = np.zeros((len(can_be_placed), n_groups))
    probability[can_be_placed] = belonging
    membership = np.full(len(can_be_placed), -1, dtype=np.int64)
    sure = belonging.max(axis=1) >= MIN_PROBABILITY
    membership[np.flatnonzero(can_be_placed)[sure]] = belonging.argmax(axis=1)[sure]
    centres = np.zeros((n_groups, space.n_dims))
    centres[:, : mixture.centre.shape[1]] = mixture.centre[order]
    return Groups(n_groups, membership, probability, centres, "")


def _none(votes: VoteMatrix, space: OpinionSpace, reason: str) -> Groups:
    return Groups(
        n_groups=0,
        membership=np.full(votes.n_participants, -1, dtype=np.int64),
        probability=np.zeros((votes.n_participants, 0)),
        centres=np.zeros((0, space.n_dims)),
        reason=reason,
    )
