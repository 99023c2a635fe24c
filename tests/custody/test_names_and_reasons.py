"""Names put to words, and reasons for taking no part: what results show of them, and what the end of the key leaves."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from django.test import Client

from custody.conftest import follow
from house import House
from sayso.custody.actions import carry_out_wish, destroy_engagement_key, publish_ballots, wish_erasure
from sayso.distillations.models import Snapshot
from sayso.engagements import actions
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement, Event, IdentityLevel, NotTakingPart, Phase, Reason, Statement
from sayso.engagements.saying.silence import tell_reason

pytestmark = pytest.mark.django_db

RESULTS, LIVE = "/e/how-we-work/results/", "/e/how-we-work/results/live/"


@pytest.fixture
def signed(guarded: House, work: Callable[[], None]) -> House:
    """Person 3 has put their name to a statement that everybody answered; five told why they take no part."""
    Engagement.objects.filter(pk=guarded.engagement.pk).update(identity_level=IdentityLevel.OPEN)
    guarded.engagement.refresh_from_db()
    statement = actions.say_statement(
        participant=guarded.participants[3], topic=guarded.topic, text="Quiet rooms for all.", signed_name="Person 4"
    )
    actions.publish_statement(statement=statement, moderator=guarded.members[0])
    for participant in guarded.participants:
        if participant != guarded.participants[3]:
            actions.cast_vote(participant=participant, statement=statement, stance=1)
    for member in guarded.members[5:10]:
        tell_reason(member=member, engagement=guarded.engagement, reason=Reason.NO_USE)
    work()
    return guarded


def reader(house: House) -> Client:
    client = Client()
    client.force_login(house.members[6])
    return client


def test_results_show_the_name_and_the_reasons_and_no_snapshot_holds_them(signed: House) -> None:
    page = html.unescape(reader(signed).get(RESULTS, {"all": "1"}).content.decode())
    assert "Said by Person 4" in page
    assert not [
        name for name in (member.full_name for member in signed.members) if name != "Person 4" and name + "<" in page
    ]
    assert "5: “I think it changes nothing.”" in page
    assert not any(
        "Person 4" in body + published for body, published in Snapshot.objects.values_list("body", "published")
    )


def test_a_name_that_is_taken_off_goes_from_open_pages_at_once(signed: House) -> None:
    client = reader(signed)
    etag = client.get(LIVE)["ETag"]
    assert client.get(LIVE, headers={"If-None-Match": etag}).status_code == 304
    wish = wish_erasure(engagement=signed.engagement, member=signed.members[3])
    carry_out_wish(wish=wish, by=signed.members[1])
    fresh = client.get(LIVE, headers={"If-None-Match": etag})
    assert fresh.status_code == 200 and b"Person 4" not in fresh.content
    assert Statement.objects.get(text="Quiet rooms for all.").signed_name == ""


@pytest.mark.django_db(transaction=True)
def test_names_go_with_the_key_and_reasons_stay_without_moments(signed: House) -> None:
    Engagement.objects.filter(pk=signed.engagement.pk).update(phase=Phase.GATE)
    signed.engagement.refresh_from_db()
    close_engagement(engagement=signed.engagement, by=signed.members[0])
    publish_ballots(engagement=signed.engagement)
    destroy_engagement_key(engagement=signed.engagement, by=signed.members[1], typed_title=signed.engagement.title)
    follow()
    assert not Statement.objects.exclude(signed_name="").exists()
    assert NotTakingPart.objects.count() == 5
    assert not Event.objects.filter(kind__in=("reason_told", "reason_taken_back", "statement_signed")).exists()
