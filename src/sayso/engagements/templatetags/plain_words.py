"""The plain-language check beside a field that organisers fill in.

`{% plain_check form.objective %}` below the field, with `engagement` in the context. Without scripts it tells of what
the field holds when the page is shown; with them, also while one types. `{% plain_check_of id name value %}` does
the same for a field that no form knows.
"""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.translation import get_language

from sayso.engagements.models import Engagement
from sayso.engagements.plain_words.checking import check
from sayso.engagements.plain_words.queries import own_words

register = template.Library()
FRAGMENT = "engagements/fragments/plain_check.html"


@register.inclusion_tag(FRAGMENT, takes_context=True)
def plain_check(
    context: dict[str, Any], field: BoundField, language: str | None = None, picked_in: BoundField | None = None
) -> dict[str, Any]:
    """`picked_in` is the field of the same form in which the language is picked."""
    code = str(picked_in.value() or "") if picked_in is not None else language
    shown = _beside(context, field.id_for_label, field.html_name, field.value(), code)
    if picked_in is not None:
        shown |= {"is_tried": True, "sent": json.dumps({"field": field.html_name}), "picked_in": picked_in.id_for_label}
    return shown


@register.inclusion_tag(FRAGMENT, takes_context=True)
def plain_check_of(
    context: dict[str, Any], field_id: str, name: str, value: str | None = "", language: str | None = None
) -> dict[str, Any]:
    return _beside(context, field_id, name, value, language)


def _beside(context: dict[str, Any], field_id: str, name: str, value: object, language: str | None) -> dict[str, Any]:
    """Without an engagement that is kept there is nothing to ask while one types; what stands there is looked at."""
    engagement = context.get("engagement")
    kept = engagement if isinstance(engagement, Engagement) and engagement.pk else None
    code, text = language or get_language() or "en", str(value or "")
    return {
        "engagement": kept,
        "field_id": field_id,
        "name": name,
        "sent": json.dumps({"field": name, "language": code}),
        "text": text,
        "check": check(text, code, own_words(kept) if kept else {}) if text.strip() else None,
    }
