"""Mixtures of answer profiles: kinds of people, each with its own chance of agreeing with every statement.

A latent class model (Lazarsfeld and Henry 1968) with a Beta prior on every profile around the statement's own rate,
its strength learnt from the votes; profiles and weights are integrated out, so that a further profile must earn its
place (variational bound on the evidence, Bishop 2006, ch. 10). Knows nothing of where a search starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logit

from sayso.engine.profiles.answers import Answers
from sayso.engine.profiles.kernels import expect, judge_by_others
from sayso.engine.votes import FloatArray

STRENGTHS = np.geomspace(1, 16, 9)  # of the Beta prior, in votes; with a stronger one all profiles become alike
WARMING = np.minimum(0.4 + 0.06 * np.arange(15), 1.0)  # annealing: soft memberships first (Ueda and Nakano 1998)


@dataclass(frozen=True, eq=False)
class ProfileMixture:
    """Profiles as the answers counted for each.

    counts : float64 [2 · n_statements, n_profiles], expected answers of each kind of people
    rate : float64 [2 · n_statements], share of each answer among everybody
    weight : float64 [n_profiles]
    strength : float64 [n_profiles], of each one's Beta prior, in votes: how much like everybody they answer
    belonging : float64 [n_people, n_profiles], of those it was fitted to; rows add up to 1
    evidence : float, lower bound on the log-probability of all answers
    """

    counts: FloatArray
    rate: FloatArray
    weight: FloatArray
    strength: FloatArray
    belonging: FloatArray
    evidence: float

    @property
    def n_profiles(self) -> int:
        """Number of kinds of people."""
        return len(self.weight)

    @property
    def profile(self) -> FloatArray:
        """Chance of each answer, float64 [2 · n_statements, n_profiles]."""
        return _profile(self.counts, self.rate, self.strength)

    def tells_more_than_rates(self, answers: Answers) -> bool:
        """False when profiles are as alike as they may be and still explain `answers` worse than the rates alone."""
        return bool(self.strength.min() < STRENGTHS[-1]) or self.evidence > float(np.log(self.rate[answers.cell]).sum())

    def distance(self, one: Sequence[int], other: Sequence[int]) -> float:
        """Mean square difference in log-odds between two sets of profiles, by how often statements were answered."""
        sides = [self.counts[:, list(part)].sum(axis=1, keepdims=True) for part in (one, other)]
        strength = float(self.strength.min())
        log_odds = [logit(_profile(side, self.rate, strength)[1::2, 0]) for side in sides]
        asked = self.counts.sum(axis=1).reshape(-1, 2).sum(axis=1)
        return float(np.average((log_odds[0] - log_odds[1]) ** 2, weights=asked))

    def log_likelihood_by_others(self, answers: Answers, belonging: FloatArray) -> FloatArray:
        """Log-probability of everybody's answers under each profile, float64 [n_people, n_profiles].

        Each vote is judged by profiles that its own voter had no share in; `belonging` float64 [n_people, n_profiles]
        is the share with which they were counted. O(n_votes · n_profiles).
        """
        found = np.empty((answers.n_people, self.n_profiles))
        judge_by_others(answers.row_start, answers.cell, self.counts, self.rate, self.strength, belonging, found)
        return found

    def chance_by_others(self, answers: Answers, own: FloatArray) -> FloatArray:
        """Chance of each given answer, `own` [n_votes, n_profiles] taken out of the counts."""
        asked = self.counts.reshape(-1, 2, self.n_profiles).sum(axis=1)
        given = np.maximum(self.counts[answers.cell] - own, 0.0)
        total = np.maximum(asked[answers.cell // 2] - own, given)
        share: FloatArray = (given + self.strength * self.rate[answers.cell][:, None]) / (total + self.strength)
        return share


def run(answers: Answers, belonging: FloatArray, strength: FloatArray | float, steps: int | None) -> ProfileMixture:
    """Expectation-maximisation from these memberships, float64 [n_people, n_profiles]; annealed when `steps` is None.

    O(steps · n_votes · n_profiles).
    """
    n_profiles = belonging.shape[1]
    warmth = WARMING if steps is None else np.ones(steps)
    strength = np.broadcast_to(np.asarray(strength, dtype=np.float64), n_profiles).copy()
    counts = np.asarray(answers.transposed @ belonging)
    belonging = belonging.copy()
    before = -np.inf
    for step, warm in enumerate(warmth):
        if steps is not None and step % 5 == 4:
            strength = _learn_strength(counts, answers.rate, strength, 2 if step < 5 else 1)
        log_profile = np.log(_profile(counts, answers.rate, strength))
        after = expect(
            answers.row_start, answers.cell, log_profile, np.log(_weight(belonging)), warm, belonging, counts
        )
        if steps is not None and step > 10 and after - before < 1e-3 * answers.n_people:
            break
        before = after
    evidence = _evidence(counts, belonging, answers.rate, strength)
    return ProfileMixture(counts, answers.rate, _weight(belonging), strength, belonging, evidence)


def refit(answers: Answers, mixture: ProfileMixture, *, steps: int) -> ProfileMixture:
    """A few more steps from a mixture fitted to other people (of the same statements); O(steps · n_votes)."""
    counts, weight = mixture.counts.copy(), mixture.weight
    belonging = np.empty((answers.n_people, mixture.n_profiles))
    for _ in range(steps):
        log_profile = np.log(_profile(counts, mixture.rate, mixture.strength))
        expect(answers.row_start, answers.cell, log_profile, np.log(weight), 1.0, belonging, counts)
        weight = _weight(belonging)
    return ProfileMixture(counts, mixture.rate, weight, mixture.strength, belonging, mixture.evidence)


def _profile(counts: FloatArray, rate: FloatArray, strength: FloatArray | float) -> FloatArray:
    asked = np.repeat(counts.reshape(-1, 2, counts.shape[1]).sum(axis=1), 2, axis=0)
    profile: FloatArray = (np.maximum(counts, 0.0) + strength * rate[:, None]) / (asked + strength)
    return profile


def _weight(belonging: FloatArray) -> FloatArray:
    weight: FloatArray = (belonging.sum(axis=0) + 1) / (belonging.shape[0] + belonging.shape[1])
    return weight


def _log_probability_of_counts(counts: FloatArray, rate: FloatArray, strength: FloatArray | float) -> FloatArray:
    """Of the answers counted for each profile, the profile integrated out (Beta-binomial); float64 [n_profiles]."""
    asked = counts.reshape(-1, 2, counts.shape[1]).sum(axis=1)
    prior = strength * rate[:, None]
    answered = np.sum(gammaln(counts + prior) - gammaln(prior), axis=0)
    result: FloatArray = answered + np.sum(gammaln(strength) - gammaln(asked + strength), axis=0)
    return result


def _learn_strength(counts: FloatArray, rate: FloatArray, strength: FloatArray, step: int) -> FloatArray:
    """The likeliest of each strength and its two neighbours, `step` entries away."""
    now = np.searchsorted(STRENGTHS, strength * 0.999)
    near = [STRENGTHS[np.clip(now + move, 0, len(STRENGTHS) - 1)] for move in (-step, 0, step)]
    tried = np.array([_log_probability_of_counts(counts, rate, strength) for strength in near])
    best: FloatArray = np.choose(tried.argmax(axis=0), near)
    return best


def _evidence(counts: FloatArray, belonging: FloatArray, rate: FloatArray, strength: FloatArray) -> float:
    """The bound, numbering of the profiles not counted as knowledge; uniform prior on weights."""
    n_people, n_profiles = belonging.shape
    size = belonging.sum(axis=0)
    sizes = gammaln(n_profiles) - gammaln(n_profiles + n_people) + gammaln(1 + size).sum() + gammaln(n_profiles + 1)
    doubt = -np.sum(belonging * np.log(np.maximum(belonging, 1e-300)))
    return float(_log_probability_of_counts(counts, rate, strength).sum() + sizes + doubt)
