"""Every sentence that is marked stands in every catalogue, whole: none missing, none in doubt, the same blanks."""

from __future__ import annotations

import re
import sys
from collections import Counter
from io import BytesIO
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo

from real_data import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tools"))

from catalogues import LANGUAGES, LOCALE, catalogue_at, collected

BLANK = re.compile(r"%\((\w+)\)s")
PART = re.compile(r"</?[a-z]+\b")
AS_IN_ENGLISH = {"Passkeys", "Sayso"}


@pytest.fixture(scope="module")
def marked() -> dict[tuple[Any, Any], Message]:
    return {(message.id, message.context): message for message in collected() if message.id}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def translated(language: str) -> dict[tuple[Any, Any], Message]:
    return {(message.id, message.context): message for message in catalogue_at(LOCALE, language) if message.id}


def forms_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_what_is_marked_is_what_the_catalogue_holds(language: str, marked: dict[Any, Message]) -> None:
    held = translated(language)
    told = "Mend: make words, then translate what is new."
    assert (sorted(map(str, set(marked) - set(held))), told) == ([], told)
    assert (sorted(map(str, set(held) - set(marked))), told) == ([], told)


def test_nothing_is_missing_and_nothing_is_in_doubt(language: str) -> None:
    held = translated(language)
    assert [key for key, message in held.items() if message.fuzzy] == []
    assert [key for key, message in held.items() if not all(form.strip() for form in forms_of(message))] == [
        key for key, message in held.items() if isinstance(message.id, str) and not message.id.strip()
    ]


def test_a_counted_sentence_has_each_form_its_language_has(language: str) -> None:
    forms = {"de": 2, "es": 3, "ar": 6}[language]  # Spanish: one, millions, others
    counted = [message for message in translated(language).values() if not isinstance(message.id, str)]
    assert len(counted) > 20
    assert [message.id for message in counted if len(message.string) != forms] == []


def test_the_blanks_are_those_of_the_original(language: str) -> None:
    """One, two and none may be said in words; every other form names the number."""
    wrong = []
    for message in translated(language).values():
        if isinstance(message.id, str):
            if Counter(BLANK.findall(message.id)) != Counter(BLANK.findall(message.string)):
                wrong.append(message.id)
            continue
        wanted = set(BLANK.findall(message.id[1]))
        found = [set(BLANK.findall(form)) for form in message.string]
        if found[-1] != wanted or any(form - wanted for form in found):
            wrong.append(message.id)
    assert wrong == []


def test_the_parts_of_a_sentence_keep_their_marks(language: str) -> None:
    def marks(text: str) -> Counter[str]:
        return Counter(PART.findall(text))

    held = [message for message in translated(language).values() if isinstance(message.id, str)]
    assert [message.id for message in held if marks(message.id) != marks(message.string)] == []


def test_spaces_at_the_ends_are_kept(language: str) -> None:
    """Some pieces stand after others: a comma or a space at their beginning is part of them."""

    def ends(text: str) -> tuple[bool, bool]:
        return text[:1] == " ", text[-1:] == " "

    held = [message for message in translated(language).values() if isinstance(message.id, str)]
    assert [message.id for message in held if ends(message.id) != ends(message.string)] == []


def test_nothing_was_left_in_english(language: str) -> None:
    """Long sentences alone: a word may be the same in two languages."""
    held = [message for message in translated(language).values() if isinstance(message.id, str)]
    same = [
        message.id for message in held if message.id == message.string and re.search(r"[a-z]{3} [a-z]{3}", message.id)
    ]
    assert same == []


def test_what_the_program_reads_is_made_from_what_people_write(language: str) -> None:
    made = BytesIO()
    write_mo(made, catalogue_at(LOCALE, language))
    path = LOCALE / language / "LC_MESSAGES" / "django.mo"
    told = "Mend: make words."
    assert (path.exists() and path.read_bytes() == made.getvalue(), told) == (True, told)
