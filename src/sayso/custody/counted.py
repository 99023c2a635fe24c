"""Which votes are behind each published count. Reads the event log and the published snapshot; knows no members.

Published figures stand still while fewer than five votes are new, so they may be older than the snapshot they stand in.
The ballots of a statement are those of the last moment at which the log gave exactly its published counts: the record
then says no more of anybody than the counts do. A newer list beside an older count would show the votes between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sayso.engagements.events import INPUT_KINDS, EventKind
from sayso.engagements.models import Engagement, Event

Change = tuple[int | None, int | None]  # participant, None for everybody's; stance, None for taken back
COUNTS = ("n_agree", "n_pass", "n_disagree")


def counted_ballots(engagement: Engagement, published: dict[str, Any]) -> dict[int, dict[int, int]]:
    """Statement → participant → stance, for each statement whose counts are told."""
    told = {int(row["statement_id"]): _counts(row) for row in published["statements"] if row["seen"] is not None}
    changes = _changes(engagement, published["last_event"], set(told))
    found = {number: _last_with(changes[number], counts) for number, counts in told.items()}
    return {number: ballots for number, ballots in found.items() if ballots}


def _counts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in COUNTS)


def _changes(engagement: Engagement, up_to: int, wanted: set[int]) -> dict[int, list[Change]]:
    """What happened to the votes on each statement, in order."""
    changes: dict[int, list[Change]] = {number: [] for number in wanted}
    for kind, payload in _events(engagement, up_to):
        if kind == EventKind.VOTES_WITHDRAWN:
            for on_one in changes.values():
                on_one.append((payload["participant"], None))
        elif payload["statement"] in wanted and kind == EventKind.STATEMENT_WITHDRAWN:
            changes[payload["statement"]].append((None, None))
        elif payload["statement"] in wanted and kind in (EventKind.VOTE_CAST, EventKind.VOTE_WITHDRAWN):
            changes[payload["statement"]].append((payload["participant"], payload.get("stance")))
    return changes


def _events(engagement: Engagement, up_to: int) -> Iterator[tuple[str, dict[str, Any]]]:
    events = Event.objects.filter(engagement=engagement, pk__lte=up_to, kind__in=INPUT_KINDS).order_by("pk")
    return events.values_list("kind", "payload").iterator(chunk_size=20_000)


def _last_with(changes: list[Change], counts: tuple[int, ...]) -> dict[int, int]:
    """The standing votes after the last change that left exactly these counts; none when there was no such moment."""
    n_changes, standing, tally = 0, dict[int, int](), Counter[int]()
    for number, change in enumerate(changes, start=1):
        _apply(change, standing, tally)
        if (tally[1], tally[0], tally[-1]) == counts:
            n_changes = number
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
