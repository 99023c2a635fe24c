"""Mail: how it goes out, as whom, and whether the server takes it. Sends nothing."""

from __future__ import annotations

import smtplib
import ssl

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding, Found

CONNECT_S = 5
OWN_NAMES = ("localhost", "localhost.localdomain", "example.com", "example.org")


def _goes_out() -> Finding:
    from django.conf import settings

    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if settings.DEMO:
        return Finding("mail", OK, "The demo sends none.")
    if backend != "smtp":
        mend = "Set SAYSO_SMTP_HOST and SAYSO_MAIL_FROM."
        return Finding("mail", WARN, f"Mail goes to {backend}, not out: nobody can sign in by e-mail.", mend)
    return Finding("mail", OK, f"Mail goes out by {settings.EMAIL_HOST}:{settings.EMAIL_PORT}.")


def _goes_by_smtp() -> bool:
    from django.conf import settings

    return bool(settings.EMAIL_BACKEND.rsplit(".", 2)[-2] == "smtp" and not settings.DEMO)


def _sender() -> Found:
    from email.utils import parseaddr

    from django.conf import settings

    if not _goes_by_smtp():
        return []
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = address.rpartition("@")[2].lower()
    mend = "Set SAYSO_MAIL_FROM to an address that people know and can answer."
    if "@" not in address:
        return Finding("mail.from", FAIL, f"{settings.DEFAULT_FROM_EMAIL!r} is no address to send from.", mend)
    if domain in OWN_NAMES or "." not in domain:
        return Finding("mail.from", WARN, f"Mail is sent as {address}, and may be refused.", mend)
    return Finding("mail.from", OK, f"Mail is sent as {address}.")


def _server() -> Found:
    """Connects as it would to send: greeting, TLS, sign-in."""
    from django.conf import settings
    from django.core.mail import get_connection

    if not _goes_by_smtp():
        return []
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        connection = get_connection(fail_silently=False, timeout=CONNECT_S)
        try:
            connection.open()
        finally:  # it stays connected where TLS or sign-in fails
            connection.close()
    except smtplib.SMTPAuthenticationError as wrong:
        cause = f"{where} refuses the sign-in: {_words(wrong)}"
        return Finding("mail.server", FAIL, cause, "Check SAYSO_SMTP_USER and SAYSO_SMTP_PASSWORD.")
    except ssl.SSLError as wrong:
        cause = f"{where} offers no TLS that can be trusted: {wrong.reason or wrong}"
        return Finding("mail.server", FAIL, cause, "Use the name in the server's certificate as SAYSO_SMTP_HOST.")
    except smtplib.SMTPNotSupportedError as wrong:
        cause = f"{where} lacks what is asked of it: {wrong}"
        return Finding("mail.server", FAIL, cause, "Ask your mail server's people for TLS, or check SAYSO_SMTP_PORT.")
    except (OSError, smtplib.SMTPException) as wrong:
        cause = f"{where} does not take mail: {wrong}"
        return Finding("mail.server", FAIL, cause, "Check SAYSO_SMTP_HOST and SAYSO_SMTP_PORT, and that it runs.")
    return Finding("mail.server", OK, f"{where} greets us, {_how()}.")


def _words(wrong: smtplib.SMTPResponseException) -> str:
    told = wrong.smtp_error
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told)


def _how() -> str:
    from django.conf import settings

    tls = "by TLS" if settings.EMAIL_USE_TLS else "in the open"
    return f"{tls} and with sign-in" if settings.EMAIL_HOST_USER else f"{tls} and without sign-in"


def _secrecy() -> Found:
    from django.conf import settings

    if not _goes_by_smtp():
        return []
    is_here = settings.EMAIL_HOST in ("localhost", "127.0.0.1", "::1")
    if not settings.EMAIL_USE_TLS and not is_here:
        cause = "Mail travels in the open, with the links that sign people in."
        return Finding("mail.tls", WARN, cause, "Set SAYSO_SMTP_TLS=1.")
    return Finding("mail.tls", OK, "Sign-in links travel by TLS." if settings.EMAIL_USE_TLS else "It stays here.")


CHECKS = (
    Check("mail", _goes_out, "Does mail go out at all?", "Set `SAYSO_SMTP_HOST` and `SAYSO_MAIL_FROM`."),
    Check(
        "mail.from",
        _sender,
        "Is it sent from an address that mail servers take?",
        "Set `SAYSO_MAIL_FROM` to an address that people know and can answer.",
    ),
    Check(
        "mail.server",
        _server,
        "Does the mail server greet us, agree on TLS, and let us sign in? Nothing is sent.",
        "Check `SAYSO_SMTP_HOST`, `_PORT`, `_USER` and `_PASSWORD`.",
    ),
    Check("mail.tls", _secrecy, "Do sign-in links travel by TLS?", "Set `SAYSO_SMTP_TLS=1`."),
)
