"""A stranger's try: every address there is, as nobody, as somebody of another engagement, as one whose role has ended.

It walks the URL map, so a page is tried from the day it is written; a parameter it cannot fill makes it fail (`walk`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from full_house import full_house
from house import WRITTEN, House, draft_house, open_house
from sayso.engagements import actions
from sayso.engagements.mandate import phase_actions, trial_actions
from sayso.engagements.models import Engagement, Role, RoleName
from sayso.engagements.roles.actions import end_role, grant_role
from sayso.members.actions import add_member, add_unit
from sayso.members.keepers.actions import appoint_keeper, end_keepership
from sayso.members.models import Member
from walk import Browser, fill, filled, parameters, routes

pytestmark = pytest.mark.django_db

# Where anybody comes in as a guest, if guests are admitted, and as nobody else.
GUESTS_DOOR = "e/<slug:slug>/guest/"
# What is told of an opened engagement to anybody, by design; nothing else of it may stand there.
TOLD_TO_ALL = {
    page: {"How we work together"}
    for page in (
        *("e/<slug:slug>/mandate/", GUESTS_DOOR, "e/<slug:slug>/embed/", "e/<slug:slug>/embed/enter/"),
        *("e/<slug:slug>/embed/votes/", "e/<slug:slug>/embed/votes/undo/", "e/<slug:slug>/embed/leave/"),
    )
}
# What anybody may see: it tells nothing of any engagement.
PUBLIC = re.compile(
    r"^(|healthz|privacy/|language/|sw\.js|embed\.js|manifest\.webmanifest|accounts/.*|api/openapi\.json|api/docs|code/|passkey/(ask/)?)$"
)
# What is about the one who looks, and about nobody else: their ways in, and what is held on them.
OWN = re.compile(r"^(ways-in/.*|mine/data/(|download/|language/))$")
REFUSED = {401, 403, 404, 405}
SECRETS = (
    "How we work together",
    "is about something of its own",
    "Person 1",
    "Person 2",
    "Town hall",
    "A table was",
    "is about it",
)


@pytest.fixture
def house(db: None) -> House:
    cache.clear()  # wrong tokens are counted for a minute, over tests
    return full_house()


def sensible(house: House) -> dict[str, Any]:
    """What would do something, sent by somebody who may."""
    statement, topic = house.statements[0].pk, house.topic.pk
    role = {"known_as": house.members[-1].email, "name": "lead"}
    word = {"word": "stranger", "say": "guest", "names": ["site"], "answer": "yes"}
    said = {"topic": topic, "text": "A stranger was here.", "statement": statement, "stance": -1}
    act = f"remove-{house.topic.pk}"
    topic_title = f"topic-{house.topic.pk}-title"
    mandate = {
        "title": "Mine",
        "act": act,
        topic_title: "Mine",
        f"was-{topic_title}": "x",
        "to": "gate",
        "reason": "So.",
    }
    corrected = {"full_name": "A stranger", "staff_number": "99", "missing": "gone"}
    room = {
        "n_tables": "1",
        "n_sheets": "1",
        "day": "2027-03-02",
        "lines": "A stranger.",
        "what": "words",
        "step": "look",
    }
    room |= {"a-1": "1", "statements": [statement], "n_present": "7"}
    wave = {"kind": "invitation", "whom": "all", "subject": "Hello", "body": "Here: {link}", "language": "en"}
    return {**room, **role, **word, **said, **mandate, **corrected, **wave, "decision": "undo", "name": "lead"}


# Where the same name means something else.
SENT_THERE = {"e/<slug:slug>/change/": {"name": "min_group_scores", "typed": "9"}}


def tries(
    house: House, member: Member | None, sent: dict[str, Any] | None = None, **cookies: str
) -> Iterator[tuple[str, str, Any]]:
    """Each address, read and written to, by a browser of its own; of what stands beside the house as well."""
    # All filled first: who may, throws some of it away on the way.
    for route, address in _addresses(house):
        for method in ("get", "post"):
            browser = Browser()
            browser.cookies.load(cookies)
            if member:
                browser.force_login(Member.objects.get(pk=member.pk))  # as it is now: ending sessions changes it
            kind = {"content_type": "application/json"} if route.startswith("api/") else {}
            data = {**sent, **SENT_THERE.get(route, {})} if sent else {}
            body = {"data": data, **kind} if method == "post" else {}
            with taken_back() if route == GUESTS_DOOR else nullcontext():  # a guest more is no stranger's doing
                yield route, f"{method} {address}", getattr(browser, method)(address, **body)


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _addresses(house: House) -> list[tuple[str, str]]:
    here, every = parameters(house), sorted(set(routes()))
    there = parameters(house.beside) if house.beside else {}
    beside = [(route, fill(route, there)) for route in every if there and "<slug:slug>" in route]
    return [*((route, fill(route, here)) for route in every), *beside]


def state(*but: Member | None) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours, but for those of whoever tries: their own ways in are theirs to change."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("sayso.")]
    rows = {model.__name__: list(model._base_manager.order_by("pk").values()) for model in ours}
    own = {member.pk for member in but if member}
    rows["Member"] = [row for row in rows["Member"] if row["id"] not in own]
    return rows


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
    before, let_in, told = state(member), [], []
    for route, did, reply in tries(house, member, sensible(house)):
        is_own = OWN.match(route) and member is elsewhere
        if not PUBLIC.match(route) and route not in TOLD_TO_ALL and not is_own and not is_refused(reply):
            let_in.append((did, reply.status_code))
        if found := set(tells(reply)) - TOLD_TO_ALL.get(route, set()):
            told.append((did, found))
    assert (let_in, told) == ([], [])
    assert state(member) == before


@pytest.fixture
def drafted(db: None) -> House:
    """Being prepared: person 1 leads it, person 3 tries it, person 2 knows nothing of it."""
    draft = draft_house(people=3)
    trial_actions.give_trial_seat(engagement=draft.engagement, member=draft.members[2])
    statements = list(draft.topic.statements.order_by("pk"))
    return House(draft.engagement.organisation, draft.engagement, draft.topic, draft.members, [], statements)


@pytest.mark.parametrize("who", ["nobody", "a colleague", "of another organisation"])
def test_before_the_opening_it_is_not_there(drafted: House, who: str) -> None:
    elsewhere = open_house("elsewhere", people=1)
    member = {"nobody": None, "a colleague": drafted.members[1], "of another organisation": elsewhere.members[0]}[who]
    Engagement.objects.filter(pk=elsewhere.engagement.pk).update(title="Another thing", objective="Another")
    secrets = [*WRITTEN.values(), "How do we talk", "We meet too often", "Person 3"]
    before, let_in, told = state(member), [], []
    for route, did, reply in tries(drafted, member, sensible(drafted)):
        is_own = OWN.match(route) and member
        if not PUBLIC.match(route) and not is_own and not is_refused(reply):
            let_in.append((did, reply.status_code))
        shown = html.unescape(reply.content.decode(errors="replace")) if not reply.streaming else ""
        if found := [secret for secret in secrets if secret in shown]:
            told.append((did, found))
    assert (let_in, told) == ([], [])
    assert state(member) == before


def test_the_public_mandate_tells_exactly_what_it_is_for(house: House) -> None:
    """Every text there is in the house is looked for on the page; those found are those meant for everybody."""
    lead, engagement = house.members[0], house.engagement
    unit = add_unit(organisation=house.organisation, name="Unit of the few")
    Member.objects.filter(pk=lead.pk).update(unit=unit, staff_number="staff-77", role="Role of one", site="Site nine")
    fields = {"what_is_open": "Open thing", "what_is_fixed": "Fixed thing", "who_decides": "Decider"}
    Engagement.objects.filter(pk=engagement.pk).update(**fields)
    said = actions.say_statement(participant=house.participants[4], topic=house.topic, text="Said in confidence.")
    actions.return_statement(statement=said, moderator=lead, reason="Returned for a reason.")
    phase_actions.change_mandate(
        engagement=engagement, name="who_decides", typed="Another decider", reason="Because so.", by=lead
    )
    meant = {
        house.organisation.name, engagement.title, engagement.objective, *engagement.promise.splitlines(),
        house.topic.question, "Open thing", "Fixed thing", "Decider", "Another decider", "Because so.",
    }  # fmt: skip
    kept = {
        said.text, "Returned for a reason.", house.topic.title + " topic", unit.name,
        "staff-77", "Role of one", "Site nine", *(statement.text for statement in house.statements),
        *(member.full_name for member in house.members), *(str(member.email) for member in house.members),
        *(participant.pseudonym for participant in house.participants),
    }  # fmt: skip
    shown = html.unescape(Client().get(f"/e/{engagement.slug}/mandate/").content.decode())
    assert {text for text in meant | kept if text in shown} == meant


def test_whose_role_has_ended_gets_what_a_member_without_a_role_gets(house: House) -> None:
    lead, moderator, guardian, keeper, plain = house.members[:5]
    successor = add_member(organisation=house.organisation, full_name="Successor", email="next@county.example")
    assert house.beside is not None
    engagements = [house.engagement, house.beside.engagement]
    for engagement in engagements:
        grant_role(engagement=engagement, member=successor, name=RoleName.LEAD)
    privileged = {did: reply.status_code for _, did, reply in tries(house, lead)}
    with taken_back():
        keeping = {did: reply.status_code for _, did, reply in tries(house, keeper)}
    appoint_keeper(member=successor)
    end_keepership(keeper=keeper.keeperships.get(), by=successor)
    for role in Role.objects.held().filter(engagement__in=engagements).exclude(member=successor):
        end_role(role=role, by=successor)
    those = (lead, moderator, guardian, keeper, plain)
    before = state(*those)
    usual = {did: reply.status_code for _, did, reply in tries(house, plain)}
    assert privileged != usual, "the lead's role opens something"
    assert keeping != usual, "keeping the roster opens something"
    for ended in (lead, moderator, guardian, keeper):
        assert {did: reply.status_code for _, did, reply in tries(house, ended)} == usual
    assert state(*those) == before


HAVING_ONES_SAY = {
    f"e/<slug:slug>/{page}"
    for page in (
        *("cards/", "say/", "say/warn/", "votes/", "votes/undo/", "mine/", "leave/", "where/"),
        *("mine/answers/", "mine/answers/back/", "mine/answers/all-back/", "results/", "ballots/", "ballots/receipt/"),
        *("results/<int:statement_id>/", "results/many/<slug:mark>/"),
        *("new/", "say/alike/", "say/echo/", "offline/", "answers/", "meet/", "my-sheet/", "results/rooms/"),
        *(f"statements/<int:statement_id>/{act}" for act in ("", "answer/", "reply/")),
        *("mine/questions/", "mine/replies/<int:reply_id>/withdraw/"),
        "mine/replies/<int:reply_id>/unmark/",
    )
}


def test_a_guest_has_their_say_and_opens_nothing_else(house: House) -> None:
    everything = list(tries(house, None, sensible(house), sayso_guest="0" * 32))
    opened = {route for route, _, reply in everything if not PUBLIC.match(route) and not is_refused(reply)}
    assert opened - TOLD_TO_ALL.keys() == HAVING_ONES_SAY
    assert {name for _, _, reply in everything for name in tells(reply)} & {"Person 1", "Person 2"} == set()


def test_an_ambassador_gets_what_a_member_without_a_role_gets(house: House) -> None:
    ambassador, plain = house.members[4:6]
    grant_role(engagement=house.engagement, member=ambassador, name=RoleName.AMBASSADOR)
    with taken_back():  # what they said is theirs to withdraw; the other meets it as it was
        usual = {did: reply.status_code for _, did, reply in tries(house, plain)}
    assert {did: reply.status_code for _, did, reply in tries(house, ambassador)} == usual


def test_the_walk_sees_the_pages_there_are(house: House) -> None:
    found = {filled(route, house) for route in routes()}
    here = f"/e/{house.engagement.slug}/"
    assert {here, here + "inbox/", here + "results/", here + "roles/", "/api/e/how-we-work/next"} <= found
    assert {"/roster/", "/roster/bring/", f"/roster/people/{house.members[4].pk}/"} <= found
