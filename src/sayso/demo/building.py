"""From nothing to a world with its first snapshot, in this process. Joins Django, world, worker and crowd.

Imports of Django's apps stand inside functions: the command sets the environment first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sayso.demo.folder import World

if TYPE_CHECKING:
    from sayso.engagements.models import Engagement

Say = Callable[[str], None]


def build(world: World, say: Say) -> None:
    """Make the tables, the organisation and its first snapshot."""
    _start_django()
    from sayso.demo.population import draw_population
    from sayso.demo.world import build_world

    _bring_tables_up_to_date(say)
    say(f"Building an organisation of {world.n_members:,} in the middle of having its say …")
    engagement = build_world(draw_population(world.n_members, world.seed), say=say)
    say("Distilling what they said …")
    _make_first_snapshot(engagement, say)


def wake(say: Say) -> None:
    """A world from the last time: new tables where there are any, and a reply date in the future."""
    _start_django()
    from django.utils import timezone

    from sayso.demo.doors import the_engagement
    from sayso.demo.world import renew_reply_date

    _bring_tables_up_to_date(say)
    if engagement := the_engagement():
        renew_reply_date(engagement, timezone.localdate())


def live(n_members: int, seed: int, stop: threading.Event) -> None:
    """The simulated members, until asked to stop. Drawn anew: what they think follows from the seed."""
    import numpy as np

    from sayso.demo.doors import the_engagement
    from sayso.demo.live import Crowd
    from sayso.demo.population import draw_population

    if engagement := the_engagement():
        Crowd(engagement, draw_population(n_members, seed), np.random.default_rng()).run(stop)


def _start_django() -> None:
    import django

    django.setup()
    logging.getLogger("sayso").setLevel(logging.WARNING)  # the command says in its own words what happens


def _bring_tables_up_to_date(say: Say) -> None:
    from django.core.management import call_command

    say("Making the tables …")
    call_command("migrate", verbosity=0, interactive=False)


def _make_first_snapshot(engagement: Engagement, say: Say) -> None:
    from sayso.distillations.actions import want_distillation
    from sayso.distillations.queries import latest_published
    from sayso.distillations.worker import Worker

    want_distillation(engagement=engagement)
    Worker().round()
    if published := latest_published(engagement):
        body = published.body
        say(f"Found {len(body['groups'])} groups and {len(body['common_ground'])} things nearly all share.")
