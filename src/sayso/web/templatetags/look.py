"""Icons and charts for templates: `{% load look %}`. Hands dicts shaped like a snapshot to the drawing modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from sayso.web import icons
from sayso.web.charts import bars, words
from sayso.web.charts import opinion_map as maps

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    return mark_safe(icons.icon(name))  # noqa: S308 - the builder escapes


@register.simple_tag
def stance_bar(statement: Mapping[str, Any], n: int | None = None) -> SafeString:
    return mark_safe(bars.stance_bar(statement, n))  # noqa: S308


@register.simple_tag
def stance_picture(statement: Mapping[str, Any]) -> SafeString:
    return mark_safe(bars.stance_picture(statement))  # noqa: S308


@register.simple_tag
def group_bars(statement: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> SafeString:
    return mark_safe(bars.group_bars(statement, groups))  # noqa: S308


@register.simple_tag
def say_bars(key_point: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> SafeString:
    return mark_safe(bars.say_bars(key_point, groups))  # noqa: S308


@register.simple_tag
def group_badge(group: Mapping[str, Any]) -> SafeString:
    return mark_safe(bars.group_badge(group))  # noqa: S308


@register.simple_tag
def opinion_map(snapshot_body: Mapping[str, Any], you: Mapping[str, Any] | None = None) -> SafeString:
    return mark_safe(maps.opinion_map(snapshot_body, you))  # noqa: S308


@register.simple_tag
def share_words(
    share: float | None,
    low: float | None,
    high: float | None,
    seen: int | None,
    n: int | None = None,
) -> str:
    return words.share_words(share, low, high, seen, n)


@register.filter
def firmness(stability: float | None) -> str:
    return words.firmness(stability if isinstance(stability, float) else None)


@register.filter
def about(share: float | None) -> str:
    """`{{ group.share|about }}` → about 6 in 10."""
    return words.about(share)
