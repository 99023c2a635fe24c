"""A member's receipt: a secret as letters to copy, and the marks it puts on their votes. Knows no names."""

from __future__ import annotations

import base64
import hashlib
import hmac

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none that looks like another
_TO_OURS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", SIGNS)
_TO_BASE32 = str.maketrans(SIGNS, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
SECRET_BYTES, CHECK_SIGNS, GROUP = 20, 4, 4
TAG_DIGITS = 32


class Misread(ValueError):
    """These letters are no receipt: the text says what to look at."""


def written(secret: bytes) -> str:
    """The secret as nine groups of four letters; the last group finds slips of the pen.

    >>> written(bytes(20))
    '0000-0000-0000-0000-0000-0000-0000-0000-EJJ6'
    """
    plain = base64.b32encode(secret).decode().translate(_TO_OURS)
    plain += _check(secret)
    return "-".join(plain[i : i + GROUP] for i in range(0, len(plain), GROUP))


def read(typed: str) -> bytes:
    """The secret of a receipt as somebody typed it. Raises Misread."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum())
    plain = plain.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(plain) != SECRET_BYTES * 8 // 5 + CHECK_SIGNS:
        raise Misread(f"A receipt has 36 letters and digits; these are {len(plain)}.")
    if strange := sorted(set(plain) - set(SIGNS)):
        raise Misread(f"{', '.join(strange)} does not come up in a receipt.")
    secret = base64.b32decode(plain[:-CHECK_SIGNS].translate(_TO_BASE32))
    if _check(secret) != plain[-CHECK_SIGNS:]:
        raise Misread("One letter is wrong, or two have changed places. Compare it with your receipt.")
    return secret


def tag(secret: bytes, statement: str) -> str:
    """The mark of one vote: without the secret, no two of one person's marks can be told to belong together."""
    return hmac.digest(secret, f"vote on {statement}".encode(), "sha256").hex()[:TAG_DIGITS]


def _check(secret: bytes) -> str:
    digest = hashlib.sha256(b"receipt " + secret).digest()
    return base64.b32encode(digest[:5]).decode().translate(_TO_OURS)[:CHECK_SIGNS]
