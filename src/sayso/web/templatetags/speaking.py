"""Languages in templates: which there are, words for scripts, words amid a sentence. `{% load speaking %}`."""

from __future__ import annotations

import json

from django import template
from django.utils.translation import get_language

from sayso.web.languages import NAMES
from sayso.web.script_words import script_words as words_of_scripts

register = template.Library()
NOUNS_ARE_CAPITALS = {"de"}


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
