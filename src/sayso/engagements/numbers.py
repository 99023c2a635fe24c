"""Numbers of rows that say nothing of the order in which they came: drawn, never counted up.

Participants and statements are numbered so: counted up, their numbers would tell who came first, and the roster or the
list of sessions would tell the rest. Forty-eight bits stay exact in JSON, in scripts and in a spreadsheet's fifteen
digits; among a million rows two are the same once in 500 organisations, and the database then refuses the second.
"""

from __future__ import annotations

from secrets import randbelow

MOST = 2**48


def drawn_number() -> int:
    """A number nobody could have foretold, from 1 on."""
    return randbelow(MOST - 1) + 1
