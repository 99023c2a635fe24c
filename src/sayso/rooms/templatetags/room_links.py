"""Ways to rooms from pages below: `{% rooms_to_host %}`, `{% hands_link %}`, `{% my_sheet_link %}`."""

from __future__ import annotations

from typing import Any

from django import template

from sayso.engagements.models import Engagement
from sayso.members.models import Member
from sayso.rooms import queries

register = template.Library()


@register.inclusion_tag("rooms/fragments/to_host.html", takes_context=True)
def rooms_to_host(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing at a kiosk, before the opening, and for whoever hosts none."""
    request, engagement = context["request"], context.get("engagement")
    is_at_home = isinstance(engagement, Engagement) and engagement.is_opened and not getattr(request, "kiosk", "")
    hosts = is_at_home and isinstance(request.user, Member)
    rooms = queries.rooms_hosted_by(engagement, request.user) if hosts else []  # type: ignore[arg-type]
    return {"engagement": engagement, "rooms": rooms}


@register.inclusion_tag("rooms/fragments/hands_link.html", takes_context=True)
def hands_link(context: dict[str, Any]) -> dict[str, Any]:
    """Once a room is finished."""
    engagement = context["engagement"]
    return {"engagement": engagement, "is_shown": queries.is_any_finished(engagement)}


@register.inclusion_tag("rooms/fragments/my_sheet_link.html", takes_context=True)
def my_sheet_link(context: dict[str, Any]) -> dict[str, Any]:
    """Where sheets were printed; not at a kiosk, which has no such page."""
    engagement = context["engagement"]
    at_kiosk = bool(getattr(context["request"], "kiosk", ""))
    return {"engagement": engagement, "is_shown": not at_kiosk and queries.are_sheets_out(engagement)}
