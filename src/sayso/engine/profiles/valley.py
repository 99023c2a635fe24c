"""Is there a valley between answer profiles, or do people lie between them as one crowd?

Knows two profiles and the answers of the people near them; knows nothing of groups or pages. Along the straight line
(in log-odds) from one profile to the other, everybody has a likelihood. Two narrow bells are compared with the best
single crowd of any log-concave shape (even, lopsided, bell: Walther 2002), to which every statement's place and slope
on the line may be fitted anew, so that a continuum is not mistaken for camps because two profiles describe it badly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from sayso.engine.profiles.answers import Answers, sum_by_row
from sayso.engine.profiles.mixture import ProfileMixture
from sayso.engine.votes import FloatArray, IntArray

LINE = np.linspace(-1.0, 2.0, 31)  # one profile at 0, the other at 1
FALLING = -np.maximum(0.0, LINE[:, None] - LINE[1:-1])  # a log-density that bends down at each inner point
CROWD = np.column_stack([LINE, FALLING])
FIRST_CROWDS = np.array([[0.0, *[0.4] * FALLING.shape[1]], [6.0, *[0.4] * FALLING.shape[1]]])
WIDTHS = (0.04, 0.1, 0.16)  # of a bell as a share of the distance: halves of an even spread have .29
REFITS = 3
MAX_VOTES, MIN_PEOPLE = 40_000, 400  # enough to see a valley
NEAR = 0.2  # share with which somebody belongs to the two


@dataclass(frozen=True, eq=False)
class Sight:
    """What is known of where people are on the line.

    likelihood float64 [n, len(LINE)], each row's largest 1; scale float64 [n], the log of what it was; weight [n].
    """

    likelihood: FloatArray
    scale: FloatArray
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class Stretch:
    """The people near some profiles, their answers, those profiles, and how they belong to each: share [n, n_parts]."""

    answers: Answers
    ends: ProfileMixture
    share: FloatArray

    @property
    def weight(self) -> FloatArray:
        """How much each counts, float64 [n]."""
        weight: FloatArray = self.share.sum(axis=1)
        return weight

    def sight(self, start: FloatArray, slope: FloatArray) -> Sight:
        """Where people are, when an answer has these log-odds at 0 and this slope, float64 [n_votes] each."""
        log_chance = -np.logaddexp(0.0, -(start[:, None] + slope[:, None] * LINE))
        log_likelihood = sum_by_row(log_chance, self.answers.row_start)
        scale = log_likelihood.max(axis=1)
        return Sight(np.exp(log_likelihood - scale[:, None]), scale, self.weight)


def valley_between(
    answers: Answers, mixture: ProfileMixture, parts: Sequence[IntArray], *, enough: float, rng: np.random.Generator
) -> float:
    """Log-likelihood by which one bell for each part beats the best single crowd.

    `parts` are two or more sets of profiles, each taken together, in their order on a line: the first lies at 0 and the
    last at 1. Negative when a single crowd tells it better. Each vote is judged by what others answered, else few
    people and many statements would always seem apart. Once the value falls below `enough`, it is not made more exact.
    O((n_votes + n_people · steps) · 31), for 40,000 votes at most.
    """
    stretch = _stretch(answers, mixture, parts, rng)
    if len(stretch.share) == 0:
        return -np.inf
    chance = stretch.ends.chance_by_others(stretch.answers, np.repeat(stretch.share, stretch.answers.length, axis=0))
    log_odds = logit(np.clip(chance[:, [0, -1]], 1e-4, 1 - 1e-4))
    sight = stretch.sight(log_odds[:, 0], log_odds[:, 1] - log_odds[:, 0])
    bells, (crowd, bends) = _bells(sight, len(parts)), _one_crowd(sight, FIRST_CROWDS)
    depth = bells - crowd
    if depth < enough:
        return depth
    for _ in range(REFITS):
        log_density = CROWD @ bends
        sight = stretch.sight(*_fit_statements(stretch, sight, np.exp(log_density - log_density.max())))
        refitted, bends = _one_crowd(sight, bends[None])
        crowd = max(crowd, refitted)
    return min(depth, max(bells, _bells(sight, len(parts))) - crowd)


def _stretch(answers: Answers, mixture: ProfileMixture, parts: Sequence[IntArray], rng: np.random.Generator) -> Stretch:
    share = np.column_stack([mixture.belonging[:, part].sum(axis=1) for part in parts])
    near = np.flatnonzero(share.sum(axis=1) > NEAR)
    near = near[answers.take(near).some(MAX_VOTES, MIN_PEOPLE, rng)]
    ends = ProfileMixture(
        counts=np.column_stack([mixture.counts[:, part].sum(axis=1) for part in parts]),
        rate=mixture.rate,
        weight=np.full(len(parts), 1 / len(parts)),
        strength=np.array([mixture.strength[part].min() for part in parts]),
        belonging=share,
        evidence=0.0,
    )
    return Stretch(answers.take(near), ends, share[near])


def _bells(sight: Sight, n_bells: int) -> float:
    return max(_fit_bells(sight, n_bells, width) for width in WIDTHS)


def _fit_bells(sight: Sight, n_bells: int, width: float, steps: int = 40) -> float:
    """Best log-likelihood of bells whose width is this share of their distance."""
    centre, size, value = np.linspace(0.0, 1.0, n_bells), np.full(n_bells, 1 / n_bells), -np.inf
    for _ in range(steps):
        sd = width * max(abs(centre[-1] - centre[0]) / (n_bells - 1), 0.3 / (n_bells - 1))
        bell = np.exp(-0.5 * ((LINE[:, None] - centre) / sd) ** 2) + 1e-12
        bell /= bell.sum(axis=0)
        joint = (sight.likelihood @ bell) * size + 1e-200
        total = joint.sum(axis=1)
        before, value = value, float(sight.weight @ np.log(total))
        if value - before < 0.01:
            break
        share = sight.weight[:, None] * joint / total[:, None]
        size = share.sum(axis=0) / share.sum()
        for k in range(n_bells):
            where = sight.likelihood * bell[:, k]
            centre[k] = share[:, k] @ (where @ LINE / (where.sum(axis=1) + 1e-200)) / max(share[:, k].sum(), 1e-9)
    return value + float(sight.weight @ sight.scale)


def _one_crowd(sight: Sight, starts: FloatArray) -> tuple[float, FloatArray]:
    """Best log-likelihood of a log-concave density, and its bends: log-density = CROWD @ bends + constant."""
    total = sight.weight.sum()

    def loss(bends: FloatArray) -> tuple[float, FloatArray]:
        log_density = CROWD @ bends
        density = np.exp(log_density - log_density.max())
        density /= density.sum()
        each = sight.likelihood @ density + 1e-200
        pull = density * ((sight.weight / each) @ sight.likelihood) - total * density
        return -float(sight.weight @ np.log(each)), -(CROWD.T @ pull)

    bounds = [(None, None)] + [(0.0, None)] * FALLING.shape[1]
    found = [
        minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-7}) for start in starts
    ]
    best = min(found, key=lambda result: float(result.fun))
    return float(sight.weight @ sight.scale) - float(best.fun), np.asarray(best.x)


def _fit_statements(stretch: Stretch, sight: Sight, density: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Log-odds at 0 and slope of each given answer, [n_votes] each, when people lie on the line with this density.

    A ridge regression for each statement; each vote's own pull is then taken out by one Newton step.
    """
    answers, ends = stretch.answers, stretch.ends
    place = sight.likelihood * density
    place /= place.sum(axis=1, keepdims=True)
    given = answers.matrix.T @ (sight.weight[:, None] * place)
    agreed, asked = given[1::2], given[0::2] + given[1::2]
    rate = logit(ends.rate[1::2])
    ridge = 0.2 * float(ends.strength.min())  # a vote's information on log-odds is about .2
    profile = logit(np.clip(ends.profile[1::2, [0, -1]], 1e-4, 1 - 1e-4))
    start, slope = profile[:, 0].copy(), profile[:, 1] - profile[:, 0]
    for _ in range(6):
        chance = expit(start[:, None] + slope[:, None] * LINE)
        missing, spread = agreed - asked * chance, asked * chance * (1 - chance)
        off = ridge * (start + 0.5 * slope - rate)
        pull = missing.sum(axis=1) - off, missing @ LINE - 0.5 * off - 0.25 * ridge * slope
        hessian = spread.sum(axis=1) + ridge, spread @ LINE + 0.5 * ridge, spread @ LINE**2 + 0.5 * ridge
        step = _solve(hessian, pull)
        start, slope = start + np.clip(step[0], -1, 1), slope + np.clip(step[1], -2, 2)
    chance = expit(start[:, None] + slope[:, None] * LINE)
    person, statement, agrees = (
        np.repeat(np.arange(answers.n_people), answers.length),
        answers.cell // 2,
        answers.cell % 2,
    )
    own_start = agrees - (place @ chance.T)[person, statement]
    own_slope = agrees * (place @ LINE)[person] - ((place * LINE) @ chance.T)[person, statement]
    own = stretch.weight[person] * own_start, stretch.weight[person] * own_slope
    step = _solve((hessian[0][statement], hessian[1][statement], hessian[2][statement]), own)
    sign = np.where(agrees > 0, 1.0, -1.0)
    return sign * (start[statement] - step[0]), sign * (slope[statement] - step[1])


def _solve(
    hessian: tuple[FloatArray, FloatArray, FloatArray], pull: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Many systems of two equations at once; hessian as (upper left, off the diagonal, lower right)."""
    a, b, c = hessian
    size = a * c - b * b
    return (c * pull[0] - b * pull[1]) / size, (a * pull[1] - b * pull[0]) / size
