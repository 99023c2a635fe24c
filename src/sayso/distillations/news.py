"""What is new to somebody who comes again: statements, what became of their own, what we share by now.

What they saw last is told by their browser, in marks that say nothing to others; nothing of a visit is kept here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac

from sayso.distillations import queries
from sayso.distillations.queries import Published
from sayso.engagements.models import Participant, Statement, StatementState
from sayso.engagements.queries import statements_of, unanswered
from sayso.replies.models import Acknowledgement
from sayso.replies.queries import newest_acknowledgements

LOOKED_LIKE = re.compile(r"(\d{1,18})((?:\.[0-9a-f]{8}){0,100})")
TOLD = {*StatementState} - {StatementState.WAITING, StatementState.WITHDRAWN}


@dataclass(frozen=True)
class Seen:
    """What the browser remembers: a snapshot, 0 for none, and marks of own statements as they stood."""

    snapshot: int = 0
    own: frozenset[str] = frozenset()

    @classmethod
    def from_cookie(cls, held: str) -> Seen:
        found = LOOKED_LIKE.fullmatch(held)
        return cls(int(found[1]), frozenset(found[2].split(".")[1:])) if found else cls()

    def as_cookie(self) -> str:
        return ".".join([str(self.snapshot), *sorted(self.own)[:100]])


@dataclass(frozen=True)
class News:
    """Each of the three, empty where there is nothing new."""

    n_waiting: int
    own: list[dict[str, Any]]
    shared: list[Mapping[str, Any]]
    now: Seen

    @property
    def n_things(self) -> int:
        return sum(map(bool, (self.n_waiting, self.own, self.shared)))


def news_for(participant: Participant, seen: Seen, *, may_see_results: bool) -> News:
    """What came since; all of it for a browser that remembers nothing."""
    published = queries.latest_published(participant.engagement)
    before = queries.published_in(participant.engagement, seen.snapshot)
    known = {statement["statement_id"] for statement in before.body["statements"]} if before else set()
    waiting = [number for number in unanswered(participant).values_list("pk", flat=True) if str(number) not in known]
    own = statements_of(participant)
    acknowledged = newest_acknowledgements(row["statement"].pk for row in own)
    for row in own:
        row["acknowledgement"] = acknowledged.get(row["statement"].pk)
    marks = {_mark(participant, row["statement"], row["acknowledgement"]): row for row in own}
    new = [row for mark, row in marks.items() if mark not in seen.own and row["statement"].state in TOLD]
    shared = _newly_shared(published, before) if may_see_results else []
    now = Seen(published.snapshot_id if published else 0, frozenset(marks))
    return News(len(waiting), new, shared, now)


def _newly_shared(published: Published | None, before: Published | None) -> list[Mapping[str, Any]]:
    if published is None:
        return []
    known = set(before.body["common_ground"]) if before else set()
    by_id = {statement["statement_id"]: statement for statement in published.body["statements"]}
    new = [number for number in published.body["common_ground"] if number not in known]
    # Merged or hidden since: the next snapshot leaves it out, and until then it is no news.
    is_open = set(Statement.objects.filter(pk__in=new, state=StatementState.PUBLISHED).values_list("pk", flat=True))
    return [by_id[number] for number in new if int(number) in is_open]


def _mark(participant: Participant, statement: Statement, given: Acknowledgement | None) -> str:
    told = f"{participant.pseudonym} {statement.pk} {statement.state}{f' {given.pk}' if given else ''}"
    return salted_hmac("sayso.seen", told).hexdigest()[:8]
