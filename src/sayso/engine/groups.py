"""Opinion groups: how many the votes support, or none, and who is in which.

Knows votes and the opinion space; knows nothing of words. The mathematics is in `profiles`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TypeAlias

import numpy as np
from scipy.special import logsumexp

from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.profiles.answers import Answers
from sayso.engine.profiles.mixture import ProfileMixture, refit
from sayso.engine.profiles.search import fit_profile_mixtures
from sayso.engine.profiles.valley import valley_between
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

MAX_GROUPS = 6
MIN_VALLEY = 0.5  # log-likelihood of two camps over one crowd of any shape; see docs/science/groups.md
STRAIGHT = 0.9  # way from end to end over the way through all: parts on one line
MIN_SHARE = 0.05  # of those with enough votes, to be called a group
LIKELY = 0.5  # a group to be placed in is at least as likely as not,
CLEARLY = 2.0  # and this many times as likely as any other; and the votes, group sizes aside, say so as well
MAX_SEARCH_VOTES, MIN_SEARCH_PEOPLE = 60_000, 1_000  # groups are sought among so many, then everybody is placed

Part: TypeAlias = tuple[int, ...]
Row: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Groups:
    """Opinion groups with soft membership.

    Attributes
    ----------
    n_groups : int
        0 when the votes support none: opinion is a continuum, or too little is known.
    membership : int64 [n_participants]
        Group of each participant; −1 when they have too few votes or their votes leave it open.
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

    def in_order(self, order: IntArray) -> Groups:
        """The same groups numbered otherwise: `order[i]` is the number of today's i-th."""
        number = np.empty(self.n_groups + 1, dtype=np.int64)
        number[order], number[-1] = np.arange(self.n_groups), -1
        return replace(
            self,
            membership=number[self.membership],
            probability=self.probability[:, order],
            centres=self.centres[order],
        )


def find_groups(
    votes: VoteMatrix,
    space: OpinionSpace,
    *,
    rng: np.random.Generator,
    min_votes: int = 1,
    min_participants: int = 100,
    progress: Callable[[float], None] | None = None,
) -> Groups:
    """Find the opinion groups that the votes support.

    Parameters
    ----------
    votes : VoteMatrix
        The votes that `space` was fitted to.
    space : OpinionSpace
        Orders the groups and says where their centres lie.
    rng : numpy.random.Generator
        Chooses starting points of the search.
    min_votes : int
        Votes someone needs to be placed, passes included.
    min_participants : int
        Participants with so many votes that groups need; with fewer there are none.
    progress : callable, optional
        Called during the search with the share of it done.

    Returns
    -------
    Groups

    Notes
    -----
    1. Mixtures of one to six answer profiles are fitted to the votes; the number with the largest evidence is taken.
    2. Any continuum can be cut into profiles. So two profiles stay apart only if, along the line between them, two
       camps explain the votes better than the best single crowd of any shape (`valley`); else they are one group.
    3. Everybody is placed by the profiles of the others, so nobody's own votes speak for them twice. Who is not at
       least as likely as not in a group, and clearly likelier than in any other, is placed nowhere.
    The search looks at 60,000 votes at most; then O(n_votes · n_profiles).

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
    enough = votes.votes_per_participant() >= min_votes
    if enough.sum() < min_participants:
        needed = f"{min_participants} people with {min_votes} {'vote' if min_votes == 1 else 'votes'}"
        return _none(votes, space, f"Groups need {needed}; there are {enough.sum()}.")
    answers = Answers.of(votes).take(np.flatnonzero(enough))
    if answers.n_statements < 2:
        return _none(votes, space, "Groups need at least two statements.")
    searched = answers.take(answers.some(MAX_SEARCH_VOTES, MIN_SEARCH_PEOPLE, rng))
    tried = fit_profile_mixtures(searched, MAX_GROUPS, rng=rng, progress=progress)
    mixture = max(tried, key=lambda several: several.evidence)
    parts = separate_parts(searched, mixture, rng=rng) if mixture.tells_more_than_rates(searched) else []
    if len(parts) < 2:
        return _none(votes, space, "Opinions form one continuous field, without separate camps.")
    if searched.n_people < answers.n_people:
        mixture = refit(answers, mixture, steps=3)
    return _placed(answers, mixture, parts, enough, space)


def separate_parts(answers: Answers, mixture: ProfileMixture, *, rng: np.random.Generator) -> list[IntArray]:
    """Profiles gathered into groups between which there is a valley; of those without, the most alike join first."""
    parts: list[Part] = [(k,) for k in range(mixture.n_profiles)]
    known: dict[Row, bool] = {}

    def apart(row: Row) -> bool:
        if row not in known:
            sets = [np.array(part) for part in row]
            known[row] = valley_between(answers, mixture, sets, enough=MIN_VALLEY, rng=rng) >= MIN_VALLEY
        return known[row]

    while len(parts) > 1:
        tiny = [part for part in parts if mixture.weight[list(part)].sum() < MIN_SHARE]
        pairs = [pair for pair in combinations(parts, 2) if not tiny or tiny[0] in pair]
        pairs.sort(key=lambda pair: mixture.distance(*pair))
        join = pairs[0] if tiny else _alike(pairs, _rows(parts, mixture), apart)
        if join is None:
            break
        parts = [part for part in parts if part not in join] + [join[0] + join[1]]
    return [np.array(part) for part in parts]


def _alike(pairs: Sequence[Row], rows: Iterable[Row], apart: Callable[[Row], bool]) -> Row | None:
    """The first of `pairs`, the most alike, without a valley between them."""
    for pair in pairs:
        if not apart(pair):
            return pair
    # A pair is seen without those who lie beyond it, and where one crowd goes on, that alone can part it.
    one_crowd = next((row for row in rows if not apart(row)), None)
    return next((pair for pair in pairs if one_crowd and set(pair) <= set(one_crowd)), None)


def _rows(parts: list[Part], mixture: ProfileMixture) -> Iterator[Row]:
    """Three or more parts that lie on one line, in their order on it; the longest first."""
    for n_parts in range(len(parts), 2, -1):
        for some in combinations(parts, n_parts):
            first, last = max(combinations(some, 2), key=lambda pair: mixture.distance(*pair))
            row = tuple(sorted(some, key=lambda part: mixture.distance(first, part) if part != first else 0.0))
            way = sum(np.sqrt(mixture.distance(one, other)) for one, other in pairwise(row))
            if row[-1] == last and np.sqrt(mixture.distance(first, last)) > STRAIGHT * way:
                yield row


def _placed(
    answers: Answers, mixture: ProfileMixture, parts: list[IntArray], enough: BoolArray, space: OpinionSpace
) -> Groups:
    told = np.flatnonzero(answers.length > 0)
    theirs = answers.take(told)
    belonging = mixture.belonging if len(mixture.belonging) == len(told) else mixture.belonging[told]
    log_joint = np.log(mixture.weight) + mixture.log_likelihood_by_others(theirs, belonging)
    by_part = np.column_stack([logsumexp(log_joint[:, part], axis=1) for part in parts])
    share = np.exp(by_part - logsumexp(by_part, axis=1, keepdims=True))
    weight = np.array([mixture.weight[part].sum() for part in parts])
    rows = np.flatnonzero(enough)
    centre = share.T @ space.positions[rows[told]] / share.sum(axis=0)[:, None]
    order = np.argsort(centre[:, 0], kind="stable")
    share, weight = share[:, order], weight[order]
    n_groups = len(parts)
    probability = np.zeros((len(enough), n_groups))
    probability[rows] = weight
    probability[rows[told]] = share
    membership = np.full(len(enough), -1, dtype=np.int64)
    sure = _is_clear(share, weight)
    membership[rows[told][sure]] = share.argmax(axis=1)[sure]
    return Groups(n_groups, membership, probability, centre[order], "")


def _is_clear(share: FloatArray, weight: FloatArray) -> BoolArray:
    """Whether one group stands out, and not only because it is large."""
    ranked = np.sort(share, axis=1)
    stands_out = (ranked[:, -1] >= LIKELY) & (ranked[:, -1] >= CLEARLY * ranked[:, -2])
    best = share.argmax(axis=1)
    odds = share.max(axis=1) / np.maximum(1 - share.max(axis=1), 1e-12)
    told_by_votes = odds * (1 - weight[best]) >= CLEARLY * weight[best]
    clear: BoolArray = stands_out & told_by_votes
    return clear


def _none(votes: VoteMatrix, space: OpinionSpace, reason: str) -> Groups:
    return Groups(
        n_groups=0,
        membership=np.full(votes.n_participants, -1, dtype=np.int64),
        probability=np.zeros((votes.n_participants, 0)),
        centres=np.zeros((0, space.n_dims)),
        reason=reason,
    )
