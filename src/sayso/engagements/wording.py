"""Cleaning what people type, and saying what is wrong with it. Knows text; knows no database."""

from __future__ import annotations

import unicodedata

from sayso.engagements.models import MAX_STATEMENT_CHARACTERS

# Marks that turn the reading direction of what follows, also of words that are not theirs. Letters keep their own.
DIRECTION_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}  # Unicode categories: control, format, surrogate, private, unassigned
JOINERS = {"\u200c", "\u200d"}  # needed inside words of Persian, Hindi and others


class Unusable(ValueError):
    """The words cannot be taken as they are; the text says why and what to do."""


def clean_statement(typed: str) -> str:
    """The typed words in one normal form, on one line, without invisible characters. Raises Unusable."""
    text = unicodedata.normalize("NFC", typed).translate(DIRECTION_OVERRIDES)
    shown = (" " if letter.isspace() or letter in "\x85\u2028\u2029" else letter for letter in text)
    kept = (
        letter
        for letter in shown
        if letter in JOINERS or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    text = " ".join("".join(kept).split())
    if not text:
        raise Unusable("Nothing arrived. Write a few words, or skip this.")
    if not any(letter.isalpha() for letter in text):
        raise Unusable("Please use words, so that others can answer it.")
    if len(text) > MAX_STATEMENT_CHARACTERS:
        over = len(text) - MAX_STATEMENT_CHARACTERS
        raise Unusable(f"That is {over} too many characters. Your words are still here: shorten them, or send two.")
    return text
