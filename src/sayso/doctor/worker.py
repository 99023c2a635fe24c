"""The worker, and what waits for it."""

from __future__ import annotations

from datetime import timedelta

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding

OVERDUE_WARN, OVERDUE_FAIL = timedelta(minutes=2), timedelta(minutes=15)


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


def _failed_custody() -> Finding:
    from sayso.custody import queries
    from sayso.web.kept_told import in_words

    jobs = queries.failed_jobs()
    if not jobs:
        return Finding("jobs.custody", OK, "No ballot record and no end of a key has been given up.")
    job = jobs[0]
    cause = f"{len(jobs)} given up; the last, for {job.engagement.slug}: {job.get_kind_display()}. {in_words(job.told)}"
    mend = (
        "See the worker's log. A ballot record is tried again when somebody looks for it, a key's end by its guardian."
    )
    return Finding("jobs.custody", FAIL, cause, mend)


FIRST = (
    Check(
        "worker.heartbeat",
        _worker_heartbeat,
        "Has a worker given a sign of life in the last half minute?",
        "Start one: `sayso worker`. Votes are safe meanwhile; results stand still.",
        needs="tables",
    ),
)
CHECKS = (
    Check(
        "jobs.oldest_due",
        _overdue_news,
        "How long has the oldest vote waited to be counted? Two minutes warn, fifteen fail.",
        "See the worker's log; start a second worker.",
        needs="tables",
    ),
    Check(
        "jobs.failed",
        _failed_jobs,
        "Was a distillation given up, with none that went well since?",
        "Report it with the worker's log. The next vote makes it try again.",
        needs="tables",
    ),
    Check(
        "jobs.custody",
        _failed_custody,
        "Was a ballot record, or what follows a destroyed key, given up?",
        "See the worker's log. The data guardian can have the end of a key tried again, on their page.",
        needs="tables",
    ),
)
