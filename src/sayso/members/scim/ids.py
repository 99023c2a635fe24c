"""What people and units are called on the wire: "u12" is a member, "g7" a unit. Knows letters and numbers only."""

from __future__ import annotations

import re

USER, GROUP = "u", "g"
_ID = re.compile(r"(?P<kind>[ug])(?P<number>[1-9][0-9]{0,17})", re.ASCII)  # what the databases hold


def user_id(member: int) -> str:
    return f"{USER}{member}"


def group_id(unit: int) -> str:
    return f"{GROUP}{unit}"


def number_in(told: str | None, kind: str) -> int | None:
    """The member or unit an id or an address ends in, or None.

    >>> number_in("u12", USER), number_in("https://say.example/scim/v2/Groups/g7", GROUP), number_in("u12", GROUP)
    (12, 7, None)
    """
    found = _ID.fullmatch((told or "").rpartition("/")[2])
    return int(found["number"]) if found and found["kind"] == kind else None
