"""Would the same groups be found among other people? Answered by drawing the people anew.

Knows votes and groups; knows nothing of words.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sayso.engine.groups import Groups
from sayso.engine.profiles.answers import Answers
from sayso.engine.profiles.search import mixture_of
from sayso.engine.votes import FloatArray, VoteMatrix

N_DRAWS = 12
MAX_VOTES = 40_000


def group_stability(
    votes: VoteMatrix,
    groups: Groups,
    *,
    rng: np.random.Generator,
    progress: Callable[[float], None] | None = None,
) -> FloatArray:
    """How far each group comes back when people are drawn anew and the groups sought from nothing.

    Parameters
    ----------
    votes : VoteMatrix
        Those that `groups` were found in.
    groups : Groups
    rng : numpy.random.Generator
    progress : callable, optional
        Called after each draw with the share of draws done.

    Returns
    -------
    float64 [n_groups], 0 to 1
        Mean over 12 draws of the overlap (Jaccard: members of both over members of either) with the found group most
        like it. Above .85 a group is stable, below .6 it is hardly more than chance (Hennig 2007, "Cluster-wise
        assessment of cluster stability").

    Notes
    -----
    People with votes are drawn with replacement, 40,000 votes at most; as many answer profiles as there are groups are
    fitted without knowing them. O(draws · steps · n_votes · n_groups).
    """
    if groups.n_groups == 0:
        return np.zeros(0)
    answers = Answers.of(votes)
    people = np.flatnonzero((groups.membership >= 0) & (answers.length > 0))
    few = int(np.ceil(len(people) * min(1.0, MAX_VOTES / answers.length[people].sum())))
    overlap = np.zeros((N_DRAWS, groups.n_groups))
    for draw in range(N_DRAWS):
        drawn = rng.choice(people, few)
        found = mixture_of(answers.take(drawn), groups.n_groups, rng=rng).belonging.argmax(axis=1)
        both = np.zeros((groups.n_groups, groups.n_groups))
        np.add.at(both, (groups.membership[drawn], found), 1)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0) - both
        overlap[draw] = (both / np.maximum(either, 1)).max(axis=1)
        if progress is not None:
            progress((draw + 1) / N_DRAWS)
    mean: FloatArray = overlap.mean(axis=0)
    return mean
