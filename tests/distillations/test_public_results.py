"""Results for anybody: only where a lead decided so, only once answering is over, and less than those in it see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from distillations.test_pages import as_person, show, text_of
from hand_made import hand_made_snapshot
from house import House
from sayso.distillations.public_actions import make_public
from sayso.engagements import actions
from sayso.engagements.events import EventKind
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement, Event, IdentityLevel, Phase, RoleName, Statement
from sayso.engagements.roles.actions import grant_role
from sayso.publication.snapshots import publish

pytestmark = pytest.mark.django_db

RESULTS = "/e/how-we-work/results/"
PAGE = f"{RESULTS}public/"


@pytest.fixture
def house(house: House) -> House:
    """Person 1 leads, person 2 guards; results stand there."""
    for person, name in enumerate((RoleName.LEAD, RoleName.GUARDIAN)):
        grant_role(engagement=house.engagement, member=house.members[person], name=name)
    show(house)
    return house


@pytest.fixture
def public(house: House) -> House:
    make_public(engagement=house.engagement, is_public=True, by=house.members[0])
    close_engagement(engagement=house.engagement, by=house.members[0])
    return house


def first() -> str:
    return str(publish(hand_made_snapshot())["statements"][0]["statement_id"])


def test_without_a_leads_decision_nobody_else_reads_them(house: House) -> None:
    close_engagement(engagement=house.engagement, by=house.members[0])
    for page in (RESULTS, f"{RESULTS}{first()}/"):
        assert Client().get(page).status_code == 302


def test_while_people_answer_they_are_public_to_nobody(house: House) -> None:
    """Else a member could read them before their own answers, by signing out."""
    make_public(engagement=house.engagement, is_public=True, by=house.members[0])
    for page in (RESULTS, f"{RESULTS}{first()}/"):
        assert Client().get(page).status_code == 302
    assert "once the time for answering is over" in text_of(as_person(house, 0).get(PAGE))
    Engagement.objects.filter(pk=house.engagement.pk).update(phase=Phase.DISTIL)
    assert Client().get(RESULTS).status_code == 200
    Engagement.objects.filter(pk=house.engagement.pk).update(phase=Phase.LISTEN)
    assert Client().get(RESULTS).status_code == 302, "and again when a lead goes back"


def test_anybody_reads_what_we_say_and_each_statement(public: House) -> None:
    page = Client().get(RESULTS)
    told = text_of(page)
    for words in ("What we share", "Where we part", "Our groups, in their own words", "Bold views", "How sure are we?"):
        assert words in told
    html = page.content.decode()
    assert 'property="og:title" content="How we work together"' in html
    assert 'property="og:description" content="What 236 of us say' in html
    one = Client().get(f"{RESULTS}{first()}/")
    assert "Anybody can open this link." in text_of(one)
    assert 'property="og:description" content="About 9 in 10 agree' in one.content.decode()


def test_it_carries_nothing_of_who_looks_and_asks_nobody_else(public: House) -> None:
    for address in (RESULTS, f"{RESULTS}{first()}/"):
        page = Client().get(address)
        assert "Set-Cookie" not in page.headers and not page.cookies
        html = page.content.decode()
        assert 'content="noindex"' in html
        for link in ("http://", "https://"):
            assert all(part.startswith("testserver") for part in html.split(link)[1:]), "no other site"


def test_what_is_of_those_in_it_stays_with_them(public: House) -> None:
    page = Client().get(RESULTS).content.decode()
    for address in ("where/", "statements.csv", "results/live/", "ballots/", "mine/", "cards/"):
        assert f"/e/how-we-work/{address}" not in page
    assert Client().get(f"{RESULTS}statements.csv").status_code == 302
    assert Client().get(f"{RESULTS}live/").status_code == 302
    assert Client().get("/e/how-we-work/where/").status_code == 302


def test_statements_few_have_answered_are_read_by_nobody_outside(public: House) -> None:
    made = hand_made_snapshot()
    made["statements"][5] |= {"seen": 3, "n_agree": 2, "n_pass": 0, "n_disagree": 1}
    public.engagement.snapshots.all().delete()
    show(public, made)
    few = made["statements"][5]
    assert few["text"] in text_of(as_person(public, 3).get(RESULTS))
    assert few["text"] not in text_of(Client().get(RESULTS))
    assert Client().get(f"{RESULTS}{few['statement_id']}/").status_code == 404


def test_who_is_in_it_and_anybody_share_no_part(public: House) -> None:
    """Whoever reads first has theirs drawn and kept; the other still reads their own."""
    inside, outside = as_person(public, 3), Client()
    first_of_all = [reader.get(f"{RESULTS}?sort=said").content.decode() for reader in (outside, inside)]
    again = [reader.get(f"{RESULTS}?sort=said").content.decode() for reader in (outside, inside)]
    for page_outside, page_inside in (first_of_all, again):
        assert "statements.csv" in page_inside and "statements.csv" not in page_outside
        assert 'property="og:description" content="What 236 of us say' in page_outside


def test_names_put_to_words_are_not_told_outside(house: House, work: Any) -> None:
    Engagement.objects.filter(pk=house.engagement.pk).update(identity_level=IdentityLevel.OPEN)
    house.engagement.refresh_from_db()
    author = house.participants[5]
    said = actions.say_statement(
        participant=author, topic=house.topic, text="I say this with my name.", signed_name="Person 6"
    )
    actions.publish_statement(statement=said, moderator=house.members[0])
    for participant in house.participants[6:16]:
        actions.cast_vote(participant=participant, statement=Statement.objects.get(pk=said.pk), stance=1)
    house.engagement.snapshots.all().delete()
    work()
    make_public(engagement=house.engagement, is_public=True, by=house.members[0])
    close_engagement(engagement=house.engagement, by=house.members[0])
    for address in (RESULTS, f"{RESULTS}{said.pk}/"):
        assert "Said by Person 6" in text_of(as_person(house, 7).get(address))
        outside = text_of(Client().get(address))
        assert "I say this with my name." in outside and "Person 6" not in outside


def test_a_lead_begins_it_a_guardian_ends_it_each_on_record(house: House) -> None:
    assert as_person(house, 1).post(PAGE, {"who": "anybody"}).status_code == 404
    as_person(house, 0).post(PAGE, {"who": "anybody"})
    as_person(house, 0).post(PAGE, {"who": "anybody"})
    as_person(house, 1).post(PAGE, {"who": "members"})
    told = list(
        Event.objects.filter(kind=EventKind.RESULTS_MADE_PUBLIC).order_by("pk").values_list("payload", flat=True)
    )
    assert told == [
        {"is_public": True, "by": house.members[0].pk},
        {"is_public": False, "by": house.members[1].pk},
    ]
    for person in (2, 3):
        assert as_person(house, person).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_members_are_told_that_anybody_reads(public: House) -> None:
    assert "Anybody who has the link can read this page." in text_of(as_person(public, 3).get(RESULTS))


def test_the_row_is_not_kept_without_its_event(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.distillations.public_actions.record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_public(engagement=house.engagement, is_public=True, by=house.members[0])
    assert "Those who take part" in text_of(as_person(house, 0).get(PAGE))
