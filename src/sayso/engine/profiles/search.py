"""Where the search for answer profiles starts, and the best mixture of each size that it finds.

Knows mixtures and the leading axes of the answers; knows nothing of groups.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from sayso.engine.profiles.answers import Answers
from sayso.engine.profiles.mixture import ProfileMixture, refit, run
from sayso.engine.votes import FloatArray

N_STARTS = 3
FIRST_STRENGTH = 4.0
TRIAL_STEPS, MAX_STEPS = 5, 60
SCOUT_VOTES, MIN_SCOUTS = 12_000, 500  # starts are tried on so many, the best goes on with everybody
LEAST_WEIGHT = 0.04  # starts where a profile nearly vanishes are taken last: they are one profile fewer
CUTS = (0.0, 1.3, -1.3)  # where a profile is cut in two: in the middle, or a small part off at either end


def fit_profile_mixtures(
    answers: Answers,
    max_profiles: int,
    *,
    rng: np.random.Generator,
    progress: Callable[[float], None] | None = None,
) -> list[ProfileMixture]:
    """The best mixture found of 2, 3, … profiles, at most `max_profiles`.

    Each number starts from clusters on the leading axes of the answers and from splitting the profiles of the number
    below, tried on a few people; it ends when two more profiles tell less.
    `progress` is called with the share of numbers tried.
    O(max_profiles · steps · n_votes), and O(max_profiles²) for the few.
    """
    found: list[ProfileMixture] = []
    places = _leading_axes(answers, max_profiles, rng)
    few = answers.some(SCOUT_VOTES, MIN_SCOUTS, rng)
    scouts = answers.take(few)
    belonging = np.ones((answers.n_people, 1))
    for n_profiles in range(2, max_profiles + 1):
        best = max(_starts(scouts, belonging[few], places[few], rng), key=_promise)
        if len(few) < answers.n_people:
            best = refit(answers, best, steps=1)
        found.append(run(answers, best.belonging, best.strength, MAX_STEPS))
        belonging = found[-1].belonging
        if progress is not None:
            progress((n_profiles - 1) / (max_profiles - 1))
        if len(found) > 2 and found[-3].evidence > max(found[-2].evidence, found[-1].evidence):
            break
    return found


def mixture_of(answers: Answers, n_profiles: int, *, rng: np.random.Generator) -> ProfileMixture:
    """The best mixture of this many profiles from clusters alone, nothing known before; O(steps · n_votes)."""
    places = _leading_axes(answers, n_profiles, rng)
    starts = [_clusters(places[:, : n_profiles - 1 + start % 2], n_profiles, rng) for start in range(N_STARTS)]
    best = max((run(answers, start, FIRST_STRENGTH, None) for start in starts), key=_promise)
    return run(answers, best.belonging, best.strength, 2 * TRIAL_STEPS)


def _starts(
    answers: Answers, belonging: FloatArray, places: FloatArray, rng: np.random.Generator
) -> list[ProfileMixture]:
    """Mixtures of one profile more than `belonging` [n_people, n_profiles] has."""
    n_before = belonging.shape[1]
    clusters = [_clusters(places[:, : n_before + start % 2], n_before + 1, rng) for start in range(N_STARTS)]
    splits = [_split(belonging, part, places, cut, rng) for part in range(n_before) for cut in CUTS]
    tried = sorted((run(answers, split, FIRST_STRENGTH, TRIAL_STEPS) for split in splits), key=_promise)
    return [run(answers, cluster, FIRST_STRENGTH, None) for cluster in clusters] + [
        run(answers, split.belonging, split.strength, 2 * TRIAL_STEPS) for split in tried[-N_STARTS:]
    ]


def _promise(mixture: ProfileMixture) -> tuple[bool, float]:
    return bool(mixture.weight.min() >= LEAST_WEIGHT), mixture.evidence


def _leading_axes(answers: Answers, n_axes: int, rng: np.random.Generator) -> FloatArray:
    """Places along the leading axes of what people answer beyond each statement's rate, [n_people, ≤ n_axes]."""
    n_people, n_statements = answers.n_people, answers.n_statements
    agreed = answers.cell % 2
    value = (agreed - answers.rate[2 * (answers.cell // 2) + 1]) / np.repeat(
        np.sqrt(np.maximum(answers.length, 1)), answers.length
    )
    residual = sparse.csr_array((value, answers.cell // 2, answers.row_start), shape=(n_people, n_statements))
    smaller = min(residual.shape)
    if smaller <= n_axes + 1:
        left, size, _ = np.linalg.svd(residual.toarray(), full_matrices=False)
    else:
        left, size, _ = sparse.linalg.svds(residual, k=n_axes, v0=rng.standard_normal(smaller))
    order = np.argsort(-size)[:n_axes]
    places: FloatArray = left[:, order] * size[order]
    return places


def _clusters(places: FloatArray, n_clusters: int, rng: np.random.Generator) -> FloatArray:
    """k-means++ (Arthur and Vassilvitskii 2007), as soft memberships [n_people, n_clusters]."""
    centre = places[rng.integers(len(places))][None]
    for _ in range(n_clusters - 1):
        far = np.min(((places[:, None] - centre) ** 2).sum(axis=2), axis=1)
        chance = far / far.sum() if far.sum() > 0 else np.full(len(far), 1 / len(far))
        centre = np.vstack([centre, places[rng.choice(len(places), p=chance)]])
    for _ in range(15):
        nearest = ((places[:, None] - centre) ** 2).sum(axis=2).argmin(axis=1)
        member = np.eye(n_clusters)[nearest]
        size = member.sum(axis=0)
        centre = np.where(size[:, None] > 0, member.T @ places / np.maximum(size, 1)[:, None], centre)
    soft: FloatArray = 0.8 * member + 0.2 / n_clusters
    return soft


def _split(belonging: FloatArray, part: int, places: FloatArray, cut: float, rng: np.random.Generator) -> FloatArray:
    """Memberships with one profile cut in two along a random direction, so many standard deviations from its middle.

    The first profile of all is cut along the leading axis.
    """
    direction = rng.standard_normal(places.shape[1]) if belonging.shape[1] > 1 else np.eye(places.shape[1])[0]
    along = places @ direction
    middle = np.average(along, weights=belonging[:, part] + 1e-9)
    upper = 1 / (1 + np.exp(-3 * ((along - middle) / (along.std() + 1e-12) - cut)))
    return np.column_stack(
        [np.delete(belonging, part, axis=1), belonging[:, part] * upper, belonging[:, part] * (1 - upper)]
    )
