"""What lets a member in without typing an address: a link for mails, a code for letters. Nothing of it is stored.

Both are derived from a key in the data folder and from a number in the member's row, so that the database alone opens
no door, printing again prints the same, and raising the number makes all earlier ones void.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from sayso.members.models import Member

NOBODY = 0  # no row has this number: what takes as long for somebody who is not there

CODE_SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that looks like another on paper
CODE_LENGTH = 8


def letter_code(member: Member) -> str:
    """Eight signs, as "K7QM-2XRP", for a letter: opens together with the staff number only."""
    digest = _mac(f"code {member.pk} {member.pass_number}")
    number = int.from_bytes(digest, "big")
    signs = []
    for _ in range(CODE_LENGTH):
        number, sign = divmod(number, len(CODE_SIGNS))
        signs.append(CODE_SIGNS[sign])
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"


def is_letter_code(member: Member, typed: str) -> bool:
    """Whether `typed` is the member's code, whatever its case and whatever stands between the signs."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum())
    return hmac.compare_digest(plain.encode(), letter_code(member).replace("-", "").encode())


def link_token(member: Member) -> str:
    """What a personal link carries: the member's number and its proof, fit for an address."""
    proof = base64.urlsafe_b64encode(_mac(f"link {member.pk} {member.pass_number}")[:18]).decode()
    return f"{member.pk}.{proof}"


def member_by_token(token: str) -> Member | None:
    """Whose link this is, if it is still good; takes as long for one that never was."""
    number, _, _ = token.partition(".")
    member = Member.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    known = link_token(member or Member(pk=NOBODY))
    return member if hmac.compare_digest(known.encode(), token.encode()) else None


def link_mark(member: Member, what: str) -> str:
    """What stands for "this link was used" or "given back" in the database, and for a browser that knows the link."""
    return keyed_mark(f"{what} {member.pk} {member.pass_number}")


def keyed_mark(message: str) -> str:
    """43 signs that say nothing without the key."""
    return base64.urlsafe_b64encode(_mac(f"mark {message}")).decode().rstrip("=")


def _mac(message: str) -> bytes:
    return hmac.new(_key(), message.encode(), hashlib.sha256).digest()


def _key() -> bytes:
    path = Path(settings.DATA_DIR) / "keys" / "passes"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(made := secrets.token_bytes(32))
    return made
