"""A directory and files on one roster: neither overwrites what the other told later."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory import ENTERPRISE, USER, Directory, open_directory
from sayso.members.models import AccessKind, AccessRecord, Member, RosterUpdate, UpdateState
from sayso.members.roster.actions import RosterBusy, carry_out_roster, take_back_roster
from sayso.members.roster.looking import look_at_roster

pytestmark = pytest.mark.django_db
HEAD = "staff number,name,email,unit,manager\n"


@pytest.fixture
def directory() -> Directory:
    return open_directory()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def look(directory: Directory, file: Path, rows: str) -> RosterUpdate:
    file.write_text(HEAD + rows, encoding="utf-8")
    return look_at_roster(organisation=directory.organisation, file=file)


def put(directory: Directory, member: Member, **told: object) -> None:
    status, body = directory.ask("PUT", f"Users/u{member.pk}", {"schemas": [USER], **told})
    assert status == 200, body


def test_a_file_looked_at_before_has_to_be_looked_at_again(directory: Directory, file: Path) -> None:
    update = look(directory, file, "1,Ann,ann@x.org,,\n")
    told = directory.create("bo@x.org")
    with pytest.raises(RosterBusy, match="look at it again"):
        carry_out_roster(update=update)
    update = look(directory, file, "1,Ann,ann@x.org,,\n")
    directory.get(f"Users/{told['id']}")
    directory.patch(f"Users/{told['id']}", {"op": "replace", "path": "active", "value": True})
    carry_out_roster(update=update)  # looking, and telling what was so already, change nothing


def test_a_file_knows_again_whom_the_directory_brought(directory: Directory, file: Path) -> None:
    told = directory.create("ann@x.org", **{ENTERPRISE: {"employeeNumber": "1", "department": "Care > Night"}})
    update = carry_out_roster(update=look(directory, file, "1,Ann Roe,ann@x.org,Care > Night,\n"))
    assert [line.kind for line in update.lines.all()] == ["changed"]
    assert directory.get(f"Users/{told['id']}")["userName"] == "ann@x.org"
    assert Member.objects.get(staff_number="1").full_name == "Ann Roe"


def test_half_way_through_a_file_the_directory_waits(
    directory: Directory, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.members.roster.actions.BATCH", 1)
    update = look(directory, file, "1,Ann,ann@x.org,,\n2,Bo,bo@x.org,,\n")

    class Stopped(Exception):
        pass

    def stop(done: int, of: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        carry_out_roster(update=update, progress=stop)
    reply = directory.reply("POST", "Users", {"schemas": [USER], "userName": "bo@x.org"})
    assert (reply.status_code, reply["Retry-After"]) == (503, "60")
    assert directory.get("Users")["totalResults"] == 2, "reading goes on"
    carry_out_roster(update=update)
    assert directory.ask("POST", "Users", {"schemas": [USER], "userName": "cy@x.org"})[0] == 201


def test_undo_takes_back_only_what_still_stands(directory: Directory, file: Path) -> None:
    carry_out_roster(
        update=look(directory, file, "1,Ann,ann@x.org,Care,\n2,Bo,bo@x.org,Care,1\n3,Cy,cy@x.org,Care,1\n")
    )
    update = look(
        directory, file, "1,Ann,ann@x.org,Roads,\n2,Bo,bo2@x.org,Roads,3\n3,Cyd,cy2@x.org,Roads,1\n4,Di,,,\n5,Ed,,,\n"
    )
    carry_out_roster(update=update)
    ann, bo, cy, di, ed = Member.objects.filter(staff_number__isnull=False).order_by("staff_number")
    put(directory, ann, userName="ann", **{ENTERPRISE: {"department": "Harbour"}})
    put(directory, di, userName="di")
    directory.create("new", emails=[{"value": "cy@x.org"}])
    directory.delete(f"Users/u{ed.pk}")
    take_back_roster(update=update)
    for member in (ann, bo, cy, di, ed):
        member.refresh_from_db()
    assert str(ann.unit) == "Harbour", "the directory moved her since"
    assert (bo.email, str(bo.unit), bo.manager) == ("bo@x.org", "Care", ann)
    assert (cy.full_name, cy.email) == ("Cy", "cy2@x.org"), "his old address is somebody else's"
    assert (di.is_active, ed.is_active) == (True, False), "the directory has taken over the one, and removed the other"
    assert RosterUpdate.objects.get(pk=update.pk).state == UpdateState.TAKEN_BACK


def test_changes_stand_on_record_once_a_day(directory: Directory) -> None:
    AccessRecord.objects.all().delete()
    directory.get("Users")
    assert not AccessRecord.objects.exists()
    for name in ("a", "b"):
        directory.delete(f"Users/{directory.create(name)['id']}")
    record = AccessRecord.objects.get()
    assert (record.kind, record.by, record.detail) == (AccessKind.ROSTER_CHANGED, None, "by the directory “Entra ID”")
