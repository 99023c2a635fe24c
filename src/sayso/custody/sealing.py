"""Writes the log and the votes of an engagement anew, so that neither order nor moments are left. Knows no key.

The key is gone before this begins. Without it a pseudonym leads to nobody; but rows have an order and events have
moments, and so have the roster, sessions and letters. What is kept: the decisions that hold and the votes that stand,
in the order of their numbers, at one moment, on the numbers of the old events. The newest snapshot can be made again
from it. What was copied from the roster is emptied where fewer than a group share it; earlier snapshots go.

It goes on in batches, each one transaction together with how far it is (`CustodyJob`), so that it may be killed
anywhere, others can write in between, and millions of votes need no memory. Before anything is changed the log to come
is read as a distillation would: it must give the published input again.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from sayso.custody.jobs import keep
from sayso.custody.models import CustodyJob
from sayso.distillations import queries as distilled
from sayso.distillations.models import IntegrityCheck, Place, Snapshot
from sayso.engagements.correcting import forget_corrections
from sayso.engagements.events import INPUT_KINDS, EventKind, settled_events
from sayso.engagements.models import Engagement, Event, Participant, Statement, StatementState, Translation, Vote
from sayso.engagements.roster_at_opening.copying import forget_members
from sayso.moderation.sealing import forget_order
from sayso.replies.leaving import forget_authors
from sayso.replies.leaving import write_in_one_breath as write_replies_in_one_breath
from sayso.replies.models import Acknowledgement, AuthorQuestion, NoQuestions, Reply
from sayso.rooms.sheet_actions import forget_sheets
from sayso.web.kept_words import sentence

log = logging.getLogger("sayso.custody")

AT_ONCE = 5_000
EMPTYING_TRIES = 10
VOTES_A_BATCH = 20_000
STATEMENTS_AT_ONCE = 500
OPENING = {True: EventKind.STATEMENT_SEEDED, False: EventKind.STATEMENT_PUBLISHED}
DECISIONS = (
    EventKind.STATEMENT_SEEDED,
    EventKind.STATEMENT_PUBLISHED,
    EventKind.STATEMENT_RETURNED,
    EventKind.STATEMENT_HIDDEN,
)
JOINING = (EventKind.STATEMENT_MERGED, EventKind.STATEMENT_SPLIT)
KEPT = (StatementState.PUBLISHED, StatementState.MERGED, StatementState.SPLIT)
NO_LONGER_LOOKED_FOR = "Anything: with the key went the moments at which answers came."

# Each row of these could lie where it came in.
LAID_ANEW = (Participant, Statement, Translation, Vote, Event, Reply)

# All that tells of a participant or of a statement is drawn up anew. Acts of office stay as they are.
TELLING = ("participant", "statement")
# Reasons for taking no part stay as rows without order or moment; their events have both.
OF_SILENCE = (EventKind.REASON_TOLD, EventKind.REASON_TAKEN_BACK)

Happening = tuple[str, dict[str, Any]]
Teller = Callable[[int, int], None]


class Differs(Exception):
    """The log drawn up anew would not give the published figures again; nothing was changed."""


class NotYet(Exception):
    """Something has to be counted first."""


def seal(job: CustodyJob, tell: Teller) -> None:
    """All that is left to do of it, from where the job is. Raises Differs, NotYet."""
    if not job.is_begun:
        _begin(job)
    while not job.is_sealed:
        tell(job.n_done, job.n_all)
        if batch := _next_statements(job):
            _write_anew(job, batch)
        else:
            _end(job)


def _begin(job: CustodyJob) -> None:
    """What is small: decisions, and what nobody can be told any more."""
    engagement = job.engagement
    newest = Snapshot.objects.filter(engagement=engagement).order_by("-last_event").first()
    if newest and (_is_uncounted(engagement, newest) or _is_being_counted(engagement)):
        raise NotYet
    seen_to = _last_event(engagement)
    keep(job=job, step=sentence("Trying whether the figures can be made again"), n_done=0, n_all=0)
    if newest and _digest(engagement, newest.last_event) != _digest_to_come(engagement, newest.last_event):
        raise Differs
    with settled_events(engagement):
        if _last_event(engagement) != seen_to:
            raise NotYet
        _forget_what_nobody_can_be_told(engagement, newest)
        _blur_small_groups(engagement)
        rows = list(_decisions(engagement))
        written_to = _write_events(job, rows, len(rows))
        n_all = Vote.objects.filter(statement__engagement=engagement).count()
        keep(job=job, is_begun=True, written_to=written_to, n_all=n_all, step=sentence("Writing the log anew"))


def _is_uncounted(engagement: Engagement, newest: Snapshot) -> bool:
    return newest.last_event < distilled.last_input_event(engagement)


def _is_being_counted(engagement: Engagement) -> bool:
    return engagement.jobs.filter(state__in=distilled.OPEN_STATES).exists()


def _last_event(engagement: Engagement) -> int | None:
    return Event.objects.filter(engagement=engagement).order_by("-pk").values_list("pk", flat=True).first()


def _digest(engagement: Engagement, last_event: int) -> str:
    from sayso.distillations import votes_store  # numpy: not in every web process

    return _without_roster(votes_store.load(engagement, last_event))


def _digest_to_come(engagement: Engagement, last_event: int) -> str:
    """Of the log as it will be, up to the same event, before a line of it is written."""
    from sayso.distillations import votes_store

    n_up_to = _told(engagement).filter(pk__lte=last_event).count()
    now = timezone.now()
    to_come = islice(_happenings(engagement), n_up_to)
    rows = ((str(kind), payload, now) for kind, payload in to_come if kind in INPUT_KINDS)
    return _without_roster(votes_store.of_rows(engagement, rows))


def _without_roster(conversation: Any) -> str:
    """What few who took part have in common is blurred on purpose."""
    return str(replace(conversation, roster=None).digest())


def _next_statements(job: CustodyJob) -> list[int]:
    """The next ones, with as many votes as go into one batch; one at least."""
    here = Statement.objects.filter(engagement=job.engagement, pk__gt=job.statement_done).order_by("pk")
    batch: list[int] = []
    n_votes = 0
    for statement, number in here.annotate(n=Count("votes")).values_list("pk", "n")[:STATEMENTS_AT_ONCE]:
        if batch and n_votes + number > VOTES_A_BATCH:
            break
        batch.append(statement)
        n_votes += number
    return batch


def _write_anew(job: CustodyJob, statements: list[int]) -> None:
    """Votes on these statements and the events of those votes, in one transaction with how far it is."""
    with transaction.atomic():
        n_votes = _write_votes_anew(statements)
        written_to = _write_events(job, _votes_cast(statements), n_votes)
        keep(job=job, written_to=written_to, statement_done=statements[-1], n_done=job.n_done + n_votes)


def _end(job: CustodyJob) -> None:
    """Who said what comes last: a distillation does not read it. What is left of the old log goes."""
    with transaction.atomic():
        said = list(_said(job.engagement))
        written_to = _write_events(job, said, len(said))
        _told(job.engagement).filter(pk__gt=written_to).delete()
        _write_in_one_breath(job.engagement)
        keep(job=job, is_sealed=True, written_to=written_to)


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
            _empty_write_ahead_log(cursor)
            return
        for model in (*LAID_ANEW, AuthorQuestion, NoQuestions, Acknowledgement):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'", [table])
            (index,) = cursor.fetchone()
            # Written out in the order of its numbers: else each row would lie where it came in.
            cursor.execute(f"CLUSTER {table} USING {connection.ops.quote_name(index)}")


def _empty_write_ahead_log(cursor: Any) -> None:
    """It holds old pages as well. Somebody who reads or writes meanwhile is no error to SQLite: it only says so."""
    for _ in range(EMPTYING_TRIES):
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, *_ = cursor.fetchone()
        if not is_busy:
            return
        time.sleep(1)
    raise OperationalError("The write-ahead log is in use.")


def _forget_what_nobody_can_be_told(engagement: Engagement, newest: Snapshot | None) -> None:
    """Places and unpublished words are for their owner alone; nobody can be known as that any more."""
    Place.objects.filter(participant__engagement=engagement).delete()
    forget_authors(engagement=engagement)
    Statement.objects.filter(engagement=engagement).exclude(pk__in=_kept(engagement).values("pk")).delete()
    forget_order(engagement=engagement)
    forget_corrections(engagement=engagement)
    Translation.objects.filter(statement__engagement=engagement, text="").delete()  # they carry a moment
    IntegrityCheck.objects.filter(engagement=engagement).update(
        last_event=newest.last_event if newest else 0,
        found={"people": 0, "named": 0, "suspicions": [], "turned": [], "not_looked_for": [NO_LONGER_LOOKED_FOR]},
    )
    if newest:
        Snapshot.objects.filter(engagement=engagement).exclude(pk=newest.pk).delete()
    # A name leads from its words to their author, and from there to every answer of theirs.
    Statement.objects.filter(engagement=engagement).exclude(signed_name="").update(signed_name="")
    Event.objects.filter(engagement=engagement, kind__in=OF_SILENCE).delete()
    forget_members(engagement=engagement)
    forget_sheets(engagement_pk=engagement.pk)


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


def _kept(engagement: Engagement) -> Any:
    """Statements that stay: published ones, those with votes, and those that others are merged with or made of."""
    has_votes = Exists(Vote.objects.filter(statement=OuterRef("pk")))
    return engagement.statements.filter(
        Q(state__in=KEPT) | has_votes | Exists(Statement.objects.filter(merged_into=OuterRef("pk")))
    )


def _told(engagement: Engagement) -> Any:
    """Events that tell of a participant or of a statement."""
    return Event.objects.filter(engagement=engagement, payload__has_any_keys=TELLING)


def _write_votes_anew(statements: list[int]) -> int:
    """Their numbers count up in the order of casting: past Django's objects, as there may be millions."""
    votes = connection.ops.quote_name(Vote._meta.db_table)
    columns = ", ".join(str(field.column) for field in Vote._meta.concrete_fields if not field.primary_key)
    here = f"statement_id IN ({', '.join(map(str, map(int, statements)))})"
    with connection.cursor() as cursor:
        kept = f"SELECT {columns} FROM {votes} WHERE {here}"  # noqa: S608 - names are ours, numbers are numbers
        cursor.execute(f"CREATE TEMPORARY TABLE votes_kept AS {kept}")
        cursor.execute(f"DELETE FROM {votes} WHERE {here}")  # noqa: S608
        in_order = f"SELECT {columns} FROM votes_kept ORDER BY statement_id, participant_id"  # noqa: S608
        cursor.execute(f"INSERT INTO {votes} ({columns}) {in_order}")
        n_votes = int(cursor.rowcount)
        cursor.execute("DROP TABLE votes_kept")
    return n_votes


def _write_events(job: CustodyJob, happenings: Iterable[Happening], number: int) -> int:
    """In place of as many old ones, on their numbers; the last of these. All at the moment the end was ordered."""
    old = _told(job.engagement).filter(pk__gt=job.written_to).order_by("pk")
    numbers: list[int] = list(old.values_list("pk", flat=True)[:number])
    if not numbers:
        return job.written_to
    old.filter(pk__lte=numbers[-1]).order_by().delete()
    moment = connection.ops.adapt_datetimefield_value(job.asked_at)
    rows = (
        (pk, job.engagement_id, str(kind), json.dumps(payload), moment)
        for pk, (kind, payload) in zip(numbers, happenings, strict=False)
    )
    table = connection.ops.quote_name(Event._meta.db_table)
    insert = f"INSERT INTO {table} (id, engagement_id, kind, payload, created_at) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608
    with connection.cursor() as cursor:
        while batch := list(islice(rows, AT_ONCE)):
            cursor.executemany(insert, batch)
    return numbers[-1]


def _happenings(engagement: Engagement) -> Iterator[Happening]:
    """What a distillation reads first, so that it comes before the event the newest snapshot ends with."""
    yield from _decisions(engagement)
    statements = list(_kept(engagement).order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(statements), STATEMENTS_AT_ONCE):
        yield from _votes_cast(statements[begin : begin + STATEMENTS_AT_ONCE])
    yield from _said(engagement)


def _decisions(engagement: Engagement) -> Iterator[Happening]:
    """Merges and splits that hold; then the decision on each statement that holds, with who stands for it."""
    merges, decisions = _standing_merges(engagement), _last_decisions(engagement)
    yield from merges
    untold = _opened_by_split(merges, decisions) | {payload["statement"] for _, payload in merges}
    for statement, is_seed in _kept(engagement).order_by("pk").values_list("pk", "is_seed"):
        if statement in decisions or statement not in untold:
            yield decisions.get(statement, (OPENING[is_seed], {"statement": statement}))


def _last_decisions(engagement: Engagement) -> dict[int, Happening]:
    events = Event.objects.filter(engagement=engagement, kind__in=DECISIONS).order_by("pk")
    return {payload["statement"]: (kind, payload) for kind, payload in events.values_list("kind", "payload")}


def _standing_merges(engagement: Engagement) -> list[Happening]:
    """By statement; of what is gone nothing is told."""
    events = Event.objects.filter(engagement=engagement, kind__in=JOINING).order_by("pk")
    last = {(kind, payload["statement"]): payload for kind, payload in events.values_list("kind", "payload")}
    rows = _kept(engagement).order_by("pk").values_list("pk", "state", "merged_into_id")
    here = {number for number, *_ in rows}
    found: list[Happening] = []
    for number, state, into in rows:
        merged, split = (last.get((kind, number)) for kind in JOINING)
        if split and (state == StatementState.SPLIT or into in split["parts"]):
            parts = [part for part in split["parts"] if part in here]
            found.append((EventKind.STATEMENT_SPLIT, {**split, "parts": parts, "keeps": into}))
        elif merged and into:
            found.append((EventKind.STATEMENT_MERGED, {**merged, "into": into}))
    return found


def _opened_by_split(merges: list[Happening], decisions: dict[int, Happening]) -> set[int]:
    """There were no events for these parts, neither said nor opened, and there are no numbers to spare."""
    return {part for _, payload in merges for part in payload.get("parts", ())} - decisions.keys()


def _votes_cast(statements: list[int]) -> Iterator[Happening]:
    votes = Vote.objects.filter(statement__in=statements).order_by("statement_id", "participant_id")
    columns = votes.values_list("participant_id", "statement_id", "stance", "is_important", "probability")
    for participant, statement, stance, is_important, probability in columns.iterator(AT_ONCE):
        told = {} if probability is None else {"probability": probability}
        payload = {"participant": participant, "statement": statement, "stance": stance}
        yield EventKind.VOTE_CAST, {**payload, "is_important": is_important, **told}


def _said(engagement: Engagement) -> Iterator[Happening]:
    parts = _opened_by_split(_standing_merges(engagement), _last_decisions(engagement))
    statements = _kept(engagement).exclude(author=None).exclude(pk__in=parts).order_by("pk")
    for statement, author, topic in statements.values_list("pk", "author_id", "topic_id"):
        yield EventKind.STATEMENT_SAID, {"statement": statement, "participant": author, "topic": topic}


def _write_in_one_breath(engagement: Engagement) -> None:
    """PostgreSQL marks each row with the transaction that wrote it last, and these count up too."""
    Participant.objects.filter(engagement=engagement).update(unit=F("unit"))
    Statement.objects.filter(engagement=engagement).update(arrived=None)
    write_replies_in_one_breath(engagement)
