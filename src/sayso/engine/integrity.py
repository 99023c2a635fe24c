"""Votes that seem not to be somebody's own opinion, and what figures look like without them.

Knows row and column numbers; knows nothing of names, words or pages. What it finds is for the data guardian's eyes:
a suspicion is a reason to look, never a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sayso.engine.bursts import find_bursts
from sayso.engine.own_opinion import log_own_opinion
from sayso.engine.shared_scripts import MIN_GAIN, Script, find_scripts
from sayso.engine.straight_lines import PATTERNS, find_straight_lines
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

MIN_PEOPLE, MIN_STATEMENTS = 30, 8  # below, nobody's own opinion can be told from anybody's
MAX_FALSE = 0.05  # of the accounts named together, in expectation
LOOSE_GAIN = -60.0  # accounts in a first, loose look teach the second look nothing
FIRST_AXES = 2  # of that look
MAX_LEFT_OUT, ALWAYS_LEFT_OUT = 0.05, 10  # of all, and accounts: opinion groups are larger


class SuspicionKind(StrEnum):
    """What an account, or several, seem to do instead of answering for themselves."""

    SCRIPT = "shared script"
    LINE = "straight line"
    BURST = "burst"


@dataclass(frozen=True, eq=False)
class Suspicion:
    """Accounts that seem to vote by something else than their own opinion.

    kind : SuspicionKind
    participants : int64 [n], row numbers, likeliest first
    probability : float64 [n], that the account does so
    statements : int64, column numbers of the statements it shows in, plainest first
    reason : one plain sentence
    """

    kind: SuspicionKind
    participants: IntArray
    probability: FloatArray
    statements: IntArray
    reason: str


@dataclass(frozen=True, eq=False)
class IntegrityFindings:
    """All suspicions, and what each account then counts for.

    suspicions : those with most accounts first; empty when nobody is suspected
    weight : float64 [n_participants], 1 minus the probability for accounts that are named, 1 for everybody else
    not_looked_for : sentences on what could not be looked for, and why
    """

    suspicions: tuple[Suspicion, ...]
    weight: FloatArray
    not_looked_for: tuple[str, ...]

    @property
    def named(self) -> BoolArray:
        """Accounts in any suspicion, bool [n_participants]."""
        named = np.zeros(len(self.weight), dtype=bool)
        for suspicion in self.suspicions:
            named[suspicion.participants] = True
        return named


def look_for_suspicions(
    votes: VoteMatrix, *, rng: np.random.Generator, cast_at: FloatArray | None = None
) -> IntegrityFindings:
    """Find accounts that follow a shared script, answer by a fixed pattern, or come in a burst for one statement.

    Parameters
    ----------
    votes : VoteMatrix
    rng : numpy.random.Generator
    cast_at : float64 [n_votes], optional
        When each vote was cast, in any unit. Without it bursts cannot be looked for, and answering in turn only in the
        order of statements.

    Returns
    -------
    IntegrityFindings

    Notes
    -----
    Every account is judged by how likely its votes are as an opinion of its own under a model learnt from the others
    (`own_opinion`), against how likely they are by the script or pattern. The model is fitted up to three times: first
    with everybody, then without those that a loose look points at, since accounts that teach the model explain
    themselves, then without the suspects alone. Of accounts named together, one in twenty is expected to be
    honest where that model holds; people of odd opinions may be named beyond that.
    Three fits of the opinion space, plus O(n_votes) a round: no pair of accounts is stored.

    Examples
    --------
    Sixty people of their own minds, and eight accounts that answer alike:

    >>> rng = np.random.default_rng(0)
    >>> stance = rng.choice([-1, 1], (68, 40))
    >>> stance[60:] = stance[60]
    >>> rows, columns = np.repeat(np.arange(68), 40), np.tile(np.arange(40), 68)
    >>> found = look_for_suspicions(VoteMatrix.from_arrays(rows, columns, stance.ravel()), rng=rng)
    >>> [(suspicion.kind.value, sorted(suspicion.participants.tolist())) for suspicion in found.suspicions]
    [('shared script', [60, 61, 62, 63, 64, 65, 66, 67])]
    """
    sides = votes.select(votes.is_stated)
    times = None if cast_at is None else cast_at[votes.is_stated]
    missed = () if times is not None else ("Bursts of votes: the times of votes are not known.",)
    if (sides.votes_per_participant() > 0).sum() < MIN_PEOPLE or (sides.seen() > 0).sum() < MIN_STATEMENTS:
        few = f"Anything: that needs {MIN_PEOPLE} people and {MIN_STATEMENTS} statements with votes."
        return IntegrityFindings((), np.ones(votes.n_participants), (few,))
    number = None if times is None else _numbered(sides, times)
    trusted = np.ones(votes.n_participants, dtype=bool)
    log_own = log_own_opinion(sides, trusted=trusted, rng=rng, n_axes=FIRST_AXES)
    lines, scripts = _look(sides, log_own, number, rng, LOOSE_GAIN)
    for min_gain in (LOOSE_GAIN, MIN_GAIN):
        log_own = log_own_opinion(sides, trusted=~_left_out(lines, scripts), rng=rng)
        lines, scripts = _look(sides, log_own, number, rng, min_gain)
    found = _line_suspicions(lines) + _script_suspicions(sides, scripts)
    if times is not None:
        found += _burst_suspicions(sides, log_own, times)
    return IntegrityFindings(tuple(found), _weights(found, votes.n_participants), missed)


def _look(
    sides: VoteMatrix, log_own: FloatArray, number: IntArray | None, rng: np.random.Generator, min_gain: float
) -> tuple[dict[str, FloatArray], list[Script]]:
    lines = find_straight_lines(sides, log_own, number)
    free = np.max(list(lines.values()), axis=0) < 0.5
    return lines, find_scripts(sides, log_own, rng=rng, free=free, min_gain=min_gain)


def _left_out(lines: dict[str, FloatArray], scripts: list[Script]) -> BoolArray:
    """Who should not teach the model: no more than a twentieth for each script, or a whole opinion group would go."""
    n_people = len(next(iter(lines.values())))
    most = max(MAX_LEFT_OUT * n_people, ALWAYS_LEFT_OUT)
    few = [script.probability for script in scripts if (script.probability >= 0.5).sum() <= most]
    suspected = np.max([*lines.values(), *few], axis=0)
    left_out: BoolArray = suspected >= 0.3
    return left_out if left_out.sum() <= 2 * most else suspected >= 0.9


def surest(probability: FloatArray) -> IntArray:
    """Row numbers to be named together, likeliest first: as many as keep the expected share of mistakes within 5 %.

    >>> surest(np.array([0.2, 0.99, 0.93, 0.6])).tolist()
    [1, 2]
    """
    order = np.argsort(-probability, kind="stable")
    wrong = np.cumsum(1 - probability[order]) / np.arange(1, len(order) + 1)
    return order[(wrong <= MAX_FALSE) & (probability[order] >= 0.5)]


def _line_suspicions(lines: dict[str, FloatArray]) -> list[Suspicion]:
    found = []
    for name, probability in lines.items():
        rows = surest(probability)
        if len(rows):
            none = np.zeros(0, dtype=np.int64)
            found.append(Suspicion(SuspicionKind.LINE, rows, probability[rows], none, PATTERNS[name]))
    return found


def _script_suspicions(sides: VoteMatrix, scripts: list[Script]) -> list[Suspicion]:
    found = []
    for script in scripts:
        rows = surest(script.probability)
        if len(rows) < 2:
            continue
        scripted = np.flatnonzero(np.abs(script.answer) >= 0.5)
        seen = np.bincount(sides.statement[np.isin(sides.participant, rows)], minlength=sides.n_statements)
        reason = (
            f"{len(rows)} accounts give the same answers to {len(scripted)} statements; {_differ(script.slips)}. "
            "From what everybody else answers, nobody would expect that."
        )
        plainest = scripted[np.argsort(-seen[scripted], kind="stable")]
        found.append(Suspicion(SuspicionKind.SCRIPT, rows, script.probability[rows], plainest, reason))
    return sorted(found, key=lambda suspicion: -len(suspicion.participants))


def _differ(share: float) -> str:
    """
    >>> _differ(0.004), _differ(0.031)
    ('hardly any answer differs', 'about 3 in 100 answers differ')
    """
    return f"about {100 * share:.0f} in 100 answers differ" if share >= 0.005 else "hardly any answer differs"


def _burst_suspicions(sides: VoteMatrix, log_own: FloatArray, times: FloatArray) -> list[Suspicion]:
    found = []
    for burst in find_bursts(sides, log_own, times):
        way = "for" if burst.stance > 0 else "against"
        reason = (
            f"{len(burst.participants)} accounts came within a short time, voted {way} one statement and little else; "
            f"{burst.expected:.0f} would be usual."
        )
        doubt = min(burst.expected / len(burst.participants), 0.5)
        probability = np.full(len(burst.participants), 1 - doubt)
        statement = np.array([burst.statement], dtype=np.int64)
        found.append(Suspicion(SuspicionKind.BURST, burst.participants, probability, statement, reason))
    return found


def _weights(found: list[Suspicion], n_participants: int) -> FloatArray:
    weight = np.ones(n_participants)
    for suspicion in found:
        rows = suspicion.participants
        weight[rows] = np.minimum(weight[rows], 1 - suspicion.probability)
    return weight


def _numbered(votes: VoteMatrix, times: FloatArray) -> IntArray:
    """How many votes its account had cast before each vote."""
    order = np.lexsort((times, votes.participant))
    number = np.empty(votes.n_votes, dtype=np.int64)
    number[order] = np.arange(votes.n_votes) - votes.row_start[votes.participant]
    return number
