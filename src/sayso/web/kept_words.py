"""Sentences that the worker keeps in rows, to be read later, each time in the language of whoever reads.

What stands for a sentence is its English form, as catalogues know it; beside it stands what it is filled with. So a row
from before reads as it was kept, and one without anything to fill in is its English sentence. Knows words; knows no
Django: the translating half is `kept_told`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

MARK = '{"say": '

One = Callable[[str], str]
Counted = Callable[[str, str, int], str]


class Kept(str):
    """Reads as the sentence in English, and knows what it was made of.

    >>> told = sentence("Row %(row)s is empty.", row=7)
    >>> told, told.as_kept
    ('Row 7 is empty.', '{"say": "Row %(row)s is empty.", "with": {"row": 7}}')
    """

    as_kept: str

    def __new__(cls, made_of: Mapping[str, Any]) -> Kept:
        told = super().__new__(cls, said(made_of, str, lambda one, many, n: one if n == 1 else many))
        is_plain = made_of.keys() == {"say"}
        told.as_kept = made_of["say"] if is_plain else json.dumps(made_of, ensure_ascii=False)
        return told


def sentence(say: str, /, **values: str | int) -> Kept:
    """A sentence, with %(names)s for its values; a value may be such a sentence itself."""
    return Kept({"say": say, **({"with": {k: _value(v) for k, v in values.items()}} if values else {})})


def sentence_counted(one: str, many: str, n: int, /, **values: str | int) -> Kept:
    """One of two sentences, by a number that is %(n)s in them."""
    return Kept({"say": one, "many": many, "n": n, "with": {k: _value(v) for k, v in values.items()}})


def listed(things: Sequence[str], at_most: int) -> str:
    """
    >>> str(listed(["2", "3", "5", "8"], 2)), str(listed(["2", "3"], 2))
    ('2, 3 and 2 more', '2, 3')
    """
    shown, n_more = ", ".join(things[:at_most]), len(things) - at_most
    return sentence("%(shown)s and %(more)s more", shown=shown, more=f"{n_more:,}") if n_more > 0 else shown


def rows_listed(rows: Sequence[int]) -> str:
    return listed([str(row) for row in rows], 5)


def to_keep(told: str | Exception) -> str:
    """As it goes into a row; of an exception, what it was raised with."""
    words = told.args[0] if isinstance(told, Exception) and told.args else told
    return words.as_kept if isinstance(words, Kept) else str(words)


def made_of(row: str) -> Mapping[str, Any] | None:
    """What a row holds; None where it is a sentence as it stands."""
    if not row.startswith(MARK):
        return None
    try:
        found: Mapping[str, Any] = json.loads(row)
    except ValueError:
        return None
    return found


def said(told: Mapping[str, Any], one: One, counted: Counted) -> str:
    """In words, by what puts one sentence, or one of two, into a language."""
    n = told.get("n", 0)
    form = counted(told["say"], told["many"], n) if "many" in told else one(told["say"])
    values = {k: said(v, one, counted) if isinstance(v, dict) else v for k, v in told.get("with", {}).items()}
    return form % {"n": f"{n:,}", **values} if values or "many" in told else form


def _value(value: str | int) -> Any:
    return (made_of(value.as_kept) or {"say": value.as_kept}) if isinstance(value, Kept) else value
