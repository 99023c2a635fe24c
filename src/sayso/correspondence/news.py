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
from sayso.members.models import Member

OPENED = (EventKind.STATEMENT_PUBLISHED, EventKind.STATEMENT_SEEDED)
DECIDED = (EventKind.STATEMENT_PUBLISHED, EventKind.STATEMENT_RETURNED)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Became:
    """An own statement, and what is new about it. `seen` is None where no figures are told."""

    statement: Statement
    is_decided: bool
    seen: int | None = None
    agree_percent: int | None = None

    @property
    def is_published(self) -> bool:
        return self.statement.state == StatementState.PUBLISHED


@dataclass(frozen=True)
class News:
    became: list[Became] = field(default_factory=list)
    fresh: list[Statement] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    sees_results: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.became or self.fresh or self.shared)


class RoundNews:
    """What is new in one round, read once and then told person by person."""

    def __init__(self, this: DigestRound) -> None:
        self.this, self.engagement = this, this.engagement
        before = queries.round_before(this)
        self._from_event = before.to_event if before else 0
        self._figures = _figures(_published(this.snapshot_id))
        self._figures_before = _figures(_published(before.snapshot_id if before else None))
        self._shared = newly_shared(this.snapshot_id, before.snapshot_id if before else None)

    @cached_property
    def _decided(self) -> set[int]:
        return decided_between(self.engagement, self._from_event, self.this.to_event, DECIDED)

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
            sees_results=sees,
        )

    def _became(self, participant: Participant, sees_results: bool) -> list[Became]:
        told = []
        for statement in participant.statements.select_related("topic").order_by("pk"):
            is_decided = statement.pk in self._decided and statement.state in _DECIDED_STATES
            seen, agree = self._new_figures(statement) if sees_results else (None, None)
            if is_decided or seen is not None:
                told.append(Became(statement, is_decided, seen, agree))
        return told

    def _new_figures(self, statement: Statement) -> tuple[int | None, int | None]:
        """Only where they moved since the last round: the same twice is no news."""
        now, then = (told.get(str(statement.pk)) for told in (self._figures, self._figures_before))
        is_open = statement.state == StatementState.PUBLISHED
        return now if is_open and now and now != then else (None, None)

    def _fresh(self, participant: Participant | None) -> list[Statement]:
        if not rules.takes_words(self.engagement):
            return []
        answered = set(participant.votes.values_list("statement_id", flat=True)) if participant else set()
        mine = participant.pk if participant else None
        left = [pk for pk, author in self._opened if pk not in answered and (mine is None or author != mine)]
        # A few more than are shown: some may have been taken back since the round began.
        asked = left[: 4 * rules.FRESH_SHOWN]
        rows = Statement.objects.filter(pk__in=asked, state=StatementState.PUBLISHED).select_related("topic")
        found = {row.pk: row for row in rows}
        return [found[pk] for pk in asked if pk in found][: rules.FRESH_SHOWN]

    @cached_property
    def _opened(self) -> list[tuple[int, int | None]]:
        """What the round opened, with authors; fewest answers first: there one more tells most. The number is drawn,
        so the order says nothing."""
        opened = Statement.objects.filter(pk__in=self.this.opened, state=StatementState.PUBLISHED)
        return list(opened.order_by("times_seen", "pk").values_list("pk", "author_id"))


_DECIDED_STATES = (StatementState.PUBLISHED, StatementState.RETURNED)


def decided_between(engagement: Engagement, after: int, to: int, kinds: Iterable[EventKind]) -> set[int]:
    events = Event.objects.filter(engagement=engagement, kind__in=list(kinds), pk__gt=after, pk__lte=to)
    return {payload["statement"] for payload in events.values_list("payload", flat=True)}


def newly_shared(now: int | None, before: int | None) -> list[str]:
    """The words of what is common ground by now and was not before."""
    body, then = _published(now), _published(before)
    known = set(then.get("common_ground", ()))
    texts = {row["statement_id"]: row["text"] for row in body.get("statements", ())}
    return [texts[key] for key in body.get("common_ground", ()) if key not in known and key in texts]


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
