"""What a translator has to do, and what of its answers can be used."""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

from sayso.outside.asking import NoAnswer

# A sentence in another language is seldom twice as long; far beyond that it is no translation.
TIMES_AS_LONG, AND = 4, 100
MARKUP = re.compile(r"<[!/]?[a-z]|&(#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)


class Translator(Protocol):
    """`translate` gives `text`, which is in `source`, in `target`; both are codes of languages (ISO 639-1).

    One text a call, and nothing beside it: whoever is asked learns nothing of who said it. Raises NoAnswer within the
    patience of its service, whatever that does; what it gives has passed `usable`.
    """

    def translate(self, text: str, *, source: str, target: str) -> str: ...


def usable(told: object, *, text: str, url: str) -> str:
    """What a service told as the translation of `text`, on one line. Raises NoAnswer where it can be none."""
    if not isinstance(told, str):
        raise NoAnswer(f"{url} answered no translation.")
    seen = "".join(letter for letter in told if letter.isspace() or unicodedata.category(letter)[0] != "C")
    line = " ".join(seen.split())
    if not any(letter.isalnum() for letter in line):
        raise NoAnswer(f"{url} answered an empty translation.")
    if len(line) > TIMES_AS_LONG * len(text) + AND:
        raise NoAnswer(f"{url} answered something far too long to be a translation.")
    if MARKUP.search(line) and not MARKUP.search(text):
        raise NoAnswer(f"{url} answered markup, which is no plain text.")
    return line
