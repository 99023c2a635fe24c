"""Bringing a file to the roster: looked at, carried out, stopped, gone on with, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sayso.members import actions
from sayso.members.models import Member, Organisation, RosterUpdate, UpdateState
from sayso.members.roster.actions import RosterBusy, carry_out_roster, take_back_roster
from sayso.members.roster.command import run as roster_command
from sayso.members.roster.looking import look_at_roster
from sayso.members.roster.queries import people_on_roster

pytestmark = pytest.mark.django_db
HEAD = "staff number,name,email,unit,manager,site\n"
FIRST = (
    HEAD + "1,Ann,ann@x.org,Care,,North\n2,Bo,,Care > Home,1,\n3,Cy,cy@x.org,Care > Home > Night,2,\n4,,x@x.org,,,\n"
)
SECOND = HEAD + "1,Ann,ann@x.org,Roads,,North\n2,Bo,bo@x.org,Care > Home,,\n5,Di,,Roads,1,South\n"


@pytest.fixture
def organisation() -> Organisation:
    return actions.add_organisation(name="The county")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def bring(organisation: Organisation, file: Path, text: str, **asked: Any) -> RosterUpdate:
    file.write_text(text, encoding="utf-8")
    return carry_out_roster(update=look_at_roster(organisation=organisation, file=file, **asked))


def state(organisation: Organisation) -> list[tuple[bool, dict[str, str]]]:
    return [(person.is_active, dict(person.told)) for person in people_on_roster(organisation)]


def test_looking_changes_nothing(organisation: Organisation, file: Path) -> None:
    file.write_text(FIRST, encoding="utf-8")
    update = look_at_roster(organisation=organisation, file=file)
    assert (update.n_rows, update.state, Member.objects.count()) == (4, UpdateState.LOOKED_AT, 0)
    refused = update.lines.get(kind="refused")
    assert (refused.row, refused.told) == (5, "The name is empty. Mend: give the person a name.")


def test_people_units_and_managers_come_in(organisation: Organisation, file: Path) -> None:
    assert bring(organisation, file, FIRST).state == UpdateState.DONE
    told = {person.told["staff_number"]: person.told for person in people_on_roster(organisation)}
    assert told["3"] == {
        "staff_number": "3",
        "full_name": "Cy",
        "email": "cy@x.org",
        "unit": "Care > Home > Night",
        "manager": "2",
        "role": "",
        "site": "",
        "language": "",
    }
    assert organisation.units.count() == 3
    assert not Member.objects.get(staff_number="3").has_usable_password()


def test_the_same_file_again_does_nothing(organisation: Organisation, file: Path) -> None:
    bring(organisation, file, FIRST)
    before = state(organisation)
    again = bring(organisation, file, FIRST)
    assert set(again.lines.values_list("kind", flat=True)) == {"refused"}
    assert (again.n_same, state(organisation)) == (3, before)


@pytest.mark.parametrize("batch", [1, 2, 5_000])
def test_taking_back_gives_what_was_before_and_those_added_as_gone(
    organisation: Organisation, file: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("sayso.members.roster.actions.BATCH", batch)
    bring(organisation, file, FIRST)
    before = state(organisation)
    update = bring(organisation, file, SECOND, who_is_missing_left=True)
    after = state(organisation)
    assert [is_active for is_active, _ in after] == [True, True, False, True]
    assert (after[0][1]["unit"], after[1][1]["manager"], after[1][1]["email"]) == ("Roads", "", "bo@x.org")
    assert take_back_roster(update=update).state == UpdateState.TAKEN_BACK
    assert state(organisation) == [*before, (False, after[3][1])]
    bring(organisation, file, SECOND, who_is_missing_left=True)
    assert state(organisation) == after
    assert Member.objects.count() == 4


def test_stopped_anywhere_it_goes_on_and_nobody_comes_twice(
    organisation: Organisation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.members.roster.actions.BATCH", 1)
    file.write_text(FIRST, encoding="utf-8")
    update = look_at_roster(organisation=organisation, file=file)

    class Stopped(Exception):
        pass

    def stop(done: int, of: int) -> None:
        raise Stopped

    for _ in range(3):
        with pytest.raises(Stopped):
            carry_out_roster(update=update, progress=stop)
        half_way = look_at_roster(organisation=organisation, file=file)
        update.refresh_from_db()
        assert update.state == UpdateState.CARRYING_OUT
    seen: list[tuple[int, int]] = []
    carry_out_roster(update=update, progress=lambda done, of: seen.append((done, of)))
    assert (seen, Member.objects.count()) == ([(4, 5), (5, 5)], 3)  # the last line tells of new units
    with pytest.raises(RosterBusy, match="carried out already"):
        carry_out_roster(update=update)
    with pytest.raises(RosterBusy, match="look at it again"):
        carry_out_roster(update=half_way)


def test_what_was_looked_at_before_another_change_must_be_looked_at_again(
    organisation: Organisation, file: Path
) -> None:
    file.write_text(FIRST, encoding="utf-8")
    early = look_at_roster(organisation=organisation, file=file)
    update = bring(organisation, file, SECOND)
    with pytest.raises(RosterBusy, match="look at it again"):
        carry_out_roster(update=early)
    later = bring(organisation, file, FIRST)
    with pytest.raises(RosterBusy, match=f"take back update {later.pk} first"):
        take_back_roster(update=update)


def test_columns_told_once_are_remembered(organisation: Organisation, file: Path) -> None:
    text = "Key,Who\n1,Ann\n"
    bring(organisation, file, text, told_columns={"staff_number": "Key", "full_name": "Who"})
    assert look_at_roster(organisation=organisation, file=file).n_same == 1


def test_an_address_of_another_organisation_is_refused_without_saying_whose(
    organisation: Organisation, file: Path
) -> None:
    actions.add_member(organisation=actions.add_organisation(name="Other"), full_name="Secret", email="ann@x.org")
    update = bring(organisation, file, FIRST)
    told = update.lines.get(kind="refused", row=2).told
    assert told == "The e-mail address is in use already. Mend: correct it, or leave it empty."


def test_a_leavers_open_session_ends(organisation: Organisation, file: Path) -> None:
    bring(organisation, file, FIRST)
    client = Client()
    client.force_login(Member.objects.get(staff_number="3"))
    assert client.get("/").wsgi_request.user.is_authenticated
    bring(organisation, file, SECOND, who_is_missing_left=True)
    assert not client.get("/").wsgi_request.user.is_authenticated


def test_the_command_looks_does_and_undoes(
    organisation: Organisation, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from argparse import ArgumentParser

    from sayso.members.roster.command import add_arguments

    parser = ArgumentParser()
    add_arguments(parser)

    def call(*words: str) -> tuple[int, str]:
        status = roster_command(parser.parse_args(words))
        told = capsys.readouterr()
        return status, told.out + told.err

    file.write_text(FIRST, encoding="utf-8")
    status, told = call("look", str(file))
    number = str(RosterUpdate.objects.get().pk)
    assert status == 0
    assert "3 added, 0 changed, 0 gone, 1 refused, 0 as they were." in told
    assert "Row 5: The name is empty." in told
    assert call("carry-out", number)[0] == 0
    assert Member.objects.filter(is_active=True).count() == 3
    assert call("take-back", number)[0] == 0
    assert Member.objects.filter(is_active=True).count() == 0
    assert call("carry-out", number) == (1, f"Update {number} is taken back already.\n")
    assert call("show", "999")[0] == 1
    assert call("look", str(file), "--column", "unit=Nowhere")[0] == 1


def test_a_database_that_is_away_is_told_not_traced(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    file = tmp_path / "people.csv"
    file.write_text(FIRST, encoding="utf-8")
    away = {"SAYSO_DATA": str(tmp_path / "data"), "SAYSO_DATABASE_URL": f"postgresql://u:p@127.0.0.1:{_free_port()}/x"}
    done = subprocess.run(
        [sys.executable, "-m", "sayso.cli", "roster", "look", str(file)],
        env={**os.environ, **away},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "sayso roster: the database does not answer:" in done.stderr
    assert "Traceback" not in done.stderr


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
