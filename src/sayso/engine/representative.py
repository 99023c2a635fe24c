"""What sets each opinion group apart, in its own statements.

Knows votes and who is in which group; knows nothing of words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sayso.engine.estimates import false_discovery_q, share_of
from sayso.engine.groups import Groups
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

MAX_PER_GROUP = 8
MAX_FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True)
class Representative:
    """A statement that a group answers with one stance, and others much less.

    `share` and its interval: of the group's votes on it, passes included; `elsewhere`: the same among all others
    placed in a group; `seen`: votes of the group on it; `q_value`: false discovery rate at which it is still listed.
    """

    statement: int
    stance: int
    share: float
    share_low: float
    share_high: float
    elsewhere: float
    seen: int
    q_value: float


@dataclass(frozen=True, eq=False)
class GroupCounts:
    """Votes of each group on each statement: `by_stance` int64 [3, n_groups, n_statements], stances −1, 0, 1."""

    by_stance: IntArray

    @property
    def seen(self) -> IntArray:
        """Votes, passes included, int64 [n_groups, n_statements]."""
        total: IntArray = self.by_stance.sum(axis=0)
        return total

    def of(self, stance: int) -> IntArray:
        """Votes with this stance, int64 [n_groups, n_statements]."""
        counts: IntArray = self.by_stance[stance + 1]
        return counts


def count_by_group(votes: VoteMatrix, groups: Groups) -> GroupCounts:
    """Count each group's votes; people in no group are left out. O(n_votes).

    >>> votes = VoteMatrix.from_arrays([0, 1, 2], [0, 0, 0], [1, -1, 1])
    >>> groups = Groups(2, np.array([0, 1, -1]), np.zeros((3, 2)), np.zeros((2, 1)), "")
    >>> count_by_group(votes, groups).of(1).tolist()
    [[1], [0]]
    """
    group = groups.membership[votes.participant]
    placed = group >= 0
    cell = ((votes.stance[placed].astype(np.int64) + 1) * groups.n_groups + group[placed]) * votes.n_statements
    counts = np.bincount(cell + votes.statement[placed], minlength=3 * groups.n_groups * votes.n_statements)
    return GroupCounts(counts.reshape(3, groups.n_groups, votes.n_statements))


def representative_statements(
    counts: GroupCounts, *, may_be_shown: BoolArray, min_seen: int = 10
) -> list[list[Representative]]:
    """For each group, the statements that tell it best, strongest first.

    Parameters
    ----------
    counts : GroupCounts
    may_be_shown : bool [n_statements]
        False for statements that must not be listed (rejected, near-identical to another).
    min_seen : int
        Votes of the group, and of all others, that a statement needs.

    Returns
    -------
    list of lists of Representative, at most 8 for each group

    Notes
    -----
    A stance represents a group when most of the group's votes on the statement take it and clearly more than
    elsewhere. "Clearly": one-sided two-proportion z-tests (half a vote added to every cell), all groups, statements
    and stances together held to a false discovery rate of 5 % (`estimates.false_discovery_q`). Ranked by the lower
    end of the difference between group and others. O(n_groups · n_statements).
    """
    seen = counts.seen
    others_seen = seen.sum(axis=0) - seen
    enough = (seen >= min_seen) & (others_seen >= min_seen) & may_be_shown
    share = np.empty((2, *seen.shape))
    elsewhere, p_value, difference_low = np.empty_like(share), np.empty_like(share), np.empty_like(share)
    for k, stance in enumerate((1, -1)):
        here = counts.of(stance)
        there = here.sum(axis=0) - here
        share[k], elsewhere[k] = _safe_share(here, seen), _safe_share(there, others_seen)
        z, error = _two_proportions(here, seen, there, others_seen)
        p_value[k] = np.where(enough, ndtr(-z), np.nan)
        difference_low[k] = share[k] - elsewhere[k] - 1.96 * error
    q_value = false_discovery_q(p_value)
    listed = enough & (share > 0.5) & (q_value <= MAX_FALSE_DISCOVERIES) & (difference_low > 0)
    found = []
    for group in range(seen.shape[0]):
        stance_number, statement = np.nonzero(listed[:, group])
        order = np.lexsort((statement, -difference_low[stance_number, group, statement]))[:MAX_PER_GROUP]
        found.append(
            [
                _representative(
                    counts, group, int(s), int(k), float(elsewhere[k, group, s]), float(q_value[k, group, s])
                )
                for k, s in zip(stance_number[order], statement[order], strict=True)
            ]
        )
    return found


def _representative(
    counts: GroupCounts, group: int, statement: int, stance_number: int, elsewhere: float, q_value: float
) -> Representative:
    stance = (1, -1)[stance_number]
    seen = int(counts.seen[group, statement])
    share = share_of(counts.of(stance)[group, statement], seen)
    return Representative(
        statement, stance, float(share.value), float(share.low), float(share.high), elsewhere, seen, q_value
    )


def _safe_share(count: IntArray, total: IntArray) -> FloatArray:
    return np.divide(count, total, out=np.zeros(count.shape), where=total > 0)


def _two_proportions(
    here: IntArray, seen: IntArray, there: IntArray, others: IntArray
) -> tuple[FloatArray, FloatArray]:
    a, b = (here + 0.5) / (seen + 1), (there + 0.5) / (others + 1)
    error = np.sqrt(a * (1 - a) / (seen + 1) + b * (1 - b) / (others + 1))
    return (a - b) / error, error
