"""A stranger's try: every address there is, as nobody, as somebody of another engagement, as one whose role has ended.

It walks the URL map, so a page is tried from the day it is written; a parameter it cannot fill makes it fail (`walk`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements import actions
from sayso.engagements.models import RoleName, Statement, Vote
from sayso.members.actions import add_member
from sayso.members.models import Member
from walk import filled, routes

pytestmark = pytest.mark.django_db

# What anybody may see: it tells nothing of any engagement.
PUBLIC = re.compile(r"^(|healthz|privacy/|accounts/.*|api/openapi\.json|api/docs)$")
REFUSED = {401, 403, 404, 405}
SECRETS = ("How we work together", "is about something of its own", "Person 1", "Person 2")


@pytest.fixture
def house(db: None) -> House:
    """Person 1 leads, person 2 moderates, person 3 guards; everybody voted."""
    house = open_house(people=6, statements=4)
    for person, name in enumerate((RoleName.LEAD, RoleName.MODERATOR, RoleName.GUARDIAN)):
        actions.grant_role(engagement=house.engagement, member=house.members[person], name=name)
    house.everybody_votes()
    return house


def sensible(house: House) -> dict[str, Any]:
    """What would do something, sent by somebody who may."""
    statement, topic = house.statements[0].pk, house.topic.pk
    role = {"known_as": house.members[5].email, "name": "lead"}
    said = {"topic": topic, "text": "A stranger was here.", "statement": statement, "stance": -1}
    return {**role, **said, "decision": "undo"}


def tries(house: House, member: Member | None, sent: dict[str, Any] | None = None) -> Iterator[tuple[str, str, Any]]:
    """Each address, read and written to, by a browser of its own."""
    for route in sorted(set(routes())):
        address = filled(route, house)
        for method in ("get", "post"):
            client = Client()
            if member:
                client.force_login(member)
            kind = {"content_type": "application/json"} if route.startswith("api/") else {}
            body = {"data": sent or {}, **kind} if method == "post" else {}
            yield route, f"{method} {address}", getattr(client, method)(address, **body)


def state(house: House) -> tuple[Any, ...]:
    votes = Vote.objects.order_by("pk").values_list("pk", "participant", "statement", "stance")
    statements = Statement.objects.order_by("pk").values_list("pk", "text", "state")
    roles = house.engagement.roles.order_by("pk").values_list("pk", "member", "name", "ended_at")
    return list(votes), list(statements), list(roles), house.engagement.participants.count()


def is_refused(reply: Any) -> bool:
    to_door = reply.status_code == 302 and reply["Location"].startswith("/accounts/")
    return to_door or reply.status_code in REFUSED


def tells(reply: Any) -> list[str]:
    body = b"".join(reply.streaming_content) if reply.streaming else reply.content
    shown = html.unescape(body.decode(errors="replace")) + str(dict(reply.items()))
    return [secret for secret in SECRETS if secret in shown]


@pytest.mark.parametrize("who", ["nobody", "of another organisation", "who has left"])
def test_a_stranger_is_refused_everywhere_and_told_nothing(house: House, who: str) -> None:
    other = open_house("elsewhere", people=1)
    type(other.engagement).objects.filter(pk=other.engagement.pk).update(title="Another thing")
    Member.objects.filter(pk=other.members[0].pk).update(full_name="Wanda")
    elsewhere = Member.objects.get(pk=other.members[0].pk)
    left = add_member(organisation=house.organisation, full_name="Gone", email="gone@county.example")
    Member.objects.filter(pk=left.pk).update(is_active=False)
    member = {"nobody": None, "of another organisation": elsewhere, "who has left": left}[who]
    before, let_in, told = state(house), [], []
    for route, did, reply in tries(house, member, sensible(house)):
        if not PUBLIC.match(route) and not is_refused(reply):
            let_in.append((did, reply.status_code))
        if found := tells(reply):
            told.append((did, found))
    assert (let_in, told) == ([], [])
    assert state(house) == before


def test_whose_role_has_ended_gets_what_a_member_without_a_role_gets(house: House) -> None:
    lead, moderator, guardian, plain = house.members[:4]
    successor = add_member(organisation=house.organisation, full_name="Successor", email="next@county.example")
    actions.grant_role(engagement=house.engagement, member=successor, name=RoleName.LEAD)
    privileged = {did: reply.status_code for _, did, reply in tries(house, lead)}
    for role in house.engagement.roles.held().exclude(member=successor):
        actions.end_role(role=role, by=successor)
    before = state(house)
    usual = {did: reply.status_code for _, did, reply in tries(house, plain)}
    assert privileged != usual, "the lead's role opens something"
    for ended in (lead, moderator, guardian):
        assert {did: reply.status_code for _, did, reply in tries(house, ended)} == usual
    assert state(house) == before


def test_the_walk_sees_the_pages_there_are(house: House) -> None:
    found = {filled(route, house) for route in routes()}
    here = f"/e/{house.engagement.slug}/"
    assert {here, here + "inbox/", here + "results/", here + "roles/", "/api/e/how-we-work/next"} <= found
