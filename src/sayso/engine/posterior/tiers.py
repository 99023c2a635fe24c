"""Which fit when: the full posterior while it takes seconds, the fast one beyond.

Knows how long fits take; nothing of what they are used for.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from sayso.engine.posterior.factors import FactorModel
from sayso.engine.posterior.sampling import fit_by_sampling
from sayso.engine.posterior.variational import fit_variational
from sayso.engine.votes import BoolArray, VoteMatrix

FULL_UP_TO = 300_000  # votes that take a side
SAMPLED_UP_TO = 40_000  # below, sampling is so quick that the fast tier does it too, in fewer sweeps
FEWEST_SWEEPS = 300


class Tier(StrEnum):
    """How much is spent on a fit; AUTO chooses FULL up to `FULL_UP_TO` votes."""

    AUTO = "auto"
    FULL = "full"
    FAST = "fast"


# Votes times sweeps: about four seconds on one core, and two.
BUDGET = {Tier.FULL: 45_000_000, Tier.FAST: 20_000_000}
MOST_SWEEPS = {Tier.FULL: 4_000, Tier.FAST: 800}


def fit_factor_model(
    votes: VoteMatrix,
    *,
    rng: np.random.Generator,
    tier: Tier = Tier.AUTO,
    start: FactorModel | None = None,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> tuple[FactorModel, Tier]:
    """The fitted model and the tier it was fitted in (never AUTO); passes among `votes` are left out.

    `start`, an earlier fast fit, is gone on from. `threads` changes how long it takes and nothing else.
    """
    stated: BoolArray = votes.is_stated
    # A pass says little of where someone stands: read as a weak zero it makes predictions 3 % worse.
    taken = votes.select(stated)
    chosen = tier if tier is not Tier.AUTO else Tier.FULL if taken.n_votes <= FULL_UP_TO else Tier.FAST
    samples = taken.n_votes > 0 and (chosen is Tier.FULL or taken.n_votes <= SAMPLED_UP_TO)
    fast = fit_variational(taken, rng=rng, start=start, threads=threads, progress=None if samples else progress)
    if not samples:
        return fast, chosen
    max_sweeps = int(np.clip(BUDGET[chosen] // taken.n_votes, FEWEST_SWEEPS, MOST_SWEEPS[chosen]))
    full = fit_by_sampling(taken, fast, rng=rng, max_sweeps=max_sweeps, threads=threads, progress=progress)
    return full, chosen
