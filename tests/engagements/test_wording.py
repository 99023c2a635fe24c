"""Cleaning of typed words, worked by hand and then at random."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.engagements.wording import Unusable, clean_statement


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  We need\r\n\tquiet   rooms. ", "We need quiet rooms."),
        ("Line\u2028and\u2029paragraph\x85end", "Line and paragraph end"),
        ("Pay \u202egniht emos\u202c more", "Pay gniht emos more"),
        ("\u2066isolated\u2069 and \u200fmarked", "isolated and marked"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("نريد غرفًا هادئة للعمل", "نريد غرفًا هادئة للعمل"),
        ("می\u200cخواهم آرام کار کنم", "می\u200cخواهم آرام کار کنم"),
        ("Ask the 👩\u200d🔧 first", "Ask the 👩\u200d🔧 first"),
        ("cafe\u0301", "café"),
        ("e\u200b\u0301", "é"),
        ("<b>bold</b> & 'so'", "<b>bold</b> & 'so'"),
        ("我们需要安静的房间", "我们需要安静的房间"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("never \ufffe\ufdd0\U0010ffff a character", "never a character"),
        ("newer than this Python \U0001fae8 and \U00011f04", "newer than this Python \U0001fae8 and \U00011f04"),
    ],
)
def test_words_are_kept_and_tricks_are_not(typed: str, kept: str) -> None:
    assert clean_statement(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\r\n\t", "\u200b\u202e", "\x00", "\u00a0\u3000"])
def test_nothing_arrived(typed: str) -> None:
    with pytest.raises(Unusable, match="Nothing arrived"):
        clean_statement(typed)


@pytest.mark.parametrize("typed", ["👍", "👩\u200d🔧 👍", "!!!", "42", "\u200d"])
def test_without_words_nobody_can_answer(typed: str) -> None:
    with pytest.raises(Unusable, match="use words"):
        clean_statement(typed)


def test_280_characters_are_taken_and_281_are_one_too_many() -> None:
    assert clean_statement("ä" * 280) == "ä" * 280
    assert clean_statement("a\u0308" * 280) == "ä" * 280  # 560 typed, 280 kept
    with pytest.raises(Unusable, match="1 too many"):
        clean_statement("ä" * 281)


@given(st.text(st.characters(), max_size=400))
def test_whatever_is_typed_is_cleaned_for_good_or_refused(typed: str) -> None:
    with contextlib.suppress(Unusable):
        text = clean_statement(typed)
        assert 0 < len(text) <= 280
        assert clean_statement(text) == text
        assert unicodedata.is_normalized("NFC", text)
        hidden = {letter for letter in text if not letter.isprintable()} - {"\u200c", "\u200d"}
        assert {unicodedata.category(letter) for letter in hidden} <= {"Cn"}
        text.encode()
