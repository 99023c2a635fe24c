"""The part of the results page that is the same for all who may read it: drawn once for all of them, not once for each.

It is drawn without the request, so that nothing of whoever looks can be in it, and kept under a name made of everything
it is drawn from: other figures, other words or another language are another part. So is what anybody reads, where
results are public: it tells less.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sayso.engagements.models import Engagement

TEMPLATE = "distillations/fragments/results.html"
DRAWING = Lock()


class Part(NamedTuple):
    html: SafeString
    packed: bytes  # the same by gzip: packing it for each reader took longer than all else
    opening: str  # its first sentence; empty before the first count


def shared_part(engagement: Engagement, told: Mapping[str, Any], figures: Callable[[], Mapping[str, Any]]) -> Part:
    """`told` is small, and tells for whom and which snapshot; `figures` is asked for the rest when it is drawn."""
    name = _name(engagement, told)
    html, packed, opening = caches["pages"].get(name) or _drawn(name, {"engagement": engagement, **told}, figures)
    return Part(SafeString(html), packed, opening)  # our own template's work, with its escapes


def _drawn(name: str, told: Mapping[str, Any], figures: Callable[[], Mapping[str, Any]]) -> tuple[str, bytes, str]:
    """Drawn by the first who asks; whoever asks meanwhile waits: all ask at once when there is a new snapshot."""
    with DRAWING:
        kept: tuple[str, bytes, str] | None = caches["pages"].get(name)
        if kept is None:
            drawn_from = {**told, **figures()}
            results = drawn_from.get("results")
            html = str(render_to_string(TEMPLATE, drawn_from))
            kept = (html, gzip.compress(html.encode(), mtime=0), results.opening if results else "")
            caches["pages"].set(name, kept)
        return kept


def _name(engagement: Engagement, told: Mapping[str, Any]) -> str:
    row = [getattr(engagement, field.attname) for field in engagement._meta.concrete_fields]
    return sha256(repr([get_language(), row, sorted(told.items())]).encode()).hexdigest()
