"""A mail, read: from whom, to whom, whether a machine wrote it, and its words as plain text. Never raises.

Knows mail as bytes and the headers by which machines give themselves away; knows no members and no database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from sayso.correspondence.plain_text import text_of_html
from sayso.mail.frame import LOOP

# What is read of a mail at all; a statement is short, and stands before what is attached.
MOST_BYTES = 5_000_000
# Above and below a quoted mail of ours; finding quotes takes time that grows with the cube of it.
MOST_CHARACTERS = 6_000
MOST_HTML = 300_000
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Resent-To")
# RFC 3834 and what came before it: who carries one of these is no person who waits for an answer.
BY_MACHINES = ("List-Id", "List-Post", "X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Mailing-List", LOOP)
TO_MANY = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply")


@dataclass(frozen=True)
class Read:
    """What counts of a mail."""

    sender: str
    addressed_to: str
    text: str
    is_automatic: bool
    has_attachments: bool
    mark: str


def read_mail(raw: bytes, *, own_address: str) -> Read:
    """Whatever can be made of it; nothing of what cannot."""
    message = message_from_bytes(raw[:MOST_BYTES])  # the older policy stumbles over no header
    sender = parseaddr(_header(message, "From"))[1].lower()
    parts = list(_parts(message))
    return Read(
        sender=sender,
        addressed_to=" ".join(_all_headers(message, RECIPIENTS)),
        text=_text(parts),
        is_automatic=_is_automatic(message, sender, own_address),
        has_attachments=any(_is_attached(part) for part in parts),
        mark=_mark(message, raw, sender),
    )


def _header(message: Message, name: str) -> str:
    return next(_all_headers(message, (name,)), "")


def _all_headers(message: Message, names: tuple[str, ...]) -> Iterator[str]:
    return (str(value) for name in names for value in message.get_all(name, ()))


def _is_automatic(message: Message, sender: str, own_address: str) -> bool:
    auto = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    is_to_many = _header(message, "Precedence").strip().lower() in TO_MANY
    is_returned = _header(message, "Return-Path").strip() == "<>"
    is_report = message.get_content_type() == "multipart/report"
    is_machine = not sender or sender == own_address or sender.partition("@")[0] in MACHINES
    has_sign = any(message.get(name) is not None for name in BY_MACHINES)
    return auto not in {"", "no"} or is_to_many or is_returned or is_report or is_machine or has_sign


def _parts(message: Message) -> Iterator[Message]:
    """Those that hold something; a mail within the mail is one of them, and is not opened."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            yield from _parts(part)  # type: ignore[arg-type]
    else:
        yield message


def _is_attached(part: Message) -> bool:
    """Not the picture within a signature, nor a signature for machines."""
    if part.get_content_disposition() == "attachment":
        return not part.get_content_type().endswith("-signature")
    is_within = part.get_content_maintype() == "image" and part["Content-ID"] is not None
    return not is_within and part.get_content_maintype() not in {"text", "multipart"}


def _text(parts: list[Message]) -> str:
    """The words as written plainly; where these are empty or absent, as HTML shows them."""
    readable = [part for part in parts if part.get_content_disposition() != "attachment"]
    plain = "\n".join(_decoded(part) for part in readable if part.get_content_type() == "text/plain").strip()
    if plain:
        return plain[:MOST_CHARACTERS]
    html = "\n".join(_decoded(part) for part in readable if part.get_content_type() == "text/html")
    return text_of_html(html[:MOST_HTML])[:MOST_CHARACTERS]


def _decoded(part: Message) -> str:
    """In the charset it says, else in one that makes letters of it."""
    payload = part.get_payload(decode=True)
    told = payload if isinstance(payload, bytes) else b""
    said = str(part.get_content_charset() or "utf-8")
    for charset in (said, "utf-8", "cp1252"):
        try:
            return told.decode(charset).replace("\r\n", "\n")
        except (LookupError, ValueError):
            continue
    return told.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _mark(message: Message, raw: bytes, sender: str) -> str:
    """The same for a mail that arrives twice, by whatever way."""
    name = _header(message, "Message-ID").strip()
    told = f"{name} {sender}".encode("utf-8", errors="replace") if name else raw
    return hashlib.sha256(told).hexdigest()
