"""Codes on paper: one that names a table or a sheet, and one by which whoever filled a sheet in takes it over.

The second is derived from a key in the data folder: the database alone opens nobody's sheet. Knows no rows.
"""

from __future__ import annotations

import hashlib
import hmac
from secrets import choice

from sayso.members.ways_in.passes import CODE_SIGNS, keyed_mark

LENGTH = 6
PROOF_LENGTH = 8


def new_code() -> str:
    """Six signs, none of which looks like another on paper."""
    return "".join(choice(CODE_SIGNS) for _ in range(LENGTH))


def plain(typed: str) -> str:
    """A code as it is kept, whatever its case and whatever stands between the signs."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())[:40]


def spaced(code: str) -> str:
    """As it is read out: "K7Q M2X"."""
    return f"{code[:3]} {code[3:]}"


def stub_code(sheet_code: str) -> str:
    """What stands on the part that is torn off: the sheet's own code and its proof, "K7QM2X-9HPR-TA4D"."""
    number = int.from_bytes(hashlib.sha256(keyed_mark(f"sheet {sheet_code}").encode()).digest(), "big")
    signs = []
    for _ in range(PROOF_LENGTH):
        number, sign = divmod(number, len(CODE_SIGNS))
        signs.append(CODE_SIGNS[sign])
    proof = "".join(signs)
    return f"{sheet_code}-{proof[:4]}-{proof[4:]}"


def sheet_code_in(typed: str) -> str:
    """The sheet's own code within a typed stub code; it may be no code at all."""
    return plain(typed)[:LENGTH]


def is_stub_code(typed: str) -> bool:
    """Whether proof and sheet belong together; takes as long when they do not."""
    known = plain(stub_code(sheet_code_in(typed)))
    return hmac.compare_digest(plain(typed).encode(), known.encode())
