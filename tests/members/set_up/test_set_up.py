"""The first door: a link that works once, and a keeper's way back in without any mail."""

from __future__ import annotations

import stat
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from members.keeping import open_desk, text_of
from sayso.members.actions import add_member, add_organisation
from sayso.members.models import AccessRecord, Keeper, Member, Organisation
from sayso.members.rules import Refused, may_keep_roster
from sayso.members.set_up import command as setup_command
from sayso.members.set_up import link as set_up

pytestmark = pytest.mark.django_db
ANSWERS = {"organisation": "The county", "full_name": "Kim Keeper", "email": "", "staff_number": "K1"}


@pytest.fixture(autouse=True)
def _no_link_left() -> Iterator[None]:
    yield
    set_up._path().unlink(missing_ok=True)


def link() -> str:
    return f"/setup/{set_up.first_token()}/"


def test_an_empty_installation_says_what_to_do_at_every_door() -> None:
    for path in ("/", "/accounts/login/code/", "/accounts/login/"):
        reply = Client().get(path)
        assert (reply.status_code, "Sayso is not set up yet" in text_of(reply)) == (503, True)
    for path in ("/e/anything/", "/roster/"):
        assert "sayso setup" in text_of(Client().get(path, follow=True))
    add_organisation(name="The county")
    assert Client().get("/").status_code == 200


def test_the_link_makes_organisation_and_keeper_and_lets_them_in_without_mail() -> None:
    client, where = Client(), link()
    assert "Four answers" in text_of(client.get(where))
    reply = client.post(where, ANSWERS, follow=True)
    assert "Only you are here so far." in text_of(reply)
    keeper = Member.objects.get()
    assert (keeper.organisation.name, keeper.staff_number, keeper.email, may_keep_roster(keeper)) == (
        "The county",
        "K1",
        None,
        True,
    )
    assert Keeper.objects.get().granted_by is None


def test_it_works_once_and_never_once_there_is_an_organisation() -> None:
    where = link()
    Client().post(where, ANSWERS)
    assert not set_up._path().exists()
    assert Client().get(where).status_code == 404
    later = link()  # as if somebody had put a file there
    assert Client().post(later, ANSWERS).status_code == 404
    assert (Organisation.objects.count(), Member.objects.count()) == (1, 1)


def test_what_is_missing_is_told_and_nothing_typed_is_lost() -> None:
    client, where = Client(), link()
    page = client.post(where, {**ANSWERS, "staff_number": "", "full_name": "Kim"})
    assert "Write your e-mail address or your staff number." in text_of(page)
    assert 'value="Kim"' in page.content.decode()
    assert not Organisation.objects.exists()
    assert client.post(where, ANSWERS).status_code == 302


def test_a_wrong_link_opens_nothing() -> None:
    link()
    reply = Client().post("/setup/wrong/", ANSWERS)
    assert (reply.status_code, "This link is not good" in text_of(reply)) == (404, True)
    assert not Organisation.objects.exists()


def test_the_token_is_a_file_for_its_owner_only_and_printed_again_the_same() -> None:
    assert set_up.first_token() == set_up.first_token()
    path = settings.DATA_DIR / "keys" / "setup"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_organisation() -> None:
    where, replies = link(), []

    def press(name: str) -> None:
        replies.append(Client().post(where, {**ANSWERS, "organisation": name}).status_code)
        connection.close()

    threads = [threading.Thread(target=press, args=(f"County {n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Organisation.objects.count(), Keeper.objects.count()) == (1, 1)
    assert replies.count(302) == 1


def call(*words: str) -> int:
    parser = ArgumentParser()
    setup_command.add_arguments(parser)
    return setup_command.run(parser.parse_args(words))


def test_the_command_prints_the_link_until_it_is_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--address", "https://say.example.org/") == 0
    assert capsys.readouterr().out.strip() == f"https://say.example.org{link()}"
    open_desk()
    assert call() == 1
    assert "sayso setup --keeper WHO" in capsys.readouterr().err


def test_a_keeper_without_mail_gets_back_in_once_and_on_record(capsys: pytest.CaptureFixture[str]) -> None:
    desk = open_desk()
    assert call("--keeper", "K1") == 0
    where = capsys.readouterr().out.strip().removeprefix("http://127.0.0.1:8000")
    client = Client()
    assert "Welcome back, Kim Keeper" in text_of(client.get(where))
    assert "_auth_user_id" not in client.session  # what opens links by itself does not come in
    assert client.post(where, follow=True).status_code == 200
    assert client.session["_auth_user_id"] == str(desk.keeper.pk)
    assert Client().get(where).status_code == 404
    assert AccessRecord.objects.get().kind == "roles_changed"


def test_the_way_back_is_for_keepers_and_runs_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    add_member(organisation=desk.organisation, full_name="Ann", staff_number="1")
    assert call("--keeper", "1") == 1
    assert "Ann does not keep the roster. These do: Kim Keeper." in capsys.readouterr().err
    assert call("--keeper", "nobody") == 1
    token = set_up.token_for_keeper(member=desk.keeper)
    monkeypatch.setattr(set_up, "GOOD_FOR_S", -1)
    assert Client().get(f"/setup/{token}/").status_code == 404


def test_where_nobody_keeps_the_roster_the_server_names_a_keeper() -> None:
    organisation = add_organisation(name="Brought by the command line")
    ann = add_member(organisation=organisation, full_name="Ann", staff_number="1")
    set_up.token_for_keeper(member=ann)
    assert may_keep_roster(ann)
    bo = add_member(organisation=organisation, full_name="Bo", staff_number="2")
    with pytest.raises(Refused, match="These do: Ann"):
        set_up.token_for_keeper(member=bo)


def test_a_member_whose_keeping_ended_cannot_use_an_earlier_way_back() -> None:
    desk = open_desk()
    token: Any = set_up.token_for_keeper(member=desk.keeper)
    Member.objects.filter(pk=desk.keeper.pk).update(is_active=False)
    assert Client().get(f"/setup/{token}/").status_code == 404
