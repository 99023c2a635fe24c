"""What is new for one person: what became of their words, what waits for their answer, what all share by now.

Asked with the engagement's key, for one member at a time; the answer is in their mail and nowhere else. Figures are
those of the published snapshot, and only for who may read the results.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sayso.correspondence import queries, rules
from sayso.correspondence.models import DigestRound
from sayso.distillations.models import Snapshot
from sayso.distillations.queries import reader_of
from sayso.distillations.rules import may_see_results
from sayso.engagements.events import EventKind
from sayso.engagements.models import Engagement, Event, Participant, Statement, StatementState
from sayso.engagements.queries import fewest_answers_first, met_by
from sayso.members.models import Member
from sayso.replies.models import Acknowledgement
from sayso.replies.queries import acknowledged_between, are_authors_asked_between

OPENED = (EventKind.STATEMENT_PUBLISHED, EventKind.STATEMENT_SEEDED)
STATES = {
    EventKind.STATEMENT_PUBLISHED: StatementState.PUBLISHED,
    EventKind.STATEMENT_RETURNED: StatementState.RETURNED,
    EventKind.STATEMENT_MERGED: StatementState.MERGED,
    EventKind.STATEMENT_SPLIT: StatementState.SPLIT,
    EventKind.STATEMENT_HIDDEN: StatementState.HIDDEN,
}

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Became:
    """An own statement, and what is new about it. `seen` is None where no figures are told."""

    statement: Statement
    is_decided: bool
    seen: int | None = None
    agree_percent: int | None = None
    acknowledged: Acknowledgement | None = None


@dataclass(frozen=True)
class News:
    became: list[Became] = field(default_factory=list)
    fresh: list[Statement] = field(default_factory=list)
    shared: list[Statement] = field(default_factory=list)
    acknowledged: list[Acknowledgement] = field(default_factory=list)
    are_authors_asked: bool = False
    sees_results: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.became or self.fresh or self.shared or self.acknowledged or self.are_authors_asked)


class RoundNews:
    """What is new in one round, read once and then told person by person."""

    def __init__(self, this: DigestRound) -> None:
        self.this, self.engagement = this, this.engagement
        before = queries.round_before(this)
        self._from_event = before.to_event if before else 0
        self._figures = _figures(_published(this.snapshot_id))
        self._figures_before = _figures(_published(before.snapshot_id if before else None))
        self._shared = newly_shared(this.snapshot_id, before.snapshot_id if before else None)
        # The same for everybody: a mail for authors alone would name them to whoever reads the mail server's log.
        self._acknowledged = acknowledged_between(self.engagement, self._from_event, this.to_event)
        self._are_authors_asked = are_authors_asked_between(self.engagement, self._from_event, this.to_event)

    @cached_property
    def _decided(self) -> set[int]:
        return decided_between(self.engagement, self._from_event, self.this.to_event, STATES)

    def of(self, member: Member) -> News:
        """Raises KeyMissing."""
        reader = reader_of(member, self.engagement.slug)
        if reader is None or reader.key_is_missing:
            return News()
        sees = may_see_results(self.engagement, n_votes=reader.n_votes, roles=frozenset())
        return News(
            became=self._became(reader.participant, sees) if reader.participant else [],
            fresh=self._fresh(reader.participant),
            shared=self._shared[: rules.SHARED_SHOWN] if sees else [],
            acknowledged=self._acknowledged[: rules.ACKNOWLEDGED_SHOWN],
            are_authors_asked=self._are_authors_asked,
            sees_results=sees,
        )

    def _became(self, participant: Participant, sees_results: bool) -> list[Became]:
        told, acknowledged = [], {given.statement_id: given for given in self._acknowledged}
        for statement in participant.statements.select_related("topic", "counts_for").order_by("pk"):
            is_decided = statement.pk in self._decided and statement.state in STATES.values()
            seen, agree = self._new_figures(statement) if sees_results else (None, None)
            given = acknowledged.get(statement.pk)
            if is_decided or seen is not None or given:
                told.append(Became(statement, is_decided, seen, agree, given))
        return told

    def _new_figures(self, statement: Statement) -> tuple[int | None, int | None]:
        """Only where they moved since the last round: the same twice is no news. Merged, of what stands for it."""
        stands = statement.counts_for or statement
        now, then = (told.get(str(stands.pk)) for told in (self._figures, self._figures_before))
        is_open = stands.state == StatementState.PUBLISHED
        return now if is_open and now and now != then else (None, None)

    def _fresh(self, participant: Participant | None) -> list[Statement]:
        if not rules.takes_words(self.engagement):
            return []
        met = met_by(participant) if participant else set()
        left = [pk for pk in self._opened if pk not in met]
        # A few more than are shown: some may have been taken back since the round began.
        asked = left[: 4 * rules.FRESH_SHOWN]
        rows = Statement.objects.filter(pk__in=asked, state=StatementState.PUBLISHED).select_related("topic")
        found = {row.pk: row for row in rows}
        return [found[pk] for pk in asked if pk in found][: rules.FRESH_SHOWN]

    @cached_property
    def _opened(self) -> list[int]:
        """What the round opened; fewest answers first: there one more tells most.

        The number is drawn, so the order says nothing.
        """
        opened = Statement.objects.filter(pk__in=self.this.opened, state=StatementState.PUBLISHED)
        least = self.this.engagement.min_group_scores
        return [statement.pk for statement in fewest_answers_first(opened, least=least)]


def decided_between(engagement: Engagement, after: int, to: int, kinds: Iterable[EventKind]) -> set[int]:
    return {payload["statement"] for payload in _told_between(engagement, after, to, kinds)}


def opened_between(engagement: Engagement, after: int, to: int) -> set[int]:
    """What others may answer since then; of what was split, its parts."""
    parts = [payload["parts"] for payload in _told_between(engagement, after, to, [EventKind.STATEMENT_SPLIT])]
    return decided_between(engagement, after, to, OPENED).union(*parts)


def _told_between(engagement: Engagement, after: int, to: int, kinds: Iterable[EventKind]) -> Iterable[Json]:
    events = Event.objects.filter(engagement=engagement, kind__in=list(kinds), pk__gt=after, pk__lte=to)
    return events.values_list("payload", flat=True)


def newly_shared(now: int | None, before: int | None) -> list[Statement]:
    """What is common ground by now and was not before, unless they were merged or hidden since."""
    body, then = _published(now), _published(before)
    known = set(then.get("common_ground", ()))
    new = [key for key in body.get("common_ground", ()) if key not in known]
    open_now = (
        Statement.objects.filter(state=StatementState.PUBLISHED).defer("author").in_bulk([int(key) for key in new])
    )
    return [open_now[int(key)] for key in new if int(key) in open_now]


def _published(snapshot_id: int | None) -> Json:
    text = Snapshot.objects.filter(pk=snapshot_id).values_list("published", flat=True).first() if snapshot_id else None
    told: Json = json.loads(text) if text else {}
    return told


def _figures(body: Json) -> dict[str, tuple[int, int]]:
    """How many saw each statement and how many in a hundred agree, where that is told."""
    return {
        row["statement_id"]: (row["seen"], round(100 * row["agree"]))
        for row in body.get("statements", ())
        if row["seen"] is not None and row["agree"] is not None
    }
