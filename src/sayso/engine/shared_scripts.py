"""Accounts that answer from one script: found by what their own opinion does not explain.

Knows votes and how likely each is as an own opinion (`own_opinion`); knows nothing of decisions or pages.

A script has an answer s_j for each statement and a share of slips e. An account that follows it answers s_j with
probability 1 − e, whatever it thinks. Which answers a script has is never assumed: they are read, for each account
anew, from the *other* accounts that seem to follow it, so nobody vouches for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit, gammaln, logit

from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

FIRST_SLIPS, FEWEST_SLIPS, MOST_SLIPS = 0.12, 0.02, 0.25
FIRST_REACH = 0.9  # of the statements the script says something on
FIRST_SHARE, FEWEST_SHARE, MOST_SHARE = 0.01, 0.002, 0.25
PRODUCTS = 60_000_000  # of votes compared when starting points are looked for
SEEDS_TRIED = 12
ROUNDS = 30
MAX_SCRIPTS = 8
MIN_ACCOUNTS = 3
MIN_GAIN = 7.0  # log Bayes factor: about one honest population in a thousand reaches it


@dataclass(frozen=True, eq=False)
class Script:
    """Accounts that follow one script.

    probability : float64 [n_participants], that the account follows it rather than its own opinion
    answer : float64 [n_statements], −1 to 1: what the script says, 0 where its accounts tell nothing
    slips : share of answers that depart from it
    gain : log Bayes factor of there being such a script, the choice of its accounts paid for
    """

    probability: FloatArray
    answer: FloatArray
    slips: float
    gain: float


def find_scripts(
    votes: VoteMatrix,
    log_own: FloatArray,
    *,
    rng: np.random.Generator,
    free: BoolArray | None = None,
    min_gain: float = MIN_GAIN,
) -> list[Script]:
    """Scripts that several accounts follow, the plainest first.

    Parameters
    ----------
    votes : VoteMatrix
        Agree and disagree only.
    log_own : float64 [n_votes]
        As `log_own_opinion` gives it.
    rng : numpy.random.Generator
        Draws starting points where there are too many accounts to start from each.
    free : bool [n_participants], optional
        Who may follow one; by default everybody.
    min_gain : float
        Log Bayes factor that a script needs.

    Notes
    -----
    Each account's votes are tried as a script against everybody's (a sparse product, at most 60 million products, so a
    part of the accounts above some thousands); the best dozen are fitted by expectation-maximisation, each account
    left out of the script it is judged by. O(n_votes) a round: no pair of accounts is ever stored.
    """
    free = np.ones(votes.n_participants, dtype=bool) if free is None else free.copy()
    found: list[Script] = []
    while len(found) < MAX_SCRIPTS:
        script = _plainest(votes, log_own, free, rng, min_gain)
        if script is None:
            break
        found.append(script)
        free &= script.probability < 0.5
    return found


def _plainest(
    votes: VoteMatrix, log_own: FloatArray, free: BoolArray, rng: np.random.Generator, min_gain: float
) -> Script | None:
    starts = _starting_points(votes, log_own, free, rng)
    fitted = [fit_script(votes, log_own, start, free=free) for start in starts]
    kept = [s for s in fitted if s.gain >= min_gain and (s.probability >= 0.5).sum() >= MIN_ACCOUNTS]
    return max(kept, key=lambda script: script.gain) if kept else None


def fit_script(votes: VoteMatrix, log_own: FloatArray, start: FloatArray, *, free: BoolArray) -> Script:
    """The script near to where `start` (float64 [n_participants], who follows it) points, by EM; O(n_votes) a round."""
    slips, share, reach = FIRST_SLIPS, FIRST_SHARE, FIRST_REACH
    ballots = _Ballots(votes, log_own)
    follows = start
    for _ in range(ROUNDS):
        ratio, same, covered = ballots.judge(follows, slips, reach)
        before, follows = follows, np.where(free, expit(ratio + logit(share)), 0.0)
        weight = follows[votes.participant] * covered
        share = float(np.clip(follows.mean(), FEWEST_SHARE, MOST_SHARE))
        slips = float(np.clip((weight @ (1 - same) + 1) / (weight.sum() + 8), FEWEST_SLIPS, MOST_SLIPS))
        reach = float(np.clip((weight.sum() + 4) / (follows[votes.participant].sum() + 5), 0.1, 0.98))
        if np.abs(follows - before).max(initial=0.0) < 1e-4:
            break
    answer = ballots.answer(follows, slips, reach)
    return Script(follows, answer, slips, ballots.log_evidence(follows >= 0.5, free, slips, reach))


def log_evidence_of(votes: VoteMatrix, log_own: FloatArray, members: BoolArray, *, slips: float, reach: float) -> float:
    """Log Bayes factor of "`members` (bool [n_participants]) follow one unknown script"; O(n_votes)."""
    free = np.ones(votes.n_participants, dtype=bool)
    return _Ballots(votes, log_own).log_evidence(members, free, slips, reach)


class _Ballots:
    """Votes beside their own-opinion probabilities, asked over and over who follows what."""

    def __init__(self, votes: VoteMatrix, log_own: FloatArray) -> None:
        self.votes, self.log_own = votes, log_own
        self.side = votes.stance.astype(np.float64)
        agree = np.where(self.side > 0, log_own, np.log1p(-np.exp(log_own)))
        self.own_odds = np.clip(agree - np.log1p(-np.exp(agree)), -6.0, 6.0)
        share = (votes.count(1) + 1) / (votes.count(1) + votes.count(-1) + 2)
        self.usual_odds = np.clip(logit(share), -2.0, 2.0)

    def judge(self, follows: FloatArray, slips: float, reach: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """By the others who follow: log-likelihood ratio of each account; of each vote, P(as the script says) and
        P(the script says something)."""
        votes, column = self.votes, self.votes.statement
        weight = follows[votes.participant]
        push, own = self._push(weight), self._sum(weight * self.log_own)
        push_others = push[column] - weight * self.side
        n_others = self._sum(weight)[column] - weight
        covered = _covered(
            push_others, n_others, own[column] - weight * self.log_own, self.usual_odds[column], slips, reach
        )
        says_agree = expit(self.own_odds + logit(1 - slips) * push_others)
        same = np.where(self.side > 0, says_agree, 1 - says_agree)
        by_script = covered * (slips + (1 - 2 * slips) * same) + (1 - covered) * np.exp(self.log_own)
        gained = np.log(by_script) - self.log_own
        ratio: FloatArray = np.bincount(votes.participant, gained, minlength=votes.n_participants).astype(np.float64)
        return ratio, same, covered

    def answer(self, follows: FloatArray, slips: float, reach: float) -> FloatArray:
        """What the script says, −1 to 1; 0 where its accounts answer as they please."""
        weight = follows[self.votes.participant]
        push = self._push(weight)
        covered = _covered(push, self._sum(weight), self._sum(weight * self.log_own), self.usual_odds, slips, reach)
        answer: FloatArray = covered * np.tanh(logit(1 - slips) * push / 2)
        return answer

    def log_evidence(self, members: BoolArray, free: BoolArray, slips: float, reach: float) -> float:
        """Log Bayes factor of "these accounts follow a script" over "everybody has an own opinion".

        What the script says is integrated out; which accounts follow it, and how many, is paid for. So under the own
        opinions as they are, a factor of K or more comes up with probability 1/K at most, however long one looks.
        """
        weight = members[self.votes.participant].astype(np.float64)
        script = _log_joint(self._push(weight), self._sum(weight), self.usual_odds, slips)
        own = self._sum(weight * self.log_own)
        told = np.logaddexp(np.log(reach) + script, np.log1p(-reach) + own) - own
        n, k = int(free.sum()), int(members.sum())
        which = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + np.log(n + 1)
        return float(told[self._sum(weight) > 0].sum() - which)

    def _push(self, weight: FloatArray) -> FloatArray:
        return self._sum(weight * self.side)

    def _sum(self, values: FloatArray) -> FloatArray:
        total = np.bincount(self.votes.statement, values, minlength=self.votes.n_statements)
        return total.astype(np.float64)


def _log_joint(push: FloatArray, n: FloatArray, odds: FloatArray, slips: float) -> FloatArray:
    """Log-probability of n answers, `push` more agree than disagree, when the script's answer is not known."""
    agrees, disagrees = (n + push) / 2, (n - push) / 2
    keep, slip = np.log1p(-slips), np.log(slips)
    says_agree = -np.logaddexp(0.0, -odds) + agrees * keep + disagrees * slip
    says_disagree = -np.logaddexp(0.0, odds) + disagrees * keep + agrees * slip
    joint: FloatArray = np.logaddexp(says_agree, says_disagree)
    return joint


def _covered(
    push: FloatArray, n: FloatArray, log_own: FloatArray, odds: FloatArray, slips: float, reach: float
) -> FloatArray:
    """P(the script says something on a statement), given n answers and how likely they are as own opinions."""
    return np.asarray(expit(_log_joint(push, n, odds, slips) - log_own + logit(reach)), dtype=np.float64)


def _starting_points(
    votes: VoteMatrix, log_own: FloatArray, free: BoolArray, rng: np.random.Generator
) -> list[FloatArray]:
    """Who would follow each of the best dozen of accounts, were its votes a script."""
    candidates = np.flatnonzero(free & (votes.votes_per_participant() > 0))
    products = float(np.sum(votes.seen().astype(np.float64) ** 2))
    n_seeds = int(min(len(candidates), max(100, PRODUCTS * votes.n_participants / max(products, 1))))
    chosen = np.sort(rng.permutation(candidates)[:n_seeds])
    trials = _Trials(votes, log_own, free)
    worth = trials.worth(chosen)
    best = np.argsort(-worth, kind="stable")[:SEEDS_TRIED]
    return [trials.followers(int(chosen[seed])) for seed in best if worth[seed] > 0]


class _Trials:
    """One account's votes taken as a script, and everybody's held against it."""

    def __init__(self, votes: VoteMatrix, log_own: FloatArray, free: BoolArray) -> None:
        self.free, self.n = free, votes.n_participants
        cell = 2 * votes.statement + (votes.stance > 0)
        row, shape = votes.participant, (self.n, 2 * votes.n_statements)
        as_script, against = np.log(1 - FIRST_SLIPS) - log_own, np.log(FIRST_SLIPS) - log_own
        both = (np.concatenate([row, row]), np.concatenate([cell, cell ^ 1]))
        evidence = sparse.csr_array((np.concatenate([as_script, against]), both), shape=shape)
        self.answers = sparse.csr_array((np.ones(votes.n_votes), (row, cell)), shape=shape)
        self.evidence = sparse.csc_array(evidence.T.tocsr())

    def worth(self, accounts: IntArray) -> FloatArray:
        """How much better each account's votes explain all others' than their own opinions do."""
        step = max(1, 4_000_000 // max(self.n, 1))
        worth = np.empty(len(accounts))
        for start in range(0, len(accounts), step):
            ratio = self._ratio(accounts[start : start + step])
            gains = np.logaddexp(np.log1p(-FIRST_SHARE), np.log(FIRST_SHARE) + ratio)
            worth[start : start + step] = gains.sum(axis=1)
        return worth

    def followers(self, account: int) -> FloatArray:
        """P(each account follows this one's votes); itself surely."""
        follows: FloatArray = expit(self._ratio(np.array([account]))[0] + logit(FIRST_SHARE))
        follows[account] = 1.0
        return follows

    def _ratio(self, accounts: IntArray) -> FloatArray:
        ratio: FloatArray = np.asarray((self.answers[accounts] @ self.evidence).todense(), dtype=np.float64)
        ratio[np.arange(len(accounts)), accounts] = 0.0
        ratio[:, ~self.free] = 0.0
        return ratio
