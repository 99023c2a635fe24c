"""The pipeline from a conversation to a snapshot, read from top to bottom.

Knows the engine's parts and their order; knows nothing of files, databases or pages.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from sayso.engine import snapshot_body
from sayso.engine.common_ground import bold_views, divisive_statements, measure_divisiveness
from sayso.engine.conversation import Conversation
from sayso.engine.duplicates import near_identical
from sayso.engine.earlier import Earlier, letters_of, order_of
from sayso.engine.findings import Findings, Settings
from sayso.engine.group_stability import group_stability
from sayso.engine.groups import Groups, find_groups
from sayso.engine.key_points.splitting import Writers
from sayso.engine.key_points.wishes import Wishes
from sayso.engine.opinion_space import OpinionSpace, fit_opinion_space
from sayso.engine.organisation import Organisation, describe_organisation
from sayso.engine.representative import count_by_group, representative_statements
from sayso.engine.routing import RoutingPlan, plan_routing
from sayso.engine.statement_kinds import kinds_among_participants
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix
from sayso.engine.what_many_say import what_many_say, with_meaning

__all__ = ["Distillation", "Settings", "canonical_json", "distil"]

LIKELY = 0.5  # probability from which a statement counts as common ground


@dataclass(frozen=True, eq=False)
class Distillation:
    """A snapshot, and beside it what must not be in it: each participant's place, and the seconds it took.

    snapshot : dict, as in ``snapshot.schema.json``
    positions : float64 [n_participants, 2]
    position_sd : float64 [n_participants], the larger of the two axes
    membership : int64 [n_participants], −1 when in no group
    probability : float64 [n_participants], of that group, 0 when in none
    routing : what a vote on each statement is worth; one more column than statements, for one nobody has seen
    timings : seconds of each step
    """

    snapshot: dict[str, Any]
    positions: FloatArray
    position_sd: FloatArray
    membership: IntArray
    probability: FloatArray
    routing: RoutingPlan
    timings: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """The snapshot as canonical JSON: one spelling for one content, so that equal input gives equal bytes."""
        return canonical_json(self.snapshot)


def canonical_json(snapshot: dict[str, Any]) -> str:
    """Keys in order, no blanks, no NaN, one newline at the end."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def distil(
    conversation: Conversation,
    *,
    seed: int,
    settings: Settings | None = None,
    last_event: int | None = None,
    turned_onto: dict[str, Any] | None = None,
    wishes: Wishes | None = None,
    threads: int = 1,
    progress: Callable[[float, str], None] | None = None,
) -> Distillation:
    """Distil what was said and voted into a snapshot.

    Parameters
    ----------
    conversation : Conversation
    seed : int
        Starts every random number; the same seed, input and engine version give the same bytes.
    settings : Settings, optional
    last_event : int, optional
        Recorded in the snapshot; None for files.
    turned_onto : dict, optional
        The `earlier.likeness` of the snapshot before: the map is turned likewise and groups keep their letters.
        Recorded in the snapshot, so that it can be made again without the one before.
    wishes : Wishes, optional
        What leads want of key points. Recorded in the snapshot.
    threads : int
        Changes how long it takes and nothing else.
    progress : callable, optional
        Called with the share done, 0 to 1, and the step in words.

    Returns
    -------
    Distillation

    Notes
    -----
    The cost is that of the opinion space, O(sweeps · n_votes · n_dims²), plus near-identical texts.

    Examples
    --------
    >>> from sayso.engine.votes import VoteMatrix
    >>> votes = VoteMatrix.from_arrays([0, 1, 2], [0, 0, 0], [1, 1, -1])
    >>> no = np.array([False])
    >>> said = ("We need a break room.",)
    >>> conversation = Conversation(
    ...     votes, ("a", "b", "c"), ("1",), said, ("",), no, no, np.array([-1]), "Rooms", "What is missing?", None
    ... )
    >>> snapshot = distil(conversation, seed=1).snapshot
    >>> snapshot["statements"][0]["n_agree"], snapshot["groups"]
    (2, [])
    """
    settings = with_meaning(settings or Settings())
    steps = _Steps(progress)
    # Left to itself, linear algebra takes a thread for each processor, and they spin while they wait for one another:
    # beside other work that doubles what a distillation costs. With one, the machine has no part in how sums are made.
    with threadpool_limits(1, user_api="blas"):
        findings = _find(conversation, seed, settings, turned_onto, wishes or Wishes(), threads, steps)
        with steps("writing it down", 0.97):
            body = snapshot_body.write(findings, seed=seed, last_event=last_event)
        steps.done()
        groups, votes = findings.groups, conversation.votes
        and_one = VoteMatrix(votes.row_start, votes.statement, votes.stance, votes.n_statements + 1)
        rows = np.arange(len(groups.membership))
        return Distillation(
            snapshot=body,
            positions=_two_axes(findings.space.positions),
            position_sd=_two_axes(findings.space.position_sd).max(axis=1, initial=0.0),
            membership=groups.membership,
            probability=np.where(groups.membership >= 0, groups.probability[rows, groups.membership], 0.0)
            if groups.n_groups
            else np.zeros(len(rows)),
            routing=plan_routing(and_one, findings.space, groups=groups),
            timings=steps.seconds,
        )


def _find(
    conversation: Conversation,
    seed: int,
    settings: Settings,
    turned_onto: dict[str, Any] | None,
    wishes: Wishes,
    threads: int,
    steps: _Steps,
) -> Findings:
    votes = conversation.votes
    rng = np.random.default_rng(seed)
    earlier = Earlier.of(turned_onto, conversation.statement_ids) if turned_onto else None
    with steps("statements in nearly the same words", 0.0):
        duplicate_of = _duplicates_among_shown(conversation)
    with steps("the map of opinion", 0.05):
        space = fit_opinion_space(
            votes,
            rng=rng,
            author=conversation.author,
            tier=settings.tier,
            threads=threads,
            progress=steps.within(0.05, 0.7),
        )
        space = space.turned_onto(earlier.places) if earlier else space
    placed = np.flatnonzero(votes.votes_per_participant() >= settings.min_votes_to_place)
    with steps("opinion groups", 0.7):
        groups = find_groups(
            votes,
            space,
            rng=rng,
            min_votes=settings.min_votes_to_place,
            min_participants=settings.min_participants_for_groups,
            progress=steps.within(0.7, 0.75),
        )
        letters = letters_of(count_by_group(votes, groups), earlier)
        groups = groups.in_order(order_of(letters))
        stability = group_stability(votes, groups, rng=rng, progress=steps.within(0.75, 0.8))
    with steps("what people share, and where they part", 0.8):
        counts = count_by_group(votes, groups)
        seen = votes.seen()
        may_be_shown: BoolArray = ~conversation.rejected & (duplicate_of < 0) & (seen >= settings.min_group_words)
        divisiveness = measure_divisiveness(space, placed, rng=rng)
        kinds = kinds_among_participants(
            votes.count(1),
            seen,
            counts,
            divisiveness,
            n_placed=len(placed),
            overall=settings.common_ground_overall,
            in_each_group=settings.common_ground_group,
            min_holders=settings.min_group_words,
        )
    with steps("what few hold firmly", 0.81):
        bold = bold_views(
            votes,
            space,
            placed,
            divisiveness.firm_share,
            may_be_shown=may_be_shown,
            min_holders=settings.min_group_words,
        )
    with steps("what the whole organisation would say", 0.82):
        organisation = _organisation(conversation, space, groups, settings, rng, steps.within(0.82, 0.95))
        kinds = organisation.kinds if organisation else kinds
        shared = np.flatnonzero((kinds.common_ground >= LIKELY) & may_be_shown)
    with steps("what many say", 0.95):
        writers = _writers(conversation, groups, organisation)
        many_say = what_many_say(conversation, settings, turned_onto, wishes, writers)
    return Findings(
        conversation=conversation,
        settings=settings,
        space=space,
        placed=placed,
        groups=groups,
        group_letters="".join(sorted(letters)),
        group_stability=stability,
        turned_onto=turned_onto,
        counts=counts,
        representative=representative_statements(counts, may_be_shown=may_be_shown, min_seen=settings.min_group_words),
        organisation=organisation,
        kinds=kinds,
        common_ground=shared[np.argsort(-kinds.common_ground[shared], kind="stable")],
        divisiveness=divisiveness,
        divisive=divisive_statements(divisiveness, may_be_shown=may_be_shown),
        bold=bold,
        duplicate_of=duplicate_of,
        many_say=many_say,
        wishes=wishes,
    )


def _organisation(
    conversation: Conversation,
    space: OpinionSpace,
    groups: Groups,
    settings: Settings,
    rng: np.random.Generator,
    progress: Callable[[float], None],
) -> Organisation | None:
    if conversation.roster is None:
        return None
    return describe_organisation(
        conversation.votes,
        space,
        conversation.roster,
        groups.membership,
        rng=rng,
        confidence=settings.confidence,
        common_ground_overall=settings.common_ground_overall,
        common_ground_group=settings.common_ground_group,
        min_holders=settings.min_group_words,
        least_told=settings.min_group_scores,
        progress=progress,
    )


def _writers(conversation: Conversation, groups: Groups, organisation: Organisation | None) -> Writers:
    """Everybody's opinion group, and unit where there are several."""
    nowhere = Writers.nowhere(conversation.votes.n_participants)
    group = groups.membership if groups.n_groups else nowhere.group
    if conversation.roster is None or organisation is None or not organisation.units:
        return Writers(group, groups.n_groups, nowhere.unit, nowhere.unit_told)
    return Writers(group, groups.n_groups, conversation.roster.unit_of_participants(), organisation.told.unit)


def _duplicates_among_shown(conversation: Conversation) -> IntArray:
    """Near-identical statements, those turned down left out: nothing is a repeat of what nobody may read."""
    shown = np.flatnonzero(~conversation.rejected)
    found = near_identical([conversation.texts[j] for j in shown])
    duplicate_of = np.full(len(conversation.texts), -1, dtype=np.int64)
    duplicate_of[shown] = np.where(found >= 0, shown[found] if len(shown) else found, -1)
    return duplicate_of


def _two_axes(values: FloatArray) -> FloatArray:
    two = np.zeros((len(values), 2))
    two[:, : min(2, values.shape[1])] = values[:, :2]
    return two


class _Steps:
    """Times the steps and tells of them."""

    def __init__(self, progress: Callable[[float, str], None] | None) -> None:
        self.seconds: dict[str, float] = {}
        self._tell = progress or (lambda share, step: None)
        self._step = ""

    @contextmanager
    def __call__(self, step: str, share: float) -> Iterator[None]:
        self._step = step
        self._tell(share, step)
        began = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - began, 4)

    def within(self, begin: float, end: float) -> Callable[[float], None]:
        return lambda share: self._tell(begin + (end - begin) * share, self._step)

    def done(self) -> None:
        self._tell(1.0, "done")
