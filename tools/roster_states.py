"""Rosters in every state worth looking at: alone, brought, compared, waiting for a worker, and a file nobody can read.

Knows keepers and files; knows nothing of what anyone said.
"""

from __future__ import annotations

from django.utils import timezone

from sayso.members.actions import add_member, add_organisation
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import Member, RosterFile, RosterJob, RosterJobKind, RosterUpdate
from sayso.members.roster.jobs import stop_job, want_job
from sayso.members.roster.uploads import keep_file
from sayso.members.roster.worker import RosterWorker

HEAD = "Staff no;Name;E-mail;Department;Manager;Cost centre\n"
UNITS = ("Care > Home care > North", "Care > Home care > South", "Care > Wards", "Roads", "Libraries")


def build_keepers() -> tuple[dict[str, Member], dict[str, str]]:
    """The keepers by name, and the addresses of work that no keeper's page leads to."""
    keeper, waiting = _keeper("The county", "K1"), _keeper("Waiting room", "K2")
    _carry_out(keeper, _compared(keeper, "people.csv", _rows(1, 240)))
    wrong = "0001;Twice;;;;\n;Nobody;;;;\n0900;Bad Mail;not a mail;;;\n"
    _compared(keeper, "people-in-may.csv", _rows(20, 260, moved=True) + wrong)
    back, stopped = _keeper("The orchard", "K4"), _keeper("The mill", "K5")
    _take_back(back)
    halted = _read(stopped, _file(stopped, "people.csv", _rows(1, 9)))
    stop_job(job=halted, now=timezone.now())
    unreadable = _read(keeper, keep_file(by=keeper, name="photo.csv", chunks=[b"\x89PNG\0"]))
    RosterWorker(worker="screens").run_once()
    kept = _read(waiting, _file(waiting, "later.csv", _rows(1, 9)))
    keepers = {"keeper": keeper, "keeper-alone": _keeper("Quiet house", "K3"), "keeper-waiting": waiting}
    keepers |= {"keeper-back": back, "keeper-stopped": stopped}
    jobs = {"waiting": kept, "unreadable": unreadable, "stopped": halted}
    return keepers, {f"work-{name}": f"/roster/jobs/{job.pk}/" for name, job in jobs.items()}


def _read(keeper: Member, file: RosterFile) -> RosterJob:
    return want_job(kind=RosterJobKind.READ, by=keeper, file=file)


def _keeper(name: str, staff_number: str) -> Member:
    organisation = add_organisation(name=name)
    keeper = add_member(organisation=organisation, full_name="Kim Keeper", staff_number=staff_number)
    appoint_keeper(member=keeper)
    return keeper


def _rows(first: int, last: int, *, moved: bool = False) -> str:
    return "".join(
        f"{n:04};Person {n};{f'p{n}@county.example' if n % 3 else ''};{UNITS[(n + moved * (n % 4 == 0)) % 5]};"
        f"{max(1, n // 10):04};900\n"
        for n in range(first, last + 1)
    )


def _file(keeper: Member, name: str, rows: str) -> RosterFile:
    return keep_file(by=keeper, name=name, chunks=[(HEAD + rows).encode()])


def _compared(keeper: Member, name: str, rows: str) -> RosterUpdate:
    file = _file(keeper, name, rows)
    for kind in (RosterJobKind.READ, RosterJobKind.LOOK):
        want_job(kind=kind, by=keeper, file=file)
        RosterWorker(worker="screens").run_once()
    found = RosterFile.objects.get(pk=file.pk).update_made
    assert found is not None
    return found


def _carry_out(keeper: Member, update: RosterUpdate) -> None:
    want_job(kind=RosterJobKind.CARRY_OUT, by=keeper, update=update)
    RosterWorker(worker="screens").run_once()


def _take_back(keeper: Member) -> None:
    """A file carried out and taken back, so that those it brought count as gone."""
    update = _compared(keeper, "orchard.csv", _rows(1, 6))
    _carry_out(keeper, update)
    want_job(kind=RosterJobKind.TAKE_BACK, by=keeper, update=update)
    RosterWorker(worker="screens").run_once()
