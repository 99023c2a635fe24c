"""Which votes are behind each published count. Reads the event log and the published snapshot; knows no members.

Published figures stand still while fewer than five votes are new, so they may be older than the snapshot they stand in.
The ballots of a statement are those of the last moment at which the log gave exactly its published counts: the record
then says no more of anybody than the counts do. A newer list beside an older count would show the votes between.

The log is held as columns, seventeen bytes a vote, and taken apart statement by statement.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sayso.engagements.events import INPUT_KINDS, EventKind
from sayso.engagements.models import Engagement, Event

Change = tuple[int | None, int | None]  # participant, None for everybody's; stance, None for taken back
COUNTS = ("n_agree", "n_pass", "n_disagree")
EVERYBODY, TAKEN_BACK = -1, 2


@dataclass
class _Log:
    participant: array[int] = field(default_factory=lambda: array("q"))
    statement: array[int] = field(default_factory=lambda: array("q"))
    stance: array[int] = field(default_factory=lambda: array("b"))
    left_at: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # votes in the log by then

    def add(self, participant: int, statement: int, stance: int) -> None:
        self.participant.append(participant)
        self.statement.append(statement)
        self.stance.append(stance)


def counted_ballots(engagement: Engagement, published: dict[str, Any]) -> Iterator[tuple[int, dict[int, int]]]:
    """Statement, and participant → stance, for each statement whose counts are told, by number."""
    told = {int(row["statement_id"]): _counts(row) for row in published["statements"] if row["seen"] is not None}
    for number, changes in _changes(_log(engagement, published["last_event"], set(told))):
        if ballots := _last_with(changes, told[number]):
            yield number, ballots


def _counts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in COUNTS)


def _log(engagement: Engagement, up_to: int, wanted: set[int]) -> _Log:
    log = _Log()
    for kind, payload in _events(engagement, up_to):
        if kind == EventKind.VOTES_WITHDRAWN:
            log.left_at[payload["participant"]].append(len(log.stance))
        elif payload["statement"] in wanted and kind == EventKind.STATEMENT_WITHDRAWN:
            log.add(EVERYBODY, payload["statement"], TAKEN_BACK)
        elif payload["statement"] in wanted and kind in (EventKind.VOTE_CAST, EventKind.VOTE_WITHDRAWN):
            log.add(payload["participant"], payload["statement"], payload.get("stance", TAKEN_BACK))
    return log


def _events(engagement: Engagement, up_to: int) -> Iterator[tuple[str, dict[str, Any]]]:
    events = Event.objects.filter(engagement=engagement, pk__lte=up_to, kind__in=INPUT_KINDS).order_by("pk")
    return events.values_list("kind", "payload").iterator(chunk_size=20_000)


def _changes(log: _Log) -> Iterator[tuple[int, list[Change]]]:
    """What happened to the votes on each statement, in order."""
    if not log.stance:
        return
    import numpy as np  # not in every web process

    statement = np.frombuffer(log.statement, dtype=np.int64)
    order = np.argsort(statement, kind="stable")
    numbers, begins = np.unique(statement[order], return_index=True)
    for number, places in zip(numbers.tolist(), np.split(order, begins[1:]), strict=True):
        yield number, _in_order(log, places.tolist())


def _in_order(log: _Log, places: list[int]) -> list[Change]:
    changes = [(place, log.participant[place], log.stance[place]) for place in places]
    if log.left_at:
        voters = {participant for _, participant, _ in changes}
        left = [(at - 0.5, who, TAKEN_BACK) for who in voters & log.left_at.keys() for at in log.left_at[who]]
        changes = sorted([*changes, *left])  # type: ignore[list-item]
    return [(None if who == EVERYBODY else who, None if stance == TAKEN_BACK else stance) for _, who, stance in changes]


def _last_with(changes: list[Change], counts: tuple[int, ...]) -> dict[int, int]:
    """The standing votes after the last change that left exactly these counts; none when there was no such moment."""
    n_changes, standing, tally = 0, dict[int, int](), Counter[int]()
    for number, change in enumerate(changes, start=1):
        _apply(change, standing, tally)
        if (tally[1], tally[0], tally[-1]) == counts:
            n_changes = number
    if n_changes == len(changes):
        return standing
    standing, tally = {}, Counter()
    for change in changes[:n_changes]:
        _apply(change, standing, tally)
    return standing


def _apply(change: Change, standing: dict[int, int], tally: Counter[int]) -> None:
    participant, stance = change
    if participant is None:
        standing.clear()
        tally.clear()
        return
    if (before := standing.pop(participant, None)) is not None:
        tally[before] -= 1
    if stance is not None:
        standing[participant] = stance
        tally[stance] += 1
