"""The database: it answers, can be written to, has our tables, and SQLite runs as it should."""

from __future__ import annotations

from sayso.doctor.finding import FAIL, OK, Check, Finding, Found

CONNECT_S = 5


def writable() -> Finding:
    from django.db import DatabaseError, connection, transaction

    try:
        _connect_shortly()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE doctor_was_here (one integer)")
            cursor.execute("DROP TABLE doctor_was_here")
    except (DatabaseError, OSError) as wrong:
        mend = "See that it runs, that SAYSO_DATABASE_URL is right, and that Sayso may write there."
        return Finding("database.writable", FAIL, f"It cannot be written to: {str(wrong).strip()}", mend)
    return Finding("database.writable", OK, f"{connection.vendor} answers and can be written to.")


def _connect_shortly() -> None:
    """Once without the pool, which would go on trying for half a minute."""
    from django.db import connection

    if connection.vendor == "postgresql":
        parameters = {**connection.get_connection_params(), "connect_timeout": CONNECT_S}
        parameters.pop("pool", None)
        with connection.wrap_database_errors:
            connection.Database.connect(**parameters).close()  # type: ignore[attr-defined]


def tables_are_there() -> bool:
    from django.db import connection

    from sayso.distillations.models import Heartbeat

    return Heartbeat._meta.db_table in connection.introspection.table_names()


def _migrations() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Finding(
            "database.migrations", FAIL, f"{len(plan)} steps are not applied yet.", "sayso serve applies them."
        )
    return Finding("database.migrations", OK, "The tables are up to date.")


def _sqlite_pragmas() -> Found:
    from django.db import connection

    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        values = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")}
    if values == {"journal_mode": "wal", "foreign_keys": 1}:
        return Finding("database.sqlite", OK, "Write-ahead log and foreign keys are on.")
    mend = "Keep the data folder on a local disk: network folders cannot hold a write-ahead log."
    return Finding("database.sqlite", FAIL, f"SQLite runs with {values}.", mend)


CHECKS = (
    Check(
        "database.writable",
        writable,
        "Does the database answer within five seconds, and can a table be made and taken back?",
        "See that it runs, that `SAYSO_DATABASE_URL` is right, and that Sayso may write there.",
    ),
    Check(
        "database.migrations",
        _migrations,
        "Are the tables those of this version?",
        "`sayso serve` applies what is missing.",
        needs="database",
    ),
    Check(
        "database.sqlite",
        _sqlite_pragmas,
        "On SQLite: are the write-ahead log and foreign keys on?",
        "Keep the data folder on a local disk: network folders cannot hold a write-ahead log.",
        needs="database",
    ),
)
