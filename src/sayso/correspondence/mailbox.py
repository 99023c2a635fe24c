"""The mailbox that answers come to, by IMAP: each mail is handed on, and deleted once it is dealt with.

What is not for us stays, marked as read, for a person to look at. Knows IMAP; knows nothing of what mails mean but
which outcomes leave them. Nothing raised or logged holds an address or a password.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from sayso.correspondence.reading import MOST_BYTES
from sayso.correspondence.taking_in import Outcome
from sayso.members.leases import DATABASE_AWAY

log = logging.getLogger("sayso.correspondence")

ANSWER_S = 30.0
HERE = ("localhost", "127.0.0.1", "::1")


class MailboxTrouble(Exception):
    """It cannot be read now; the text says why, and names nobody."""


class Mailbox:
    """`imaps://user:password@host:port/FOLDER`; with `imap://`, TLS is begun on the way, but for this machine."""

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)

    def __enter__(self) -> Mailbox:
        try:
            self._imap = self._connect()
        except (OSError, imaplib.IMAP4.error) as wrong:
            raise MailboxTrouble(_told(wrong)) from None
        try:
            self._imap.login(unquote(self._parts.username or ""), unquote(self._parts.password or ""))
            self._said(self._imap.select(unquote(self._parts.path.lstrip("/")) or "INBOX"))
        except (OSError, imaplib.IMAP4.error) as wrong:
            self._imap.shutdown()
            raise MailboxTrouble(_told(wrong)) from None
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self._imap.logout()

    def _connect(self) -> imaplib.IMAP4:
        host, port = self._parts.hostname or "localhost", self._parts.port
        trusted = ssl.create_default_context()
        if self._parts.scheme == "imaps":
            return imaplib.IMAP4_SSL(host, port or 993, ssl_context=trusted, timeout=ANSWER_S)
        imap = imaplib.IMAP4(host, port or 143, timeout=ANSWER_S)
        if host not in HERE:
            try:
                imap.starttls(trusted)
            except BaseException:
                imap.shutdown()
                raise
        return imap

    def take_all(self, take: Callable[[bytes], Outcome], stop: threading.Event) -> int:
        """Hand every unread mail on; how many were dealt with. Raises MailboxTrouble, and what the database raises."""
        n_taken = 0
        try:
            numbers = self._said(self._imap.uid("SEARCH", "UNSEEN UNDELETED"))[0] or b""
            for number in numbers.split():
                if stop.is_set():
                    break
                n_taken += self._take_one(number.decode(), take)
            self._imap.expunge()
        except (OSError, imaplib.IMAP4.error) as wrong:
            raise MailboxTrouble(_told(wrong)) from None
        return n_taken

    def _take_one(self, number: str, take: Callable[[bytes], Outcome]) -> bool:
        # The beginning is enough: what is beyond it was attached.
        told = self._said(self._imap.uid("FETCH", number, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
        raw = next((part[1] for part in told if isinstance(part, tuple)), b"")
        try:
            outcome = take(raw)
        except DATABASE_AWAY:
            raise
        except Exception as wrong:
            # One that we stumble over must not stop the others; the text of an error may hold words.
            log.error("a mail could not be read: %s", type(wrong).__name__)
            outcome = Outcome.NOT_OURS
        flag = r"(\Seen)" if outcome == Outcome.NOT_OURS else r"(\Deleted)"
        self._said(self._imap.uid("STORE", number, "+FLAGS.SILENT", flag))
        return outcome != Outcome.NOT_OURS

    @staticmethod
    def _said(answer: Any) -> list[Any]:
        state, told = answer
        if state != "OK":
            raise imaplib.IMAP4.error("refused")
        return list(told)


def _told(wrong: Exception) -> str:
    """What went wrong, without what may hold a name."""
    if isinstance(wrong, ssl.SSLError):
        return "It offers no TLS that can be trusted."
    if isinstance(wrong, socket.gaierror):
        return "Its host is not known."
    if isinstance(wrong, OSError):
        return f"It does not answer ({wrong.strerror or type(wrong).__name__})."
    return "It refuses our user, password, folder or what we ask."
