"""Translators that somebody runs elsewhere, one file each. `KINDS` says which there are; none is asked unless named.

A new one is a file beside these, a line in `KINDS`, and a line in `tests/outside/test_translators.py`, which says what
is asked of all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from sayso.outside.asking import Service
from sayso.outside.translators.chat import ChatTranslator
from sayso.outside.translators.libre import LibreTranslator
from sayso.outside.translators.translator import Translator

KINDS: dict[str, Callable[[Service], Translator]] = {"libretranslate": LibreTranslator, "chat": ChatTranslator}
