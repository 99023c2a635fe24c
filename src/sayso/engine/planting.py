"""What a simulation plants: of each statement its kind, how each group leans, how often it is passed, when it comes.

Knows shares and kinds; draws no people and no votes (see `simulate`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from sayso.engine.votes import BoolArray, FloatArray, IntArray


class Kind(StrEnum):
    """What a planted statement is for.

    >>> str(Kind.COMMON), Kind("bold").name
    ('common', 'BOLD')
    """

    COMMON = "common"  # nearly everybody agrees, in every group
    DIVISIVE = "divisive"  # some groups agree, the others do not
    LEANING = "leaning"  # the same, but mildly
    BOLD = "bold"  # one small camp holds it firmly, nearly nobody else
    LUKEWARM = "lukewarm"  # half agree, many pass
    PLAIN = "plain"  # everyday: groups differ a little


# Shares of a plan's statements when nothing else is said; the rest are plain. Our choice, in the range of the open
# Polis conversations.
SHARE_OF_KIND = {Kind.COMMON: 0.15, Kind.DIVISIVE: 0.25, Kind.LEANING: 0.15, Kind.BOLD: 0.05, Kind.LUKEWARM: 0.12}
STATEMENTS_PER_CAMP = 3
LEANS_FOR, LEANS_AGAINST = (0.82, 0.93), (0.07, 0.18)
LEANS_MILDLY_FOR, LEANS_MILDLY_AGAINST = (0.6, 0.72), (0.32, 0.45)
UNLIKE_SD = 0.1  # log-odds by which what says the same is agreed with more, or less


@dataclass(frozen=True, eq=False)
class StatementPlan:
    """The statements of a simulation, one entry a statement, before anybody votes.

    Attributes
    ----------
    kind : str [n_statements]
        Values of `Kind`.
    agree : float64 [n_groups, n_statements]
        Share of each group that agrees, of those who take a side; strictly between 0 and 1. For a bold statement:
        of those outside its camp.
    passing : float64 [n_statements]
        Share of those shown it that passes; strictly between 0 and 1.
    camp : int64 [n_statements]
        Number of the camp that holds it, −1 for all but bold ones.
    exposure : float64 [n_statements]
        Chance of being shown relative to others; above 0, usually 1, small for what is seldom seen.
    appears_at : float64 [n_statements]
        When it opens for votes, as a share of the phase: from 0 to below 1.
    point : int64 [n_statements]
        Number of the point it makes: those with one number say the same in other words, and each person thinks of all
        of them alike. −1 for what is said once.
    """

    kind: NDArray[np.str_]
    agree: FloatArray
    passing: FloatArray
    camp: IntArray
    exposure: FloatArray
    appears_at: FloatArray
    point: IntArray

    def __post_init__(self) -> None:
        n_statements = len(self.kind)
        if self.agree.ndim != 2 or any(
            len(column) != n_statements
            for column in (self.agree.T, self.passing, self.camp, self.exposure, self.appears_at, self.point)
        ):
            raise ValueError(f"every part of a plan must have one entry for each of the {n_statements} statements.")
        within = (
            ("agree", self.agree, 0.0, 1.0),
            ("passing", self.passing, 0.0, 1.0),
            ("exposure", self.exposure, 0.0, np.inf),
        )
        for name, values, low, high in within:
            if not np.all((values > low) & (values < high)):
                raise ValueError(f"{name} must lie strictly between {low:g} and {high:g}.")
        if not np.all((self.appears_at >= 0) & (self.appears_at < 1)):
            raise ValueError("appears_at must lie between 0 and 1, 1 left out.")
        if not np.array_equal(self.camp >= 0, self.kind == Kind.BOLD):
            raise ValueError("bold statements, and no others, belong to a camp.")

    @property
    def n_groups(self) -> int:
        """Number of planted groups."""
        return len(self.agree)

    @property
    def n_statements(self) -> int:
        """Number of statements."""
        return len(self.kind)

    @property
    def n_camps(self) -> int:
        """Number of camps that hold bold views."""
        return int(self.camp.max(initial=-1)) + 1

    @property
    def n_points(self) -> int:
        """Number of points that several statements make."""
        return int(self.point.max(initial=-1)) + 1

    @property
    def first_of_point(self) -> IntArray:
        """The first statement that makes the same point, itself where it stands alone; int64 [n_statements]."""
        return first_of(self.point)


def plan_statements(
    rng: np.random.Generator, *, n_statements: int, n_groups: int, seldom_share: float = 0.05
) -> StatementPlan:
    """Statements of every kind, with their leanings drawn, in the order in which they appear.

    Parameters
    ----------
    rng : numpy.random.Generator
    n_statements, n_groups : int
        At least 0 and at least 1.
    seldom_share : float
        Share of the statements that is seldom shown (a tenth as often as others), 0 to 1.

    Returns
    -------
    StatementPlan
        Kinds in the shares of `SHARE_OF_KIND`, rounded down; with 20 or more statements there is at least one of
        each. A tenth of the statements, at least five, are there from the start. Each says something of its own.

    Raises
    ------
    ValueError
        When a number is out of its range.

    Notes
    -----
    A divisive statement splits the groups in two at random; with one group its share is near .5, and only what people
    are themselves parts them. The shares are our own choice. O(n_statements · n_groups).

    Examples
    --------
    >>> plan = plan_statements(np.random.default_rng(0), n_statements=40, n_groups=3)
    >>> {str(kind): int((plan.kind == kind).sum()) for kind in Kind}
    {'common': 6, 'divisive': 10, 'leaning': 6, 'bold': 2, 'lukewarm': 4, 'plain': 12}
    >>> gap = np.ptp(plan.agree[:, plan.kind == Kind.DIVISIVE], axis=0)
    >>> bool(gap.min() > 0.6), plan.n_camps
    (True, 1)
    """
    if n_statements < 0 or n_groups < 1:
        raise ValueError(f"there are {n_statements} statements and {n_groups} groups; at least 0 and 1 are needed.")
    if not 0 <= seldom_share <= 1:
        raise ValueError(f"seldom_share is {seldom_share}; it lies between 0 and 1.")
    kind = _draw_kinds(rng, n_statements)
    agree = draw_leanings(rng, kind, n_groups)
    n_early = min(n_statements, max(5, n_statements // 10))
    appears_at = np.sort(rng.beta(1.0, 2.0, n_statements)) * 0.9
    appears_at[:n_early] = 0.0
    is_seldom = np.zeros(n_statements, dtype=bool)
    is_seldom[rng.permutation(n_statements)[: int(n_statements * seldom_share)]] = True
    return StatementPlan(
        kind=kind,
        agree=agree,
        passing=draw_passing(rng, kind),
        camp=camps_of(kind),
        exposure=np.where(is_seldom, 0.1, 1.0),
        appears_at=appears_at,
        point=np.full(n_statements, -1),
    )


def draw_leanings(
    rng: np.random.Generator, kind: NDArray[np.str_], n_groups: int, leans_for: BoolArray | None = None
) -> FloatArray:
    """How large a share of each group agrees, by kind of statement.

    Parameters
    ----------
    rng : numpy.random.Generator
    kind : str [n_statements]
        Values of `Kind`.
    n_groups : int
    leans_for : bool [n_groups, n_statements], optional
        Which groups are for a divisive or leaning statement; by default drawn, with some for and some against.

    Returns
    -------
    float64 [n_groups, n_statements]
        Common .85–.95 in the middle and within .03 of it in each group; divisive .82–.93 for and .07–.18 against;
        leaning .6–.72 for and .32–.45 against; bold .02–.06; lukewarm .4–.6; plain .3–.68 in the middle and within
        .1 of it in each group.

    Notes
    -----
    O(n_statements · n_groups).

    Examples
    --------
    >>> kind = np.array(["common", "divisive"])
    >>> draw_leanings(np.random.default_rng(0), kind, 2, np.array([[True, True], [True, False]])).round(1).tolist()
    [[0.9, 0.8], [0.9, 0.2]]
    """
    shape = (n_groups, len(kind))
    chosen = _draw_sides(rng, shape) if leans_for is None else leans_for
    firmly = np.where(chosen, rng.uniform(*LEANS_FOR, shape), rng.uniform(*LEANS_AGAINST, shape))
    mildly = np.where(chosen, rng.uniform(*LEANS_MILDLY_FOR, shape), rng.uniform(*LEANS_MILDLY_AGAINST, shape))
    undecided = rng.uniform(0.35, 0.65, shape)
    middle = {
        Kind.COMMON: rng.uniform(0.85, 0.95, len(kind)) + rng.uniform(-0.03, 0.03, shape),
        Kind.DIVISIVE: firmly if n_groups > 1 else undecided,
        Kind.LEANING: mildly if n_groups > 1 else undecided,
        Kind.BOLD: np.broadcast_to(rng.uniform(0.02, 0.06, len(kind)), shape),
        Kind.LUKEWARM: rng.uniform(0.4, 0.6, len(kind)) + rng.uniform(-0.03, 0.03, shape),
        Kind.PLAIN: rng.uniform(0.3, 0.68, len(kind)) + rng.uniform(-0.1, 0.1, shape),
    }
    return np.select([np.broadcast_to(kind == name, shape) for name in middle], list(middle.values()))


def draw_alike(rng: np.random.Generator, agree: FloatArray, point: IntArray) -> FloatArray:
    """Shares in which statements of one point are agreed with nearly as its first one is.

    Parameters
    ----------
    rng : numpy.random.Generator
    agree : float64 [n_groups, n_statements]
        Strictly between 0 and 1.
    point : int64 [n_statements]
        −1 for those that stand alone, whose shares stay.

    Returns
    -------
    float64 [n_groups, n_statements]
        Off the first one's by log-odds with a standard deviation of .1, which is .01 of a share near .9.

    Notes
    -----
    O(n_statements · n_groups). How far off is our own choice.

    Examples
    --------
    >>> agree = np.array([[0.9, 0.2, 0.4], [0.1, 0.7, 0.6]])
    >>> draw_alike(np.random.default_rng(0), agree, np.array([0, -1, 0])).round(2).tolist()
    [[0.9, 0.2, 0.91], [0.1, 0.7, 0.1]]
    """
    follows = first_of(point) != np.arange(len(point))
    near = expit(logit(agree[:, first_of(point)]) + rng.normal(0.0, UNLIKE_SD, agree.shape))
    return np.where(follows, near, agree)


def first_of(point: IntArray) -> IntArray:
    """For each statement the first with the same point, itself where it has none; int64 [n_statements].

    >>> first_of(np.array([-1, 4, -1, 0, 4])).tolist()
    [0, 1, 2, 3, 1]
    """
    first = np.arange(len(point))
    is_one_of_several = point >= 0
    _, at, which = np.unique(point[is_one_of_several], return_index=True, return_inverse=True)
    first[is_one_of_several] = np.flatnonzero(is_one_of_several)[at][which]
    return first


def draw_passing(rng: np.random.Generator, kind: NDArray[np.str_]) -> FloatArray:
    """Share of those shown a statement that passes, float64 [n_statements]: .2–.35 for lukewarm ones, else .03–.09.

    >>> draw_passing(np.random.default_rng(0), np.array(["common", "lukewarm"])).round(2).tolist()
    [0.03, 0.24]
    """
    return np.where(kind == Kind.LUKEWARM, rng.uniform(0.2, 0.35, len(kind)), rng.uniform(0.03, 0.09, len(kind)))


def camps_of(kind: NDArray[np.str_]) -> IntArray:
    """Camp of each statement, int64 [n_statements]: bold ones in threes, in their order; −1 for the others.

    >>> camps_of(np.array(["bold", "plain", "bold", "bold", "bold"])).tolist()
    [0, -1, 0, 0, 1]
    """
    is_bold = kind == Kind.BOLD
    return np.where(is_bold, (np.cumsum(is_bold) - 1) // STATEMENTS_PER_CAMP, -1).astype(np.int64)


def _draw_kinds(rng: np.random.Generator, n_statements: int) -> NDArray[np.str_]:
    kinds = [kind for kind, share in SHARE_OF_KIND.items() for _ in range(int(n_statements * share + 1e-9))]
    kinds += [Kind.PLAIN] * (n_statements - len(kinds))
    return rng.permutation(np.array([str(kind) for kind in kinds], dtype="<U8"))


def _draw_sides(rng: np.random.Generator, shape: tuple[int, int]) -> BoolArray:
    """Each statement's groups in two camps, never all on one side, bool [n_groups, n_statements]."""
    n_groups, n_statements = shape
    n_for = rng.integers(1, max(n_groups, 2), n_statements)
    rank = np.argsort(rng.random(shape), axis=0)
    sides: BoolArray = rank < n_for
    return sides
