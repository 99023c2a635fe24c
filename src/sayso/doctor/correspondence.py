"""Mail that waits, mail that failed, the mailbox for answers. Sends nothing, and tells numbers only."""

from __future__ import annotations

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding, Found


def _waiting() -> Found:
    from django.utils import timezone

    from sayso.correspondence.queries import n_failed, n_late

    late, failed = n_late(timezone.now()), n_failed()
    found = []
    if late:
        cause = f"{late} mails to members wait for more than an hour. Nothing is lost; they are tried again."
        found.append(Finding("mail.waiting", FAIL, cause, "See that `sayso worker` runs, and look at mail.server."))
    if failed:
        cause = f"{failed} mails to members could not be delivered in the last 30 days."
        mend = "Ask those who keep the mail server why it refuses them; people see everything on the page."
        found.append(Finding("mail.waiting", WARN, cause, mend))
    return found or Finding("mail.waiting", OK, "No mail to members waits or has failed.")


def _site() -> Found:
    from sayso.correspondence.queries import site_of, telling_news

    if all(site_of(engagement) for engagement in telling_news()):
        return []
    cause = "Nobody has told how this installation is reached, so no news of the week are sent."
    return Finding("mail.site", WARN, cause, "Set SAYSO_SITE, such as https://say.example.org.")


def _inbox() -> Found:
    """Connects as the worker does: TLS, sign-in, folder."""
    from django.conf import settings

    from sayso.correspondence.mailbox import Mailbox, MailboxTrouble

    if not settings.MAIL_REPLIES:
        return Finding("mail.inbox", OK, "Answers by mail are not taken: no mailbox is set for them.")
    if not settings.MAIL_INBOX:
        return Finding("mail.inbox", OK, "Answers by mail come by `sayso mail-in`, if the mail server hands them over.")
    try:
        with Mailbox(settings.MAIL_INBOX):
            pass
    except MailboxTrouble as trouble:
        cause = f"The mailbox for answers cannot be read. {trouble}"
        return Finding("mail.inbox", FAIL, cause, "Check SAYSO_MAIL_INBOX: host, user, password, folder.")
    return Finding("mail.inbox", OK, "The mailbox for answers can be read.")


CHECKS = (
    Check(
        "mail.waiting",
        _waiting,
        "Does mail to members wait for long, or has some failed?",
        "See that `sayso worker` runs and that the mail server takes mail.",
        needs="tables",
    ),
    Check(
        "mail.site",
        _site,
        "Is it known how links in mails begin?",
        "Set `SAYSO_SITE`.",
        needs="tables",
    ),
    Check(
        "mail.inbox",
        _inbox,
        "Can the mailbox be read that people answer to?",
        "Check `SAYSO_MAIL_INBOX`.",
    ),
)
