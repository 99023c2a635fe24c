"""Roles somebody is asked to take on, for their first pages: `{% role_offers %}`."""

from __future__ import annotations

from typing import Any

from django import template

from sayso.engagements.models import RoleName
from sayso.engagements.roles.duties import YOURS
from sayso.engagements.roles.queries import offers_to
from sayso.members.models import Member

register = template.Library()


@register.inclusion_tag("engagements/fragments/offers.html", takes_context=True)
def role_offers(context: dict[str, Any]) -> dict[str, Any]:
    request = context["request"]
    offers = offers_to(request.user) if isinstance(request.user, Member) else []
    told = [(role, YOURS[RoleName(role.name)]) for role in offers]
    return {"offers": told, "csrf_token": context.get("csrf_token"), "request": request}
