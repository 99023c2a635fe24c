"""How many say a key point, of people and of statements, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from scipy import stats

from sayso.engine.votes import BoolArray, FloatArray, IntArray

CONFIDENCE = 0.9


@dataclass(frozen=True, eq=False)
class Prevalence:
    """Of each key point.

    people, statements : int64 [k], those listed
    n_people : int, who said anything at all
    share : float64 [k], of people, those listed
    low, high : float64 [k], 90 % interval: how many there are at least of those listed, at most of all
    share_of_statements : float64 [k]
    """

    people: IntArray
    statements: IntArray
    n_people: int
    share: FloatArray
    low: FloatArray
    high: FloatArray
    share_of_statements: FloatArray

    def of(self, which: IntArray) -> Prevalence:
        """The same of some key points only, in that order."""
        per_key_point = [field.name for field in fields(self) if field.name != "n_people"]
        return replace(self, **{name: getattr(self, name)[which] for name in per_key_point})


def prevalence_of(probability: FloatArray, says: BoolArray, author: IntArray | None) -> Prevalence:
    """Count the people listed under each key point, and tell how far off that may be.

    Parameters
    ----------
    probability : float64 [n, k]
        P(statement says key point).
    says : bool [n, k]
        The sources that are listed. The share is theirs, so that every figure opens to its sources.
    author : int64 [n] or None
        −1 where unknown: a person of their own.

    Returns
    -------
    Prevalence

    Notes
    -----
    A person says a key point with the probability that any of their statements does, taken as independent. The interval
    runs from what may be left of those listed, each of whom may be listed in error, to what there may be with those who
    are not listed: its ends are quantiles of two beta distributions, with the mean of the probabilities of those listed
    and of everybody, and the variance of being wrong about each person (Poisson binomial) and of who happened to speak
    (binomial) together. So it lies around the share, which is a count that can be looked up, and is wider than 90 %
    asks for: it doubts the list downwards and the silence upwards. It rests on the matcher being calibrated for people
    like those it learnt from. O(n · k).

    Examples
    --------
    >>> said = np.array([[.9], [.8], [.1], [.1]])
    >>> found = prevalence_of(said, said >= .5, np.array([0, 0, 1, 2]))
    >>> found.people.tolist(), found.n_people, found.share.round(2).tolist()
    ([1], 3, [0.33])
    >>> bool(found.low[0] < found.share[0] < found.high[0])
    True
    """
    n, k = probability.shape
    person = _numbered(np.full(n, -1) if author is None else author)
    n_people = int(person.max(initial=-1)) + 1
    order = np.argsort(person, kind="stable")
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    if not n:
        empty = np.zeros(k)
        return Prevalence(empty.astype(np.int64), empty.astype(np.int64), 0, empty, empty, empty, empty)
    listed = np.logical_or.reduceat(says[order], starts, axis=0)
    share = listed.mean(axis=0)
    tail = (1 - CONFIDENCE) / 2
    low = _quantile(tail, _by_person(np.where(says, probability, 0.0)[order], starts))
    high = _quantile(1 - tail, _by_person(probability[order], starts))
    return Prevalence(
        listed.sum(axis=0),
        says.sum(axis=0),
        n_people,
        share,
        np.minimum(low, share),
        np.maximum(high, share),
        says.mean(axis=0),
    )


def _by_person(probability: FloatArray, starts: IntArray) -> FloatArray:
    """P(any statement of a person says it), float64 [n_people, k]."""
    found: FloatArray = 1 - np.multiply.reduceat(1 - probability, starts, axis=0)
    return found


def _quantile(q: float, said: FloatArray) -> FloatArray:
    """Of the share of people who say it, if each does with this probability; float64 [k]."""
    n = len(said)
    mean = np.clip(said.mean(axis=0), 1e-6, 1 - 1e-6)
    variance = (said * (1 - said)).sum(axis=0) / n**2 + mean * (1 - mean) / n
    strength = np.maximum(mean * (1 - mean) / variance - 1, 0.5)
    found: FloatArray = stats.beta.ppf(q, mean * strength, (1 - mean) * strength)
    return found


def _numbered(author: IntArray) -> IntArray:
    """People from 0 without gaps; each −1 a person of its own."""
    own = np.flatnonzero(author < 0)
    filled = author.astype(np.int64)
    filled[own] = filled.max(initial=-1) + 1 + np.arange(len(own))
    numbers: IntArray = np.unique(filled, return_inverse=True)[1].astype(np.int64)
    return numbers
