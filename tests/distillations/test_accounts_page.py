"""The data guardian sees which accounts seem not to answer for themselves; nobody else does, and no page of theirs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from house import House
from sayso.distillations import queries, votes_store
from sayso.distillations.integrity import look
from sayso.distillations.models import IntegrityCheck, Snapshot
from sayso.distillations.worker import CHECK_EVERY, Worker
from sayso.engagements.models import Role, RoleName

N_HONEST, N_SCRIPTED, N_STATEMENTS = 45, 7, 24


@pytest.fixture
def scripted(new_house: Callable[..., House], work: Callable[[], None]) -> House:
    """People of their own minds, and the last seven who all answer as one of them; distilled an hour ago."""
    house = new_house(people=N_HONEST + N_SCRIPTED, statements=N_STATEMENTS)
    rng = random.Random(4)
    script = [rng.choice([-1, 1]) for _ in range(N_STATEMENTS)]
    for person in range(N_HONEST + N_SCRIPTED):
        for number in range(N_STATEMENTS):
            house.vote(person, number, rng.choice([-1, 1]) if person < N_HONEST else script[number])
    work()
    Snapshot.objects.update(created_at=timezone.now() - 2 * CHECK_EVERY)
    return house


@pytest.fixture
def looked_through(scripted: House) -> House:
    Worker().run_once()
    return scripted


def page(house: House, client: Client, member: int, role: str | None = None) -> Any:
    if role:
        Role.objects.create(engagement=house.engagement, member=house.members[member], name=role)
    client.force_login(house.members[member])
    return client.get(reverse("accounts", args=[house.engagement.slug]))


def test_the_worker_looks_an_hour_after_the_first_count_and_then_not_at_once_again(scripted: House) -> None:
    now = timezone.now()
    assert [*queries.due_checks(now, every=3 * CHECK_EVERY)] == []
    assert [*queries.due_checks(now, every=CHECK_EVERY)] == [scripted.engagement]
    Worker().run_once()
    assert [*queries.due_checks(timezone.now() + timedelta(days=1), every=CHECK_EVERY)] == []  # nothing is new


def test_the_guardian_is_told_which_accounts_and_why(looked_through: House, client: Client) -> None:
    text = page(looked_through, client, 0, RoleName.GUARDIAN).content.decode()
    found = looked_through.engagement.integrity_check.found
    (suspicion,) = found["suspicions"]
    scripted = {str(participant.pk) for participant in looked_through.participants[N_HONEST:]}
    assert {account["account"] for account in suspicion["accounts"]} == scripted
    assert all(f"Account {account}<" in text for account in scripted)
    assert "never a proof" in text


def test_the_guardian_reads_each_figure_with_and_without_them(looked_through: House, client: Client) -> None:
    text = page(looked_through, client, 0, RoleName.GUARDIAN).content.decode()
    assert text.count('<td class="number" data-name=') == 3 * N_STATEMENTS
    assert "Votes to turn it" in text


def test_words_turned_down_are_shown_to_nobody(scripted: House) -> None:
    conversation = votes_store.load(scripted.engagement, votes_store.last_visible_event(scripted.engagement))
    turned_down = np.arange(N_STATEMENTS) == 3
    told = json.dumps(look(replace(conversation, rejected=turned_down), seed=1))
    assert conversation.texts[3] not in told and conversation.texts[4] in told


def test_no_person_is_named_and_no_answer_shown(looked_through: House, client: Client) -> None:
    text = page(looked_through, client, 0, RoleName.GUARDIAN).content.decode()
    stored = json.dumps(looked_through.engagement.integrity_check.found)
    for member in looked_through.members[N_HONEST:]:
        for told in (text, stored):
            assert member.email not in told and f">{member.full_name}<" not in told
    assert "stance" not in stored


def test_to_everybody_else_it_is_not_there(looked_through: House, client: Client) -> None:
    for member, role in enumerate((None, RoleName.LEAD, RoleName.SPONSOR, RoleName.MODERATOR), start=1):
        assert page(looked_through, client, member, role).status_code == 404, role
    client.logout()
    assert client.get(reverse("accounts", args=[looked_through.engagement.slug])).status_code == 302


def test_a_guardian_of_another_engagement_sees_nothing_of_this(
    looked_through: House, new_house: Callable[..., House], client: Client
) -> None:
    other = new_house(slug="elsewhere", people=1)
    Role.objects.create(engagement=other.engagement, member=other.members[0], name=RoleName.GUARDIAN)
    client.force_login(other.members[0])
    assert client.get(reverse("accounts", args=[looked_through.engagement.slug])).status_code == 404


def test_no_other_page_tells_of_it(looked_through: House, client: Client) -> None:
    Role.objects.create(engagement=looked_through.engagement, member=looked_through.members[2], name=RoleName.LEAD)
    client.force_login(looked_through.members[2])
    for name in ("results", "results_live", "results_csv", "inbox"):
        reply = client.get(reverse(name, args=[looked_through.engagement.slug]))
        assert "suspicion" not in reply.content.decode().lower(), name
    assert "suspicion" not in Snapshot.objects.latest("pk").body.lower()


def test_only_the_guardian_is_led_there(looked_through: House, client: Client) -> None:
    slug = looked_through.engagement.slug
    Role.objects.create(engagement=looked_through.engagement, member=looked_through.members[0], name=RoleName.GUARDIAN)
    for member, led in ((looked_through.members[0], True), (looked_through.members[1], False)):
        client.force_login(member)
        text = client.get(reverse("results", args=[slug])).content.decode()
        assert (reverse("accounts", args=[slug]) in text) is led


def test_before_the_first_look_the_guardian_is_told_when_it_comes(scripted: House, client: Client) -> None:
    text = page(scripted, client, 0, RoleName.GUARDIAN).content.decode()
    assert "Not looked at yet" in text


def test_a_look_that_fails_keeps_what_was_found_and_the_worker_alive(
    looked_through: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = looked_through.engagement.integrity_check.found
    IntegrityCheck.objects.update(last_event=0, checked_at=timezone.now() - 2 * CHECK_EVERY)
    broken = Worker()
    monkeypatch.setattr("sayso.distillations.worker.check_integrity", lambda engagement: 1 / 0)
    broken.run_once()
    check = IntegrityCheck.objects.get()
    assert check.found == before
    assert timezone.now() - check.checked_at < timedelta(minutes=1)
