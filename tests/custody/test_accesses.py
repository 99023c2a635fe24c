"""Whoever in office opens what others cannot see leaves a record: tried at every address, so also at those to come."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from house import House
from sayso.distillations.replay_command import CannotReplay, _from_event_log
from sayso.engagements import actions
from sayso.engagements.models import RoleName
from sayso.engagements.roles.actions import grant_role
from sayso.members.access import record_access
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import AccessKind, AccessRecord, Member
from web.test_strangers import filled, routes

pytestmark = pytest.mark.django_db

# Addresses that give somebody in office more than others see, and yet write nothing, each with its reason.
NO_RECORD_NEEDED = {
    "e/<slug:slug>/results/live/": "the same fragment as the results page, asked every few seconds",
    "e/<slug:slug>/results/statements.csv": "published figures, which every member sees after their own votes",
    "e/<slug:slug>/key-points/": "published key points, which members see after their own votes; changes are on record",
    "e/<slug:slug>/": "the promise, which members are led past once they have answered",
    "e/<slug:slug>/mail/": "whether answers by mail and the feed are allowed; no address",
    "e/<slug:slug>/elsewhere/": "which places may show the cards, and hosts of channels",
    "e/<slug:slug>/results/public/": "whether anybody may read the results",
    "e/<slug:slug>/results/many/<slug:mark>/": "published figures, which every member sees after their own votes",
    "e/<slug:slug>/results/<int:statement_id>/": "published figures, which every member sees after their own votes",
    "e/<slug:slug>/rooms/": "where and when people meet, and who hosts",
    "e/<slug:slug>/rooms/new/": "an empty form",
    "e/<slug:slug>/results/rooms/": "published hands, which every member sees after their own votes",
    "e/<slug:slug>/acknowledge/": "open statements, which every member reads",
    "e/<slug:slug>/questions/": "here nothing was asked; answers that are read leave a record, tested with the replies",
    "e/<slug:slug>/change/": "the mandate, which anybody may read",
    "e/<slug:slug>/close/": "asks whether to close; tells nothing",
    "e/<slug:slug>/phases/": "the phases of the mandate, which anybody may read",
    "e/<slug:slug>/kept/": "how many units are told together, from five people on; no person",
    "e/<slug:slug>/words/": "the organisers' own words to avoid",
    "e/<slug:slug>/moderation/edit/": "how it is moderated, which members may read",
    "e/<slug:slug>/seeds/": "the organisers' own statements, which every member sees on their cards",
    "e/<slug:slug>/kiosk/": "a start page for others; tells nothing",
    "e/<slug:slug>/invitations/": "waves and how far they are, from five people on; sending and letters leave a record",
    "e/<slug:slug>/invitations/new/": "asks which units; tells nothing of anybody",
    "e/<slug:slug>/invitations/letters/": "batches of letters; making and fetching them leaves a record",
    "e/<slug:slug>/invitations/posters/": "a poster names nobody",
    "e/<slug:slug>/invitations/posters/<slug:language>/<slug:paper>/": "a poster names nobody",
    "": "a keeper's first page: where to go",
    "begin/": "an empty form",
    "bounces/": "here nobody's address bounces; a list of some leaves a record, tested with the invitations",
    "help-in/": "an empty form; making a code leaves a record",
    "roster/": "files and how far they are; people are on their own pages",
    "roster/bring/": "an empty form",
    "roster/connect/": "connections of directories, and which keeper made them",
    "roster/keepers/": "who keeps the roster, which members may know",
    "roster/leavers/": "how long names are kept, and how many have left; nobody is named",
    "roster/people/new/": "an empty form",
    "roster/units/": "units and how many are in them",
    "api/e/{slug}/snapshot": "published figures, which every member sees after their own votes",
}
PRIVILEGED = ("lead", "moderator", "guardian", "keeper")


@pytest.fixture
def offices(guarded: House) -> dict[str, Member]:
    """A holder of each office; person 8 holds none and has not voted, so sees the least."""
    grant_role(engagement=guarded.engagement, member=guarded.members[2], name=RoleName.MODERATOR)
    appoint_keeper(member=guarded.members[3])
    said = actions.say_statement(participant=guarded.participants[5], topic=guarded.topic, text="Not read by anybody.")
    assert said.state == "waiting"
    return dict(zip(("lead", "guardian", "moderator", "keeper"), guarded.members, strict=False)) | {
        "plain": guarded.members[8]
    }


def readable(house: House, member: Member) -> Iterator[tuple[str, int]]:
    for route in sorted(set(routes())):
        client = Client()
        client.force_login(member)
        yield route, client.get(filled(route, house)).status_code


@pytest.mark.parametrize("office", PRIVILEGED)
def test_what_others_cannot_open_is_on_record(guarded: House, offices: dict[str, Member], office: str) -> None:
    for_all = {route for route, status in readable(guarded, offices["plain"]) if status == 200}
    missing, seen = [], 0
    for route in sorted(set(routes())):
        client = Client()
        client.force_login(offices[office])
        before = AccessRecord.objects.count()
        reply = client.get(filled(route, guarded))
        if reply.status_code != 200 or route in for_all or route in NO_RECORD_NEEDED:
            continue
        seen += 1
        newest = AccessRecord.objects.order_by("pk").last()
        if AccessRecord.objects.count() == before or newest is None or newest.by != offices[office]:
            missing.append(route)
    assert missing == []
    assert seen > 0 or office == "keeper", "the office opens something"


def test_the_record_of_reading_tells_numbers_never_words(guarded: House, offices: dict[str, Member]) -> None:
    client = Client()
    client.force_login(offices["moderator"])
    waiting = guarded.engagement.statements.get(state="waiting")
    client.get("/e/how-we-work/inbox/")
    record = AccessRecord.objects.get(kind=AccessKind.WORDS_READ)
    assert record.detail == f"read, 1 shown: {waiting.pk}"
    assert record.by == offices["moderator"]


def test_a_replay_on_the_command_line_is_on_record(closed: House) -> None:
    snapshot = closed.engagement.snapshots.latest("pk")
    _from_event_log(snapshot.pk)
    record = AccessRecord.objects.get(kind=AccessKind.EXPORTED)
    assert record.by is None and str(snapshot.pk) in record.detail
    with pytest.raises(CannotReplay):
        _from_event_log(10**9)


# The guardian's page of them


def guardian(house: House) -> Client:
    client = Client()
    client.force_login(house.members[1])
    return client


def test_looking_at_the_log_is_on_the_log(guarded: House) -> None:
    page = guardian(guarded).get("/e/how-we-work/custody/log/").content.decode()
    assert "1 look at something confidential" in page and "Looked at this log" in page


def test_the_log_is_filtered_and_paged(guarded: House) -> None:
    for number in range(60):
        by = guarded.members[number % 2 * 2]
        record_access(
            organisation=guarded.organisation,
            by=by,
            kind=AccessKind.ROLES_SEEN if number % 3 else AccessKind.WORDS_READ,
            engagement_slug="how-we-work",
        )
    client = guardian(guarded)
    first = client.get("/e/how-we-work/custody/log/").content.decode()
    assert "Page 1 of 2" in first and "61 looks" in first
    words = client.get("/e/how-we-work/custody/log/", {"kind": "words_read"}).content.decode()
    assert "20 looks" in words
    one = client.get("/e/how-we-work/custody/log/", {"person": guarded.members[0].pk}).content.decode()
    assert "30 looks" in one
    nonsense = client.get("/e/how-we-work/custody/log/", {"kind": "?", "person": "x" * 99, "page": "-7"})
    assert nonsense.status_code == 200


def test_the_log_of_another_engagement_is_not_there(guarded: House) -> None:
    record_access(
        organisation=guarded.organisation, by=None, kind=AccessKind.WORDS_READ, engagement_slug="another", detail="X17"
    )
    record_access(organisation=guarded.organisation, by=None, kind=AccessKind.ROSTER_SEEN, detail="sayso roster look 3")
    page = guardian(guarded).get("/e/how-we-work/custody/log/").content.decode()
    assert "X17" not in page and "sayso roster look 3" in page


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_no_cell_of_the_file_is_run_as_a_formula(guarded: House, sign: str) -> None:
    Member.objects.filter(pk=guarded.members[0].pk).update(full_name=f"{sign}HYPERLINK(1)")
    record_access(
        organisation=guarded.organisation,
        by=Member.objects.get(pk=guarded.members[0].pk),
        kind=AccessKind.ROLES_SEEN,
        engagement_slug="how-we-work",
        detail=f"{sign}1+1",
    )
    text = guardian(guarded).get("/e/how-we-work/custody/log.csv").content.decode("utf-8-sig")
    cells = [cell.strip('"') for line in text.splitlines() for cell in re.split(r",(?=\S)", line)]
    assert any(cell.startswith(f"'{sign}") for cell in cells)
    assert [cell for cell in cells if cell.startswith(sign)] == []
