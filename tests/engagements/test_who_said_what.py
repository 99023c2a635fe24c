"""Nobody in charge learns who said what: not from pages, not from the log, not from the tables."""

from __future__ import annotations

import json
import re
from datetime import time, timedelta

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from house import House, open_house
from sayso.distillations import actions as distilling
from sayso.distillations import queries as distilled
from sayso.distillations.worker import Worker
from sayso.engagements import actions
from sayso.engagements.models import Event, Participant, RoleName, Statement, Vote
from sayso.engagements.roles.actions import grant_role
from sayso.members.actions import add_member, add_unit

pytestmark = pytest.mark.django_db

UNITS = ("Night shift of ward nine", "The ferry crew")


@pytest.fixture
def house() -> House:
    """Twenty people in two units, votes, a waiting, a published and a returned statement, distilled."""
    house = open_house("silent", people=0, statements=8)
    units = [add_unit(organisation=house.organisation, name=name) for name in UNITS]
    for number in range(20):
        road = {"full_name": f"Quirin Zebulon {number:02}", "email": f"quirin{number:02}@roster.example"}
        member = add_member(organisation=house.organisation, unit=units[number % 2], **road)
        house.members.append(member)
        house.participants.append(actions.join(engagement=house.engagement, member=member))
    house.everybody_votes()
    said = [
        actions.say_statement(
            participant=house.participants[number], topic=house.topic, text=f"Words {number} of mine."
        )
        for number in range(3)
    ]
    grant_role(engagement=house.engagement, member=house.members[19], name=RoleName.LEAD)
    actions.publish_statement(statement=said[0], moderator=house.members[19])
    actions.return_statement(statement=said[1], moderator=house.members[19], reason="Unclear.")
    for engagement in distilled.due_engagements(timezone.now() + timedelta(hours=1)):
        distilling.want_distillation(engagement=engagement)
    Worker().run_once()
    return house


def traces(house: House) -> list[str]:
    """All that names one of the others."""
    members = house.members[:19]
    named = [trace for member in members for trace in (member.full_name, str(member.email))]
    return [*named, *UNITS, *(participant.pseudonym for participant in house.participants)]


@pytest.mark.parametrize("page", ["inbox", "results", "results/live", "results/statements.csv"])
def test_the_leads_pages_name_nobody(house: House, page: str) -> None:
    client = Client()
    client.force_login(house.members[19])
    reply = client.get(f"/e/silent/{page}" + ("" if page.endswith("csv") else "/"))
    assert reply.status_code == 200
    text = (b"".join(reply) if reply.streaming else reply.content).decode()
    assert ("Words 2 of mine." if page == "inbox" else "Statement 1") in text
    assert [trace for trace in traces(house) if trace in text] == []


def test_the_log_names_nobody(house: House) -> None:
    payloads = [json.dumps(payload) for payload in Event.objects.values_list("payload", flat=True)]
    assert len(payloads) > 150
    assert [trace for trace in traces(house) if any(trace in payload for payload in payloads)] == []
    keys = {key for payload in Event.objects.exclude(payload={}).values_list("payload", flat=True) for key in payload}
    assert keys == {"participant", "statement", "stance", "is_important", "topic", "moderator", "n_members", "by"}
    moderated = Event.objects.filter(payload__has_key="moderator").values_list("kind", flat=True)
    assert set(moderated) == {"statement_published", "statement_returned"}


@pytest.mark.parametrize("start", [Statement, Vote, Participant])
def test_no_foreign_key_leads_from_words_to_a_member(start: type[Model]) -> None:
    found, ahead = {start}, [start]
    while ahead:
        for field in ahead.pop()._meta.get_fields():
            target = field.related_model
            if field.concrete and isinstance(target, type) and target not in found:
                found.add(target)
                ahead.append(target)
    assert Participant in found
    assert [model for model in found if issubclass(model, AbstractBaseUser)] == []


def test_a_session_tells_neither_the_moment_nor_what_was_done(client: Client) -> None:
    house = open_house("silent", people=1, statements=1)
    house.engagement.roles.create(member=house.members[0], name=RoleName.LEAD)
    mail.outbox.clear()
    cache.clear()
    client.post("/accounts/login/code/", {"email": house.members[0].email})
    code = re.search(r"code=([^\s&]+)", str(mail.outbox[0].body)).group(1)  # type: ignore[union-attr]
    client.post("/accounts/login/code/confirm/", {"code": code})
    on_arrival = Session.objects.values().get()
    said = {"topic": house.topic.pk, "text": "We need quiet rooms."}
    assert "A person reads it" in client.post("/e/silent/say/", said, follow=True).content.decode()
    client.post("/e/silent/votes/", {"statement": house.statements[0].pk, "stance": "1"})
    assert Session.objects.values().get() == on_arrival
    assert on_arrival["expire_date"].time() == time(0)
    kept = json.dumps(Session.objects.get().get_decoded())
    assert str(house.members[0].pk) in kept
    now = timezone.now()
    moments = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", kept)]
    assert [moment for moment in moments if abs(moment - now.timestamp()) < timedelta(days=40).total_seconds()] == []
    assert now.strftime("%Y-") not in kept
