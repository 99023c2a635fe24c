"""Which votes are behind each published count. Reads the event log and the published snapshot; knows no members.

Published figures stand still while fewer than five votes are new, so they may be older than the snapshot they stand in.
The ballots of a statement are those of the last moment at which the log gave exactly its published counts: the record
then says no more of anybody than the counts do. A newer list beside an older count would show the votes between.

The log is held as columns, seventeen bytes a vote, and taken apart statement by statement, each together with those
that were ever merged with it.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sayso.engagements.carrying import precedence
from sayso.engagements.events import INPUT_KINDS, EventKind
from sayso.engagements.models import Engagement, Event

Line = tuple[int, int, int]  # whose vote, or what it is merged into; on which statement; stance or one of those below

COUNTS = ("n_agree", "n_pass", "n_disagree")
TAKEN_BACK, LEFT, WITHDRAWN, MERGED, APART = 2, 3, 4, 5, 6  # beside the stances −1, 0 and 1
NONE = -1
UNDONE = (EventKind.MERGE_UNDONE, EventKind.SPLIT_UNDONE)


@dataclass
class _Log:
    who: array[int] = field(default_factory=lambda: array("q"))
    statement: array[int] = field(default_factory=lambda: array("q"))
    what: array[int] = field(default_factory=lambda: array("b"))
    left_at: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # participant: on which lines
    families: dict[int, set[int]] = field(default_factory=dict)  # statement: all it was ever merged with, and itself

    def add(self, who: int, statement: int, what: int) -> None:
        self.who.append(who)
        self.statement.append(statement)
        self.what.append(what)

    def add_merge(self, statement: int, into: int) -> None:
        family = self.families.get(statement, {statement}) | self.families.get(into, {into})
        self.families |= dict.fromkeys(family, family)
        self.add(into, statement, MERGED)


def counted_ballots(engagement: Engagement, published: dict[str, Any]) -> Iterator[tuple[int, dict[int, int]]]:
    """Statement, and participant → stance, for each statement whose counts are told, by number."""
    told = {int(row["statement_id"]): _counts(row) for row in published["statements"] if row["seen"] is not None}
    for number, lines in _taken_apart(_read(engagement, published["last_event"]), sorted(told)):
        if ballots := _last_with(number, lines, told[number]):
            yield number, ballots


def _counts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in COUNTS)


def _read(engagement: Engagement, up_to: int) -> _Log:
    log = _Log()
    for kind, payload in _events(engagement, up_to):
        if kind == EventKind.VOTES_WITHDRAWN:
            log.left_at[payload["participant"]].append(len(log.what))
            log.add(payload["participant"], NONE, LEFT)
        elif kind in (EventKind.VOTE_CAST, EventKind.VOTE_WITHDRAWN):
            log.add(payload["participant"], payload["statement"], payload.get("stance", TAKEN_BACK))
        elif kind == EventKind.STATEMENT_WITHDRAWN:
            log.add(NONE, payload["statement"], WITHDRAWN)
        elif kind in UNDONE:
            log.add(NONE, payload["statement"], APART)
        elif into := payload.get("into") or payload.get("keeps"):
            log.add_merge(payload["statement"], into)
    return log


def _events(engagement: Engagement, up_to: int) -> Iterator[tuple[str, dict[str, Any]]]:
    events = Event.objects.filter(engagement=engagement, pk__lte=up_to, kind__in=INPUT_KINDS).order_by("pk")
    return events.values_list("kind", "payload").iterator(chunk_size=20_000)


def _taken_apart(log: _Log, wanted: Iterable[int]) -> Iterator[tuple[int, list[Line]]]:
    """What happened to the votes on each of these statements, and on all it was ever merged with, in order."""
    if not log.what:
        return
    import numpy as np  # not in every web process

    statement = np.frombuffer(log.statement, dtype=np.int64)
    order = np.argsort(statement, kind="stable")
    numbers, begins = np.unique(statement[order], return_index=True)
    places_of = dict(zip(numbers.tolist(), np.split(order, begins[1:]), strict=True))
    for number in wanted:
        here = [places_of[one] for one in log.families.get(number, {number}) if one in places_of]
        yield number, _in_order(log, [place for places in here for place in places.tolist()])


def _in_order(log: _Log, places: list[int]) -> list[Line]:
    if log.left_at:
        voters = {log.who[place] for place in places}
        places += [place for who in voters & log.left_at.keys() for place in log.left_at[who]]
    return [(log.who[place], log.statement[place], log.what[place]) for place in sorted(places)]


def _last_with(number: int, lines: list[Line], counts: tuple[int, ...]) -> dict[int, int]:
    """The votes that counted after the last line that left exactly these counts; none when there was no such moment."""
    votes, n_lines = _Votes(number), 0
    for n, line in enumerate(lines, start=1):
        votes.read(line)
        if votes.counts() == counts:
            n_lines = n
    if n_lines == len(lines):
        return votes.counted
    votes = _Votes(number)
    for line in lines[:n_lines]:
        votes.read(line)
    return votes.counted


class _Votes:
    """The votes that count for one statement after some lines: those on it, and those carried to it (`carrying`)."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.given: dict[int, dict[int, int]] = defaultdict(dict)  # statement: participant: stance
        self.parents: dict[int, int] = {}
        self.sources = [number]  # whose votes count for it, first before second; none while it is merged itself
        self.counted: dict[int, int] = {}
        self.tally: Counter[int] = Counter()

    def counts(self) -> tuple[int, ...]:
        return self.tally[1], self.tally[0], self.tally[-1]

    def read(self, line: Line) -> None:
        who, statement, what = line
        if what in (MERGED, APART):
            self._merge(statement, who)
        elif what == WITHDRAWN:
            if statement not in self.parents:  # merged, only the words go
                self.given.pop(statement, None)
                self._count_all()
        elif what == LEFT:
            for votes in self.given.values():
                votes.pop(who, None)
            self._count(who)
        else:
            self._vote(who, statement, what)

    def _vote(self, who: int, statement: int, what: int) -> None:
        if what == TAKEN_BACK:
            self.given[statement].pop(who, None)
        else:
            self.given[statement][who] = what
        self._count(who)

    def _merge(self, statement: int, into: int) -> None:
        if into == NONE:
            self.parents.pop(statement, None)
        else:
            self.parents[statement] = into
        places = precedence(self.parents)
        alone = [] if self.number in self.parents else [self.number]
        self.sources = [source for source, (root, _) in places.items() if root == self.number] or alone
        self._count_all()

    def _count_all(self) -> None:
        self.counted.clear()
        self.tally.clear()
        for who in {who for source in self.sources for who in self.given[source]}:
            self._count(who)

    def _count(self, who: int) -> None:
        if (before := self.counted.pop(who, None)) is not None:
            self.tally[before] -= 1
        for source in self.sources:
            if (stance := self.given[source].get(who)) is not None:
                self.counted[who] = stance
                self.tally[stance] += 1
                return
