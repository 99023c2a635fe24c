"""Numbers that mails carry: what a message is called, where it bounces to, and the link that ends reminders.

All are derived, so a message sent again is called the same. Of reminders nothing can be read back: a bounce would
say who had one. Knows rows by their numbers only.
"""

from __future__ import annotations

import re
import secrets
from email.utils import parseaddr

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from sayso.mail.addresses import own_domain

SALT = "sayso.invitations"
TOKEN = re.compile(r"\bi(\d{1,18})\.([0-9a-f]{20})\b")


def message_token(turn: int, *, is_reminder: bool) -> str:
    """Names the message of a turn: the same each time for an invitation, never the same for a reminder."""
    return f"r.{secrets.token_hex(14)}" if is_reminder else f"i{turn}.{_proof(turn)}"


def turns_named(text: str) -> list[int]:
    """The turns of invitations whose tokens stand in a text, none that we did not make ourselves."""
    return [int(number) for number, proof in TOKEN.findall(text) if proof == _proof(int(number))]


def message_id(token: str) -> str:
    return f"<{token}@{own_domain()}>"


def envelope_sender(token: str) -> str:
    """Where the mail server sends what it cannot deliver: with the token in it, if there is a mailbox for that."""
    box = settings.MAIL_BOUNCES
    if not box:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    local, _, domain = box.partition("@")
    return f"{local}+{token}@{domain}"


def wish_token(*, engagement: int, member: int) -> str:
    """What the link in a mail carries by which its reader asks for no reminders. It opens nothing else."""
    return Signer(salt=SALT, sep=".").sign(f"{engagement}-{member}")


def wish_of(token: str) -> tuple[int, int] | None:
    """Engagement and member of such a link; None for one that we did not make."""
    try:
        engagement, member = Signer(salt=SALT, sep=".").unsign(token).split("-")
    except (BadSignature, ValueError):
        return None
    return int(engagement), int(member)


def _proof(turn: int) -> str:
    return salted_hmac(SALT, f"turn {turn}", algorithm="sha256").hexdigest()[:20]
