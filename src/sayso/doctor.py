"""`sayso doctor`: is everything that Sayso needs in order? Each finding has an id, a state, a cause and a mend.

Looks only: it changes nothing but a row that it takes back. Imports no Django until it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

OK, WARN, FAIL = "ok", "warn", "fail"
SIGNS = {OK: "✓", WARN: "!", FAIL: "✗"}

LEAST_DISK_BYTES, LITTLE_DISK_BYTES = 200 * 2**20, 2 * 2**30
CONNECT_S = 5
CLOCK_WARN_S, CLOCK_FAIL_S = 2.0, 30.0
OVERDUE_WARN, OVERDUE_FAIL = timedelta(minutes=2), timedelta(minutes=15)
TEXT_ASSETS = ("fonts/literata-latin.woff2", "tokens.css", "components.css", "js/poll.js")


@dataclass(frozen=True)
class Finding:
    """What one check saw. `mend` is empty when there is nothing to mend."""

    id: str
    state: str
    cause: str
    mend: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    findings = list(examine())
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{SIGNS[finding.state]} {finding.id}: {finding.cause}")
            if finding.mend:
                print(f"    mend: {finding.mend}")
    return 1 if any(finding.state == FAIL for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """All findings, the worker's first: a worker that does not run is what most often ails such a house."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        yield Finding("settings", FAIL, str(wrong), "Correct the variable; docs/settings.md lists them all.")
        return
    except OSError as wrong:
        yield Finding("settings", FAIL, f"The data folder cannot be used: {wrong}", "Set SAYSO_DATA to one that can.")
        return
    database = _database_reachable()
    needing_database = database.state == OK and _tables_are_there()
    yield from _guarded("worker.heartbeat", _worker_heartbeat, needing_database)
    yield database
    for name, check in _DATABASE_CHECKS.items():
        yield from _guarded(name, check, database.state == OK if name in _BEFORE_TABLES else needing_database)
    for name, check in _OTHER_CHECKS.items():
        yield from _guarded(name, check, True)


def _guarded(name: str, check: Callable[[], Finding | list[Finding]], can_run: bool) -> Iterator[Finding]:
    """The check's findings; a check that itself fails is a finding too."""
    if not can_run:
        yield Finding(name, FAIL, "Cannot be known while the database is not in order.", "Mend the database first.")
        return
    try:
        found = check()
    except Exception as wrong:
        yield Finding(name, FAIL, f"The check itself failed: {type(wrong).__name__}: {wrong}", "Report it to us.")
        return
    yield from found if isinstance(found, list) else [found]


# The worker and its jobs


def _worker_heartbeat() -> Finding:
    from django.utils import timezone

    from sayso.distillations import queries
    from sayso.distillations.rules import is_alive

    mend = "Start one: sayso worker. Votes are safe meanwhile; results stand still."
    heartbeat = queries.newest_heartbeat()
    if heartbeat is None:
        return Finding("worker.heartbeat", FAIL, "No worker has ever run here.", mend)
    age = timezone.now() - heartbeat.beat_at
    seconds = max(round(age.total_seconds()), 0)
    if is_alive(heartbeat, timezone.now()):
        return Finding("worker.heartbeat", OK, f"Worker {heartbeat.worker} gave a sign of life {seconds} s ago.")
    return Finding("worker.heartbeat", FAIL, f"The last sign of life of a worker is {seconds} s old.", mend)


def _overdue_news() -> Finding:
    from django.utils import timezone

    from sayso.distillations import queries

    oldest = queries.oldest_unread_event()
    if oldest is None:
        return Finding("jobs.oldest_due", OK, "No vote waits to be counted.")
    waited = timezone.now() - oldest
    minutes = waited.total_seconds() / 60
    cause = f"The oldest vote not yet counted has waited {minutes:.0f} minutes."
    if waited > OVERDUE_FAIL:
        return Finding("jobs.oldest_due", FAIL, cause, "See the worker's log; start a worker: sayso worker.")
    if waited > OVERDUE_WARN:
        return Finding("jobs.oldest_due", WARN, cause, "Wait, or start a second worker: sayso worker.")
    return Finding("jobs.oldest_due", OK, "Votes are counted as they come in.")


def _failed_jobs() -> Finding:
    from sayso.distillations import queries

    jobs = queries.failed_jobs()
    if not jobs:
        return Finding("jobs.failed", OK, "No distillation has been given up.")
    job = jobs[0]
    last_line = job.error.strip().splitlines()[-1] if job.error.strip() else "no error was kept"
    cause = f"{len(jobs)} given up; the last, for {job.engagement.slug}: {last_line}"
    return Finding("jobs.failed", FAIL, cause, "Report it with the worker's log. The next vote makes it try again.")


# The database


def _database_reachable() -> Finding:
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


def _tables_are_there() -> bool:
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


def _sqlite_pragmas() -> Finding | list[Finding]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        values = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")}
    if values == {"journal_mode": "wal", "foreign_keys": 1}:
        return Finding("database.sqlite", OK, "Write-ahead log and foreign keys are on.")
    mend = "Keep the data folder on a local disk: network folders cannot hold a write-ahead log."
    return Finding("database.sqlite", FAIL, f"SQLite runs with {values}.", mend)


def _clock() -> Finding:
    from django.db import connection
    from django.utils import timezone

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            seconds = cursor.execute("SELECT (julianday('now') - 2440587.5) * 86400.0").fetchone()[0]
        else:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            seconds = cursor.fetchone()[0]
    apart_s = abs(timezone.now().timestamp() - float(seconds))
    cause = f"This machine's clock and the database's are {apart_s:.1f} s apart."
    state = FAIL if apart_s > CLOCK_FAIL_S else WARN if apart_s > CLOCK_WARN_S else OK
    return Finding("clock", state, cause, "" if state == OK else "Set both by NTP.")


def _engagement_keys() -> Finding:
    from django.conf import settings

    from sayso.engagements.models import Engagement

    slugs = list(Engagement.objects.values_list("slug", flat=True))
    folder = Path(settings.DATA_DIR) / "keys"
    missing = [slug for slug in slugs if not (folder / f"{slug}.key").is_file()]
    loose = [slug for slug in slugs if slug not in missing and _is_loose(folder / f"{slug}.key")]
    if missing:
        mend = "Bring the key file back from the guardian's copy: without it nobody finds their own answers again."
        return Finding("keys.engagements", FAIL, f"No key file for: {', '.join(missing)}.", mend)
    if loose:
        mend = f"chmod 600 {folder}/*.key"
        return Finding("keys.engagements", FAIL, f"Others can read the key of: {', '.join(loose)}.", mend)
    return Finding("keys.engagements", OK, f"{len(slugs)} kept, readable by their owner only.")


# The house around it


def _is_loose(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _secret_key() -> Finding:
    from django.conf import settings

    if os.environ.get("SAYSO_SECRET_KEY"):
        return Finding("keys.secret", OK, "The signing key comes from the environment.")
    path = Path(settings.DATA_DIR) / "keys" / "secret"
    if not path.is_file():
        return Finding("keys.secret", FAIL, f"{path} is missing.", "Start again: it is made when Sayso starts.")
    if _is_loose(path) or _is_loose(path.parent):
        return Finding("keys.secret", FAIL, f"Others can read {path}.", f"chmod 700 {path.parent}; chmod 600 {path}")
    return Finding("keys.secret", OK, "Readable by its owner only.")


def _mail() -> Finding:
    from django.conf import settings

    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if settings.DEMO:
        return Finding("mail", OK, "The demo sends none.")
    if backend != "smtp":
        mend = "Set SAYSO_SMTP_HOST and SAYSO_MAIL_FROM."
        return Finding("mail", WARN, f"Mail goes to {backend}, not out: nobody can sign in from elsewhere.", mend)
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        return Finding("mail", WARN, "Mail is sent as sayso@localhost, and may be refused.", "Set SAYSO_MAIL_FROM.")
    return _mail_server()


def _mail_server() -> Finding:
    import smtplib

    from django.conf import settings
    from django.core.mail import get_connection

    try:
        connection = get_connection(fail_silently=False, timeout=5)
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as wrong:
        cause = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take mail: {wrong}"
        return Finding("mail", FAIL, cause, "Check SAYSO_SMTP_HOST, _PORT, _USER and _PASSWORD.")
    return Finding("mail", OK, f"{settings.EMAIL_HOST} takes mail.")


def _disk() -> Finding:
    from django.conf import settings

    free = shutil.disk_usage(settings.DATA_DIR).free
    cause = f"{free / 2**30:.1f} GB free for the data folder."
    state = FAIL if free < LEAST_DISK_BYTES else WARN if free < LITTLE_DISK_BYTES else OK
    return Finding("disk", state, cause, "" if state == OK else f"Make room on the disk of {settings.DATA_DIR}.")


def _https() -> Finding:
    from django.conf import settings

    if settings.DEMO:
        return Finding("https", OK, "Off, as the demo answers this machine only.")
    if settings.HTTPS and set(settings.ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}:
        cause = "On, but only this machine's own names are allowed."
        return Finding("https", WARN, cause, "Set SAYSO_HOSTS to the name people type.")
    if settings.HTTPS:
        return Finding("https", OK, f"On, for {', '.join(settings.ALLOWED_HOSTS)}.")
    return Finding("https", WARN, "Off: what people say travels in the open.", "Set SAYSO_HTTPS=1 behind a proxy.")


def _static_files() -> Finding:
    from django.contrib.staticfiles import finders

    missing = [name for name in TEXT_ASSETS if finders.find(f"web/{name}") is None]
    if missing:
        mend = "Install Sayso anew: pip install --force-reinstall 'sayso[web]'."
        return Finding("static.files", FAIL, f"Missing: {', '.join(missing)}.", mend)
    return Finding("static.files", OK, "Styles, scripts and the letters of people's words are there.")


_BEFORE_TABLES = {"database.migrations", "database.sqlite"}
_DATABASE_CHECKS: dict[str, Callable[[], Finding | list[Finding]]] = {
    "database.migrations": _migrations,
    "database.sqlite": _sqlite_pragmas,
    "jobs.oldest_due": _overdue_news,
    "jobs.failed": _failed_jobs,
    "clock": _clock,
    "keys.engagements": _engagement_keys,
}
_OTHER_CHECKS: dict[str, Callable[[], Finding | list[Finding]]] = {
    "keys.secret": _secret_key,
    "mail": _mail,
    "disk": _disk,
    "https": _https,
    "static.files": _static_files,
}
