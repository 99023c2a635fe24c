"""Sentences that the worker keeps are read in the reader's language; those from before stay readable."""

from __future__ import annotations

import sys

import pytest
from django.utils import translation

from real_data import REPOSITORY
from sayso.web.kept_told import in_words, reason_and_mend
from sayso.web.kept_words import listed, sentence, sentence_counted, to_keep

sys.path.insert(0, str(REPOSITORY / "tools"))

from catalogues import LANGUAGES, LOCALE, catalogue_at

ALREADY = "The same person stands in row %(row)s already. Mend: keep one."
NEW = ("%(n)s unit is new and would be made: %(units)s.", "%(n)s units are new and would be made: %(units)s.")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "The same person stands in row 7 already. Mend: keep one."),
        ("de", "Derselbe Mensch steht schon in Zeile 7. Abhilfe: Behalten Sie eine."),
        ("es", "La misma persona ya está en la fila 7. Solución: deje una."),
    ],
)
def test_a_kept_sentence_is_read_in_the_language_of_whoever_reads(language: str, told: str) -> None:
    row = to_keep(sentence(ALREADY, row=7))
    with translation.override(language):
        assert in_words(row) == told
        assert reason_and_mend(row)[1] in {"keep one.", "Behalten Sie eine.", "deje una."}


def test_a_number_chooses_its_form_in_each_language_and_a_list_is_part_of_it() -> None:
    row = to_keep(sentence_counted(*NEW, 3, units=listed(["“A”", "“B”", "“C”"], 2)))
    assert in_words(row) == "3 units are new and would be made: “A”, “B” and 1 more."
    with translation.override("de"):
        assert in_words(row) == "3 Einheiten sind neu und würden angelegt: “A”, “B” und 1 weitere."
        assert in_words(to_keep(sentence_counted(*NEW, 1, units="“A”"))).startswith("1 Einheit ist neu")


def test_of_an_exception_what_it_was_raised_with_is_kept() -> None:
    problem = ValueError(sentence(ALREADY, row=7))
    assert str(problem) == "The same person stands in row 7 already. Mend: keep one."
    assert in_words(to_keep(problem)) == str(problem)


@pytest.mark.parametrize(
    "row",
    [
        "",
        "Row 3 of before was told in English. Mend: keep it.",
        '{"say": "cut off in the mid',
        '{"say": "names %(nothing)s", "with": {"other": 1}}',
    ],
)
def test_what_cannot_be_put_into_words_stands_as_it_was_kept(row: str) -> None:
    with translation.override("de"):
        assert in_words(row) == row


def test_a_sentence_of_before_with_nothing_to_fill_in_is_read_in_ones_language_too() -> None:
    with translation.override("de"):
        assert in_words("The name is empty. Mend: give the person a name.").startswith("Der Name ist leer.")


@pytest.mark.parametrize("value", ["100 % of it", "%(row)s", '{"say": "x"}', "ünïcode “quoted”"])
def test_what_fills_a_sentence_is_never_read_as_one(value: str) -> None:
    row = to_keep(sentence("“%(email)s” is no e-mail address. Mend: correct it, or leave it empty.", email=value))
    assert in_words(row) == f"“{value}” is no e-mail address. Mend: correct it, or leave it empty."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_of_a_sentence_with_a_mend_has_its_word_for_it(language: str) -> None:
    told = {message.id: message.string for message in catalogue_at(LOCALE, language) if isinstance(message.id, str)}
    word = f" {told['Mend:']} "
    assert [one for one in told if " Mend: " in one and word not in str(told[one])] == []
