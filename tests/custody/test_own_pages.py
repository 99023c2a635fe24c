"""What is held on me: all of it, mine alone, to be taken back by hand."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client

from house import House
from sayso.custody.acts import ACTS
from sayso.custody.held import held_on
from sayso.engagements import actions
from sayso.engagements.models import Statement, StatementState, Vote
from sayso.members.actions import add_unit
from sayso.members.models import Member

pytestmark = pytest.mark.django_db

# Tables that point to a member: where `held_on` tells of them, or why it does not.
TOLD = {
    ("RosterLine", "member"): "roster_changes",
    ("Keeper", "member"): "duties",
    ("AccessRecord", "by"): "looks",
    ("Role", "member"): "duties",
    ("ErasureWish", "member"): "wishes",
    ("Passkey", "member"): "ways_in",
    ("DirectoryEntry", "member"): "directory",
    ("Invitation", "member"): "invited",
    ("TrialSeat", "member"): "asked_to_try",
    ("RosterPlace", "member"): "copied_at_opening",
    **{(model.__name__, name): "acts_of_office" for model, name in ACTS},
}
ABOUT_OTHERS = {
    ("Member", "manager"): "who reports to me is held on them",
    ("Keeper", "granted_by"): "an act of office about somebody else",
    ("Keeper", "ended_by"): "an act of office about somebody else",
    ("Role", "granted_by"): "an act of office about somebody else",
    ("Role", "ended_by"): "an act of office about somebody else",
    ("EmailAddress", "user"): "the sign-in's own copy of the address that stands under roster",
}


@pytest.fixture
def client(guarded: House) -> Client:
    return client_of(guarded, 5)


def client_of(house: House, person: int) -> Client:
    client = Client()
    client.force_login(house.members[person])
    return client


def said(house: House, person: int, words: str) -> Statement:
    statement = actions.say_statement(participant=house.participants[person], topic=house.topic, text=words)
    actions.publish_statement(statement=statement, moderator=house.members[0])
    return statement


def test_every_table_that_points_to_a_member_is_told_or_is_about_others() -> None:
    pointing = {
        (relation.related_model.__name__, relation.field.name)
        for relation in Member._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and relation.related_model is not None
    }
    assert pointing - set(TOLD) - set(ABOUT_OTHERS) == set(), "Tell it in custody/held.py, or say why not."


def test_roster_words_answers_and_place_are_in_it(guarded: House) -> None:
    unit = add_unit(organisation=guarded.organisation, name="Night shift")
    Member.objects.filter(pk=guarded.members[5].pk).update(unit=unit, staff_number="4711", manager=guarded.members[0])
    said(guarded, 5, "Open the windows.")
    held = held_on(Member.objects.get(pk=guarded.members[5].pk))
    assert held["roster"]["unit"] == "Night shift" and held["roster"]["manager"] == "Person 1"
    (say,) = held["having_our_say"]
    assert [statement["words"] for statement in say["statements"]] == ["Open the windows."]
    assert len(say["answers"]) == 6
    assert {answer["words"] for answer in say["answers"]} == {s.text for s in guarded.statements}
    assert held_on(guarded.members[1])["duties"][0]["duty"] == "Data guardian: How we work together"


def test_the_download_says_it_to_people_and_machines(guarded: House, client: Client) -> None:
    said(guarded, 5, "<b>Open</b> the windows & doors.")
    reply = client.get("/mine/data/download/")
    packed = zipfile.ZipFile(io.BytesIO(reply.content))
    told: dict[str, Any] = json.loads(packed.read("held-on-me.json"))
    page = packed.read("held-on-me.html").decode()
    assert told == json.loads(json.dumps(held_on(guarded.members[5])))
    assert "&lt;b&gt;Open&lt;/b&gt; the windows &amp; doors." in page and "<b>" not in page
    assert all(answer["words"] in page for answer in told["having_our_say"][0]["answers"])


def test_nothing_of_others_is_on_any_page_of_it(guarded: House, client: Client) -> None:
    said(guarded, 4, "The words of somebody else.")
    pages = [client.get(a).content.decode() for a in ("/mine/data/", "/e/how-we-work/mine/answers/")]
    packed = zipfile.ZipFile(io.BytesIO(client.get("/mine/data/download/").content))
    pages += [packed.read(name).decode() for name in packed.namelist()]
    others = [m for n, m in enumerate(guarded.members) if n != 5]
    traces = [f"{m.full_name}<" for m in others] + [str(m.email) for m in others] + ["The words of somebody else."]
    traces += [participant.pseudonym for participant in guarded.participants]
    assert [trace for trace in traces for page in pages if trace in page] == []


def test_one_answer_and_all_answers_are_taken_back(guarded: House, client: Client) -> None:
    mine = Vote.objects.filter(participant=guarded.participants[5])
    client.post("/e/how-we-work/mine/answers/back/", {"statement": guarded.statements[0].pk})
    assert mine.count() == 5
    client.post("/e/how-we-work/mine/answers/all-back/")
    assert mine.count() == 5, "a press without its second step does nothing"
    page = client.post("/e/how-we-work/mine/answers/all-back/", {"all": "yes"}, follow=True).content.decode()
    assert mine.count() == 0 and "5 answers taken back." in page and "No answers yet" in page
    assert Vote.objects.count() == 11 * 6


def test_own_words_are_withdrawn_and_others_are_not_there(guarded: House, client: Client) -> None:
    mine, other = said(guarded, 5, "Open the windows."), said(guarded, 4, "Close the doors.")
    assert client.post(f"/e/how-we-work/mine/{other.pk}/withdraw/").status_code == 404
    client.post(f"/e/how-we-work/mine/{mine.pk}/withdraw/")
    states = dict(Statement.objects.values_list("pk", "state"))
    assert (states[mine.pk], states[other.pk]) == (StatementState.WITHDRAWN, StatementState.PUBLISHED)
    assert "Say it again" in client.get("/e/how-we-work/mine/").content.decode()


@pytest.mark.parametrize(("words", "state"), [("keep", StatementState.PUBLISHED), ("take", StatementState.WITHDRAWN)])
def test_leaving_takes_answers_and_asks_about_words(guarded: House, client: Client, words: str, state: str) -> None:
    mine = said(guarded, 5, "Open the windows.")
    assert "1 statement of yours is public." in client.get("/e/how-we-work/leave/").content.decode()
    client.post("/e/how-we-work/leave/")
    assert Vote.objects.filter(participant=guarded.participants[5]).count() == 6
    client.post("/e/how-we-work/leave/", {"words": words})
    assert Vote.objects.filter(participant=guarded.participants[5]).count() == 0
    assert Statement.objects.get(pk=mine.pk).state == state
    assert client.get("/e/how-we-work/cards/").status_code == 200, "coming back is possible"


def test_language_is_mine_to_change_and_nothing_else(guarded: House, client: Client) -> None:
    client.post("/mine/data/language/", {"language": " Deutsch ", "full_name": "X", "email": "x@y.example"})
    member = Member.objects.get(pk=guarded.members[5].pk)
    assert (member.language, member.full_name) == ("Deutsch", guarded.members[5].full_name)
    page = client.post("/mine/data/language/", {"language": "x" * 41}, follow=True).content.decode()
    assert "Nichts ist geändert." in page, "in the language just chosen"
    assert Member.objects.get(pk=member.pk).language == "Deutsch"
