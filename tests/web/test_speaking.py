"""Somebody's words amid ours: where they run the other way, the signs around them stay on their sides."""

from __future__ import annotations

import pytest
from django.utils import translation

from sayso.web.templatetags.speaking import apart

ARABIC = "من يقرر؟"


@pytest.mark.parametrize(
    ("reader", "words", "is_apart"),
    [("en", "Who decides?", False), ("de", "Wer?", False), ("en", ARABIC, True), ("ar", "Who decides?", True)],
)
def test_words_are_set_apart_where_they_may_run_the_other_way(reader: str, words: str, is_apart: bool) -> None:
    with translation.override(reader):
        assert apart(words) == (f"\u2068{words}\u2069" if is_apart else words)
