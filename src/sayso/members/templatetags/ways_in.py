"""Other accounts that open the door, for templates: `{% other_accounts as accounts %}`. Read from the settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def other_accounts(wanted: str = "") -> list[dict[str, Any]]:
    """Name and address of each, leading on to `wanted`."""
    tail = f"?{urlencode({'next': wanted})}" if wanted else ""
    return [
        {"name": account["name"], "address": reverse(account["view"], kwargs=account["kwargs"]) + tail}
        for account in settings.OUTSIDE_ACCOUNTS
    ]
