"""The only road from rows to engine votes: an engagement's event log, up to one event, as a `Conversation`.

Reads events, not the Vote table, so that the same event number gives the same conversation for ever.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from sayso.distillations import queries, roster_store
from sayso.engagements.carrying import precedence
from sayso.engagements.events import INPUT_KINDS, EventKind, settled_events
from sayso.engagements.models import Engagement, Event, IdentityLevel, Statement
from sayso.engine.conversation import Conversation
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix

Row = tuple[str, dict[str, Any], datetime]

ROWS_PER_FETCH = 20_000
MERGING = (EventKind.STATEMENT_MERGED, EventKind.MERGE_UNDONE, EventKind.STATEMENT_SPLIT, EventKind.SPLIT_UNDONE)
WITHDRAWN = 2  # beside the stances −1, 0 and 1


def last_visible_event(engagement: Engagement) -> int:
    """The last event that a distillation reads, such that every earlier one can be read too."""
    with settled_events(engagement):
        return queries.last_input_event(engagement)


def load(engagement: Engagement, up_to_event: int) -> Conversation:
    """What was said and voted up to and including an event.

    Statements that were open for votes by then, by id; one turned down later stays as `rejected` while it has votes.
    Participants with at least one vote that stands, by id. O(events).
    """
    return of_rows(engagement, rows_up_to(engagement, up_to_event))


def rows_up_to(engagement: Engagement, up_to_event: int) -> Iterator[Row]:
    events = Event.objects.filter(engagement=engagement, id__lte=up_to_event, kind__in=INPUT_KINDS).order_by("id")
    return events.values_list("kind", "payload", "created_at").iterator(chunk_size=ROWS_PER_FETCH)


def of_rows(engagement: Engagement, rows: Iterable[Row]) -> Conversation:
    """The same from events that stand in no log yet."""
    log = _read_log(rows)
    voter, column, stance, cast_at = _carried(log, *_standing_votes(log))
    statement_ids = _kept_statements(log, column)
    is_kept = np.isin(column, statement_ids)
    participant_ids, row = np.unique(voter[is_kept], return_inverse=True)
    votes = VoteMatrix.from_arrays(
        row,
        np.searchsorted(statement_ids, column[is_kept]),
        stance[is_kept],
        n_participants=len(participant_ids),
        n_statements=len(statement_ids),
    )
    return _conversation(engagement, log, votes, cast_at[is_kept], participant_ids, statement_ids)


@dataclass
class _Log:
    """The events as columns: votes in the order they were cast, and the last decision on each statement."""

    voter: array[int] = field(default_factory=lambda: array("q"))
    statement: array[int] = field(default_factory=lambda: array("q"))
    stance: array[int] = field(default_factory=lambda: array("q"))
    cast_at: array[float] = field(default_factory=lambda: array("d"))
    is_open: dict[int, bool] = field(default_factory=dict)
    left_at: dict[int, int] = field(default_factory=dict)  # participant: votes in the log when they took all back
    gone_at: dict[int, int] = field(default_factory=dict)  # statement: votes in the log when it was taken back
    parents: dict[int, int] = field(default_factory=dict)  # statement: what it is merged into
    split: set[int] = field(default_factory=set)


def _read_log(rows: Iterable[Row]) -> _Log:
    log = _Log()
    for kind, payload, created_at in rows:
        if kind in (EventKind.VOTE_CAST, EventKind.VOTE_WITHDRAWN):
            log.voter.append(payload["participant"])
            log.statement.append(payload["statement"])
            log.stance.append(payload["stance"] if kind == EventKind.VOTE_CAST else WITHDRAWN)
            log.cast_at.append(created_at.timestamp())
        elif kind == EventKind.VOTES_WITHDRAWN:
            log.left_at[payload["participant"]] = len(log.voter)
        elif kind == EventKind.STATEMENT_WITHDRAWN:
            if payload["statement"] not in log.parents:  # merged, only the words go
                log.is_open.pop(payload["statement"], None)
                log.split.discard(payload["statement"])
                log.gone_at[payload["statement"]] = len(log.voter)
        elif kind in MERGING:
            _read_merge(log, kind, payload)
        else:
            log.is_open[payload["statement"]] = kind in (EventKind.STATEMENT_PUBLISHED, EventKind.STATEMENT_SEEDED)
    return log


def _read_merge(log: _Log, kind: str, payload: dict[str, Any]) -> None:
    statement = payload["statement"]
    if kind == EventKind.STATEMENT_MERGED:
        log.parents[statement] = payload["into"]
    elif kind == EventKind.MERGE_UNDONE:
        log.parents.pop(statement, None)
    elif kind == EventKind.STATEMENT_SPLIT:
        log.split.add(statement)
        log.is_open |= dict.fromkeys(payload["parts"], True)
        if payload["keeps"]:
            log.parents[statement] = payload["keeps"]
    else:
        log.split.discard(statement)
        log.parents.pop(statement, None)
        for part in payload["parts"]:
            log.is_open.pop(part, None)


def _carried(
    log: _Log, voter: IntArray, statement: IntArray, stance: IntArray, cast_at: FloatArray
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Votes on what was merged, on what it was merged into, one a person and statement: as `carrying` says."""
    places = precedence(log.parents)
    if not places:
        return voter, statement, stance, cast_at
    numbers = np.array(sorted(places), dtype=np.int64)
    told = np.array([places[number] for number in numbers.tolist()], dtype=np.int64)
    at = np.minimum(np.searchsorted(numbers, statement), len(numbers) - 1)
    is_merged = numbers[at] == statement
    root = np.where(is_merged, told[at, 0], statement)
    place = np.where(is_merged, told[at, 1], 0)
    order = np.lexsort((place, root, voter))
    voter, root, stance, cast_at = voter[order], root[order], stance[order], cast_at[order]
    is_first = np.ones(len(voter), dtype=bool)
    is_first[1:] = (voter[1:] != voter[:-1]) | (root[1:] != root[:-1])
    return voter[is_first], root[is_first], stance[is_first], cast_at[is_first]


def _standing_votes(log: _Log) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Participant ids, statement ids, stances and times of the last vote of each pair, those withdrawn left out:
    one by one, with all of their participant's, or with the statement they were about.

    By participant, then statement: the order of a `VoteMatrix`.
    """
    voter, statement = np.array(log.voter, dtype=np.int64), np.array(log.statement, dtype=np.int64)
    stance = np.array(log.stance, dtype=np.int64)
    stance[_is_void(voter, log.left_at) | _is_void(statement, log.gone_at)] = WITHDRAWN
    order = np.lexsort((np.arange(len(voter)), statement, voter))
    voter, statement, stance = voter[order], statement[order], stance[order]
    is_last = np.ones(len(voter), dtype=bool)
    is_last[:-1] = (voter[1:] != voter[:-1]) | (statement[1:] != statement[:-1])
    stands = is_last & (stance != WITHDRAWN)
    return voter[stands], statement[stands], stance[stands], np.array(log.cast_at)[order][stands]


def _is_void(column: IntArray, gone_at: dict[int, int]) -> BoolArray:
    """Which votes were cast before their participant, or their statement, was taken back."""
    if not gone_at:
        return np.zeros(len(column), dtype=bool)
    numbers = np.array(sorted(gone_at), dtype=np.int64)
    n_before = np.array([gone_at[number] for number in numbers.tolist()], dtype=np.int64)
    place = np.minimum(np.searchsorted(numbers, column), len(numbers) - 1)
    is_void: BoolArray = (numbers[place] == column) & (np.arange(len(column)) < n_before[place])
    return is_void


def _kept_statements(log: _Log, voted_on: IntArray) -> IntArray:
    """Ids of the statements open for votes, and of those turned down after they had been voted on."""
    standing = [statement for statement in log.is_open if statement not in log.parents]
    are_open = [statement for statement in standing if log.is_open[statement] and statement not in log.split]
    decided = np.array(standing, dtype=np.int64)
    return np.union1d(np.array(are_open, dtype=np.int64), np.intersect1d(decided, voted_on))


def _conversation(
    engagement: Engagement,
    log: _Log,
    votes: VoteMatrix,
    cast_at: FloatArray,
    participant_ids: IntArray,
    statement_ids: IntArray,
) -> Conversation:
    rows = Statement.objects.filter(engagement=engagement).values_list(
        "pk", "text", "topic__title", "is_seed", "author_id"
    )
    said = {row[0]: row[1:] for row in rows}
    kept = [said[int(statement)] for statement in statement_ids]
    has_guests = engagement.identity_level == IdentityLevel.GUEST
    row_of = {int(participant): row for row, participant in enumerate(participant_ids)}
    return Conversation(
        votes=votes,
        participant_ids=tuple(map(str, participant_ids.tolist())),
        statement_ids=tuple(map(str, statement_ids.tolist())),
        texts=tuple(text for text, *_ in kept),
        topics=tuple(topic for _, topic, *_ in kept),
        is_seed=np.array([is_seed for _, _, is_seed, _ in kept], dtype=bool),
        rejected=np.array(
            [not log.is_open[number] or number in log.split for number in statement_ids.tolist()], dtype=bool
        ),
        author=np.array([row_of.get(author, -1) for *_, author in kept], dtype=np.int64),
        title=engagement.title,
        question=engagement.objective,
        # Guests are not of the roster: with them, figures tell of those who answered, and of nobody else.
        n_members=None if has_guests else engagement.n_members,
        roster=None if has_guests else roster_store.load(engagement, participant_ids),
        cast_at=cast_at,
    )
