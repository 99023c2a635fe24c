"""The URL map as a list of addresses, each parameter filled from a house. One it cannot fill makes the test fail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from house import House

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>[^)]*\)")


def routes(within: URLResolver | None = None, before: str = "") -> Iterator[str]:
    for pattern in (within or get_resolver()).url_patterns:
        route = before + str(pattern.pattern).lstrip("^").rstrip("$").replace(r"\Z", "")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route


def parameters(house: House) -> dict[str, object]:
    """What each parameter of an address stands for in this house."""
    seat = house.engagement.trial_seats.first()
    word = house.engagement.words_to_avoid.first()
    return {
        "slug": house.engagement.slug,
        "statement_id": house.statements[0].pk,
        "role_id": house.engagement.roles.order_by("pk")[0].pk,
        "seat_id": seat.pk if seat else 1,
        "step": "topics",
        "word_id": word.pk if word else 1,
        "key": "x",
        "uidb36": "1",
    }


def filled(route: str, house: House) -> str:
    """The route with what this house has in it."""
    known = parameters(house)
    return "/" + PARAMETER.sub(lambda found: str(known[found["name"] or found["group"]]), route)
