"""The URL map as a list of addresses, each parameter filled from a house; one it cannot fill makes the test fail.

And a browser that is made a thousand times in a walk, for as many looks that know nothing of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver

from house import House
from sayso.distillations.presentation import mark_of
from sayso.distillations.queries import latest_published
from sayso.members.set_up.link import first_token
from sayso.replies.models import Acknowledgement, AuthorQuestion, Reply
from sayso.rooms.models import EntryBatch, Sheet

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>[^)]*\)")


class Browser(Client):
    """A new browser at a server that runs already: its middleware is made once, as in real use, not for each one."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.handler = _running_server()


@cache
def _running_server() -> ClientHandler:
    return ClientHandler(enforce_csrf_checks=False)


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
    organisation, engagement = house.organisation, house.engagement
    update = organisation.roster_updates.first()
    return {
        "slug": house.engagement.slug,
        "statement_id": house.statements[0].pk,
        "role_id": house.engagement.roles.order_by("pk")[0].pk,
        "step": "topics",
        "seat_id": _first(engagement.trial_seats),
        "word_id": _first(engagement.words_to_avoid),
        "file_id": _first(organisation.roster_files),
        "update_id": update.pk if update else 1,
        "job_id": _first(update.jobs) if update else 1,
        "member_id": house.members[-2].pk,
        "unit_id": _first(organisation.units),
        "keeper_id": _first(organisation.keepers),
        "connection_id": _first(organisation.connections),
        "token": first_token(),
        "passkey_id": 1,
        "reply_id": _first(Reply.objects.filter(statement__engagement=engagement)),
        "question_id": _first(AuthorQuestion.objects.filter(statement__engagement=engagement)),
        "acknowledgement_id": _first(Acknowledgement.objects.filter(statement__engagement=engagement)),
        "wish_id": _first(engagement.erasure_wishes),
        "wave_id": _first(engagement.waves),
        "batch_id": _first(engagement.letter_batches),
        "room_id": _first(engagement.rooms),
        "table_number": 1,
        "entry_id": _first(EntryBatch.objects.filter(session__engagement=engagement)),
        "mark": _mark(house),
        "code": _code(Sheet.objects.filter(session__engagement=engagement)),
        "part": "sheets",
        "language": "en",
        "paper": "a4",
        "scim_id": f"u{house.members[-1].pk}",
        "name": "User",
        "urn": "x",
        "anything": "x",
        "key": "x",
        "uidb36": "1",
    }


def _first(rows: Any) -> int:
    """A house in which there is none yet has the address all the same."""
    return int(rows.order_by("pk").values_list("pk", flat=True).first() or 1)


def _code(sheets: Any) -> str:
    return str(sheets.filter(state="entered").values_list("code", flat=True).first() or "NOSUCH")


def _mark(house: House) -> str:
    """Of its first key point."""
    published = latest_published(house.engagement)
    return next(map(mark_of, published.body["key_points"]), "none") if published else "none"


def filled(route: str, house: House, **known_otherwise: object) -> str:
    """The route with what this house has in it, or what it is told."""
    return fill(route, parameters(house) | known_otherwise)


def fill(route: str, known: dict[str, object]) -> str:
    return "/" + PARAMETER.sub(lambda found: str(known[found["name"] or found["group"]]), route)
