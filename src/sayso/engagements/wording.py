"""Cleaning what people type, and saying what is wrong with it. Knows text; knows no database."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sayso.engagements.models import MAX_STATEMENT_CHARACTERS
from sayso.web.typed import one_line


class Unusable(ValueError):
    """The words cannot be taken as they are; the text says why and what to do."""


def clean_statement(typed: str) -> str:
    """The typed words in one normal form, on one line, without invisible characters. Raises Unusable."""
    text = one_line(typed)
    if not text:
        raise Unusable(_("Nothing arrived. Write a few words, or skip this."))
    if not any(letter.isalpha() for letter in text):
        raise Unusable(_("Please use words, so that others can answer it."))
    if len(text) > MAX_STATEMENT_CHARACTERS:
        raise Unusable(too_long(len(text)))
    return text


def too_long(length: int) -> str:
    over = length - MAX_STATEMENT_CHARACTERS
    return ngettext(
        "That is %(n)s too many characters. Your words are still here: shorten them, or send two.",
        "That is %(n)s too many characters. Your words are still here: shorten them, or send two.",
        over,
    ) % {"n": f"{over:,}"}


def number_in(typed: str) -> int:
    """The row number in a hidden field or an address; 0, which no row has, when it holds none."""
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0
