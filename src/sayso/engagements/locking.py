"""One change of an engagement at a time; and what votes need quick and whole, in the databases' own words."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

from sayso.engagements.models import Engagement, Statement


def locked(engagement: Engagement) -> Engagement:
    """The engagement as it stands, one change at a time. Votes need not wait: no_key."""
    return Engagement.objects.select_for_update(no_key=True).get(pk=engagement.pk)


def held_open(statement_id: int) -> Statement:
    """The state of a statement and its engagement's, as they are; until the end of the transaction nobody can decide
    on it or take it back. Those who vote on it do not wait for each other, as with `select_for_update` they would: the
    newest card is drawn for many at once. Raises DoesNotExist."""
    names = ("id", "phase", "opened_at", "closed_at")
    asked = ", ".join(["s.state", *(f"e.{name}" for name in names)])
    statements, engagements = (connection.ops.quote_name(model._meta.db_table) for model in (Statement, Engagement))
    # SQLite has one writer at a time in any case.
    share = " FOR SHARE OF s" if connection.features.has_select_for_update else ""
    found = f"SELECT {asked} FROM {statements} s JOIN {engagements} e ON e.id = s.engagement_id WHERE s.id = %s{share}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(found, [statement_id])
        row = cursor.fetchone()
    if row is None:
        raise Statement.DoesNotExist
    state, *values = row
    statement = Statement.from_db(connection.alias, ["id", "engagement_id", "state"], [statement_id, values[0], state])
    statement.engagement = Engagement.from_db(connection.alias, names, values)
    return statement


def put_if_new(row: Model, *, unique: Sequence[str], changing: Sequence[str] = ()) -> bool:
    """Store a row in one statement; where one with the same `unique` fields stands, only its `changing` fields change.

    False when nothing was written: it stood there just so. Django's own ways need three statements, or do not tell.
    """
    fields = [field for field in row._meta.concrete_fields if field is not row._meta.auto_field]
    quoted = {field.name: connection.ops.quote_name(str(field.column)) for field in fields}
    table = connection.ops.quote_name(row._meta.db_table)
    sets = ", ".join(f"{quoted[name]} = EXCLUDED.{quoted[name]}" for name in changing)
    differs = " OR ".join(f"{table}.{quoted[name]} <> EXCLUDED.{quoted[name]}" for name in changing)
    statement = (
        f"INSERT INTO {table} ({', '.join(quoted.values())}) VALUES ({', '.join(['%s'] * len(fields))}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(quoted[name] for name in unique)}) "
        + (f"DO UPDATE SET {sets} WHERE {differs}" if changing else "DO NOTHING")
    )
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)
