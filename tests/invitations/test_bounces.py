"""Mail that comes back: addresses are marked, later waves leave them to letters, and of reminders nothing is learnt."""

from __future__ import annotations

import io
import mailbox
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from house import House
from invitations.conftest import add, work
from invitations.sink import Kept, Sink
from sayso.cli import main
from sayso.invitations import queries
from sayso.invitations.bounces import Told, take_bounce
from sayso.invitations.models import Wave, WaveKind
from sayso.mail.models import BouncingAddress
from sayso.mail.queries import bouncing_members
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import AccessKind, AccessRecord, Member

pytestmark = pytest.mark.django_db(transaction=True)


def notification(
    kept: Kept, *, status: str = "5.1.1", action: str = "failed", to: str = "", brings: bool = True
) -> bytes:
    """As a mail server writes it (RFC 3464): what happened in words, for machines, and the headers that came."""
    returned = f"Message-ID: {kept.name}\r\nTo: {kept.to}\r\nSubject: x\r\n" if brings else "Subject: x\r\n"
    text = f"""From: MAILER-DAEMON@mx.example
To: {to or kept.sender}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

I'm sorry to have to inform you.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {kept.to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--cut
Content-Type: text/rfc822-headers

{returned}
--cut--
"""
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def marked() -> list[str]:
    return list(BouncingAddress.objects.order_by("email").values_list("email", flat=True))


@pytest.fixture
def invited(house: House, sink: Sink, sent: Callable[..., Wave], settings: Any) -> Member:
    settings.MAIL_BOUNCES = "bounces@county.example"
    (ann,) = add(house, 1)
    sent()
    work()
    return ann


def test_an_address_that_bounces_is_marked_and_the_next_wave_leaves_it_to_letters(
    house: House, sink: Sink, invited: Member, sent: Callable[..., Wave]
) -> None:
    told = Told()
    take_bounce(notification(sink.to(str(invited.email))), told)
    take_bounce(notification(sink.to(str(invited.email))), told)
    assert (told.marked, marked()) == (2, [invited.email])
    add(house, 1)
    second = sent()
    work()
    assert queries.progress_of(second).done == 1
    batch = house.engagement.letter_batches.create(site="https://say.example.org")
    assert invited in queries.people_for_letters(batch)


@pytest.mark.parametrize("way", [{"brings": False}, {"to": "say@county.example"}])
def test_one_of_the_two_marks_is_enough(sink: Sink, invited: Member, way: dict[str, Any]) -> None:
    take_bounce(notification(sink.to(str(invited.email)), **way), Told())
    assert marked() == [invited.email]


@pytest.mark.parametrize(
    "way", [{"status": "4.2.2", "action": "delayed"}, {"status": "5.2.2"}, {"action": "delivered", "status": "2.0.0"}]
)
def test_what_may_still_arrive_marks_nothing(sink: Sink, invited: Member, way: dict[str, Any]) -> None:
    told = Told()
    take_bounce(notification(sink.to(str(invited.email)), **way), told)
    assert (told.passing, marked()) == (1, [])


@pytest.mark.parametrize(
    "spoilt", [b"", b"\xff\xfe\x00", b"Content-Type: multipart/report; boundary=x\r\n\r\n--x", b"Hi"]
)
def test_other_mail_and_rubbish_mark_nothing(invited: Member, spoilt: bytes) -> None:
    take_bounce(spoilt, Told())
    assert marked() == []


def test_nobody_can_make_an_address_look_dead_without_its_mail(sink: Sink, invited: Member) -> None:
    kept = sink.to(str(invited.email))
    proof = kept.name.partition(".")[2].partition("@")[0]
    told = Told()
    take_bounce(notification(kept).replace(proof.encode(), b"0" * len(proof)), told)
    other = f"i{invited.invitations.get().pk + 1}."
    take_bounce(notification(kept).replace(f"i{invited.invitations.get().pk}.".encode(), other.encode()), told)
    assert (told.not_ours, marked()) == (2, [])


def test_a_bounced_reminder_tells_nothing(house: House, sink: Sink, sent: Callable[..., Wave], settings: Any) -> None:
    settings.MAIL_BOUNCES = "bounces@county.example"
    people = add(house, 12)
    sink.answers[str(people[0].email)] = ["550 5.1.1 no such user"]
    sent(kind=WaveKind.REMINDER)
    work()
    told = Told()
    for kept in sink.kept:
        take_bounce(notification(kept), told)
    assert (told.marked, told.not_ours, marked()) == (0, len(sink.kept), [])
    assert len(sink.kept) == 12


def test_the_command_reads_maildirs_mboxes_files_and_a_pipe(
    sink: Sink, invited: Member, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = notification(sink.to(str(invited.email)))
    mailbox.Maildir(tmp_path / "maildir").add(raw)
    box = mailbox.mbox(str(tmp_path / "mbox"))
    box.add(raw)
    box.close()
    (tmp_path / "one.eml").write_bytes(raw)
    for place in ("maildir", "mbox", "one.eml"):
        BouncingAddress.objects.all().delete()
        assert main(["bounces", str(tmp_path / place)]) == 0
        assert marked() == [invited.email]
    BouncingAddress.objects.all().delete()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert main(["bounces"]) == 0
    assert marked() == [invited.email]
    said = capsys.readouterr().out
    assert "1 came back for good" in said and "@" not in said
    assert main(["bounces", str(tmp_path / "nowhere")]) == 1


def test_keepers_see_the_addresses_and_leads_see_how_many(house: House, sink: Sink, invited: Member) -> None:
    take_bounce(notification(sink.to(str(invited.email))), Told())
    lead, keeper = Client(), Client()
    lead.force_login(house.members[0])
    page = lead.get("/e/how-we-work/invitations/").content.decode()
    assert "1 address does not work" in page and str(invited.email) not in page
    assert lead.get("/bounces/").status_code == 404
    (keeps,) = add(house, 1)
    appoint_keeper(member=keeps)
    keeper.force_login(keeps)
    assert str(invited.email) in keeper.get("/bounces/").content.decode()
    assert AccessRecord.objects.filter(kind=AccessKind.ROSTER_SEEN, by=keeps).count() == 1
    keeper.post("/bounces/", {"email": str(invited.email)})
    assert marked() == [] and "No address has come back" in keeper.get("/bounces/").content.decode()


def test_a_mended_address_works_at_once(sink: Sink, invited: Member, house: House) -> None:
    take_bounce(notification(sink.to(str(invited.email))), Told())
    Member.objects.filter(pk=invited.pk).update(email="new@county.example")
    assert not bouncing_members(house.organisation).exists()
