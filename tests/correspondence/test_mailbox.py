"""Answers fetched from a real IMAP server: each once, deleted when dealt with; what is not ours stays for a person."""

from __future__ import annotations

import imaplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from correspondence.conftest import Letter
from doctor.asking import found
from house import House
from invitations.sink import free_port
from sayso.correspondence.mailbox import Mailbox, MailboxTrouble
from sayso.correspondence.taking_in import Outcome, take_mail
from sayso.correspondence.worker import Incoming
from sayso.engagements.models import Statement

pytestmark = pytest.mark.django_db

Put = Callable[[bytes], None]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server of its own process, empty at the start of the module."""
    port = free_port()
    server = Path(sys.executable).parent / "pymap"
    command = [server, "--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "managesieve", "dict"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            try:
                imaplib.IMAP4("127.0.0.1", port).logout()
                break
            except OSError:
                time.sleep(0.1)
        yield port
        process.terminate()


@pytest.fixture
def inbox(port: int, settings: Any) -> Iterator[imaplib.IMAP4]:
    """The mailbox, emptied; the settings lead to it."""
    settings.MAIL_INBOX = f"imap://demouser:demopass@127.0.0.1:{port}/INBOX"
    with imaplib.IMAP4("127.0.0.1", port) as imap:
        imap.login("demouser", "demopass")
        imap.select("INBOX")
        imap.store("1:*", "+FLAGS", r"(\Deleted)") if imap.search(None, "ALL")[1][0] else None
        imap.expunge()
        yield imap


def put(inbox: imaplib.IMAP4, *mails: bytes) -> None:
    for raw in mails:
        assert inbox.append("INBOX", "", "", raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"


def left(inbox: imaplib.IMAP4, what: str = "ALL") -> int:
    inbox.select("INBOX")
    return len(inbox.search(None, what)[1][0].split())


def fetch() -> bool:
    return Incoming(worker="one", stop=threading.Event()).round()


def test_answers_are_taken_and_deleted_and_what_is_not_ours_stays_read(
    house: House, letter: Letter, inbox: imaplib.IMAP4
) -> None:
    put(inbox, letter("The bench should go."), b"From: a@b.example\nTo: say@county.example\n\nHello", letter("x" * 999))
    assert fetch()
    assert list(Statement.objects.filter(is_seed=False).values_list("text", flat=True)) == ["The bench should go."]
    assert (left(inbox), left(inbox, "SEEN")) == (1, 1)
    assert not fetch() and left(inbox) == 1


def test_a_mail_of_megabytes_is_fetched_in_part(house: House, letter: Letter, inbox: imaplib.IMAP4) -> None:
    put(inbox, letter("The bench should go.\n\n-- \n" + "Ann Li, Night shift\n" * 100_000))
    assert fetch() and Statement.objects.filter(is_seed=False).count() == 1 and left(inbox) == 0


def test_one_that_we_stumble_over_stops_no_other(
    house: House, letter: Letter, inbox: imaplib.IMAP4, settings: Any
) -> None:
    def stumbles(raw: bytes) -> Outcome:
        if b"stone" in raw:
            raise RecursionError
        return take_mail(raw)

    put(inbox, letter("A stone."), letter("The bench should go."))
    with Mailbox(settings.MAIL_INBOX) as mailbox:
        assert mailbox.take_all(stumbles, threading.Event()) == 1
    assert left(inbox) == 1 and Statement.objects.filter(is_seed=False).count() == 1


def test_while_the_database_is_away_mails_stay_unread(
    house: House, letter: Letter, inbox: imaplib.IMAP4, settings: Any
) -> None:
    def away(raw: bytes) -> Outcome:
        raise OperationalError

    put(inbox, letter("The bench should go."))
    with pytest.raises(OperationalError), Mailbox(settings.MAIL_INBOX) as mailbox:
        mailbox.take_all(away, threading.Event())
    assert left(inbox, "UNSEEN") == 1
    assert fetch() and left(inbox) == 0


@pytest.mark.parametrize(
    "change", [("demopass", "wrong"), ("127.0.0.1", "nowhere.invalid"), ("/INBOX", "/Nothing"), ("imap:", "imaps:")]
)
def test_trouble_is_told_without_names(inbox: imaplib.IMAP4, settings: Any, change: tuple[str, str]) -> None:
    settings.MAIL_INBOX = settings.MAIL_INBOX.replace(*change)
    settings.MAIL_REPLIES = "say@county.example"
    with pytest.raises(MailboxTrouble) as told, Mailbox(settings.MAIL_INBOX):
        pass
    assert "demo" not in str(told.value)
    assert not fetch()
    finding = found("mail.inbox")
    assert finding.state == "fail" and "demo" not in finding.cause


def test_the_doctor_says_that_it_can_be_read(inbox: imaplib.IMAP4, settings: Any) -> None:
    settings.MAIL_REPLIES = "say@county.example"
    finding = found("mail.inbox")
    assert finding.state == "ok"
