"""Words and sentences of a text, by their places in it."""

from __future__ import annotations

import re
from typing import NamedTuple

WORD = re.compile(r"(?:https?://|www\.)\S+|[^\W_]+(?:[-'\u2019][^\W_]+)*")
LINK = ("http://", "https://", "www.")
END = re.compile(r"[.!?\u2026]+[\"')\u201d\u00bb]*(?=\s|$)|\n+")
# A full stop after these ends no sentence; one letter alone never does ("z. B.").
SHORTENED = frozenset(
    (
        "bzw",
        "ca",
        "dr",
        "etc",
        "ev",
        "ggf",
        "inkl",
        "mr",
        "mrs",
        "ms",
        "nr",
        "prof",
        "sr",
        "sra",
        "st",
        "usw",
        "vgl",
        "vs",
    )
)


class Span(NamedTuple):
    """Characters `start` up to, and not including, `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def words(text: str) -> list[Span]:
    """Words and numbers; addresses of pages are nobody's words.

    >>> [word.of("Don't re-read www.x.example 3 times.") for word in words("Don't re-read www.x.example 3 times.")]
    ["Don't", 're-read', '3', 'times']
    """
    return [Span(*found.span()) for found in WORD.finditer(text) if not found[0].startswith(LINK)]


def sentences(text: str) -> list[Span]:
    """Sentences and lines, without the blanks around them. O(length).

    >>> text = "We meet at 3.30 p.m. in room 2. Dr. Lind comes too!  Yes"
    >>> [sentence.of(text) for sentence in sentences(text)]
    ['We meet at 3.30 p.m. in room 2.', 'Dr. Lind comes too!', 'Yes']
    """
    found, start = [], 0
    for end in END.finditer(text):
        if not _is_shortening(text, start, end):
            found.append(_bare(text, start, end.end()))
            start = end.end()
    found.append(_bare(text, start, len(text)))
    return [span for span in found if span.start < span.end]


def _is_shortening(text: str, start: int, end: re.Match[str]) -> bool:
    if end[0] != ".":
        return False
    before = text[max(start, end.start() - 12) : end.start()].split()
    last = before[-1].strip("(\u201e\u201c\"'").lower() if before else ""
    has_more = text[end.end() :].lstrip()[:1]
    return bool(has_more) and (last in SHORTENED or (len(last.split(".")[-1]) == 1 and not last[-1:].isdigit()))


def _bare(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip())))
