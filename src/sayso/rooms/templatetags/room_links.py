"""The rooms somebody was asked to host, for their first page: `{% rooms_to_host %}`."""

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
