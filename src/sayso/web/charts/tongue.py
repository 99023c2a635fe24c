"""The language charts speak: as it is written here, unless a house that knows others says how to translate.

A report made without Django is in English; pages hand in Django's gettext once, at the start (`web.apps`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Tongue:
    one: Callable[[str], str] = str
    counted: Callable[[str, str, int], str] = lambda one, more, n: one if n == 1 else more


OURS = Tongue()


def gettext(words: str) -> str:
    return OURS.one(words)


def ngettext(one: str, more: str, n: int) -> str:
    return OURS.counted(one, more, n)
