"""People's words in the language they are in, for voices and hyphens, and in the reader's: `{% load said %}`.

`{% said_words statement "statement--large" %}` shows the words of one statement, with a translation where there is one
in the language of the page. `<li{% said_in statement %}>{{ statement.text }}</li>` shows them as they were said, with
`lang` and `dir`: an Arabic sentence may begin with a Latin word. A row knows its language; of one told in results the
page does, by what it was given as `said`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.utils.html import format_html
from django.utils.translation import get_language

from sayso.engagements.languages.queries import SaidIn, translation_of
from sayso.engagements.languages.wording import told_from
from sayso.engagements.models import Engagement, Statement
from sayso.web.languages import direction_of_words

register = template.Library()
# A row with a language, what results tell of a statement or key point, a language itself.
Said = Model | Mapping[str, Any] | str | None


@dataclass(frozen=True)
class InAnother:
    """Words in the language of the page, and the sentence that says a machine put them so."""

    text: str
    language: str
    told: str


@register.simple_tag(takes_context=True)
def said_in(context: template.Context, statement: Said) -> str:
    """Both attributes, with the blank before them; without a known language the direction is left to the letters."""
    language = _language_of(context, statement)
    lang = format_html(' lang="{}"', language) if language else ""
    return format_html('{} dir="{}"', lang, direction_of_words(language))


@register.simple_tag(takes_context=True)
def in_another(context: template.Context, statement: Said) -> InAnother | None:
    """Its words in the language of the page, where a machine put them so."""
    reads = get_language() or ""
    text = _translation_of(context, statement, reads)
    return InAnother(text, reads, told_from(_language_of(context, statement))) if text else None


@register.inclusion_tag("engagements/fragments/said_words.html", takes_context=True)
def said_words(context: template.Context, statement: Said, size: str = "") -> dict[str, Any]:
    return {
        "text": statement.get("text") if isinstance(statement, Mapping) else getattr(statement, "text", ""),
        "language": _language_of(context, statement),
        "other": in_another(context, statement),
        "size": size,
    }


@register.inclusion_tag("engagements/fragments/translator_told.html")
def translator_told(engagement: Engagement) -> dict[str, Any]:
    """Where statements are sent to be translated; nothing where they are not."""
    named = settings.TRANSLATOR
    return {"is_wanted": engagement.has_translations, "translator": named.name if named else ""}


def _language_of(context: template.Context, statement: Said) -> str:
    if isinstance(statement, Model):
        return getattr(statement, "language", None) or ""
    if isinstance(statement, str):
        return statement
    said = context.get("said")
    if not isinstance(said, SaidIn) or not isinstance(statement, Mapping):
        return ""
    return said.languages.get(str(statement.get("statement_id")), "")


def _translation_of(context: template.Context, statement: Said, reads: str) -> str:
    if isinstance(statement, Statement):
        return translation_of(statement, context["engagement"], reads)
    said = context.get("said")
    if not isinstance(said, SaidIn) or not isinstance(statement, Mapping):
        return ""
    return said.translations.get(str(statement.get("statement_id")), "")
