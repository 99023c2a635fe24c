"""Cards in a frame: where they may stand, who is in it, what it opens, and what it does not."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.utils import timezone

from embedding.conftest import FRAME, HERE, INTRANET, enter, hidden, in_frame, passed, signed_in
from house import House, open_house
from sayso.embedding.actions import allow_places
from sayso.embedding.frame_session import COOKIE
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement, Vote
from sayso.members.models import Member
from sayso.members.pseudonyms import pseudonym_of
from sayso.members.ways_in.entering import end_sessions
from walk import filled, routes

pytestmark = pytest.mark.django_db


def card(frame: Client) -> dict[str, str]:
    page = frame.get(FRAME).content.decode()
    return {name: hidden(page, name) for name in ("proof", "statement", "drawn")}


# Where


def test_only_the_places_named_may_hold_the_frame(house: House) -> None:
    reply = Client().get(FRAME)
    assert f"frame-ancestors {INTRANET};" in reply["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in reply, "it knows no list, and would forbid the frame"
    assert "default-src 'none'" in reply["Content-Security-Policy"], "all else stays as strict as everywhere"
    assert "unsafe" not in reply["Content-Security-Policy"]


def test_every_other_page_stays_unframed(house: House) -> None:
    client = signed_in(house, 0)
    framed = set()
    for route in sorted(set(routes())):
        reply = client.get(filled(route, house))
        policy = reply.get("Content-Security-Policy", "")
        if "frame-ancestors 'none'" not in policy or reply.get("X-Frame-Options") != "DENY":
            framed.add(route)
    assert {route for route in framed if "embed" not in route and not route.startswith("api/")} == set()
    assert "e/<slug:slug>/embed/" in framed


def test_where_no_place_is_named_there_is_no_frame(house: House) -> None:
    allow_places(engagement=house.engagement, typed="", by=house.members[0])
    assert Client().get(FRAME).status_code == 404
    assert signed_in(house, 2).get(f"{HERE}frame-door/").status_code == 404


def test_before_it_is_opened_and_after_the_key_there_is_none(house: House) -> None:
    here = Engagement.objects.filter(pk=house.engagement.pk)
    here.update(opened_at=None)
    assert Client().get(FRAME).status_code == 404
    here.update(opened_at=timezone.now(), key_destroyed_on=datetime.date(2027, 1, 1))
    assert Client().get(FRAME).status_code == 404


def test_the_script_is_the_same_for_everybody_and_may_be_taken_by_isolated_pages(house: House) -> None:
    nobody, somebody = Client().get("/embed.js"), signed_in(house, 2).get("/embed.js")
    assert nobody.content == somebody.content and nobody["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert nobody["Content-Type"].startswith("text/javascript") and "Set-Cookie" not in str(nobody.headers)
    assert len(nobody.content) < 2_000, "one small script"


# Who


def test_a_pass_lets_one_frame_in_once(house: House) -> None:
    given = passed(signed_in(house, 2))
    frame, other = Client(), Client()
    assert enter(frame, given).status_code == 302 and frame.cookies[COOKIE].value
    enter(other, given)
    assert COOKIE not in other.cookies
    assert "Come in here" in other.get(f"{FRAME}?in").content.decode()
    assert "Your browser keeps nothing" in other.get(f"{FRAME}?in").content.decode()


@pytest.mark.parametrize(("seconds", "is_let_in"), [(299, True), (301, False)])
def test_a_pass_is_good_for_five_minutes(
    house: House, monkeypatch: pytest.MonkeyPatch, seconds: int, is_let_in: bool
) -> None:
    given, now = passed(signed_in(house, 2)), time.time()
    frame = Client()
    monkeypatch.setattr(signing.time, "time", lambda: now + seconds)
    enter(frame, given)
    assert (COOKIE in frame.cookies) == is_let_in


def test_the_key_of_a_kept_pass_is_no_pass(house: House) -> None:
    given, frame = passed(signed_in(house, 2)), Client()
    enter(frame, given.partition(":")[0])
    assert COOKIE not in frame.cookies


def test_the_cookie_is_kept_for_one_page_of_elsewhere_and_one_engagement(house: House) -> None:
    frame = Client()
    reply = enter(frame, passed(signed_in(house, 2)))
    told = reply.cookies[COOKIE].OutputString()
    assert {"Partitioned", "Secure", "HttpOnly", "SameSite=None", f"Path={FRAME}"} <= set(told.split("; "))


def test_the_frames_session_opens_cards_and_nothing_else(house: House) -> None:
    frame = in_frame(house, 0)  # of all people the lead
    key = frame.cookies[COOKIE].value
    thief = Client()
    thief.cookies["sayso_session"] = key
    for route in sorted(set(routes())):
        nobody = Client().get(filled(route, house))
        for browser in (thief, frame) if "embed" not in route else (thief,):
            assert browser.get(filled(route, house)).status_code == nobody.status_code, route


def test_whoever_is_signed_in_here_is_nobody_in_a_frame(house: House) -> None:
    assert "Come in here" in signed_in(house, 2).get(FRAME).content.decode()


def test_another_engagements_frame_is_not_opened(house: House) -> None:
    other = open_house("another", people=1, statements=3, organisation=house.organisation)
    allow_places(engagement=other.engagement, typed=INTRANET, by=house.members[0])
    key = in_frame(house, 2).cookies[COOKIE].value
    there = Client()
    there.cookies[COOKIE] = key
    assert "Come in here" in there.get("/e/another/embed/").content.decode()


@pytest.mark.parametrize("how", ["left the roster", "signed out everywhere", "left the page"])
def test_whoever_is_out_is_out_of_the_frame(house: House, how: str) -> None:
    frame, member = in_frame(house, 2), house.members[2]
    sent = card(frame)
    if how == "left the roster":
        Member.objects.filter(pk=member.pk).update(is_active=False)
    elif how == "signed out everywhere":
        end_sessions(member)
    else:
        kept = frame.cookies[COOKIE].value
        frame.post(f"{FRAME}leave/", {"proof": sent["proof"]})
        assert frame.cookies[COOKIE].value == ""
        frame.cookies[COOKIE] = kept
    assert frame.post(f"{FRAME}votes/", {**sent, "stance": "1"})["Location"] == f"{FRAME}?in"
    assert frame.post(f"{FRAME}votes/", {**sent, "stance": "1"}, headers={"HX-Request": "true"})["HX-Redirect"]
    assert Vote.objects.count() == 0


def test_a_stranger_gets_no_pass(house: House) -> None:
    elsewhere = open_house("elsewhere", people=1)
    assert Client().post(f"{HERE}frame-door/").status_code == 302
    assert signed_in(elsewhere, 0).post(f"{HERE}frame-door/").status_code == 404
    before = Session.objects.count()
    enter(Client(), "0" * 32)
    enter(Client(), "../../etc")
    assert Session.objects.count() == before


# What


def test_an_answer_counts_as_anywhere_and_can_be_taken_back(house: House) -> None:
    frame = in_frame(house, 2)
    sent = card(frame)
    reply = frame.post(f"{FRAME}votes/", {**sent, "stance": "-1", "is_important": "on"})
    assert reply["Location"] == f"{FRAME}?last={sent['statement']}"
    vote = Vote.objects.get()
    mine = pseudonym_of(member=house.members[2], engagement_slug="how-we-work")
    assert (vote.participant.pseudonym, str(vote.statement_id), vote.stance) == (mine, sent["statement"], -1)
    assert vote.is_important and vote.probability, "it was drawn as everywhere"
    page = frame.post(f"{FRAME}votes/undo/", sent, headers={"HX-Request": "true"})
    assert page.status_code == 200 and sent["statement"] in page.content.decode()
    assert Vote.objects.count() == 0


FORGED: list[dict[str, Any]] = [
    {"headers": {"Sec-Fetch-Site": "cross-site"}},
    {"headers": {"Sec-Fetch-Site": "same-site"}},
    {"headers": {"Origin": INTRANET}},
    {"headers": {"Origin": "null"}},
    {"without": "proof"},
    {"proof": "0" * 64},
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_form_of_another_site_answers_nothing(house: House, forged: dict[str, Any]) -> None:
    frame = in_frame(house, 2)
    sent = {**card(frame), **({"proof": forged["proof"]} if "proof" in forged else {})}
    sent.pop(forged.get("without", ""), None)
    for page in ("votes/", "votes/undo/", "leave/"):
        frame.post(f"{FRAME}{page}", {**sent, "stance": "1"}, headers=forged.get("headers", {}))
    assert Vote.objects.count() == 0
    assert "Come in here" not in frame.get(FRAME).content.decode(), "nor does it sign anybody out"


def test_a_frames_proof_is_of_no_use_in_another_frame(house: House) -> None:
    one, other = in_frame(house, 2), in_frame(house, 3)
    other.post(f"{FRAME}votes/", {**card(other), "proof": card(one)["proof"], "stance": "1"})
    assert Vote.objects.count() == 0


def test_when_answering_is_over_the_frame_says_so(house: House) -> None:
    frame = in_frame(house, 2)
    sent = card(frame)
    close_engagement(engagement=house.engagement, by=house.members[0])
    assert "is over" in frame.post(f"{FRAME}votes/", {**sent, "stance": "1"}).content.decode()
    assert "Now is no time for answers" in frame.get(FRAME).content.decode()
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("sent", [{}, {"statement": "x", "stance": "7"}, {"statement": "9" * 40, "stance": "1"}])
def test_nonsense_is_told_and_changes_nothing(house: House, sent: dict[str, str]) -> None:
    frame = in_frame(house, 2)
    proof = card(frame)["proof"]
    assert "did not arrive whole" in frame.post(f"{FRAME}votes/", {**sent, "proof": proof}).content.decode()
    assert frame.post(f"{FRAME}votes/undo/", {**sent, "proof": proof}).status_code == 404
    assert frame.get(f"{FRAME}?last=x&again=99999999999999999999999").status_code == 200


def test_the_window_for_the_pass_may_reach_the_frame_and_be_framed_by_nobody(house: House) -> None:
    reply = signed_in(house, 2).get(f"{HERE}frame-door/")
    assert reply["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert reply["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in reply["Content-Security-Policy"]
    assert "data-pass" not in reply.content.decode(), "looking gives no pass"
    assert signed_in(house, 2).get(HERE)["Cross-Origin-Opener-Policy"] == "same-origin"
