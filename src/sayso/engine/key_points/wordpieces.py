"""Texts as the pieces of words that BERT's uncased models read; the list of pieces is theirs (`wordpieces.txt`)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

LONGEST = 100  # letters of a word; longer ones are no words
BEGINNING, END, UNKNOWN = 101, 102, 100  # their places in the list
IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))  # each is a word


def numbered(text: str, at_most: int) -> list[int]:
    """Places of a text's pieces in the list, between a mark of beginning and one of end.

    >>> numbered("Lunch is dear!", 256)
    [101, 6265, 2003, 6203, 999, 102]
    """
    found = [piece for word in _words(text) for piece in _pieces(word)]
    return [BEGINNING, *found[: at_most - 2], END]


@cache
def pieces_known() -> dict[str, int]:
    """The list, 30,522 pieces of words."""
    text = (files("sayso.engine.key_points") / "wordpieces.txt").read_text(encoding="utf-8")
    return {piece: place for place, piece in enumerate(text.split("\n")[:-1])}


def _words(text: str) -> Iterator[str]:
    """Runs of letters and digits without accents, and each other sign by itself."""
    word = ""
    for letter in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(letter)
        blank = letter in "\t\n\r" or kind == "Zs"
        if kind == "Mn" or (not blank and (kind[0] == "C" or letter == "\ufffd")):
            continue
        alone = _is_sign(letter, kind) or any(first <= ord(letter) <= last for first, last in IDEOGRAPHS)
        if not blank and not alone:
            word += letter
            continue
        if word:
            yield word
            word = ""
        if alone:
            yield letter
    if word:
        yield word


def _is_sign(letter: str, kind: str) -> bool:
    return kind[0] == "P" or (letter.isascii() and letter.isprintable() and not letter.isalnum() and letter != " ")


@lru_cache(50_000)
def _pieces(word: str) -> tuple[int, ...]:
    """The longest piece that begins the word, then the longest that goes on, to its end."""
    known, found, start = pieces_known(), [], 0
    while start < len(word) <= LONGEST:
        for stop in range(len(word), start, -1):
            place = known.get(word[start:stop] if not start else "##" + word[start:stop])
            if place is not None:
                found.append(place)
                start = stop
                break
        else:
            return (UNKNOWN,)
    return tuple(found) if len(word) <= LONGEST else (UNKNOWN,)
