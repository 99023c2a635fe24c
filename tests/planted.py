"""Small populations with planted groups, independent of the package's own simulator."""

from __future__ import annotations

import numpy as np

from sayso.engine.votes import VoteMatrix


def planted_groups(
    seed: int, *, n_participants: int, n_statements: int, n_groups: int, votes_each: int
) -> tuple[VoteMatrix, np.ndarray, np.ndarray]:
    """Votes, the group of each participant, and P(agree) [n_participants, n_statements]."""
    rng = np.random.default_rng(seed)
    profile = 1.5 * rng.standard_normal((n_groups, n_statements)) + rng.normal(0.5, 1, n_statements)
    group = rng.integers(n_groups, size=n_participants)
    own = 0.6 * rng.standard_normal((n_participants, 2)) @ rng.standard_normal((2, n_statements))
    agree = 1 / (1 + np.exp(-(profile[group] + own)))
    rows = np.repeat(np.arange(n_participants), votes_each)
    columns = np.concatenate([rng.choice(n_statements, votes_each, replace=False) for _ in range(n_participants)])
    stance = np.where(rng.random(len(rows)) < agree[rows, columns], 1, -1)
    stance[rng.random(len(rows)) < 0.15] = 0
    votes = VoteMatrix.from_arrays(rows, columns, stance, n_participants=n_participants, n_statements=n_statements)
    return votes, group, agree
