"""Mail that came back, read: which of our invitations it is about, and whether the address is of no use.

Understands delivery status notifications (RFC 3464). Only a message that we made counts: its token stands in the
address it came back to, or in the message it brings back. Of reminders nothing is learnt, since a bounce would say who
had one. Knows mail as bytes; writes by `mail.actions`.
"""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path

from sayso.invitations.models import Invitation, WaveKind
from sayso.invitations.numbering import turns_named
from sayso.mail.actions import mark_bouncing

MOST_BYTES = 5_000_000
FULL = "5.2.2"  # a full mailbox: it is read one day


@dataclass
class Told:
    """What was read, in numbers."""

    marked: int = 0
    passing: int = 0
    not_ours: int = 0
    unread: int = 0


def messages_in(path: Path) -> Iterator[bytes]:
    """Of a maildir, of an mbox, or one message in a file. Raises OSError."""
    if path.is_dir():
        for folder in ("new", "cur"):
            for file in sorted((path / folder).glob("*")):
                yield _read(file)
    elif _starts(path).startswith(b"From "):
        box = mailbox.mbox(str(path), create=False)
        try:
            for key in box.iterkeys():
                yield box.get_bytes(key)
        finally:
            box.close()
    else:
        yield _read(path)


def take_bounce(raw: bytes, told: Told) -> None:
    """Mark the address that a notification says is of no use; the same again changes nothing."""
    try:
        message = message_from_bytes(raw[:MOST_BYTES], policy=policy.default)
        statuses = list(_statuses(message))
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        told.unread += 1  # broken beyond what the library bears: there are such mails
        return
    failed = [status for action, status in statuses if action == "failed" and status.startswith("5")]
    turn = _turn_of(message, raw[:MOST_BYTES])
    if turn is None:
        told.not_ours += 1
    elif not failed or failed[0] == FULL:
        told.passing += 1
    else:
        member = turn.member
        if member.email:
            mark_bouncing(organisation=member.organisation_id, email=member.email, status=failed[0])
        told.marked += 1


def _turn_of(message: EmailMessage, raw: bytes) -> Invitation | None:
    """The invitation it is about: one that we made, and that one only."""
    where = " ".join(
        str(value) for name in ("To", "Delivered-To", "X-Original-To") for value in message.get_all(name, ())
    )
    named = turns_named(where) or turns_named(raw.decode("ascii", errors="replace"))
    if len(set(named)) != 1:
        return None
    known = Invitation.objects.filter(pk=named[0], wave__kind=WaveKind.INVITATION)
    return known.select_related("member").first()


def _statuses(message: Message) -> Iterator[tuple[str, str]]:
    """Action and status of each recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Message) and block["Action"]:
                    yield str(block["Action"]).strip().lower(), str(block["Status"] or "").strip().split(" ")[0]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _starts(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(5)
