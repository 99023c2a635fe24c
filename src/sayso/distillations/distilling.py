"""One engagement through the engine: what goes in, with which seed and settings, and how to do it again.

Joins the event log (`votes_store`) and the engine; stores nothing. Heavy: imported by worker and replay only.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sayso.distillations import queries, votes_store
from sayso.distillations.integrity import look
from sayso.distillations.last_in_line import LastInLine
from sayso.distillations.models import WishKind
from sayso.distillations.placing import Placed
from sayso.distillations.settings_of_snapshot import settings_from
from sayso.engagements.models import Engagement
from sayso.engine.conversation import Conversation
from sayso.engine.distil import Distillation, Settings, distil
from sayso.engine.earlier import likeness
from sayso.engine.key_points.wishes import Wishes
from sayso.engine.votes import FloatArray

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Made:
    """A distillation beside what it was made from."""

    conversation: Conversation
    distillation: Distillation
    last_event: int
    timings: dict[str, float]

    def places(self, *, min_votes: int) -> list[Placed]:
        """Where everybody with enough votes stands."""
        found, ids = self.distillation, self.conversation.participant_ids
        rows = (self.conversation.votes.votes_per_participant() >= min_votes).nonzero()[0]
        x, y = found.positions[rows, 0].tolist(), found.positions[rows, 1].tolist()
        sd, group = found.position_sd[rows].tolist(), found.membership[rows].tolist()
        probability = found.probability[rows].tolist()
        participants = [int(ids[row]) for row in rows]
        return list(map(Placed, participants, x, y, sd, group, probability))

    def routing(self) -> dict[str, Any]:
        """What a vote on each statement is worth, as `engagements.routing.Weights` reads it."""
        plan = self.distillation.routing
        return {
            "statements": list(map(int, self.conversation.statement_ids)),
            "share": plan.share.tolist(),
            "need": _six_digits(plan.need),
            "stances": _six_digits(plan.stance_probability),
            "doubt": _six_digits(plan.doubt),
        }


def _six_digits(numbers: FloatArray) -> Any:
    """As nested lists, in half the bytes."""
    short = [float(f"{number:.6g}") for number in numbers.ravel().tolist()]
    return np.reshape(short, numbers.shape).tolist()


def distil_engagement(
    engagement: Engagement, *, progress: Progress | None = None, line: LastInLine | None = None
) -> Made:
    """Everything said and voted so far, distilled; with a `line`, behind whatever else the machine has to do."""
    last_event = votes_store.last_visible_event(engagement)
    before = queries.latest_snapshot(engagement)
    turned_onto = likeness(json.loads(before.body)) if before else None
    wishes = wishes_of(engagement)
    seed, settings = seed_of(engagement), settings_of(engagement)
    return _distil(engagement, last_event, seed, settings, turned_onto, wishes, progress, line)


def distil_again(engagement: Engagement, body: dict[str, Any], *, progress: Progress | None = None) -> Made:
    """The distillation that gave `body`, made anew from the event log with its seed, settings and last event."""
    settings = settings_from(body["settings"])
    turned_onto, wishes = body.get("turned_onto"), Wishes.of(body.get("wishes"))
    return _distil(engagement, body["last_event"], body["seed"], settings, turned_onto, wishes, progress)


def wishes_of(engagement: Engagement) -> Wishes:
    """What leads want of key points now."""
    kept: dict[tuple[str, str], bool] = {}
    rejected: dict[tuple[str, str], None] = {}
    for wish in queries.standing_wishes(engagement):  # in order: of two about one wording the last one counts
        for text in wish.replaced:
            kept.pop((wish.topic, text), None)
            rejected[wish.topic, text] = None
        if wish.wording:
            key = wish.topic, wish.wording
            rejected.pop(key, None)
            kept[key] = kept.get(key, False) or wish.kind != WishKind.PIN
    reworded = tuple(key for key, is_reworded in kept.items() if is_reworded)
    return Wishes(tuple(kept), reworded, tuple(rejected))


def check_integrity(engagement: Engagement) -> tuple[int, dict[str, Any]]:
    """The last event looked at, and what the data guardian is told of the accounts up to it."""
    last_event = votes_store.last_visible_event(engagement)
    return last_event, look(votes_store.load(engagement, last_event), seed=seed_of(engagement))


def seed_of(engagement: Engagement) -> int:
    """The engagement's own seed: the same on every machine, told in every snapshot.

    >>> seed_of(Engagement(slug="how-we-work"))
    1197722820
    """
    return int.from_bytes(hashlib.sha256(engagement.slug.encode()).digest()[:4], "big") >> 1


def settings_of(engagement: Engagement) -> Settings:
    """The thresholds the engagement was opened with; the rest as the engine has it."""
    return Settings(
        min_votes_to_place=engagement.min_votes_to_place,
        min_group_scores=engagement.min_group_scores,
        min_group_words=engagement.min_group_words,
        tier="fast",  # while people vote, a fresh figure is worth more than the last per cent
    )


def _distil(
    engagement: Engagement,
    last_event: int,
    seed: int,
    settings: Settings,
    turned_onto: dict[str, Any] | None,
    wishes: Wishes,
    progress: Progress | None,
    line: LastInLine | None = None,
) -> Made:
    began = time.perf_counter()
    conversation = votes_store.load(engagement, last_event)
    load_s = time.perf_counter() - began
    if progress:
        progress(0.0, "votes read")

    def work(told: Progress | None) -> Distillation:
        return distil(
            conversation,
            seed=seed,
            settings=settings,
            last_event=last_event,
            turned_onto=turned_onto,
            wishes=wishes,
            progress=told,
        )

    made = line.run(work, progress) if line else work(progress)
    return Made(conversation, made, last_event, {"load": round(load_s, 4), **made.timings})
