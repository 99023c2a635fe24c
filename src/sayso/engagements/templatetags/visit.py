"""What pages of having one's say share: the device they are on, and names under words. `{% load visit %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from sayso.engagements.models import Statement
from sayso.engagements.saying.names import shown_name

register = template.Library()


@register.inclusion_tag("engagements/visit/device_head.html", takes_context=True)
def device_head(context: template.Context, *parts: str) -> dict[str, Any]:
    """The scripts of a page that shows cards ("flow"), takes words ("say"), or both; on devices that are not one's
    own, none that keep anything."""
    return {"device": context.get("device"), "parts": parts}


@register.inclusion_tag("engagements/visit/device_here.html", takes_context=True)
def device_here(context: template.Context) -> dict[str, Any]:
    return {"device": context.get("device"), "engagement": context.get("engagement")}


@register.simple_tag(takes_context=True)
def name_under(context: template.Context, statement: Statement | Mapping[str, Any] | None) -> str:
    """The name its author put to a statement, where it may be shown: of a row, or of one told in results."""
    if isinstance(statement, Statement):
        return shown_name(statement, context["engagement"])
    names: Mapping[str, str] = context.get("names") or {}
    return names.get(str(statement["statement_id"]), "") if statement else ""
