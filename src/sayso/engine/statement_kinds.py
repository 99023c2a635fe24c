"""With what probability a statement is common ground, a bridging statement, divisive, or a bold view.

Knows estimates for the roster, as draws, or where there is no roster the counts of those who took part; decides
nothing: whoever shows a list says from which probability on. Within draws all conditions of a kind are looked at
together, so that what goes together is not counted as doubt twice; counts can only be multiplied, which is cautious.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sayso.engine.common_ground import Divisiveness, common_ground_probability
from sayso.engine.estimates import probability_above
from sayso.engine.representative import GroupCounts
from sayso.engine.roster_estimates import RosterEstimates
from sayso.engine.votes import BoolArray, FloatArray, IntArray

COMMON_OVERALL, COMMON_IN_EACH_GROUP = 0.75, 0.6
MAJORITY = 0.5
DIVISIVE = 0.2  # of `parting`: two equal camps, 28 % and 72 % of them agreeing
BOLD_AT_MOST = 1 / 3  # of the roster agree
MIN_HOLDERS = 10  # people expected to agree firmly


@dataclass(frozen=True, eq=False)
class KindProbabilities:
    """Each float64 [n_statements], 0 to 1."""

    common_ground: FloatArray
    bridging: FloatArray
    divisive: FloatArray
    bold: FloatArray


def kind_probabilities(
    estimates: RosterEstimates,
    *,
    overall: float = COMMON_OVERALL,
    in_each_group: float = COMMON_IN_EACH_GROUP,
    divisive: float = DIVISIVE,
    min_holders: int = MIN_HOLDERS,
) -> KindProbabilities:
    """Shares of the draws in which a statement is of each kind; O(n_draws · n_groups · n_statements).

    Common ground: at least `overall` of the roster and `in_each_group` of every opinion group agree. Bridging: more
    than half of every group agree, of groups that part elsewhere: it is 0 where there are fewer than two groups.
    Divisive: P(agree) varies over the roster by at least `divisive`, four times its variance. Bold: at most a third of
    the roster agree, and at least `min_holders` people of it hold it firmly; scattered agreement has no firm holders.

    Examples
    --------
    Two statements, two draws, two groups:

    >>> def draws(*shape_of_values):
    ...     return np.array(shape_of_values, dtype=np.float32)
    >>> made = RosterEstimates(
    ...     roster=draws([0.8, 0.2], [0.7, 0.25]), unit=np.zeros((2, 0, 2), np.float32),
    ...     role=np.zeros((2, 0, 2), np.float32), group=draws([[0.9, 0.3], [0.7, 0.1]], [[0.8, 0.4], [0.6, 0.1]]),
    ...     parting=draws([0.05, 0.3], [0.05, 0.1]), holders=draws([80, 12], [70, 14]),
    ...     bounds_low=np.zeros(2), bounds_high=np.ones(2), weights=np.ones(4), n_people=100, n_took_part=4)
    >>> kinds = kind_probabilities(made)
    >>> kinds.common_ground.tolist(), kinds.bridging.tolist(), kinds.divisive.tolist(), kinds.bold.tolist()
    ([0.5, 0.0], [1.0, 0.0], [0.0, 0.5], [0.0, 1.0])
    """
    groups = estimates.group
    shared = (estimates.roster >= overall) & np.all(groups >= in_each_group, axis=1)
    joined = np.all(groups > MAJORITY, axis=1) & (groups.shape[1] >= 2)
    held = (estimates.roster <= BOLD_AT_MOST) & (estimates.holders >= min_holders)
    return KindProbabilities(
        common_ground=_often(shared),
        bridging=_often(joined),
        divisive=_often(estimates.parting >= divisive),
        bold=_often(held),
    )


def kinds_among_participants(
    agree: IntArray,
    seen: IntArray,
    counts: GroupCounts,
    divisiveness: Divisiveness,
    *,
    n_placed: int,
    overall: float = COMMON_OVERALL,
    in_each_group: float = COMMON_IN_EACH_GROUP,
    min_holders: int = MIN_HOLDERS,
) -> KindProbabilities:
    """The same of those who took part, from counts and the opinion space's draws, where nothing is known of a roster.

    `agree`, `seen` int64 [n_statements] over everybody; `n_placed` people are those of `divisiveness`. NaN where too
    few were placed to say what parts them. O(n_groups · n_statements).

    >>> draws = np.array([[0.3], [0.1]])
    >>> parting = Divisiveness(*[np.zeros(1)] * 4, spread=draws, firm=draws)
    >>> none = GroupCounts(np.zeros((3, 0, 1), dtype=np.int64))
    >>> kinds = kinds_among_participants(np.array([20]), np.array([100]), none, parting, n_placed=60)
    >>> kinds.common_ground.round(2).tolist(), kinds.bridging.tolist(), kinds.divisive.tolist()
    ([0.0], [0.0], [0.5])
    >>> kinds.bold.round(2).tolist()
    [0.5]
    """
    joined = probability_above(counts.of(1), counts.seen, MAJORITY).prod(axis=0)
    several = counts.seen.shape[0] >= 2
    few_agree = 1 - probability_above(agree, seen, BOLD_AT_MOST)
    drawn = len(divisiveness.spread) > 0
    unknown = np.full(len(agree), np.nan)
    return KindProbabilities(
        common_ground=common_ground_probability(agree, seen, counts, overall=overall, in_each_group=in_each_group),
        bridging=joined if several else np.zeros(len(agree)),
        divisive=_often(divisiveness.spread >= DIVISIVE) if drawn else unknown,
        bold=few_agree * _often(divisiveness.firm * n_placed >= min_holders) if drawn else unknown,
    )


def _often(holds: BoolArray) -> FloatArray:
    share: FloatArray = holds.mean(axis=0, dtype=np.float64)
    return share
