"""Reads of roster keepers, for their own page."""

from __future__ import annotations

from django.db.models import QuerySet

from sayso.members.models import Keeper, Organisation


def keepers_of(organisation: Organisation) -> QuerySet[Keeper]:
    """All there ever were, with who gave and ended it."""
    return organisation.keepers.select_related("member", "granted_by", "ended_by").order_by("granted_at", "pk")
