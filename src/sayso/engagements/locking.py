"""In which order writes wait for one another: an engagement's log first, then the engagement, then what stands in it.

Who takes a row and then the log can wait for somebody who took the log and then that row, for ever; so every write
that leaves an event begins here. The log is shared by all who write, and held alone by who must see or wipe all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from sayso.engagements.models import Engagement, Participant, Statement
from sayso.members.rules import Refused

_held: ContextVar[tuple[int, bool] | None] = ContextVar("held", default=None)  # by `writing`: whose log, and if whole
LOCK_SPACE = 7_441  # first half of PostgreSQL's advisory lock key; the engagement's id is the second
TRIAL_OVER = _("The trial is over. Please come back when it is open.")


@contextmanager
def writing(engagement: Engagement, *, by: Participant | None = None, is_whole: bool = False) -> Iterator[None]:
    """One transaction in which rows and events of an engagement are written.

    `is_whole` saves what is written within it a savepoint and a lock of its own: what fails there fails all of it, so
    nothing between may go on after a refusal. Raises Refused for a participant of a trial that was wiped while they
    waited.
    """
    if _held.get() == (engagement.pk, True):
        yield
        return
    with transaction.atomic():
        hold_log(engagement.pk)
        held = _held.set((engagement.pk, is_whole))
        try:
            if by and not engagement.is_opened and not Participant.objects.filter(pk=by.pk).exists():
                raise Refused(TRIAL_OVER)
            yield
        finally:
            _held.reset(held)


def locked(engagement: Engagement, *, alone: bool = False) -> Engagement:
    """The engagement as it stands, one change at a time. Votes need not wait (no_key), unless it is held alone."""
    hold_log(engagement.pk, alone=alone)
    return Engagement.objects.select_for_update(no_key=True).get(pk=engagement.pk)


def hold_log(engagement: int, *, alone: bool = False) -> None:
    """Until the transaction ends; held twice it is held once. Never alone after shared: two would wait for ever."""
    if not connection.in_atomic_block:
        raise RuntimeError("An event is written in the same transaction as its row.")
    if not alone and (held := _held.get()) and held[0] == engagement:
        return
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_SPACE, engagement])


def held_open(statement_id: int) -> Statement | None:
    """The state of a statement and its engagement's, as they are; until the end of the transaction nobody can decide
    on it, merge it or take it back. Those who vote on it do not wait for each other, as with `select_for_update` they
    would: the newest card is drawn for many at once. None where there is no such statement.

    What it counts for is read when asked, after the lock: joined here, it would be as it was before the wait.
    """
    own = ("id", "engagement_id", "author_id", "state", "counts_for_id", "state_before")
    names = ("id", "phase", "opened_at", "closed_at")
    asked = ", ".join([*(f"s.{name}" for name in own), *(f"e.{name}" for name in names)])
    statements, engagements = (connection.ops.quote_name(model._meta.db_table) for model in (Statement, Engagement))
    # SQLite has one writer at a time in any case.
    share = " FOR SHARE OF s" if connection.features.has_select_for_update else ""
    found = f"SELECT {asked} FROM {statements} s JOIN {engagements} e ON e.id = s.engagement_id WHERE s.id = %s{share}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(found, [statement_id])
        row = cursor.fetchone()
    if row is None:
        return None
    statement = Statement.from_db(connection.alias, own, row[: len(own)])
    statement.engagement = Engagement.from_db(connection.alias, names, row[len(own) :])
    return statement


def put_if_new(row: Model, *, unique: Sequence[str], changing: Sequence[str] = ()) -> bool:
    """Store a row in one statement; where one with the same `unique` fields stands, only its `changing` fields change.

    False when nothing was written: it stood there just so. Django's own ways need three statements, or do not tell.
    """
    with connection.cursor() as cursor:
        cursor.execute(_putting(type(row), tuple(unique), tuple(changing)), _values(row))
        return bool(cursor.rowcount)


def put(row: Model) -> None:
    """Store a new row, and tell it its number: what `save` does, without building the statement anew."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_inserting(type(row))} RETURNING {connection.ops.quote_name('id')}", _values(row))
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias


@lru_cache
def _putting(model: type[Model], unique: tuple[str, ...], changing: tuple[str, ...]) -> str:
    quoted = {field.name: connection.ops.quote_name(field.column) for field in _stored(model)}
    table = connection.ops.quote_name(model._meta.db_table)
    sets = ", ".join(f"{quoted[name]} = EXCLUDED.{quoted[name]}" for name in changing)
    differs = " OR ".join(f"{table}.{quoted[name]} <> EXCLUDED.{quoted[name]}" for name in changing)
    return f"{_inserting(model)} ON CONFLICT ({', '.join(quoted[name] for name in unique)}) " + (
        f"DO UPDATE SET {sets} WHERE {differs}" if changing else "DO NOTHING"
    )


@lru_cache
def _inserting(model: type[Model]) -> str:
    columns = ", ".join(connection.ops.quote_name(field.column) for field in _stored(model))
    places = ", ".join(["%s"] * len(_stored(model)))
    return f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608


def _stored(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]


def _values(row: Model) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, row._state.adding), connection) for field in _stored(type(row))]
