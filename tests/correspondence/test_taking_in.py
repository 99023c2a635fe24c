"""An answer by mail becomes a statement with a receipt, once; whatever cannot be taken is answered politely, or not."""

from __future__ import annotations

import io
import logging
import sys
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from correspondence.conftest import Letter, states, work
from house import House, open_house
from invitations.sink import Sink
from sayso.cli import main
from sayso.correspondence.models import OutgoingMail, TakenMail
from sayso.correspondence.taking_in import Outcome, take_mail
from sayso.engagements.models import Engagement, Phase, Statement, StatementState
from sayso.invitations.message import Written, mail_to
from sayso.mail.actions import change_rules
from sayso.mail.addresses import reply_address
from sayso.members.models import Member
from sayso.members.pseudonyms import destroy_key
from sayso.members.ways_in.link_use import give_back_link

pytestmark = pytest.mark.django_db

SAID = "The bench in the corridor should go."


def said() -> list[str]:
    return list(Statement.objects.filter(is_seed=False).values_list("text", flat=True))


def test_an_answer_is_a_statement_that_waits_and_a_receipt_comes_at_once(
    house: House, sink: Sink, letter: Letter
) -> None:
    quoted = "On Mon, Sayso <say@county.example> wrote:\n> Hello\n\n-- \nAnn"
    assert take_mail(letter(f"{SAID}\n\n{quoted}")) == Outcome.TAKEN
    statement = Statement.objects.get(is_seed=False)
    assert (statement.text, statement.state) == (SAID, StatementState.WAITING)
    assert statement.author == house.participants[0]
    work()
    receipt = sink.to(str(house.members[0].email))
    assert SAID in receipt.text and "A person reads it" in receipt.text
    assert receipt.message["Auto-Submitted"] == "auto-replied" and receipt.message["X-Loop"] == "say@county.example"


def test_an_invitation_is_answered_at_ones_own_address_and_says_who_could_read_it(house: House) -> None:
    member, written = house.members[0], Written("en", "What should change?", "Hello.", "https://x.example/in/")
    mail = mail_to(member, written, house.engagement, site="https://x.example", token="i1.x")
    assert mail.extra_headers["Reply-To"] == reply_address(member, house.engagement)
    html = str(mail.alternatives[0][0])
    assert "Whoever runs your mail server could read that mail." in str(mail.body) and "could read that mail" in html
    change_rules(engagement=house.engagement, takes_replies=False, has_feed=False, by=member)
    closed = mail_to(member, written, house.engagement, site="https://x.example", token="i1.x")
    assert "Reply-To" not in closed.extra_headers and "answering this mail" not in str(closed.body)


def test_without_a_mail_server_nobodys_words_are_printed(
    house: House, letter: Letter, settings: Any, capsys: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    take_mail(letter(SAID))
    work()
    assert SAID not in capsys.readouterr().out and states() == {"waiting": 1}


def test_who_has_never_come_in_may_answer_too(house: House, letter: Letter) -> None:
    house.add_people(0)
    newcomer = Member.objects.create(organisation=house.organisation, full_name="New", email="new@county.example")
    assert take_mail(Letter(house, newcomer)(SAID)) == Outcome.TAKEN
    assert said() == [SAID]


def test_the_same_mail_twice_counts_once(house: House, sink: Sink, letter: Letter) -> None:
    raw = letter(SAID)
    assert [take_mail(raw), take_mail(b"Received: by another way\n" + raw)] == [Outcome.TAKEN, Outcome.AGAIN]
    work()
    assert said() == [SAID] and len(sink.kept) == 1


def test_nothing_of_a_mail_is_kept_and_nothing_names_its_writer(
    house: House, letter: Letter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        take_mail(letter(SAID))
    row = OutgoingMail.objects.get()
    kept = f"{row.__dict__} {TakenMail.objects.get().__dict__} {caplog.text}"
    member = house.members[0]
    assert SAID not in kept and str(member.email) not in kept and member.full_name not in kept
    work()
    row.refresh_from_db()
    assert row.sealed == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=1"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"List_Id": "<all.county.example>"},
        {"X_Loop": "say@county.example"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"sender": "say@county.example"},
        {"sender": "MAILER-DAEMON@county.example"},
        {"sender": "noreply@county.example"},
    ],
    ids=str,
)
def test_what_a_machine_wrote_is_neither_taken_nor_answered(
    house: House, letter: Letter, headers: dict[str, str]
) -> None:
    assert take_mail(letter("I am away until Monday.", **headers)) == Outcome.AUTOMATIC
    assert (said(), states()) == ([], {})


def test_two_machines_that_write_to_each_other_stop(house: House, sink: Sink, letter: Letter) -> None:
    """A machine that gives no sign of it, and answers each of our mails with something too long."""
    for number in range(50):
        take_mail(letter("I am away. " * 60, message_id=f"<{number}@machine.example>"))
        work()
    assert len(sink.kept) == 1


def test_statements_by_mail_are_limited_a_day(house: House, sink: Sink, letter: Letter) -> None:
    outcomes = [take_mail(letter(f"Thing {number} should go.")) for number in range(30)]
    assert outcomes.count(Outcome.TAKEN) == 10 and outcomes[10:] == [Outcome.TOO_MANY] * 20
    work()
    assert len(sink.kept) == 11 and "more than we take by mail in a day" in sink.kept[-1].text + sink.kept[0].text


def test_too_long_is_answered_once_a_day_with_the_way_to_shorten(house: House, sink: Sink, letter: Letter) -> None:
    assert take_mail(letter("word " * 100)) == Outcome.TOO_LONG
    assert take_mail(letter("word " * 101)) == Outcome.TOO_LONG
    work()
    (kept,) = sink.kept
    assert "Your mail has 499 characters. We take 280" in kept.text
    assert "Keep the one thing that matters most" in kept.text and "Nothing is lost" in kept.text
    assert "word word" not in kept.text
    assert said() == []


def test_a_signature_of_two_megabytes_is_no_matter(house: House, letter: Letter) -> None:
    assert take_mail(letter(f"{SAID}\n\n-- \n" + "Ann Li, Night shift\n" * 100_000)) == Outcome.TAKEN
    assert said() == [SAID]


def test_a_page_of_html_only_is_read(house: House, letter: Letter) -> None:
    raw = letter(html=f"<style>p{{}}</style><p>{SAID}</p><blockquote>Hello <img src=x></blockquote>")
    assert take_mail(raw) == Outcome.TAKEN
    assert said() == [SAID]


@pytest.mark.parametrize(
    ("charset", "words"),
    [("iso-8859-1", "Schöne Gänge für alle."), ("windows-1252", "“Doors” – no."), ("utf-16", "Türen auf."),
     ("windows-1256", "نريد مقعدا."), ("koi8-r", "Больше света."), ("gb18030", "多一点光。"),
     ("iso-2022-jp", "もっと光を。")],
)  # fmt: skip
def test_charsets_of_the_world(house: House, letter: Letter, charset: str, words: str) -> None:
    raw = _raw(letter, f"text/plain; charset={charset}", words.encode(charset))
    assert take_mail(raw) == Outcome.TAKEN
    assert said() == [words]


@pytest.mark.parametrize("charset", ["martian", '"', "utf-8; charset=x", "ascii"])
def test_a_charset_that_is_none_or_a_lie(house: House, letter: Letter, charset: str) -> None:
    assert take_mail(_raw(letter, f"text/plain; charset={charset}", "Türen auf.".encode())) == Outcome.TAKEN
    assert said() == ["Türen auf."]


def test_control_and_direction_characters_do_not_come_in(house: House, letter: Letter) -> None:
    assert take_mail(letter("The \u202ebench\x07 should\u0000 go.")) == Outcome.TAKEN
    assert said() == ["The bench should go."]


def _raw(letter: Letter, kind: str, body: bytes) -> bytes:
    member = letter.member
    head = f"From: {member.email}\nTo: {reply_address(member, letter.house.engagement)}\nContent-Type: {kind}\n\n"
    return head.encode() + body


def test_attachments_are_left_out_and_that_is_said(house: House, sink: Sink, letter: Letter) -> None:
    message = EmailMessage()
    message["From"], message["To"] = str(letter.member.email), reply_address(letter.member, house.engagement)
    message.set_content(SAID)
    message.add_attachment(b"MZ" * 1000, maintype="application", subtype="octet-stream", filename="list.exe")
    assert take_mail(message.as_bytes()) == Outcome.TAKEN
    work()
    assert "What was attached was not taken" in sink.kept[0].text and said() == [SAID]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("", Outcome.EMPTY), ("> Hello\n> Ann", Outcome.EMPTY), ("-- \nAnn", Outcome.EMPTY), ("👍", Outcome.NO_WORDS)],
)
def test_a_mail_without_words_is_told_so(house: House, sink: Sink, letter: Letter, text: str, outcome: Outcome) -> None:
    assert take_mail(letter(text)) == outcome
    work()
    assert len(sink.kept) == 1 and said() == []


def test_a_forwarded_mail_lets_nobody_speak_for_somebody_else(house: House, sink: Sink, letter: Letter) -> None:
    """A colleague is told; of anybody else the one whose address it is, and never a stranger."""
    assert take_mail(letter(SAID, sender=str(house.members[1].email))) == Outcome.WRONG_SENDER
    assert take_mail(letter(SAID, sender="stranger@elsewhere.example")) == Outcome.WRONG_SENDER
    work()
    assert sink.by_recipient() == {str(house.members[1].email): 1, str(house.members[0].email): 1}
    assert said() == []


def test_an_address_that_is_not_good_any_more(house: House, sink: Sink, letter: Letter) -> None:
    raw = letter(SAID)
    Member.objects.filter(pk=house.members[0].pk).update(pass_number=1)
    assert take_mail(raw) == Outcome.EXPIRED
    assert take_mail(raw.replace(b"From:", b"From: x@y.example\nOld:", 1)) == Outcome.NOT_OURS
    work()
    assert "is not good any more" in sink.to(str(house.members[0].email)).text and said() == []


def test_a_guessed_address_opens_nothing(house: House, letter: Letter) -> None:
    to = f"say+r{house.engagement.pk}.{house.members[1].pk}.{'0' * 20}@county.example"
    assert take_mail(letter(SAID, to=to, sender="stranger@elsewhere.example")) == Outcome.NOT_OURS
    assert take_mail(letter(SAID, to="say@county.example")) == Outcome.NOT_OURS
    assert take_mail(letter(SAID, to=f"say+r{9**18}.{9**18}.{'0' * 20}@county.example")) == Outcome.NOT_OURS
    assert (said(), states()) == ([], {})


def test_a_link_given_back_takes_its_address_along(house: House, letter: Letter) -> None:
    give_back_link(house.members[0])
    assert take_mail(letter(SAID)) == Outcome.EXPIRED


def test_after_the_listening_it_is_told_and_after_the_key_nothing_is_sent(
    house: House, sink: Sink, letter: Letter
) -> None:
    Engagement.objects.update(phase=Phase.ANSWER)
    assert take_mail(letter(SAID)) == Outcome.CLOSED
    destroy_key(engagement_slug=house.engagement.slug)
    work()
    assert (sink.kept, states()) == ([], {})
    Engagement.objects.update(key_destroyed_on=timezone.localdate())
    assert take_mail(letter("Another thing.")) == Outcome.KEY_GONE
    assert (said(), states()) == ([], {})


def test_where_replies_are_not_allowed_no_address_is_given_and_old_ones_are_told(house: House, letter: Letter) -> None:
    raw, member = letter(SAID), house.members[0]
    assert change_rules(engagement=house.engagement, takes_replies=False, has_feed=False, by=member)
    assert reply_address(member, house.engagement) == ""
    assert take_mail(raw) == Outcome.CLOSED
    assert house.engagement.events.filter(kind="mail_rules_changed").count() == 1


def test_an_address_leads_to_its_own_engagement(house: House, letter: Letter) -> None:
    other = open_house("elsewhere", people=1, statements=1)
    assert take_mail(Letter(other, other.members[0])(SAID)) == Outcome.TAKEN
    assert Statement.objects.get(is_seed=False).engagement == other.engagement


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00" * 100, b"From: \xff\xfe\nTo: =?utf-8?q?=ff?=\n\nx",
     b"Content-Type: multipart/mixed; boundary=\n\n--",
     b"Content-Type: message/rfc822\n\nContent-Type: multipart/x; boundary=b\n\n--b\n--b",
     b"From: a@b\nFrom: c@d\nTo:"],
)  # fmt: skip
def test_what_is_no_mail_is_not_ours(db: None, raw: bytes) -> None:
    assert take_mail(raw) == Outcome.NOT_OURS


def test_by_the_pipe(house: House, letter: Letter, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(letter(SAID))))
    assert main(["mail-in"]) == 0
    assert capsys.readouterr().out == "mail-in: taken\n" and said() == [SAID]


def test_when_the_database_is_away_the_mail_server_brings_it_again(
    house: House, letter: Letter, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def away(**_: object) -> None:
        raise DatabaseError(SAID)

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(letter(SAID))))
    monkeypatch.setattr("sayso.correspondence.actions.note_taken", away)
    assert main(["mail-in"]) == 75
    assert SAID not in capsys.readouterr().err
