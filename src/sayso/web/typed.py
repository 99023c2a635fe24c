"""Text as people type it, brought into one form. Knows letters; knows nothing of what they mean."""

from __future__ import annotations

import unicodedata

# Unicode categories: control, format (among them what turns the reading direction), surrogate, private.
# Not "unassigned": those are the letters and signs that came after the tables of this Python.
INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
JOINERS = {"\u200c", "\u200d"}  # needed inside words of Persian, Hindi and others


def one_line(typed: str) -> str:
    """In one normal form, on one line, blanks single, without invisible characters.

    >>> one_line(" Ann\\u202e \\n  Li ")
    'Ann Li'
    """
    if typed.isascii() and typed.isprintable():  # nearly always, and a roster has millions of these
        return " ".join(typed.split())
    shown = (" " if letter.isspace() else letter for letter in typed)
    kept = (letter for letter in shown if _is_kept(letter))
    # Last: a mark taken out may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def _is_kept(letter: str) -> bool:
    return letter in JOINERS or not (unicodedata.category(letter) in INVISIBLE or _never_a_character(ord(letter)))


def _never_a_character(code: int) -> bool:
    """Unicode's 66 noncharacters: unassigned today and for ever."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
