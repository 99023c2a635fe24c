"""The part of the results page that is the same for all who may read it: drawn once for all of them, not once for each.

It is drawn without the request, so that nothing of whoever looks can be in it, and kept under a name made of everything
it is drawn from: other figures, other words or another language are another part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sayso.engagements.models import Engagement

TEMPLATE = "distillations/fragments/results.html"


def shared_part(
    engagement: Engagement, told: Mapping[str, Any], figures: Callable[[], Mapping[str, Any]]
) -> SafeString:
    """The part as HTML. `told` is small, and tells which snapshot; `figures` is asked for the rest when it is drawn."""
    name = _name(engagement, told)
    kept = caches["pages"].get(name)
    if kept is None:
        kept = render_to_string(TEMPLATE, {"engagement": engagement, **told, **figures()})
        caches["pages"].set(name, str(kept))
    return SafeString(kept)  # our own template's work, with its escapes


def _name(engagement: Engagement, told: Mapping[str, Any]) -> str:
    row = [getattr(engagement, field.attname) for field in engagement._meta.concrete_fields]
    return sha256(repr([get_language(), row, sorted(told.items())]).encode()).hexdigest()
