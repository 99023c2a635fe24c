"""Languages in templates: which there are, words for scripts, words amid a sentence. `{% load speaking %}`."""

from __future__ import annotations

import json
import unicodedata

from django import template
from django.utils.translation import get_language, get_language_bidi

from sayso.web.languages import NAMES
from sayso.web.script_words import script_words as words_of_scripts

register = template.Library()
NOUNS_ARE_CAPITALS = {"de"}
FROM_THE_RIGHT = {"R", "AL"}  # as Unicode tells the direction of letters


@register.simple_tag
def our_languages() -> list[tuple[str, str]]:
    """Code, and what its speakers call it."""
    return list(NAMES.items())


@register.simple_tag
def script_words(part: str = "") -> str:
    """For an attribute: the tag's value is escaped as any other."""
    return json.dumps(words_of_scripts(part), ensure_ascii=False, separators=(",", ":"))


@register.filter
def amid(words: object) -> str:
    """A label as it stands within a sentence: in small letters, where a language writes nouns so."""
    return str(words) if get_language() in NOUNS_ARE_CAPITALS else str(words).lower()


@register.filter
def apart(words: object) -> str:
    """Somebody's words within a sentence of ours, where they may run the other way: so quotes stay on their sides."""
    text = str(words)
    if get_language_bidi() or any(unicodedata.bidirectional(sign) in FROM_THE_RIGHT for sign in text):
        return f"\u2068{text}\u2069"
    return text
