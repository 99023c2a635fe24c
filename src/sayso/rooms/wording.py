"""Many lines typed at once, each made a clean statement or told why not. Knows text; knows no rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sayso.engagements.wording import Unusable, clean_statement

MOST_LINES_AT_ONCE = 100
ONE_BY_ONE = "Your words are still here: shorten them, or send two."
# What a list or a spreadsheet puts before a line; never part of what somebody said.
LIST_MARK = re.compile(r"^\s*(?:[-–•*·▪]|\(?\d{1,3}[.)])\s+")


@dataclass(frozen=True)
class Lines:
    """clean : what can be taken, in order · wrong : number of the typed line (from 1) and what is wrong with it"""

    clean: list[str]
    wrong: list[tuple[int, str]]


def clean_lines(typed: str) -> Lines:
    """One idea a line; empty lines are left out.

    >>> clean_lines("- The door sticks.\\n\\n2) Nobody asks us.\\n!!").clean
    ['The door sticks.', 'Nobody asks us.']
    """
    numbered = [(number, line) for number, line in enumerate(typed.splitlines(), 1) if line.strip()]
    if len(numbered) > MOST_LINES_AT_ONCE:
        told = f"That is more than {MOST_LINES_AT_ONCE} lines. Enter them in several goes."
        return Lines([], [(numbered[MOST_LINES_AT_ONCE][0], told)])
    return cleaned(numbered)


def cleaned(numbered: Iterable[tuple[int, str]]) -> Lines:
    clean, wrong = [], []
    for number, line in numbered:
        try:
            clean.append(clean_statement(LIST_MARK.sub("", line)))
        except Unusable as problem:
            wrong.append((number, str(problem).replace(ONE_BY_ONE, "Shorten it, or make two lines of it.")))
    return Lines(clean, wrong)
