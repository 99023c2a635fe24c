"""Which votes are behind each published count. Reads the event log and the published snapshot; knows no members.

Published figures stand still while fewer than five votes are new, so they may be older than the snapshot they stand in.
The ballots of a statement are those of the last moment at which the log gave exactly its published counts: the record
then says no more of anybody than the counts do. A newer list beside an older count would show the votes between.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sayso.engagements.carrying import carried, precedence
from sayso.engagements.events import INPUT_KINDS, EventKind
from sayso.engagements.models import Engagement, Event

COUNTS = ("n_agree", "n_pass", "n_disagree")


def counted_ballots(engagement: Engagement, published: dict[str, Any]) -> dict[int, dict[int, int]]:
    """Statement → participant → stance, for each statement whose counts are told."""
    told = {int(row["statement_id"]): _counts(row) for row in published["statements"] if row["seen"] is not None}
    last = dict[int, int]()  # statement: how many events had happened when its counts were these
    log = _Votes()
    for number, (kind, payload) in enumerate(_events(engagement, published["last_event"]), start=1):
        for root in log.read(kind, payload) & told.keys():
            if log.counts(root) == told[root]:
                last[root] = number
    return _ballots_at(engagement, published["last_event"], last)


def _counts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in COUNTS)


def _events(engagement: Engagement, up_to: int) -> Iterator[tuple[str, dict[str, Any]]]:
    events = Event.objects.filter(engagement=engagement, pk__lte=up_to, kind__in=INPUT_KINDS).order_by("pk")
    return events.values_list("kind", "payload").iterator(chunk_size=20_000)


def _ballots_at(engagement: Engagement, up_to: int, last: dict[int, int]) -> dict[int, dict[int, int]]:
    """The votes that counted for each statement after so many events; read again, as nobody could keep them all."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for root, number in last.items():
        wanted[number].append(root)
    log, found = _Votes(), dict[int, dict[int, int]]()
    for number, (kind, payload) in enumerate(_events(engagement, up_to), start=1):
        log.read(kind, payload)
        found |= {root: dict(log.counted[root]) for root in wanted.get(number, ())}
    return {root: ballots for root, ballots in found.items() if ballots}


class _Votes:
    """The votes as they stood after some events, and for which statement each counted (`carrying`)."""

    def __init__(self) -> None:
        self.given: dict[int, dict[int, int]] = defaultdict(dict)  # statement: participant: stance
        self.parents: dict[int, int] = {}
        self.places: dict[int, tuple[int, int]] = {}
        self.counted: dict[int, dict[int, int]] = defaultdict(dict)  # statement that stands: participant: stance
        self.tally: dict[int, Counter[int]] = defaultdict(Counter)

    def counts(self, root: int) -> tuple[int, ...]:
        tally = self.tally[root]
        return tally[1], tally[0], tally[-1]

    def read(self, kind: str, payload: dict[str, Any]) -> set[int]:
        """Take one event in; the statements whose counts it may have changed."""
        if kind == EventKind.VOTES_WITHDRAWN:
            those = [
                number for number, votes in self.given.items() if votes.pop(payload["participant"], None) is not None
            ]
            return self._count_again({self._root(number) for number in those})
        number = payload["statement"]
        if kind in (EventKind.VOTE_CAST, EventKind.VOTE_WITHDRAWN):
            return self._vote(number, payload["participant"], payload.get("stance"))
        if kind == EventKind.STATEMENT_WITHDRAWN:
            if number in self.parents:
                return set()
            self.given.pop(number, None)
            return self._count_again({number})
        return self._merge(kind, number, payload)

    def _root(self, number: int) -> int:
        return self.places.get(number, (number, 0))[0]

    def _vote(self, number: int, participant: int, stance: int | None) -> set[int]:
        if stance is None:
            self.given[number].pop(participant, None)
        else:
            self.given[number][participant] = stance
        root = self._root(number)
        if number != root or number in self.places:
            return self._count_again({root})
        if (before := self.counted[root].pop(participant, None)) is not None:
            self.tally[root][before] -= 1
        if stance is not None:
            self.counted[root][participant] = stance
            self.tally[root][stance] += 1
        return {root}

    def _merge(self, kind: str, number: int, payload: dict[str, Any]) -> set[int]:
        before = self._root(number)
        into = payload.get("into") or payload.get("keeps")
        if kind in (EventKind.MERGE_UNDONE, EventKind.SPLIT_UNDONE):
            self.parents.pop(number, None)
        elif kind in (EventKind.STATEMENT_MERGED, EventKind.STATEMENT_SPLIT) and into:
            self.parents[number] = into
        else:
            return set()
        self.places = precedence(self.parents)
        return self._count_again({before, number, self._root(number)})

    def _count_again(self, roots: set[int]) -> set[int]:
        for root in roots:
            of_it = [number for number, (top, _) in self.places.items() if top == root] or [root]
            votes = ((who, number, stance) for number in of_it for who, stance in self.given[number].items())
            standing = carried(votes, self.parents)
            self.counted[root] = {who: stance for (who, top), stance in standing.items() if top == root}
            self.tally[root] = Counter(self.counted[root].values())
        return roots
