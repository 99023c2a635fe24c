"""Pages behind links in mails: looking does nothing, a press does one thing, and a forwarded mail tells nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from house import House, open_house
from sayso.correspondence import rules, tokens
from sayso.correspondence.actions import begin_round
from sayso.engagements import actions
from sayso.engagements.models import Engagement, Phase, RoleName, Statement, StatementState, Vote
from sayso.engagements.roles.actions import grant_role
from sayso.engagements.withdrawing import withdraw_statement
from sayso.mail.actions import change_rules
from sayso.mail.queries import rules_of
from sayso.members.models import Member

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def address(house: House, person: int = 0, statement: int = 0) -> str:
    token = tokens.answer_token(house.engagement, house.members[person], house.statements[statement].pk)
    return f"/answer/{token}/"


def stances() -> list[int]:
    return list(Vote.objects.order_by("pk").values_list("stance", flat=True))


def test_a_scanner_that_opens_every_link_casts_no_vote(house: House) -> None:
    client = Client()
    for stance in ("1", "0", "-1"):
        assert client.get(f"{address(house)}?stance={stance}").status_code == 200
        assert client.head(f"{address(house)}?stance={stance}").status_code == 200
    assert stances() == []


def test_a_press_on_the_page_votes_without_signing_in_and_the_last_one_counts(house: House) -> None:
    strict = Client(enforce_csrf_checks=True)
    reply = strict.post(address(house), {"stance": "1"})
    assert "Your answer counts" in reply.content.decode() and stances() == [1]
    strict.post(address(house), {"stance": "-1"})
    assert stances() == [-1]
    assert Vote.objects.get().participant == house.participants[0]
    assert house.engagement.events.filter(kind="vote_cast").count() == 2


def test_only_the_page_that_gave_it_takes_an_answer_back(house: House) -> None:
    client = Client()
    page = client.post(address(house), {"stance": "1"}).content.decode()
    sealed = re.findall(r'name="undo" value="([^"]+)"', page)[0]
    assert client.post(address(house, statement=1), {"undo": sealed}).status_code == 410
    assert client.post(address(house), {"undo": "made up"}).status_code == 410
    assert stances() == [1]
    assert "taken back" in client.post(address(house), {"undo": sealed}).content.decode() and stances() == []


def test_the_page_looks_the_same_whatever_was_answered(house: House) -> None:
    before = Client().get(address(house)).content
    house.vote(0, 0, -1)
    assert Client().get(address(house)).content == before


@pytest.mark.parametrize("sent", [{}, {"stance": "7"}, {"stance": ""}])
def test_an_answer_that_is_none_is_asked_for_again(house: House, sent: dict[str, str]) -> None:
    reply = Client().post(address(house), sent)
    assert reply.status_code == 422 and "did not arrive whole" in reply.content.decode() and stances() == []


def test_links_grow_old_and_can_be_made_void(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    old = address(house)
    assert Client().get(old + "x/").status_code == 404
    monkeypatch.setattr(rules, "LINKS_GOOD_FOR", timedelta(seconds=-1))
    assert Client().get(old).status_code == 404
    monkeypatch.undo()
    Member.objects.filter(pk=house.members[0].pk).update(pass_number=1)
    assert Client().get(old).status_code == 404
    member = Member.objects.get(pk=house.members[1].pk)
    page = f"/what-you-send-me/{tokens.choice_token(house.engagement, member)}/"
    assert Client().get(page).status_code == 200
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert Client().get(page).status_code == 404


def test_a_link_for_one_thing_opens_no_other(house: House) -> None:
    choice = tokens.choice_token(house.engagement, house.members[0])
    answer = tokens.answer_token(house.engagement, house.members[0], house.statements[0].pk)
    for token, place in ((choice, "answer"), (answer, "what-you-send-me"), (choice, "feeds"), (answer, "in")):
        assert Client().get(f"/{place}/{token}/").status_code == 404


def test_what_is_closed_withdrawn_or_ones_own_says_so(house: House) -> None:
    own = actions.say_statement(participant=house.participants[0], topic=house.topic, text="My own.")
    actions.publish_statement(statement=own, moderator=house.members[1])
    house.statements.append(own)
    reply = Client().post(address(house, statement=-1), {"stance": "1"})
    assert reply.status_code == 410 and "cannot answer this one" in reply.content.decode()
    withdraw_statement(participant=house.participants[0], statement=own)
    assert Client().get(address(house, person=1, statement=-1)).status_code == 410
    Engagement.objects.update(phase=Phase.ANSWER)
    reply = Client().get(address(house))
    assert reply.status_code == 410 and "is over" in reply.content.decode()
    assert stances() == []


def test_of_another_organisation_a_link_is_nothing(house: House) -> None:
    other = open_house("elsewhere", people=1)
    token = tokens.answer_token(house.engagement, other.members[0], house.statements[0].pk)
    assert Client().get(f"/answer/{token}/").status_code == 404


def feed_of(house: House) -> str:
    return f"/feeds/{tokens.feed_token(house.engagement)}/"


@pytest.fixture
def followed(house: House) -> House:
    """The feed is allowed; this week's round has one of the statements, and one that was withdrawn since."""
    change_rules(engagement=house.engagement, takes_replies=True, has_feed=True, by=house.members[0])
    said = actions.say_statement(participant=house.participants[0], topic=house.topic, text="<b>Bold</b> & true.")
    gone = actions.say_statement(participant=house.participants[0], topic=house.topic, text="Gone again.")
    for statement in (said, gone):
        actions.publish_statement(statement=statement, moderator=house.members[1])
    withdraw_statement(participant=house.participants[0], statement=gone)
    told: dict[str, Any] = {"made_on": timezone.localdate(), "to_event": 99, "snapshot_id": None, "n_shared": 2}
    begin_round(engagement=house.engagement, week="2026-W48", opened=[said.pk, gone.pk], **told)
    return house


def test_the_feed_tells_what_is_new_in_days_and_names_nobody(followed: House) -> None:
    reply = Client().get(feed_of(followed))
    assert reply["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(reply.content)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert titles == ["We share more: 2 more things", "<b>Bold</b> & true."]
    updated = {entry.findtext(f"{ATOM}updated") for entry in feed.findall(f"{ATOM}entry")}
    assert updated == {f"{timezone.localdate()}T00:00:00+00:00"}
    assert feed.findtext(f"{ATOM}id") and all(entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry"))
    assert not [name for name in ("Person", "@", "pseudonym") if name in reply.content.decode()]


def test_the_feed_tells_the_language_of_words_where_it_is_known(followed: House) -> None:
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"

    def told() -> list[str | None]:
        feed = ElementTree.fromstring(Client().get(feed_of(followed)).content)
        return [title.get(xml_lang) for title in feed.iterfind(f"{ATOM}entry/{ATOM}title")]

    assert told() == ["en", None], "of what we wrote; of a statement nobody has looked at"
    Statement.objects.filter(text__startswith="<b>Bold").update(language="de")
    assert told() == ["en", "de"]


def test_a_feed_is_there_only_where_the_lead_allows_it(followed: House) -> None:
    assert Client().get("/feeds/made-up/").status_code == 404
    change_rules(engagement=followed.engagement, takes_replies=True, has_feed=False, by=followed.members[0])
    assert Client().get(feed_of(followed)).status_code == 404


def test_members_find_its_address_and_strangers_do_not(followed: House) -> None:
    page = "/e/how-we-work/what-you-send-me/"
    client = Client()
    client.force_login(followed.members[2])
    assert feed_of(followed) in client.get(page).content.decode()
    link = f"/what-you-send-me/{tokens.choice_token(followed.engagement, followed.members[2])}/"
    assert feed_of(followed) not in Client().get(link).content.decode()


@pytest.mark.parametrize(
    ("role", "expected"), [(RoleName.LEAD, (False, True)), (RoleName.GUARDIAN, (False, False)), (None, (True, False))]
)
def test_the_lead_decides_and_the_guardian_may_only_end(
    house: House, role: RoleName | None, expected: tuple[bool, bool]
) -> None:
    if role:
        grant_role(engagement=house.engagement, member=house.members[0], name=role)
    client = Client()
    client.force_login(house.members[0])
    reply = client.post("/e/how-we-work/mail/", {"has_feed": "yes"})
    assert reply.status_code == (302 if role else 404)
    kept = rules_of(house.engagement)
    assert (kept.takes_replies, kept.has_feed) == expected


def test_a_statement_in_no_round_is_not_in_the_feed(followed: House) -> None:
    waiting = actions.say_statement(participant=followed.participants[1], topic=followed.topic, text="Unread.")
    assert waiting.state == StatementState.WAITING and "Unread" not in Client().get(feed_of(followed)).content.decode()
