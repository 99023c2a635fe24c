"""An engagement whose people have addresses, a mailbox for answers, a mail server, and a way to write to us."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from house import House, open_house
from invitations.sink import Sink
from sayso.correspondence.models import OutgoingMail
from sayso.correspondence.worker import Outgoing
from sayso.mail.addresses import reply_address
from sayso.members.models import Member

SITE = "https://say.example.org"
TUESDAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)  # of week 49


@pytest.fixture
def house(settings: Any) -> House:
    """Six people who have come in, four statements by the organisers; person 1 has done nothing else."""
    settings.MAIL_REPLIES, settings.SITE = "say@county.example", SITE
    settings.DEFAULT_FROM_EMAIL = "Sayso <say@county.example>"
    return open_house(people=6, statements=4)


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The mail server that this installation sends to."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
        settings.MAIL_PER_MINUTE = 60_000
        yield sink


@dataclass
class Letter:
    """A mail that a member writes to their own address for answers; anything about it can be another."""

    house: House
    member: Member

    def __call__(self, text: str = "", *, html: str = "", sender: str = "", to: str = "", **headers: str) -> bytes:
        message = EmailMessage()
        message["From"] = sender or f"{self.member.full_name} <{self.member.email}>"
        message["To"] = to or reply_address(self.member, self.house.engagement)
        message["Subject"] = "Re: What should change?"
        message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((text, html, sender)))}@phone.example>")
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        if text or not html:
            message.set_content(text)
            if html:
                message.add_alternative(html, subtype="html")
        else:
            message.set_content(html, subtype="html")
        return message.as_bytes()


@pytest.fixture
def letter(house: House) -> Letter:
    return Letter(house, house.members[0])


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """A function that sets the clock."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def work(rounds: int = 1_000) -> Outgoing:
    """A worker that sends all that can be sent now."""
    sender = Outgoing(worker="one", stop=threading.Event())
    while rounds and sender.round():
        rounds -= 1
    sender.close()
    return sender


def states() -> dict[str, int]:
    """How many mails there are in each state."""
    found: dict[str, int] = {}
    for state in OutgoingMail.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found
