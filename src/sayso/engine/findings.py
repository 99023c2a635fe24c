"""What a distillation finds, as arrays, and the thresholds it was made with. Holds; does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sayso.engine.common_ground import BoldView, Divisiveness
from sayso.engine.conversation import Conversation
from sayso.engine.groups import Groups
from sayso.engine.key_points.continuing import Novelty
from sayso.engine.key_points.splitting import PartSays, Spoke
from sayso.engine.key_points.wishes import Wishes
from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.organisation import Organisation
from sayso.engine.representative import GroupCounts, Representative
from sayso.engine.statement_kinds import KindProbabilities
from sayso.engine.votes import FloatArray, IntArray


@dataclass(frozen=True)
class Settings:
    """Thresholds of a distillation and what may be spent on it (`posterior.tiers`), written into its snapshot."""

    confidence: float = 0.95
    common_ground_overall: float = 0.75
    common_ground_group: float = 0.6
    min_votes_to_place: int = 7
    min_group_scores: int = 5
    min_group_words: int = 10
    min_participants_for_groups: int = 100
    tier: str = "auto"
    meaning: str = "auto"  # "encoder" or "words": how key points are found, see `what_many_say.with_meaning`


@dataclass(frozen=True)
class ManySay:
    """A key point.

    share, low, high : of the people who said something on the topic, with a 90 % interval, to whole percents: finer
        ones would tell how many people stand behind statements that everybody can count
    is_by_lead : a lead worded it; else it is a sentence of somebody who said it
    statements : columns listed under it, the likeliest first
    by_group, by_unit : the share in each part of which something may be told
    """

    topic: str
    text: str
    is_by_lead: bool
    share: float
    low: float
    high: float
    statements: tuple[int, ...]
    by_group: tuple[PartSays, ...] = ()
    by_unit: tuple[PartSays, ...] = ()


@dataclass(frozen=True)
class ThemeSaid:
    """Key points that belong together; its number and name go on from snapshot to snapshot.

    key_points : their wordings; statements : columns listed under any of them
    """

    number: int
    name: str
    topic: str
    key_points: tuple[str, ...]
    statements: tuple[int, ...]


@dataclass(frozen=True)
class WhatManySay:
    """Key points, themes, how much of what came last was new to them (None for a first snapshot), and who spoke."""

    key_points: list[ManySay]
    themes: list[ThemeSaid]
    novelty: Novelty | None
    spoke: list[Spoke]


@dataclass(frozen=True, eq=False)
class Findings:
    """All that was found out, as arrays; `snapshot_body` writes it down."""

    conversation: Conversation
    settings: Settings
    space: OpinionSpace
    placed: IntArray
    groups: Groups
    group_letters: str
    group_stability: FloatArray
    turned_onto: dict[str, Any] | None
    counts: GroupCounts
    representative: list[list[Representative]]
    organisation: Organisation | None
    kinds: KindProbabilities
    common_ground: IntArray
    divisiveness: Divisiveness
    divisive: IntArray
    bold: list[BoldView]
    duplicate_of: IntArray
    many_say: WhatManySay
    wishes: Wishes
