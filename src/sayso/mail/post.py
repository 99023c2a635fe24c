"""One connection to the mail server, and what it says to a message. Knows SMTP; knows nothing of waves or people.

Nothing here is logged or raised with an address in it: smtplib's own errors carry them.
"""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Callable
from email.utils import parseaddr

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from django.core.mail.message import sanitize_address

from sayso.web.kept_words import sentence

ANSWER_S = 30.0
# RFC 5321, 4.5.3.2.6: who hangs up before that sends many messages twice.
TAKEN_S = 600.0


class NotTaken(Exception):
    """The server's answer to this one message; `is_for_good` when trying again is of no use."""

    def __init__(self, code: int, *, is_recipient: bool) -> None:
        super().__init__(f"code {code}")
        self.code, self.is_recipient = code, is_recipient

    @property
    def is_for_good(self) -> bool:
        return self.code >= 500


class ServerTrouble(Exception):
    """No message can be sent now; the text says why, and names no recipient."""


class Doubtful(Exception):
    """The connection broke after the message was given and before the answer: it may have been taken, or not."""


class Interrupted(Exception):
    """`about_to_give` said no: the message was not given."""


class Post:
    """Open it, send, close. `about_to_give` is called at the last moment at which nothing has been given yet."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._n_sent = 0  # on this connection

    def open(self) -> None:
        """Raises ServerTrouble."""
        if self._backend is not None:
            return
        backend = get_connection(fail_silently=False, timeout=ANSWER_S)
        try:
            backend.open()
        except (OSError, smtplib.SMTPException) as wrong:
            raise ServerTrouble(_said(wrong)) from None
        self._backend, self._n_sent = backend, 0

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                backend.close()

    def drop(self) -> None:
        """Hang up without a word: amid a message any word would become part of it."""
        backend, self._backend = self._backend, None
        if isinstance(backend, SMTPBackend) and backend.connection is not None:
            backend.connection.close()

    def send(self, message: EmailMessage, about_to_give: Callable[[], bool]) -> None:
        """Raises NotTaken, ServerTrouble, Doubtful, Interrupted."""
        self.open()
        if isinstance(self._backend, SMTPBackend):
            self._by_smtp(message, _dotted(message), about_to_give)
        elif not about_to_give():
            raise Interrupted
        else:
            self._backend.send_messages([message])  # type: ignore[union-attr]
        self._n_sent += 1

    def _by_smtp(self, message: EmailMessage, dotted: bytes, about_to_give: Callable[[], bool]) -> None:
        try:
            self._introduce(self._smtp, message)
        except (OSError, smtplib.SMTPException) as wrong:
            has_served, self._n_sent = self._n_sent > 0, 0
            self.close()
            if not has_served:
                raise ServerTrouble(_said(wrong)) from None
            # It hung up on one that was idle, or had its fill of messages: once more, on a new one.
            self.open()
            self._by_smtp(message, dotted, about_to_give)
            return
        try:
            if not about_to_give():
                raise Interrupted
        except BaseException:
            self.drop()  # the server waits for a message by now; there is no other way to take it back
            raise
        self._give(self._smtp, dotted)

    @property
    def _smtp(self) -> smtplib.SMTP:
        return self._backend.connection  # type: ignore[union-attr,no-any-return]

    def _introduce(self, smtp: smtplib.SMTP, message: EmailMessage) -> None:
        smtp.ehlo_or_helo_if_needed()
        code, _ = smtp.mail(_bare(message.from_email))
        if code != 250:
            smtp.rset()
            raise smtplib.SMTPResponseException(code, sentence("does not take mail from our sender address"))
        code, _ = smtp.rcpt(_bare(message.to[0]))
        if code not in {250, 251}:
            if code == 421:
                raise smtplib.SMTPResponseException(code, sentence("is closing the connection"))
            smtp.rset()
            raise NotTaken(code, is_recipient=True)
        code, _ = smtp.docmd("DATA")
        if code != 354:
            if code == 421:
                raise smtplib.SMTPResponseException(code, sentence("is closing the connection"))
            smtp.rset()
            raise NotTaken(code, is_recipient=False)

    def _give(self, smtp: smtplib.SMTP, dotted: bytes) -> None:
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(TAKEN_S)
            smtp.send(dotted + b".\r\n")  # in one: apart, each waits 40 ms for the network's acknowledgement
            code, _ = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(ANSWER_S)
        except (OSError, smtplib.SMTPException):
            self.drop()
            raise Doubtful from None
        if code == 421:
            self.close()
        if code != 250:
            raise NotTaken(code, is_recipient=False)


def _dotted(message: EmailMessage) -> bytes:
    """The message as it goes over the wire. Raises NotTaken for what no mail can be made of."""
    try:
        lines = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg] # Django's own
    except (ValueError, UnicodeError):
        raise NotTaken(500, is_recipient=True) from None
    return (b"\r\n" + lines.rstrip(b"\r\n") + b"\r\n").replace(b"\r\n.", b"\r\n..")[2:]


def _bare(address: str) -> str:
    """As the envelope wants it: the address alone, in ASCII."""
    return parseaddr(sanitize_address(address, "utf-8"))[1]


def _said(wrong: Exception) -> str:
    """What the server or the network said, without what may hold an address."""
    if isinstance(wrong, smtplib.SMTPAuthenticationError):
        return sentence("It does not know our user and password.")
    if isinstance(wrong, smtplib.SMTPResponseException):
        told = wrong.smtp_error if isinstance(wrong.smtp_error, str) else sentence("answered")
        return sentence("It %(told)s (code %(code)s).", told=told, code=wrong.smtp_code)
    if isinstance(wrong, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError):
        return sentence("It closed the connection.")
    if isinstance(wrong, smtplib.SMTPException):
        return sentence("It does not speak as we expect.")
    if not isinstance(wrong, OSError):
        return ""
    return sentence("It does not answer (%(why)s).", why=(wrong.strerror or type(wrong).__name__)[:60])
