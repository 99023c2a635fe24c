"""What nearly all share, what parts people, and what a few hold firmly.

Knows counts, groups and the opinion space; knows nothing of words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sayso.engine.estimates import probability_above
from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.representative import GroupCounts
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

N_DRAWS = 30  # from the posterior, for the doubt of divisiveness
MAX_SAMPLED = 1_000  # participants in each draw
FIRM = 0.7  # P(agree) from which someone counts as holding a view
DIVISIVE = 0.2  # e.g. two equal camps, 28 % and 72 % of them agreeing
BOLD_AT_MOST = 1 / 3  # of all who answered agree
MIN_LOADING_Z = 3.0  # a bold view is held by people who are alike in other answers too; noise is not


def common_ground_probability(
    agree: IntArray, seen: IntArray, counts: GroupCounts, *, overall: float = 0.75, in_each_group: float = 0.6
) -> FloatArray:
    """Probability that a statement is common ground, float64 [n_statements].

    Common ground: at least `overall` of all and at least `in_each_group` of every opinion group agree, passes
    counting as not agreeing. `agree`, `seen` int64 [n_statements] over everybody. The probabilities of the conditions
    are multiplied, as if independent: cautious, since they go together. O(n_groups · n_statements).

    >>> none = GroupCounts(np.zeros((3, 0, 2), dtype=np.int64))
    >>> common_ground_probability(np.array([90, 60]), np.array([100, 100]), none).round(2).tolist()
    [1.0, 0.0]
    """
    everyone = probability_above(agree, seen, overall)
    each_group = probability_above(counts.of(1), counts.seen, in_each_group)
    probability: FloatArray = everyone * each_group.prod(axis=0)
    return probability


@dataclass(frozen=True, eq=False)
class Divisiveness:
    """How much a statement parts people: 0 all answer alike, 1 half surely agree and half surely do not.

    value, low, high : float64 [n_statements], median and 95 % interval over posterior draws.
    firm_share : float64 [n_statements], share of placed participants expected to agree firmly (P ≥ .7).
    spread, firm : float64 [n_draws, n_statements], the draws of value and firm_share.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    firm_share: FloatArray
    spread: FloatArray
    firm: FloatArray


def measure_divisiveness(space: OpinionSpace, placed: IntArray, *, rng: np.random.Generator) -> Divisiveness:
    """Four times the variance of P(agree) over placed participants (int64 row numbers), with its doubt.

    Drawn from the posterior of the opinion space, at most 1,000 participants in each of 30 draws, so that the cost
    is O(n_statements) at any size.
    """
    n_statements = len(space.loadings)
    if len(placed) < 2:
        unknown, no_draws = np.full(n_statements, np.nan), np.empty((0, n_statements))
        return Divisiveness(unknown, unknown, unknown, unknown, no_draws, no_draws)
    spread, firm = np.empty((N_DRAWS, n_statements)), np.empty((N_DRAWS, n_statements))
    for draw in range(N_DRAWS):
        people = placed if len(placed) <= MAX_SAMPLED else rng.choice(placed, MAX_SAMPLED, replace=False)
        agree = space.sample_agree(people, rng=rng)
        spread[draw], firm[draw] = 4 * agree.var(axis=0), (agree >= FIRM).mean(axis=0)
    low, value, high = np.quantile(spread, [0.025, 0.5, 0.975], axis=0)
    return Divisiveness(value, low, high, np.median(firm, axis=0), spread, firm)


def divisive_statements(divisiveness: Divisiveness, *, may_be_shown: BoolArray) -> IntArray:
    """Column numbers of divisive statements, surest first: even the lower end of the interval counts as divisive."""
    order = np.argsort(-np.nan_to_num(divisiveness.low), kind="stable")
    keep = (np.nan_to_num(divisiveness.low) >= DIVISIVE) & may_be_shown
    return order[keep[order]]


@dataclass(frozen=True)
class BoldView:
    """A view few hold, and firmly.

    `holders`: participants expected to agree firmly; `agree_among_holders`, `agree_elsewhere`: share of the actual
    votes on the statement that agree, among them and among all others, NaN where nobody voted.
    """

    statement: int
    holders: int
    holders_share: float
    agree_among_holders: float
    agree_elsewhere: float


def bold_views(
    votes: VoteMatrix,
    space: OpinionSpace,
    placed: IntArray,
    firm_share: FloatArray,
    *,
    may_be_shown: BoolArray,
    min_holders: int = 10,
) -> list[BoldView]:
    """Statements at most a third agree with, that a set of like-minded people hold firmly; fewest holders first.

    "Not noise" means that agreeing goes with a position: some loading is at least three standard deviations from 0.
    A single odd vote, or agreement scattered over everybody, passes no such test. O(n_placed) for each candidate.
    """
    agree, seen = votes.count(1), votes.seen()
    few_agree = agree <= BOLD_AT_MOST * seen
    is_signal = np.abs(space.loadings / np.maximum(space.loading_sd, 1e-9)).max(axis=1) >= MIN_LOADING_Z
    worth_a_look = few_agree & is_signal & may_be_shown & (np.nan_to_num(firm_share) > 0) & (agree >= min_holders)
    found = [_holders(votes, space, placed, int(statement)) for statement in np.flatnonzero(worth_a_look)]
    bold = [view for view in found if view.holders >= min_holders and view.holders_share <= BOLD_AT_MOST]
    firm = [view for view in bold if view.agree_among_holders >= FIRM]
    return sorted(firm, key=lambda view: (view.holders_share, view.statement))


def _holders(votes: VoteMatrix, space: OpinionSpace, placed: IntArray, statement: int) -> BoldView:
    firm = space.predict_agree(placed, np.full(len(placed), statement)) >= FIRM
    is_holder = np.zeros(votes.n_participants, dtype=bool)
    is_holder[placed[firm]] = True
    here = votes.statement == statement
    says_yes, by_holder = votes.stance[here] == 1, is_holder[votes.participant[here]]
    return BoldView(
        statement,
        holders=int(firm.sum()),
        holders_share=float(firm.mean()),
        agree_among_holders=_mean(says_yes[by_holder]),
        agree_elsewhere=_mean(says_yes[~by_holder]),
    )


def _mean(values: BoolArray) -> float:
    return float(values.mean()) if len(values) else float("nan")
