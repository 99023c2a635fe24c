"""Reminders reach those who have not taken part, and nobody can tell who that is: not by rows, log, times or pages."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.utils import timezone

from house import House
from invitations.conftest import SITE, add, add_units, work
from invitations.sink import Sink
from sayso.engagements import actions as engagements
from sayso.invitations import actions, queries
from sayso.invitations.models import Invitation, Wave, WaveKind, WaveState
from sayso.invitations.numbering import wish_token
from sayso.members.models import Member
from sayso.members.pseudonyms import destroy_key
from sayso.members.rules import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def have_their_say(house: House, members: list[Member]) -> None:
    """The first half answer a statement, the others write one."""
    for number, member in enumerate(members):
        participant = engagements.join(engagement=house.engagement, member=member)
        if number % 2:
            engagements.say_statement(participant=participant, topic=house.topic, text=f"Words of {member.pk}.")
        else:
            engagements.cast_vote(participant=participant, statement=house.statements[0], stance=1)


@pytest.fixture
def people(house: House) -> tuple[list[Member], list[Member]]:
    """Those who had their say, and those who did not; one of these only looked in."""
    took_part, did_not = add(house, 8), add(house, 8)
    have_their_say(house, took_part)
    engagements.join(engagement=house.engagement, member=did_not[0])
    return took_part, did_not


def test_only_those_who_have_not_taken_part_get_one(
    house: House, sink: Sink, sent: Callable[..., Wave], people: tuple[list[Member], list[Member]]
) -> None:
    sent(kind=WaveKind.REMINDER)
    work()
    expected = {str(member.email) for member in [*people[1], house.members[0]]}
    assert sink.by_recipient() == dict.fromkeys(expected, 1)


def test_rows_are_the_same_whether_sent_or_passed_over_and_bounces_and_refusals_change_nothing(
    house: House,
    sink: Sink,
    sent: Callable[..., Wave],
    people: tuple[list[Member], list[Member]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With database and log at hand, without the key: nothing in them sets one half of the people from the other."""
    took_part, did_not = people
    sink.answers[str(did_not[1].email)] = ["550 5.1.1 no such user"]
    sink.answers[str(did_not[2].email)] = ["451 4.7.1 later"]
    before = everything(house)
    with caplog.at_level(logging.INFO, logger="sayso.invitations"):
        wave = sent(kind=WaveKind.REMINDER)
        sender = work()
        sender.close()
    after = everything(house)
    for name, rows in after.items():
        new = [row for row in rows if row not in before.get(name, [])]
        for row in new:
            assert name in {"invitations.invitation", "invitations.wave", "invitations.wavetext",
                            "mail.mailpace", "members.accessrecord"}, name  # fmt: skip
            if name == "invitations.invitation":
                assert set(row["fields"]) == {"wave", "member", "turn"}
                assert row["fields"]["turn"] in {"done", "waiting"}
    turns = dict(wave.invitations.values_list("member", "turn"))
    assert set(turns.values()) == {"done"} and len(turns) == 17
    assert leaks(took_part + did_not, caplog.text) == []
    assert "16 of" not in caplog.text and "9 of" not in caplog.text


def everything(house: House) -> dict[str, list[Any]]:
    """Every row of every table of ours."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_config.name.startswith("sayso."):
            found[model._meta.label_lower] = json.loads(serializers.serialize("json", model._default_manager.all()))
    return found


def leaks(members: list[Member], text: str) -> list[str]:
    return [trace for member in members for trace in (str(member.email), member.full_name) if trace in text]


def test_the_order_of_rows_tells_nothing(
    house: House, sink: Sink, sent: Callable[..., Wave], people: tuple[list[Member], list[Member]]
) -> None:
    """Rows are drawn up in an order of chance, and turns are had in another."""
    add(house, 60)
    wave = sent(kind=WaveKind.REMINDER)
    work()
    listed = list(wave.invitations.order_by("pk").values_list("member__email", flat=True))
    given = [kept.to for kept in sink.kept]
    assert listed != sorted(listed)
    assert [email for email in listed if email in given] != given


def test_passing_over_takes_its_place_in_the_pace_too(
    house: House, sink: Sink, sent: Callable[..., Wave], people: tuple[list[Member], list[Member]], settings: Any
) -> None:
    """How long a wave takes says nothing of how many mails it sent."""
    settings.MAIL_PER_MINUTE = 600
    before = timezone.now()
    sent(kind=WaveKind.REMINDER)
    work()
    assert timezone.now() - before >= timedelta(seconds=1.5), "17 turns at ten a second"
    assert len(sink.kept) == 9


def test_the_leads_page_looks_the_same_whoever_took_part(
    house: House, sink: Sink, sent: Callable[..., Wave], people: tuple[list[Member], list[Member]]
) -> None:
    client = Client()
    client.force_login(house.members[0])
    wave = sent(kind=WaveKind.REMINDER)
    work()
    pages = [client.get(f"/e/how-we-work/invitations/{wave.pk}/{part}").content.decode() for part in ("", "progress/")]
    assert all("All 17 on the list had their turn" in page for page in pages)
    assert leaks(people[0] + people[1], " ".join(pages)) == []
    assert not re.search(r"\b(8|9)\b", re.sub(r"<[^>]+>|\d+ (January|December|November)", "", pages[1]))


def test_nobody_is_reminded_twice_within_a_week(
    house: House, sink: Sink, sent: Callable[..., Wave], people: tuple[list[Member], list[Member]]
) -> None:
    care, _, _ = add_units(house)
    new = add(house, 12, unit=care)
    first = sent(kind=WaveKind.REMINDER, units=(care,))
    work()
    second = sent(kind=WaveKind.REMINDER)
    work()
    assert set(sink.by_recipient().values()) == {1}
    assert not second.invitations.filter(member__in=new).exists()
    Wave.objects.filter(pk__in=(first.pk, second.pk)).update(filled_on=timezone.localdate() - timedelta(days=7))
    sent(kind=WaveKind.REMINDER)
    work()
    assert sink.by_recipient()[str(new[0].email)] == 2


def test_a_few_people_cannot_be_reminded_by_themselves(house: House, sink: Sink) -> None:
    care, _, roads = add_units(house)
    add(house, 9, unit=care)
    add(house, 30, unit=roads)
    wave = actions.make_wave(engagement=house.engagement, kind=WaveKind.REMINDER, site=SITE, units=(care,))
    with pytest.raises(Refused, match="10 people or more"):
        actions.send_wave(wave=wave, by=None, now=timezone.now())
    wave.refresh_from_db()
    assert wave.state == WaveState.DRAFT


def test_without_the_key_nobody_is_reminded_any_more(
    house: House, sink: Sink, sent: Callable[..., Wave], people: tuple[list[Member], list[Member]]
) -> None:
    wave = sent(kind=WaveKind.REMINDER)
    destroy_key(engagement_slug="how-we-work")
    work()
    wave.refresh_from_db()
    assert sink.kept == [] and wave.state == WaveState.STOPPED and "key is destroyed" in wave.trouble


def test_one_press_ends_reminders_and_only_with_the_key_it_says_whose(
    house: House, sink: Sink, sent: Callable[..., Wave]
) -> None:
    people = add(house, 12)
    sent()
    work()
    kept = sink.to(str(people[3].email))
    address = str(kept.message["List-Unsubscribe"]).strip().strip("<>").removeprefix(SITE)
    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.get(address).status_code == 200
    assert house.engagement.reminder_wishes.count() == 0, "a program that opens every link changes nothing"
    for _ in range(2):
        assert mail_program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    wish = house.engagement.reminder_wishes.get()
    pseudonyms = set(house.engagement.participants.values_list("pseudonym", flat=True))
    assert wish.mark not in pseudonyms and str(people[3].pk) not in wish.mark.split()
    sent(kind=WaveKind.REMINDER)
    work()
    assert sink.by_recipient()[str(people[3].email)] == 1
    assert sink.by_recipient()[str(people[4].email)] == 2
    assert mail_program.post(address, {"wish": "remind"}).status_code == 200
    assert house.engagement.reminder_wishes.count() == 0


def test_a_made_up_way_out_is_nothing(house: House) -> None:
    (ann,) = add(house, 1)
    token = wish_token(engagement=house.engagement.pk, member=ann.pk)
    for forged in ("x", "1-1", token[:-1], token.replace(str(ann.pk), str(ann.pk + 1), 1)):
        assert Client().post(f"/no-reminders/{forged}/").status_code == 404
    assert Client().get(f"/no-reminders/{token}/").status_code == 200


def test_what_an_invitations_row_says_is_not_whether_somebody_took_part(
    house: House, sink: Sink, sent: Callable[..., Wave], people: tuple[list[Member], list[Member]]
) -> None:
    sent()
    work()
    assert set(Invitation.objects.values_list("turn", flat=True)) == {"done"}
    assert {field.name for field in Invitation._meta.get_fields()} == {"id", "wave", "member", "turn"}
    assert queries.progress_of(Wave.objects.get()).done == 17
