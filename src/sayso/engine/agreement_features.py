"""What foretells whether a participant agrees: their leaning, their position, and how readily they agree at all.

Knows votes, loadings and positions, and units and roles as numbers; knows nothing of words. A vote must not foretell
itself: for each vote everything is also given as it would be without that vote.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sayso.engine.latent_places import place_given
from sayso.engine.roster import Roster
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

NOISE_OVER_SPREAD = (1.0, 100.0)  # of readiness: between one vote's and a hundred votes' worth of pull to the mean


@dataclass(frozen=True, eq=False)
class Features:
    """Standardised features of participants and, without the vote itself, of votes.

    of_participant : float64 [n_participants, n_features]
    of_vote : float64 [n_votes, n_features]
    """

    of_participant: FloatArray
    of_vote: FloatArray


def features_of(votes: VoteMatrix, loadings: FloatArray, positions: FloatArray, roster: Roster) -> Features:
    """Leaning, position, readiness; O(n_votes · n_dims²).

    Readiness is the participant's mean of "agrees" (a pass is none) beyond what each statement gets from all, pulled
    to 0 as a mean of few should be; the strength of the pull is learnt from the votes.
    """
    parts = (
        np.ones((votes.n_participants, 1)),
        _indicators(roster.unit_of_participants(), roster.n_units),
        _indicators(roster.role_of_participants(), roster.n_roles),
    )
    block = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
    places = place_given(votes, loadings, positions, np.column_stack(parts), block)
    ready, ready_without = _readiness(votes)
    of_participant = np.column_stack([places.of_participant, ready])
    of_vote = np.column_stack([places.of_vote, ready_without])
    centre, scale = of_participant.mean(axis=0), of_participant.std(axis=0) + 1e-9
    return Features((of_participant - centre) / scale, (of_vote - centre) / scale)


def _indicators(number: IntArray, n: int) -> FloatArray:
    """One column for each number; −1 has none."""
    return np.eye(n + 1)[number][:, :n]


def _readiness(votes: VoteMatrix) -> tuple[FloatArray, FloatArray]:
    rate = (votes.count(1) + 1.0) / (votes.seen() + 2.0)
    beyond = (votes.stance == 1) - rate[votes.statement]
    n_cast = votes.votes_per_participant().astype(np.float64)
    total = _sum(votes.participant, beyond, votes.n_participants)
    pull = _pull(total, n_cast, float(np.mean(beyond**2)) if len(beyond) else 1.0)
    rows = votes.participant
    return total / (n_cast + pull), (total[rows] - beyond) / (n_cast[rows] - 1 + pull)


def _sum(number: IntArray, values: FloatArray, n: int) -> FloatArray:
    return np.bincount(number, weights=values, minlength=n).astype(np.float64)


def _pull(total: FloatArray, n_cast: FloatArray, noise: float) -> float:
    """Noise of one vote over the spread of true readiness, by the method of moments."""
    least, most = NOISE_OVER_SPREAD
    pairs = float(np.sum(n_cast * (n_cast - 1)))
    spread = float(np.sum(np.where(n_cast >= 2, total**2 - n_cast * noise, 0.0))) / pairs if pairs else 0.0
    return float(np.clip(noise / max(spread, 1e-9), least, most))
