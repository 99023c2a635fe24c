"""Roles somebody is asked to take on, for their first pages: `{% role_offers %}`."""

from __future__ import annotations

from typing import Any

from django import template

from sayso.engagements.models import RoleName
from sayso.engagements.roles.queries import offers_to
from sayso.members.models import Member

register = template.Library()

DUTIES = {
    RoleName.LEAD: "You read what people write, open it for answers, and give roles to others.",
    RoleName.SPONSOR: "You stand for the promise that people get answers. You see the same results as everybody.",
    RoleName.MODERATOR: "You read what people write before others see it. You never see who wrote it.",
    RoleName.AMBASSADOR: "You help colleagues to take part. You see what everybody sees, nothing more.",
    RoleName.GUARDIAN: "You keep the data safe from those in charge. You cannot be in charge as well.",
}


@register.inclusion_tag("engagements/fragments/offers.html", takes_context=True)
def role_offers(context: dict[str, Any]) -> dict[str, Any]:
    request = context["request"]
    offers = offers_to(request.user) if isinstance(request.user, Member) else []
    told = [(role, DUTIES[RoleName(role.name)]) for role in offers]
    return {"offers": told, "csrf_token": context.get("csrf_token"), "request": request}
