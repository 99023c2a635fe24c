"""What the doctor tells of the translator: nothing is wrong without one, and lines that others can read are named."""

from __future__ import annotations

from typing import Any

import pytest

from sayso.doctor.translating import CHECKS
from sayso.outside.asking import Service
from sayso.outside.translators.named import NamedTranslator
from translating import Translating


def findings() -> list[tuple[str, str]]:
    return [(finding.state, finding.cause) for finding in CHECKS[0].findings()]


def test_without_a_translator_nothing_is_wrong() -> None:
    assert findings() == [("ok", "No translator is named: no statement is sent anywhere.")]


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("http://translate.invalid", True),
        ("http://8.8.8.8.invalid:5000", True),
        ("https://translate.invalid", False),
        ("http://libretranslate:5000", False),
        ("http://127.0.0.1:9", False),
    ],
)
def test_words_on_a_line_that_others_can_read_are_told(settings: Any, url: str, is_open: bool) -> None:
    settings.TRANSLATOR = NamedTranslator("ours", "libretranslate", Service(url, "", "", 0.2))
    told = [cause for state, cause in findings() if state == "warn"]
    assert ("Statements go to ours over a line that others can read." in told) is is_open
    assert any("ours translates nothing." in cause for cause in told)


def test_one_that_answers_is_asked_for_words_of_ours(settings: Any) -> None:
    service = Translating()
    settings.TRANSLATOR = NamedTranslator("ours", "libretranslate", Service(service.url, "", "", 5.0))
    assert findings() == [("ok", "ours translates.")]
    assert [one["q"] for one in service.sent] == ["Good morning"]
    service.close()
