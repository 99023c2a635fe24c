"""Cleaning what people type, and saying what is wrong with it. Knows text; knows no database."""

from __future__ import annotations

import unicodedata

from sayso.engagements.models import MAX_STATEMENT_CHARACTERS

# Unicode categories: control, format (among them what turns the reading direction), surrogate, private.
# Not "unassigned": those are the letters and signs that came after the tables of this Python.
INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
JOINERS = {"\u200c", "\u200d"}  # needed inside words of Persian, Hindi and others


class Unusable(ValueError):
    """The words cannot be taken as they are; the text says why and what to do."""


def clean_statement(typed: str) -> str:
    """The typed words in one normal form, on one line, without invisible characters. Raises Unusable."""
    shown = (" " if letter.isspace() else letter for letter in typed)
    kept = (letter for letter in shown if _is_kept(letter))
    # Last: a mark taken out may have stood between a letter and its accent.
    text = unicodedata.normalize("NFC", " ".join("".join(kept).split()))
    if not text:
        raise Unusable("Nothing arrived. Write a few words, or skip this.")
    if not any(letter.isalpha() for letter in text):
        raise Unusable("Please use words, so that others can answer it.")
    if len(text) > MAX_STATEMENT_CHARACTERS:
        over = len(text) - MAX_STATEMENT_CHARACTERS
        raise Unusable(f"That is {over} too many characters. Your words are still here: shorten them, or send two.")
    return text


def _is_kept(letter: str) -> bool:
    return letter in JOINERS or not (unicodedata.category(letter) in INVISIBLE or _never_a_character(ord(letter)))


def _never_a_character(code: int) -> bool:
    """Unicode's 66 noncharacters: unassigned today and for ever."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def number_in(typed: str) -> int:
    """The row number in a hidden field or an address; 0, which no row has, when it holds none."""
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0
