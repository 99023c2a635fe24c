"""The demo's people and what they think, drawn from the simulator: the same numbers give the same people again.

So nothing of what anybody thinks has to be stored: who keeps voting later is drawn anew with the same seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sayso.demo.people import GROUP_SHARE, UNITS
from sayso.demo.sayings import GROUPS, Saying, plan_of, read_sayings
from sayso.engine.simulate import Simulated, simulate_engagement

PARTICIPATION = 0.6
VOTES_EACH = 32.0
# Groups stand clearer apart than the simulator's usual ones: answers to what many say in other words part people too,
# and with a distance of 5 the three groups were not always found.
SEPARATION = 7.0
N_STAFF = 3  # lead, sponsor and moderator
MOST_GUESTS = 100
FEWEST_MEMBERS = 30


@dataclass(frozen=True)
class Population:
    """Everybody on the roster: those simulated, seats for guests who come through the doors, and three in charge.

    `sayings[j]` is statement j of `simulated`; the first `n_open` of them are open for votes, then come those that
    wait in the inbox, then those said later.
    """

    n_members: int
    seed: int
    sayings: list[Saying]
    simulated: Simulated

    @property
    def n_simulated(self) -> int:
        return len(self.simulated.group)

    @property
    def n_guests(self) -> int:
        return self.n_members - N_STAFF - self.n_simulated

    @cached_property
    def column_of(self) -> dict[str, int]:
        """Text → statement number in `simulated`."""
        return {saying.text: number for number, saying in enumerate(self.sayings)}


def draw_population(n_members: int, seed: int) -> Population:
    """Draw everybody and their votes. Raises ValueError for fewer than FEWEST_MEMBERS members."""
    if n_members < FEWEST_MEMBERS:
        raise ValueError(f"an organisation of {n_members} is too small for the demo; take {FEWEST_MEMBERS} or more.")
    rng = np.random.default_rng([seed, n_members])
    sayings = [saying for name in ("statements", "waiting", "later") for saying in read_sayings(name)]
    n_guests = min(MOST_GUESTS, n_members // 10)
    simulated = simulate_engagement(
        rng,
        n_participants=n_members - N_STAFF - n_guests,
        n_statements=len(sayings),
        n_groups=len(GROUPS),
        votes_per_participant=VOTES_EACH,
        participation=PARTICIPATION,
        separation=SEPARATION,
        unit_share=[unit.share for unit in UNITS],
        unit_mix=[[unit.mix[group] for unit in UNITS] for group in range(len(GROUPS))],
        group_share=GROUP_SHARE,
        plan=plan_of(rng, sayings),
    )
    return Population(n_members, seed, sayings, simulated)
