"""Bringing a file by the keeper's pages: read, said what it holds, compared, carried out, stopped, taken back."""

from __future__ import annotations

import csv
import io
import stat
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from members.keeping import HEAD, Desk, open_desk, text_of
from sayso.members import actions
from sayso.members.leases import LeaseLost
from sayso.members.models import (
    AccessRecord,
    Member,
    RosterFile,
    RosterJob,
    RosterJobState,
    RosterUpdate,
    UpdateState,
)
from sayso.members.roster.jobs import claim_job, close_job, report_progress
from sayso.members.roster.queries import people_on_roster
from sayso.members.roster.uploads import path_of, throw_away_old
from sayso.members.roster.worker import RosterWorker
from sayso.web.kept_words import sentence, to_keep

pytestmark = pytest.mark.django_db
TOO_LARGE = "%(name)s is larger than %(most)s MB. Mend: bring it in several files."
FIRST = (
    HEAD
    + "K1,Kim Keeper,,Office,\n1,Ann,ann@x.org,Care,K1\n2,Bo,,Care > Home,1\n,Nobody,,,\n=1+1,<b>Di</b>,x y,Roads,\n"
)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def test_from_a_file_to_a_roster_with_a_look_before(desk: Desk) -> None:
    update = desk.look(FIRST)
    page = text_of(desk.client.get(f"/roster/updates/{update.pk}/"))
    assert "It would add 2 , change 1 and mark 0 as gone. Nothing is done yet." in page
    assert "Neither staff number nor e-mail address" in page
    assert Member.objects.count() == 1
    done = desk.carry_out(update)
    assert "Carried out: 2 added, 1 changed, 0 gone." in text_of(done)
    told = {person.told["full_name"]: person.told for person in people_on_roster(desk.organisation)}
    assert told["Bo"]["unit"] == "Care > Home"
    assert (told["Ann"]["manager"], told["Bo"]["manager"]) == ("K1", "1")


def test_the_file_is_kept_for_its_owner_only_and_thrown_away_once_carried_out(desk: Desk) -> None:
    update = desk.look(FIRST)
    path = path_of(RosterFile.objects.get())
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    desk.carry_out(update)
    assert (RosterFile.objects.count(), path.exists()) == (0, False)


def test_what_nobody_carries_out_is_thrown_away_after_a_week(desk: Desk) -> None:
    desk.look(FIRST)
    path = path_of(RosterFile.objects.get())
    throw_away_old(now=timezone.now() + timedelta(days=6))
    assert path.exists()
    throw_away_old(now=timezone.now() + timedelta(days=8))
    assert (path.exists(), RosterFile.objects.count(), RosterUpdate.objects.count()) == (False, 0, 0)


def test_columns_are_guessed_shown_with_values_corrected_and_remembered(desk: Desk) -> None:
    text = "Key;Who;Mail;Shoe\n1;Ann;ann@x.org;39\n2;Bo;;40\n"
    where = desk.bring(text)["Location"]
    page = desk.client.get(where)
    assert "For instance: 39 · 40" in text_of(page)
    wrong = desk.client.post(where, {"column-2": "email"})
    assert (wrong.status_code, "No column with names was found." in text_of(wrong)) == (422, True)
    twice = desk.client.post(where, {"column-0": "full_name", "column-1": "full_name", "column-2": "email"})
    assert "“Key” and “Who” are both name. Choose one of them." in text_of(twice)
    desk.follow(desk.client.post(where, {"column-0": "staff_number", "column-1": "full_name", "column-2": ""}))
    desk.carry_out(RosterUpdate.objects.get())
    assert Member.objects.filter(email=None).count() == 3
    again = desk.client.get(desk.bring(text)["Location"])
    assert [again.context["form"][f"column-{n}"].value() for n in range(4)] == [
        "staff_number",
        "full_name",
        "email",
        "",
    ]


def test_who_is_missing_has_left_by_choice_with_the_number_before_it(desk: Desk) -> None:
    desk.carry_out(desk.look(FIRST))
    update = desk.look(HEAD + "1,Ann,ann@x.org,Care,K1\n")
    page = text_of(desk.client.get(f"/roster/updates/{update.pk}/"))
    assert "2 people of the roster stand in no row" in page
    assert "They have left: 2" in page
    reply = desk.follow(desk.post(f"/roster/updates/{update.pk}/look-again/", missing="gone"))
    told = text_of(reply)
    assert "1 of 3 cannot come in any more." in told  # the keeper stays: one's own file must not lock one out
    assert "Kim Keeper keeps the roster, stands in no row, and stays." in text_of(
        desk.client.get(reply.redirect_chain[-1][0] + "?kind=notice")
    )
    assert "more than a tenth of the roster" in told
    assert not RosterUpdate.objects.filter(pk=update.pk).exists()
    desk.carry_out(RosterUpdate.objects.order_by("-pk")[0])
    assert set(Member.objects.filter(is_active=False).values_list("full_name", flat=True)) == {"Bo"}


def test_what_the_worker_refused_is_read_in_the_keepers_language_on_the_page_and_in_the_file(desk: Desk) -> None:
    update = desk.look(FIRST)
    in_german = {"HTTP_ACCEPT_LANGUAGE": "de"}
    page = text_of(desk.client.get(f"/roster/updates/{update.pk}/", **in_german))
    assert "Weder Personalnummer noch E-Mail-Adresse" in page and "„x y“ ist keine E-Mail-Adresse." in page
    assert "Neither staff number" not in page
    file = desk.client.get(f"/roster/updates/{update.pk}/refused.csv", **in_german).content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(file))
    assert head[:3] == ["Zeile", "Grund", "Abhilfe"]
    assert [row[2] for row in rows] == ["Geben Sie eine davon an.", "Berichtigen Sie sie, oder lassen Sie sie leer."]
    update.lines.filter(kind="refused").update(told="Told in English before. Mend: keep it.")
    assert "Told in English before." in text_of(desk.client.get(f"/roster/updates/{update.pk}/", **in_german))


def test_why_a_job_failed_is_read_in_the_keepers_language(desk: Desk) -> None:
    desk.look(FIRST)
    RosterJob.objects.update(state=RosterJobState.FAILED, told=to_keep(sentence(TOO_LARGE, name="x.csv", most=64)))
    job = RosterJob.objects.latest("pk")
    page = text_of(desk.client.get(f"/roster/jobs/{job.pk}/", HTTP_ACCEPT_LANGUAGE="de"))
    assert "x.csv ist größer als 64 MB." in page


def test_refused_rows_come_as_a_file_that_no_spreadsheet_takes_for_formulas(desk: Desk) -> None:
    update = desk.look(FIRST)
    reply = desk.client.get(f"/roster/updates/{update.pk}/refused.csv")
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["row", "reason", "mend", "staff number"]
    assert rows[2][:5] == ["6", "“x y” is no e-mail address.", "correct it, or leave it empty.", "'=1+1", "<b>Di</b>"]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_names_and_units_are_never_markup(desk: Desk) -> None:
    desk.carry_out(desk.look(HEAD + "7,<script>alert(1)</script>,,<img src=x onerror=y>,\n"))
    member = Member.objects.get(staff_number="7")
    update = f"/roster/updates/{RosterUpdate.objects.get().pk}/?kind=added"
    for path in ("/roster/people/", f"/roster/people/{member.pk}/", "/roster/units/", update):
        shown = desk.client.get(path).content.decode()
        assert "<script>alert" not in shown and "<img" not in shown
        assert "&lt;" in shown


def test_changed_meanwhile_it_must_be_compared_again(desk: Desk) -> None:
    update = desk.look(FIRST)
    desk.post("/roster/people/new/", full_name="Zoe", staff_number="90")
    page = text_of(desk.client.get(f"/roster/updates/{update.pk}/"))
    assert "Compare again before you go on." in page
    assert "look at it again" in text_of(desk.carry_out(update))
    assert Member.objects.count() == 2
    again = desk.follow(desk.post(f"/roster/updates/{update.pk}/look-again/"))
    assert "Carry it out" in text_of(again)


def test_taken_back_by_the_page_newest_first(desk: Desk) -> None:
    first = desk.look(FIRST)
    desk.carry_out(first)
    second = desk.look(HEAD + "1,Ann Other,ann@x.org,Roads,\n")
    desk.carry_out(second)
    assert "It can be taken back once the newer file is taken back." in text_of(
        desk.client.get(f"/roster/updates/{first.pk}/")
    )
    assert "is not the newest" in text_of(desk.follow(desk.post(f"/roster/updates/{first.pk}/take-back/")))
    assert "Taken back" in text_of(desk.follow(desk.post(f"/roster/updates/{second.pk}/take-back/")))
    assert Member.objects.get(staff_number="1").full_name == "Ann"


def test_taking_a_file_back_leaves_later_corrections_alone(desk: Desk) -> None:
    desk.carry_out(desk.look(FIRST))
    update = desk.look(HEAD + "1,Ann,new@x.org,Roads,K1\n")
    desk.carry_out(update)
    ann = Member.objects.get(staff_number="1")
    told = {"full_name": "Ann", "staff_number": "1", "email": "mended@x.org", "unit": "Roads", "manager": "K1"}
    assert desk.post(f"/roster/people/{ann.pk}/", **told).status_code == 302
    desk.follow(desk.post(f"/roster/updates/{update.pk}/take-back/"))
    ann.refresh_from_db()
    assert (ann.email, ann.unit.name) == ("mended@x.org", "Care")


def test_one_thing_at_a_time(desk: Desk) -> None:
    update = desk.look(FIRST)
    desk.post(f"/roster/updates/{update.pk}/carry-out/")
    told = text_of(desk.client.post(f"/roster/updates/{update.pk}/carry-out/", follow=True))
    assert "Something else is being done to the roster." in told
    assert RosterJob.objects.filter(state=RosterJobState.WAITING).count() == 1


def test_no_worker_is_told_and_nothing_is_lost(desk: Desk) -> None:
    update = desk.look(FIRST)
    where = desk.post(f"/roster/updates/{update.pk}/carry-out/")["Location"]
    assert "It begins in a moment." in text_of(desk.client.get(where))
    RosterJob.objects.filter(state=RosterJobState.WAITING).update(asked_at=timezone.now() - timedelta(minutes=1))
    assert "Ask whoever runs Sayso to start sayso worker ." in text_of(desk.client.get(where))
    desk.work()
    assert "Carried out" in text_of(desk.client.get(where, follow=True))


def test_stopped_half_way_it_goes_on_or_is_taken_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.members.roster.actions.BATCH", 1)
    monkeypatch.setattr("sayso.members.leases.TELL_EVERY_S", 0)
    update = desk.look(FIRST)
    where = desk.post(f"/roster/updates/{update.pk}/carry-out/")["Location"]
    RosterJob.objects.filter(state=RosterJobState.WAITING).update(is_to_stop=True)  # between claim and first batch
    desk.work()
    page = text_of(desk.client.get(where))
    assert "Stopped. 1 of 6 lines are done and stay so." in page
    update.refresh_from_db()
    assert (update.state, Member.objects.count()) == (UpdateState.CARRYING_OUT, 2)
    desk.follow(desk.post(where + "go-on/"))
    assert Member.objects.count() == 3


def test_stopped_before_a_worker_has_it_nothing_is_done(desk: Desk) -> None:
    update = desk.look(FIRST)
    where = desk.post(f"/roster/updates/{update.pk}/carry-out/")["Location"]
    desk.post(where + "stop/")
    desk.work()
    assert (Member.objects.count(), RosterJob.objects.get(pk=where.split("/")[3]).state) == (1, RosterJobState.STOPPED)


def test_a_job_whose_worker_died_is_taken_up_and_the_dead_one_can_store_nothing(desk: Desk) -> None:
    update = desk.look(FIRST)
    desk.post(f"/roster/updates/{update.pk}/carry-out/")
    dead = claim_job(worker="dead", now=timezone.now() - timedelta(minutes=5), lease_s=30)
    assert dead is not None
    assert claim_job(worker="early", now=timezone.now() - timedelta(minutes=4, seconds=45), lease_s=30) is None
    desk.work()
    assert Member.objects.count() == 3
    for store in (lambda: report_progress(job=dead, n_done=1, n_all=2), lambda: close_job(job=dead, state="failed")):
        with pytest.raises(LeaseLost):
            store()


def test_open_pages_ask_for_the_progress_alone_and_are_sent_on(desk: Desk) -> None:
    update = desk.look(FIRST)
    where = desk.post(f"/roster/updates/{update.pk}/carry-out/")["Location"]
    part = desk.client.get(where, headers={"HX-Request": "true"})
    assert "<progress" in part.content.decode() and "<html" not in part.content.decode()
    desk.work()
    assert desk.client.get(where, headers={"HX-Request": "true"})["HX-Redirect"] == f"/roster/updates/{update.pk}/"


def test_a_worker_asked_to_end_gives_the_job_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.members.roster.actions.BATCH", 1)
    update = desk.look(FIRST)
    desk.post(f"/roster/updates/{update.pk}/carry-out/")
    ending = RosterWorker(worker="ending")
    job = claim_job(worker="ending", now=timezone.now(), lease_s=30)
    ending.stop.set()
    ending._work(job)
    assert RosterJob.objects.get(pk=job.pk).state == RosterJobState.WAITING
    desk.work()
    assert Member.objects.count() == 3


def test_looking_and_changing_is_on_record(desk: Desk) -> None:
    AccessRecord.objects.all().delete()
    update = desk.look(FIRST)
    desk.carry_out(update)
    desk.client.get("/roster/people/?q=ann")
    kinds = list(AccessRecord.objects.order_by("pk").values_list("kind", "by"))
    assert ("roster_changed", desk.keeper.pk) in kinds
    assert kinds[-1] == ("roster_seen", desk.keeper.pk)
    assert "“ann”" in AccessRecord.objects.order_by("-pk")[0].detail


def test_whoever_does_not_keep_the_roster_finds_no_such_page(desk: Desk) -> None:
    other = Client()
    other.force_login(actions.add_member(organisation=desk.organisation, full_name="Ann", staff_number="1"))
    for path in ("/roster/", "/roster/bring/", "/roster/people/", "/roster/units/", "/roster/keepers/"):
        assert other.get(path).status_code == 404
    elsewhere = open_desk("Elsewhere")
    update = desk.look(FIRST)
    assert elsewhere.client.get(f"/roster/updates/{update.pk}/").status_code == 404
    assert elsewhere.client.get(f"/roster/people/{desk.keeper.pk}/").status_code == 404
