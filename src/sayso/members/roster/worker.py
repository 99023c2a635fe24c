"""The worker's half for the roster: reads files, compares, carries out, takes back; one job at a time.

Runs in a thread of its own inside `sayso worker`, so that no file waits for a long distillation. Killed outright, the
lease runs out and the next one goes on where it was: what is carried out is kept batch by batch, with how far it is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from sayso.members.leases import in_hand, teller
from sayso.members.models import RosterFile, RosterJob, RosterJobKind, RosterJobState, RosterUpdate, UpdateState
from sayso.members.roster.actions import carry_out_roster, take_back_roster
from sayso.members.roster.columns import HEADINGS, ColumnsUnclear, guess_columns
from sayso.members.roster.jobs import StopWanted, claim_job, close_job, report_progress
from sayso.members.roster.looking import look_at_roster
from sayso.members.roster.queries import remembered_columns
from sayso.members.roster.sheet import UnreadableRoster, read_sheet
from sayso.members.roster.uploads import path_of, throw_away, throw_away_old
from sayso.members.rules import Refused
from sayso.web.kept_words import sentence, to_keep

log = logging.getLogger("sayso.roster")

THROW_AWAY_EVERY = timedelta(hours=1)
SAMPLES, SAMPLE_CHARACTERS = 3, 60
OUR_FAULT = sentence(
    "It could not be done, and the fault is ours. What was done before is safe. Try again, or tell us."
)


class RosterWorker:
    def __init__(self, *, worker: str, stop: threading.Event | None = None, lease_s: float | None = None) -> None:
        self.name = worker
        self.stop = stop or threading.Event()
        self.lease_s = settings.WORKER_LEASE_S if lease_s is None else lease_s
        self._cleared_at = timezone.now() - THROW_AWAY_EVERY

    def run_once(self) -> None:
        """Do what is due now, then end."""
        while not self.stop.is_set() and self.round():
            pass

    def round(self) -> bool:
        """Do one job; True when there was one."""
        now = timezone.now()
        if now - self._cleared_at >= THROW_AWAY_EVERY:
            throw_away_old(now=now)
            self._cleared_at = now
        job = claim_job(worker=self.name, now=now, lease_s=self.lease_s)
        if job:
            self._work(job)
        return job is not None

    def close(self) -> None:
        """Nothing is kept open between jobs."""

    def _work(self, job: RosterJob) -> None:
        def failed(told: str = OUR_FAULT) -> None:
            close_job(job=job, state=RosterJobState.FAILED, told=told)

        def tell(n_done: int, n_all: int) -> None:
            report_progress(job=job, n_done=n_done, n_all=n_all)

        with in_hand(job, lease_s=self.lease_s, log=log, failed=failed):
            try:
                DOING[RosterJobKind(job.kind)](job, teller(tell, self.stop))
            except StopWanted:
                close_job(job=job, state=RosterJobState.STOPPED)
            except (UnreadableRoster, ColumnsUnclear, Refused) as problem:
                failed(to_keep(problem))


Teller = Callable[[int, int], None]


def _read(job: RosterJob, tell: Teller) -> None:
    """Headings and a few values of each column, for whoever says what they hold."""
    file = _file(job)
    tell(0, 1)
    try:
        sheet = read_sheet(path_of(file), file.name)
    except UnreadableRoster:
        throw_away(file=file)
        raise
    columns = guess_columns(sheet.header, remembered_columns(job.organisation))
    RosterFile.objects.filter(pk=file.pk).update(
        header=sheet.header,
        samples=[_first_values(cells[column] for _, cells in sheet.rows) for column in range(len(sheet.header))],
        columns={field: sheet.header[column] for field, column in columns.items()},
    )
    close_job(job=job, state=RosterJobState.DONE)


def _first_values(cells: Iterable[str]) -> list[str]:
    found: list[str] = []
    for cell in cells:
        if cell and cell not in found:
            found.append(cell[:SAMPLE_CHARACTERS])
        if len(found) == SAMPLES:
            break
    return found


def _look(job: RosterJob, tell: Teller) -> None:
    file = _file(job)
    RosterUpdate.objects.filter(
        organisation=job.organisation, state=UpdateState.LOOKING, brought_by__isnull=False
    ).delete()
    update = look_at_roster(
        organisation=job.organisation,
        file=path_of(file),
        told_columns=dict.fromkeys(HEADINGS, "") | dict(file.columns),
        who_is_missing_left=file.who_is_missing_left,
        file_name=file.name,
        by=job.asked_by,
        progress=tell,
    )
    earlier = file.update_made
    close_job(job=job, state=RosterJobState.DONE, update_made=update)
    RosterFile.objects.filter(pk=file.pk).update(update_made=update)
    if earlier and earlier.state == UpdateState.LOOKED_AT:
        earlier.delete()


def _carry_out(job: RosterJob, tell: Teller) -> None:
    update = _update(job)
    if update.state != UpdateState.DONE:  # the worker before this one may have ended just after the last batch
        carry_out_roster(update=update, progress=tell)
    if file := RosterFile.objects.filter(update_made=update).first():
        throw_away(file=file)
    close_job(job=job, state=RosterJobState.DONE)


def _take_back(job: RosterJob, tell: Teller) -> None:
    update = _update(job)
    if update.state != UpdateState.TAKEN_BACK:
        take_back_roster(update=update, progress=tell)
    close_job(job=job, state=RosterJobState.DONE)


def _file(job: RosterJob) -> RosterFile:
    if job.file is None or not path_of(job.file).exists():
        raise Refused(sentence("The file is no longer kept. Nothing was changed. Bring it again."))
    return job.file


def _update(job: RosterJob) -> RosterUpdate:
    if job.update_made is None:
        raise Refused(sentence("It was thrown away meanwhile. Nothing was changed."))
    return job.update_made


DOING: dict[RosterJobKind, Callable[[RosterJob, Teller], None]] = {
    RosterJobKind.READ: _read,
    RosterJobKind.LOOK: _look,
    RosterJobKind.CARRY_OUT: _carry_out,
    RosterJobKind.TAKE_BACK: _take_back,
}
