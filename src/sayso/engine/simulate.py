"""Simulated engagements whose truth is known: people, what they think, and the votes they cast.

The model, for participant i of group g and statement j::

    position_i  = centre_g + own_i,  own_i ~ N(0, I)          centres: corners of a regular simplex, `separation` apart
    leaning_i   ~ N(0, LEANING_SD²)                           some agree more readily than others
    logit P(i agrees with j | takes a side) = difficulty_j + leaning_i + loading_j · position_i
    P(i agrees with j | takes a side)       = CAMP_AGREES     where i belongs to the camp that holds the bold view j
    P(i belongs to a camp) ~ exp(CAMP_LIKENESS · position_i · direction of the camp)
    i agrees with j, where j makes point q  : threshold_iq < P, but for slips; threshold_iq ~ U(0, 1)
    logit P(i passes on j | is shown j)     = passing_j + hesitation_i,  hesitation_i ~ N(0, HESITATION_SD²)

Difficulty and loading are solved so that the share of each group that agrees is the one planted. Statements of one
point say the same in other words: a person's threshold is drawn once for all of them, so that they are answered alike,
today and later, while each by itself is agreed with as often as ever. Units take part at
different rates and cast different numbers of votes, both over-dispersed; groups are spread over units unevenly, so
that who is silent is not by chance. Statements appear over time, and whoever voted earlier never saw the later ones.

Knows arrays; reads and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import expit, logit

from sayso.engine.planting import Kind, StatementPlan, plan_statements
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

LEANING_SD = 0.3
HESITATION_SD = 0.5
CAMP_AGREES = 0.94
CAMP_SHARE = 0.08  # of all people, for each camp
CAMP_LIKENESS = 1.0  # log-odds of belonging to a camp, a unit of one's position towards it
OVERALL_AGREES, EACH_GROUP_AGREES, DIVIDES = 0.75, 0.6, 0.5  # what is called common ground, and divisive
CELLS_AT_ONCE = 4_000_000  # participants × statements held at one time: 32 MB an array
# Chance that somebody answers a statement of a point as if they had never thought of it. Where most of each group are
# of one mind, .03 to .06 of those who take a side on two of them then take different ones; in twelve open conversations
# .05 do, in the median, on two in nearly the same words.
SLIPS = 0.1
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)

Spread = Literal["groups", "continuous"]


@dataclass(frozen=True, eq=False)
class Simulated:
    """Votes, and everything that is true about who cast them.

    Attributes
    ----------
    votes : VoteMatrix
        Every participant has a row; those who do not take part have no votes.
    cast_at : float64 [n_votes]
        When each vote of `votes` (in its order) was cast, as a share of the phase, 0 to 1.
    plan : StatementPlan
        The statements as planted.
    group : int64 [n_participants]
        0 to n_groups − 1.
    unit : int64 [n_participants]
        0 to n_units − 1.
    camp : int64 [n_participants]
        Camp of bold views the participant belongs to, −1 for none.
    takes_part : bool [n_participants]
    position : float64 [n_participants, n_dims]
        In standard deviations of what people of one group differ by.
    leaning, hesitation : float64 [n_participants]
        Log-odds added to every agreement, to every pass.
    threshold : float64 [n_participants, n_points]
        Uniform on 0 to 1: who thinks of a point at all agrees with what makes it where P(agree) is above this.
    difficulty, passing : float64 [n_statements]
        Log-odds of agreeing at the origin; of passing.
    loading : float64 [n_statements, n_dims]
        Log-odds a unit of position.
    author : int64 [n_statements]
        A participant likely to agree who was there before it appeared, and never votes on it; −1 for those that
        were there from the start.
    """

    votes: VoteMatrix
    cast_at: FloatArray
    plan: StatementPlan
    group: IntArray
    unit: IntArray
    camp: IntArray
    takes_part: BoolArray
    position: FloatArray
    leaning: FloatArray
    hesitation: FloatArray
    threshold: FloatArray
    difficulty: FloatArray
    passing: FloatArray
    loading: FloatArray
    author: IntArray

    def agree_probability(self, participant: IntArray, statement: IntArray) -> FloatArray:
        """P(agree | takes a side) for pairs of row and column numbers; int [n] each → float64 [n], O(n · n_dims)."""
        slope = np.einsum("ij,ij->i", self.position[participant], self.loading[statement])
        probability = expit(self.difficulty[statement] + self.leaning[participant] + slope)
        camp = self.plan.camp[statement]
        holds = (camp >= 0) & (camp == self.camp[participant])
        return np.where(holds, CAMP_AGREES, probability)

    def pass_probability(self, participant: IntArray, statement: IntArray) -> FloatArray:
        """P(pass | is shown it) for pairs of row and column numbers; int [n] each → float64 [n], O(n)."""
        probability: FloatArray = expit(self.passing[statement] + self.hesitation[participant])
        return probability

    def draw_stances(self, rng: np.random.Generator, participant: IntArray, statement: IntArray) -> IntArray:
        """What these participants would say to these statements now; int [n] each → int64 [n] of −1, 0, 1.

        Asked again they may answer otherwise; to what makes a point they answer the same, but for slips.
        """
        drawn = rng.random(len(participant))
        thought_of = np.flatnonzero(self.plan.point[statement] >= 0)
        if len(thought_of):  # no chance is used up where nothing is said twice
            thought_of = thought_of[rng.random(len(thought_of)) >= SLIPS]
            drawn[thought_of] = self.threshold[participant[thought_of], self.plan.point[statement[thought_of]]]
        agrees = drawn < self.agree_probability(participant, statement)
        passes = rng.random(len(participant)) < self.pass_probability(participant, statement)
        return np.where(passes, 0, np.where(agrees, 1, -1)).astype(np.int64)

    @cached_property
    def agree_by_group(self) -> FloatArray:
        """Expected share of all people of each group who would agree if shown it, passes counted in.

        float64 [n_groups, n_statements]. Includes those who never take part. O(n_participants · n_statements).
        """
        total = np.zeros(self.plan.agree.shape)
        n_participants, n_statements = self.votes.shape
        for rows in _blocks(n_participants, n_statements):
            people = np.repeat(np.arange(rows.start, rows.stop), n_statements)
            statements = np.tile(np.arange(n_statements), rows.stop - rows.start)
            agrees = self.agree_probability(people, statements) * (1 - self.pass_probability(people, statements))
            is_in = self.group[rows] == np.arange(self.plan.n_groups)[:, None]
            total += is_in.astype(np.float64) @ agrees.reshape(-1, n_statements)
        return total / np.bincount(self.group, minlength=self.plan.n_groups)[:, None]

    @cached_property
    def agree_overall(self) -> FloatArray:
        """The same over all people, float64 [n_statements]."""
        size = np.bincount(self.group, minlength=self.plan.n_groups)
        share: FloatArray = size @ self.agree_by_group / size.sum()
        return share

    @property
    def common_ground(self) -> BoolArray:
        """At least 75 % agree overall and at least 60 % in every group, bool [n_statements]."""
        in_each: BoolArray = self.agree_by_group.min(axis=0) >= EACH_GROUP_AGREES
        return (self.agree_overall >= OVERALL_AGREES) & in_each

    @property
    def divisive(self) -> BoolArray:
        """Two groups differ by .5 or more in the share that agrees; with one group: planted so. bool [n_statements]."""
        is_divisive: BoolArray = self.plan.kind == Kind.DIVISIVE
        if self.plan.n_groups > 1:
            is_divisive = np.ptp(self.agree_by_group, axis=0) >= DIVIDES
        return is_divisive

    @property
    def bold_view(self) -> BoolArray:
        """Held firmly by one camp and by nearly nobody else, bool [n_statements]."""
        is_bold: BoolArray = self.plan.kind == Kind.BOLD
        return is_bold


def simulate_engagement(
    rng: np.random.Generator,
    *,
    n_participants: int,
    n_statements: int,
    n_groups: int,
    votes_per_participant: float = 40.0,
    participation: float = 1.0,
    n_units: int = 9,
    unit_share: Sequence[float] | None = None,
    group_share: Sequence[float] | None = None,
    unit_mix: Sequence[Sequence[float]] | None = None,
    separation: float = 5.0,
    spread: Spread = "groups",
    n_dims: int = 2,
    plan: StatementPlan | None = None,
) -> Simulated:
    """An engagement drawn from the model above, with the truth beside its votes.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance: the same state gives the same engagement.
    n_participants, n_statements, n_groups : int
        At least as many participants as groups; at least one group. One group is a population without groups.
    votes_per_participant : float
        Mean number of statements that somebody who takes part is shown; fewer where statements run out.
    participation : float
        Mean share of a unit that takes part, 0 to 1; at 1 everybody does.
    n_units : int
        Units; `unit_share` and its length win where given.
    unit_share, group_share : float [n_units], float [n_groups], optional
        Relative sizes, each above 0; by default units differ by a factor of about six and groups by two.
    unit_mix : float [n_groups, n_units], optional
        How much likelier each group is found in each unit, each above 0; sizes stay as given. Drawn by default.
    separation : float
        Distance between the centres of groups, in standard deviations of what people of one group differ by. Below
        about 4 groups overlap so much that planted divides come out smaller.
    spread : "groups" or "continuous"
        With one group, "continuous" has divisive statements part people strongly along `n_dims` dimensions without
        any gap between them; "groups" keeps all people alike but for small things.
    n_dims : int
        Dimensions people differ in beside the n_groups − 1 that separate groups, at least 1.
    plan : StatementPlan, optional
        What to plant, in place of `plan_statements`; must have `n_statements` and `n_groups`.

    Returns
    -------
    Simulated

    Raises
    ------
    ValueError
        When a number is out of its range, shares do not fit, or the plan has another size.

    Notes
    -----
    O(n_participants · n_statements · log n_statements) time, 32 MB an array; 1,200 × 140 takes a fiftieth of a second,
    50,000 × 140 with 1.2 million votes about one. Statements are drawn without replacement by exponential races
    (Efraimidis and Spirakis 2006, algorithm A-ES); counts of votes are gamma-Poisson. Answers alike by a threshold of
    each person's are a common-random-numbers coupling: the margins stay as they are. The model is our own, and
    richer than the one we fit: camps, hesitation and silence that depends on the unit are in no estimate.

    Examples
    --------
    >>> made = simulate_engagement(np.random.default_rng(1), n_participants=300, n_statements=40, n_groups=3)
    >>> made.votes.shape, np.bincount(made.group).tolist()
    ((300, 40), [133, 100, 67])
    >>> bool((made.common_ground == (made.plan.kind == "common")).all())
    True
    >>> made.draw_stances(np.random.default_rng(0), np.arange(3), np.array([0, 0, 0])).tolist()
    [0, -1, 1]
    """
    _check(n_participants, n_groups, votes_per_participant, participation, separation, n_dims)
    if spread not in ("groups", "continuous") or (spread == "continuous" and n_groups > 1):
        raise ValueError(f"spread is {spread!r} with {n_groups} groups; 'continuous' is for one group.")
    plan = plan or plan_statements(rng, n_statements=n_statements, n_groups=n_groups)
    if (plan.n_statements, plan.n_groups) != (n_statements, n_groups):
        raise ValueError(
            f"the plan has {plan.n_statements} statements and {plan.n_groups} groups; "
            f"{n_statements} and {n_groups} were asked for."
        )
    group = _draw_groups(rng, n_participants, _shares("group_share", group_share, np.linspace(2, 1, n_groups)))
    sizes = _shares("unit_share", unit_share, np.geomspace(6, 1, max(n_units, 1)))
    unit = _draw_units(rng, group, sizes, _mix(rng, unit_mix, (n_groups, len(sizes))))
    centre = _simplex(n_groups, n_groups - 1 + n_dims) * separation
    difficulty, loading = _solve_statements(rng, plan, centre, spread)
    position = centre[group] + rng.standard_normal((n_participants, centre.shape[1]))
    activity = _draw_activity(rng, unit, participation, votes_per_participant)
    silent = Simulated(
        votes=_votes(np.zeros((3, 0), dtype=np.int64), n_participants, n_statements),
        cast_at=np.zeros(0),
        plan=plan,
        group=group,
        unit=unit,
        camp=_draw_camps(rng, position, plan.n_camps),
        takes_part=activity.takes_part,
        position=position,
        leaning=rng.normal(0.0, LEANING_SD, n_participants),
        hesitation=rng.normal(0.0, HESITATION_SD, n_participants),
        threshold=rng.random((n_participants, plan.n_points)),
        difficulty=difficulty,
        passing=_log_odds_of(plan.passing, np.full(n_statements, HESITATION_SD)),
        loading=loading,
        author=np.full(n_statements, -1, dtype=np.int64),
    )
    return _let_vote(rng, silent, activity)


@dataclass(frozen=True, eq=False)
class _Activity:
    """Who takes part, when their sitting starts (0 to 1), and how many statements they would look at."""

    takes_part: BoolArray
    starts_at: FloatArray
    n_wanted: IntArray


def _check(
    n_participants: int, n_groups: int, votes_per_participant: float, participation: float, separation: float, dims: int
) -> None:
    if n_groups < 1 or n_participants < n_groups:
        raise ValueError(f"{n_participants} participants in {n_groups} groups: each group needs somebody.")
    if votes_per_participant < 0 or not 0 <= participation <= 1 or separation <= 0 or dims < 1:
        raise ValueError("votes_per_participant ≥ 0, 0 ≤ participation ≤ 1, separation > 0 and n_dims ≥ 1 are needed.")


def _shares(name: str, given: Sequence[float] | None, default: FloatArray) -> FloatArray:
    """Relative sizes as shares that add up to 1. Raises ValueError when one is not above 0 or their number is wrong."""
    sizes = default if given is None else np.asarray(given, dtype=np.float64)
    if sizes.ndim != 1 or not np.all(sizes > 0) or (name == "group_share" and len(sizes) != len(default)):
        raise ValueError(f"{name} must hold a size above 0 for each; it is {sizes.tolist()}.")
    share: FloatArray = sizes / sizes.sum()
    return share


def _draw_groups(rng: np.random.Generator, n_participants: int, share: FloatArray) -> IntArray:
    """Exactly the shares, rounded, nobody left without a group and no group without anybody; then shuffled."""
    edge = np.round(np.cumsum(share) * n_participants).astype(np.int64)
    edge = np.maximum(edge, np.arange(1, len(share) + 1))
    edge = np.minimum(edge, n_participants - np.arange(len(share))[::-1])
    group: IntArray = rng.permutation(np.searchsorted(edge, np.arange(n_participants), side="right").astype(np.int64))
    return group


def _mix(rng: np.random.Generator, given: Sequence[Sequence[float]] | None, shape: tuple[int, int]) -> FloatArray:
    mix = rng.lognormal(0.0, 0.5, shape) if given is None else np.asarray(given, dtype=np.float64)
    if mix.shape != shape or not np.all(mix > 0):
        raise ValueError(f"unit_mix must hold a weight above 0 for each of {shape[0]} groups and {shape[1]} units.")
    return mix


def _draw_units(rng: np.random.Generator, group: IntArray, share: FloatArray, mix: FloatArray) -> IntArray:
    """A unit each; the mix of units differs from group to group, the sizes of units do not."""
    group_share = np.bincount(group) / len(group)
    for _ in range(50):  # iterative proportional fitting: both margins hold in the end
        mix = mix * share / (group_share @ mix)
        mix = mix / mix.sum(axis=1, keepdims=True)
    unit = (rng.random(len(group))[:, None] > np.cumsum(mix, axis=1)[group]).sum(axis=1)
    within: IntArray = np.minimum(unit, len(share) - 1).astype(np.int64)
    return within


def _draw_camps(rng: np.random.Generator, position: FloatArray, n_camps: int) -> IntArray:
    """CAMP_SHARE of all people to each camp, at least one; −1 for the rest.

    Who holds a bold view is like-minded in other things too: a camp gathers people towards one direction of
    `position` float64 [n_participants, n_dims], mostly at the far end of one group, some of others.
    """
    n_participants, n_dims = position.shape
    camp = np.full(n_participants, -1, dtype=np.int64)
    size = max(1, round(n_participants * min(CAMP_SHARE, 0.5 / max(n_camps, 1))))
    for number in range(n_camps):
        direction = rng.standard_normal(n_dims)
        pull = CAMP_LIKENESS * position @ (direction / np.linalg.norm(direction))
        race = np.where(camp < 0, rng.standard_exponential(n_participants) / np.exp(pull), np.inf)
        camp[np.argsort(race)[:size]] = number
    return camp


def _draw_activity(
    rng: np.random.Generator, unit: IntArray, participation: float, votes_per_participant: float
) -> _Activity:
    n_participants, n_units = len(unit), int(unit.max()) + 1
    rate = np.ones(n_units)
    if participation < 1:
        rate = rng.beta(25 * participation + 1e-9, 25 * (1 - participation), n_units)
    diligence = rng.gamma(12.0, 1 / 12.0, n_units)[unit] * rng.gamma(2.0, 1 / 2.0, n_participants)
    return _Activity(
        takes_part=rng.random(n_participants) < rate[unit],
        starts_at=rng.beta(1.0, 1.3, n_participants) * 0.99,
        n_wanted=rng.poisson(votes_per_participant * diligence).astype(np.int64),
    )


def _simplex(n_groups: int, n_dims: int) -> FloatArray:
    """Corners of a regular simplex around the origin, 1 apart, float64 [n_groups, n_dims].

    >>> _simplex(2, 2).tolist()
    [[0.5, 0.0], [-0.5, 0.0]]
    """
    corners = np.zeros((n_groups, n_dims))
    for axis in range(n_groups - 1):  # each axis sets one more corner apart from all before (Helmert's contrasts)
        length = np.sqrt(2 * (axis + 1) * (axis + 2))
        corners[: axis + 1, axis] = 1 / length
        corners[axis + 1, axis] = -(axis + 1) / length
    return corners


def _solve_statements(
    rng: np.random.Generator, plan: StatementPlan, centre: FloatArray, spread: Spread
) -> tuple[FloatArray, FloatArray]:
    """Difficulty [n_statements] and loading [n_statements, n_dims] that give the planted shares.

    What separates groups is solved from the shares; what else people differ in is drawn. The wider a statement
    spreads one group, the further its middle must lie for the same share, so the two are solved in turn.
    """
    n_groups, n_dims = centre.shape
    free = rng.standard_normal((plan.n_statements, n_dims)) * _own_scale(plan, spread)[:, None]
    free[:, : n_groups - 1] = 0.0
    free = free[plan.first_of_point]
    to_solution = np.linalg.pinv(np.column_stack([np.ones(n_groups), centre]))
    difficulty, loading = np.zeros(plan.n_statements), free
    for _ in range(12):
        sd = np.sqrt((loading**2).sum(axis=1) + LEANING_SD**2)
        solution = to_solution @ _log_odds_of(plan.agree, np.minimum(sd, 4.0))
        difficulty, loading = solution[0], free + solution[1:].T
    return difficulty, loading


def _own_scale(plan: StatementPlan, spread: Spread) -> FloatArray:
    """How strongly each kind of statement parts people who are of one group, in log-odds a dimension."""
    wide = spread == "continuous"
    scale = {
        Kind.COMMON: 0.2,
        Kind.DIVISIVE: 2.0 if wide else 0.4,
        Kind.LEANING: 1.0 if wide else 0.5,
        Kind.BOLD: 0.2,
        Kind.LUKEWARM: 0.4,
        Kind.PLAIN: 1.0 if wide else 0.5,
    }
    return np.select([plan.kind == kind for kind in scale], list(scale.values()))


def _log_odds_of(share: FloatArray, sd: FloatArray) -> FloatArray:
    """The middle m for which E[σ(m + sd · z)], z ~ N(0, 1), is `share`, by Newton's steps on 31 nodes.

    float64 [..., n_statements], sd [n_statements].

    >>> middle = _log_odds_of(np.array([0.9]), np.array([2.0]))
    >>> round(float(expit(middle + 2.0 * NODES) @ WEIGHTS / WEIGHTS.sum()), 4)
    0.9
    """
    weight = WEIGHTS / WEIGHTS.sum()
    shift = sd[:, None] * NODES
    middle: FloatArray = logit(share) * np.sqrt(1 + np.pi * sd**2 / 8)
    for _ in range(8):
        value = expit(middle[..., None] + shift)
        slope = (value * (1 - value)) @ weight
        middle = middle - np.clip((value @ weight - share) / slope, -1.0, 1.0)
    return middle


def _let_vote(rng: np.random.Generator, silent: Simulated, activity: _Activity) -> Simulated:
    """Choose authors, then who is shown what, then what they say."""
    author = _choose_authors(rng, silent, activity)
    participant, statement = _show(rng, silent.plan, activity, author)
    stance = silent.draw_stances(rng, participant, statement)
    n_shown = np.bincount(participant, minlength=len(silent.group))[participant]
    into_sitting = np.minimum(0.00005 * n_shown, 0.01) * rng.random(len(participant))
    return replace(
        silent,
        votes=_votes(np.stack([participant, statement, stance]), *silent.votes.shape),
        cast_at=activity.starts_at[participant] + into_sitting,
        author=author,
    )


def _votes(columns: IntArray, n_participants: int, n_statements: int) -> VoteMatrix:
    return VoteMatrix.from_arrays(*columns, n_participants=n_participants, n_statements=n_statements)


def _choose_authors(rng: np.random.Generator, people: Simulated, activity: _Activity) -> IntArray:
    """For each later statement, the one of up to 60 people present who agrees with it most; −1 where nobody was.

    Nobody makes a point that they do not hold, nor the same one twice, as long as there are others.
    """
    present = np.flatnonzero(activity.takes_part)
    present = present[np.argsort(activity.starts_at[present])]
    n_there = np.searchsorted(activity.starts_at[present], people.plan.appears_at)
    author = np.full(people.plan.n_statements, -1, dtype=np.int64)
    for number in np.flatnonzero((people.plan.appears_at > 0) & (n_there > 0)):
        asked = present[rng.integers(0, n_there[number], 60)]
        likes = people.agree_probability(asked, np.full(60, number))
        point = people.plan.point[number]
        if point >= 0:
            likes -= (people.threshold[asked, point] >= likes) + np.isin(asked, author[people.plan.point == point])
        author[number] = asked[likes.argmax()]
    return author


def _show(
    rng: np.random.Generator, plan: StatementPlan, activity: _Activity, author: IntArray
) -> tuple[IntArray, IntArray]:
    """Row and column numbers of all that is shown, sorted by row, then column."""
    rows, columns = [], []
    n_participants, n_statements = len(activity.starts_at), plan.n_statements
    for block in _blocks(n_participants, n_statements):
        n_rows = block.stop - block.start
        race = rng.standard_exponential((n_rows, n_statements)) / plan.exposure
        race[plan.appears_at > activity.starts_at[block, None]] = np.inf
        by_own = np.flatnonzero((author >= block.start) & (author < block.stop))
        race[author[by_own] - block.start, by_own] = np.inf
        n_open = np.isfinite(race).sum(axis=1)
        wanted = np.maximum(activity.n_wanted[block], 1) * activity.takes_part[block]
        taken = np.minimum(wanted, n_open)
        limit = np.take_along_axis(np.sort(race, axis=1), np.maximum(taken - 1, 0)[:, None], axis=1)
        row, column = np.nonzero((race <= limit) & (taken > 0)[:, None])
        rows.append(row + block.start)
        columns.append(column)
    nothing = [np.zeros(0, dtype=np.int64)]
    return np.concatenate([*nothing, *rows]), np.concatenate([*nothing, *columns])


def _blocks(n_participants: int, n_statements: int) -> list[slice]:
    """Runs of participants that fit into CELLS_AT_ONCE; none when there are no statements."""
    if n_statements == 0:
        return []
    step = max(1, CELLS_AT_ONCE // n_statements)
    return [slice(start, min(start + step, n_participants)) for start in range(0, n_participants, step)]
