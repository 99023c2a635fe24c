"""What is done to the rows before a key goes: nothing is left that tells in which order, or when, people came.

Without the key a pseudonym leads to nobody. But the roster, the sign-ins, the letters and the records of office have
an order and moments of their own, and so has the log; laid side by side they would say who is who. So the log and the
votes are written anew: one event for each vote that stands and for each decision that holds, in the order of drawn
numbers, all at one moment. The newest snapshot can still be replayed from it, but for what it says of units and roles
in which few took part; earlier ones go.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db import OperationalError, connection
from django.db.models import Count, F
from django.utils import timezone

from sayso.distillations.models import IntegrityCheck, Place, Snapshot
from sayso.engagements.events import EventKind
from sayso.engagements.models import Engagement, Event, Participant, Statement, StatementState, Vote
from sayso.engagements.roster_at_opening.copying import forget_members
from sayso.moderation.sealing import forget_order

log = logging.getLogger("sayso.custody")

AT_ONCE = 5_000
OPENING = {True: EventKind.STATEMENT_SEEDED, False: EventKind.STATEMENT_PUBLISHED}
KEPT = (StatementState.PUBLISHED, StatementState.MERGED, StatementState.SPLIT)
NO_LONGER_LOOKED_FOR = "Anything: with the key went the moments at which answers came."

# All that tells of a participant or of a statement is drawn up anew. Acts of office stay as they are.
TELLING = ("participant", "statement")


class Differs(Exception):
    """The log drawn up anew would not give the published figures again; nothing was changed."""


def seal(engagement: Engagement) -> None:
    """Take order and moments out of everything that hangs on participants. In a transaction of the caller's."""
    newest = Snapshot.objects.filter(engagement=engagement).order_by("-last_event").first()
    before = _digest(engagement, newest.last_event) if newest else ""
    _forget_what_nobody_can_be_told(engagement, newest)
    _blur_small_groups(engagement)
    _write_votes_anew(engagement)
    _write_log_anew(engagement)
    _write_in_one_breath(engagement)
    if newest and _digest(engagement, newest.last_event) != before:
        raise Differs


def sweep() -> bool:
    """Have the database give up what it still holds of the rows as they were. False when it is too busy for that.

    Not inside a transaction: neither database can do it there.
    """
    try:
        _sweep()
    except OperationalError:
        log.exception("old rows may still lie in the database's file")
        return False
    return True


def _sweep() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for model in (Participant, Statement, Vote, Event):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'", [table])
            (index,) = cursor.fetchone()
            # Written out in the order of its numbers: else each row would lie where it came in.
            cursor.execute(f"CLUSTER {table} USING {connection.ops.quote_name(index)}")


def _digest(engagement: Engagement, last_event: int) -> str:
    from sayso.distillations import votes_store  # numpy: not in every web process

    # Without the roster: what few who took part have in common is blurred on purpose.
    return replace(votes_store.load(engagement, last_event), roster=None).digest()


def _forget_what_nobody_can_be_told(engagement: Engagement, newest: Snapshot | None) -> None:
    """Places and unpublished words are for their owner alone; nobody can be known as that any more."""
    Place.objects.filter(participant__engagement=engagement).delete()
    unread = Statement.objects.filter(engagement=engagement).exclude(state__in=KEPT)
    unread.filter(votes__isnull=True, merged__isnull=True).delete()
    forget_order(engagement=engagement)
    IntegrityCheck.objects.filter(engagement=engagement).update(
        last_event=newest.last_event if newest else 0,
        found={"people": 0, "named": 0, "suspicions": [], "turned": [], "not_looked_for": [NO_LONGER_LOOKED_FOR]},
    )
    if newest:
        Snapshot.objects.filter(engagement=engagement).exclude(pk=newest.pk).delete()
    forget_members(engagement=engagement)


def _blur_small_groups(engagement: Engagement) -> None:
    """Empty what was copied from the roster where fewer than the smallest group share it: it would name them.

    And the next larger group too while those emptied are fewer themselves: else what is empty says which it was.
    """
    copied = [field for field in Participant._meta.concrete_fields if not field.is_relation]
    empty = {field.name: field.get_default() for field in copied if field.name not in {"id", "pseudonym"}}
    here = Participant.objects.filter(engagement=engagement)
    groups = here.values(*empty).annotate(n_people=Count("pk")).order_by("n_people", *empty)
    n_emptied = 0
    for group in list(groups):
        n_people = group.pop("n_people")
        if n_people < engagement.min_group_scores or 0 < n_emptied < engagement.min_group_scores:
            here.filter(**group).update(**empty)
            n_emptied += n_people


def _write_votes_anew(engagement: Engagement) -> None:
    """Their numbers count up in the order of casting: past Django's objects, as there may be millions."""
    votes, statements = (connection.ops.quote_name(model._meta.db_table) for model in (Vote, Statement))
    columns = ", ".join(str(field.column) for field in Vote._meta.concrete_fields if not field.primary_key)
    here = f"statement_id IN (SELECT id FROM {statements} WHERE engagement_id = %s)"  # noqa: S608 - names are ours
    with connection.cursor() as cursor:
        kept = f"SELECT {columns} FROM {votes} WHERE {here}"  # noqa: S608
        cursor.execute(f"CREATE TEMPORARY TABLE votes_kept AS {kept}", [engagement.pk])
        cursor.execute(f"DELETE FROM {votes} WHERE {here}", [engagement.pk])  # noqa: S608
        in_order = f"SELECT {columns} FROM votes_kept ORDER BY statement_id, participant_id"  # noqa: S608
        cursor.execute(f"INSERT INTO {votes} ({columns}) {in_order}")
        cursor.execute("DROP TABLE votes_kept")


def _write_log_anew(engagement: Engagement) -> None:
    told = Event.objects.filter(engagement=engagement, payload__has_any_keys=TELLING)
    free = list(told.order_by("pk").values_list("pk", flat=True))
    decisions, merges = _last_decisions(engagement), _standing_merges(engagement)
    told.delete()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = (
        (number, engagement.pk, str(kind), json.dumps(payload), now)
        for number, (kind, payload) in zip(free, _happenings(engagement, decisions, merges), strict=False)
    )
    table = connection.ops.quote_name(Event._meta.db_table)
    insert = f"INSERT INTO {table} (id, engagement_id, kind, payload, created_at) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608
    with connection.cursor() as cursor:
        while batch := list(islice(rows, AT_ONCE)):
            cursor.executemany(insert, batch)


def _last_decisions(engagement: Engagement) -> dict[int, tuple[str, dict[str, Any]]]:
    """The decision on each statement that holds, with the moderator who stands for it."""
    kinds = (
        EventKind.STATEMENT_SEEDED,
        EventKind.STATEMENT_PUBLISHED,
        EventKind.STATEMENT_RETURNED,
        EventKind.STATEMENT_HIDDEN,
    )
    events = Event.objects.filter(engagement=engagement, kind__in=kinds).order_by("pk")
    return {payload["statement"]: (kind, payload) for kind, payload in events.values_list("kind", "payload")}


def _standing_merges(engagement: Engagement) -> list[tuple[str, dict[str, Any]]]:
    """Merges and splits that hold, by statement; of what is gone nothing is told."""
    kinds = (EventKind.STATEMENT_MERGED, EventKind.STATEMENT_SPLIT)
    events = Event.objects.filter(engagement=engagement, kind__in=kinds).order_by("pk")
    last = {(kind, payload["statement"]): payload for kind, payload in events.values_list("kind", "payload")}
    rows = engagement.statements.order_by("pk")
    here = {row.pk for row in rows}
    found: list[tuple[str, dict[str, Any]]] = []
    for row in rows:
        split, merged = (last.get((kind, row.pk)) for kind in reversed(kinds))
        if split and (row.state == StatementState.SPLIT or row.merged_into_id in split["parts"]):
            parts = [part for part in split["parts"] if part in here]
            found.append((EventKind.STATEMENT_SPLIT, {**split, "parts": parts, "keeps": row.merged_into_id}))
        elif merged and row.merged_into_id:
            found.append((EventKind.STATEMENT_MERGED, {**merged, "into": row.merged_into_id}))
    return found


def _happenings(
    engagement: Engagement,
    decisions: dict[int, tuple[str, dict[str, Any]]],
    merges: list[tuple[str, dict[str, Any]]],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a distillation reads first, so that it comes before the event the newest snapshot ends with."""
    statements = list(engagement.statements.order_by("pk"))
    # There were no events for these, and there are no numbers to spare: the split opened them.
    parts = {part for _, payload in merges for part in payload.get("parts", ())} - decisions.keys()
    told = parts | {payload["statement"] for _, payload in merges}
    yield from merges
    for statement in statements:
        usual = (OPENING[statement.is_seed], {"statement": statement.pk})
        if statement.pk in decisions or statement.pk not in told:
            yield decisions.get(statement.pk, usual)
    for statement in statements:
        for participant, stance, is_important, probability in _votes_on(statement):
            drawn = {} if probability is None else {"probability": probability}
            payload = {"participant": participant, "statement": statement.pk, "stance": stance}
            yield EventKind.VOTE_CAST, {**payload, "is_important": is_important, **drawn}
    for statement in statements:
        if statement.author_id is not None and statement.pk not in parts:
            said = {"statement": statement.pk, "participant": statement.author_id, "topic": statement.topic_id}
            yield EventKind.STATEMENT_SAID, said


def _votes_on(statement: Statement) -> Iterable[tuple[int, int, bool, float | None]]:
    votes = statement.votes.order_by("participant_id")
    return votes.values_list("participant_id", "stance", "is_important", "probability").iterator(AT_ONCE)


def _write_in_one_breath(engagement: Engagement) -> None:
    """PostgreSQL marks each row with the transaction that wrote it last, and these count up too."""
    Participant.objects.filter(engagement=engagement).update(unit=F("unit"))
    Statement.objects.filter(engagement=engagement).update(arrived=None)
