"""A lead makes a wave, corrects its words, looks at it, tries it on themselves, sends it off, stops it."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from house import House
from invitations.conftest import SITE, add, add_units
from sayso.invitations import actions
from sayso.invitations.models import Wave, WaveKind, WaveState
from sayso.members.models import Member

pytestmark = pytest.mark.django_db

HERE = "/e/how-we-work/invitations/"


@pytest.fixture
def lead(house: House) -> Client:
    client = Client()
    client.force_login(house.members[0])
    return client


def shown(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def draft(house: House, kind: WaveKind = WaveKind.INVITATION, **more: Any) -> Wave:
    return actions.make_wave(engagement=house.engagement, kind=kind, site=SITE, by=house.members[0], **more)


def test_an_empty_list_says_what_will_stand_there(lead: Client) -> None:
    page = shown(lead.get(HERE))
    assert "Nobody has been invited by mail yet" in page and "Your mails will stand here" in page


def test_making_a_wave_for_units_and_seeing_whom_it_reaches(house: House, lead: Client) -> None:
    care, home, roads = add_units(house)
    add(house, 4, unit=home, language="de")
    add(house, 6, unit=care, mail=False)
    add(house, 9, unit=roads)
    reply = lead.post(HERE + "new/", {"kind": "invitation", "whom": "units", "units": [care.pk]})
    wave = Wave.objects.get()
    assert reply["Location"] == f"{HERE}{wave.pk}/"
    page = shown(lead.get(reply["Location"]))
    assert "For 10 people" in page and "Nothing has left yet" in page
    assert "Deutsch 4" not in page, "few are not counted apart"
    assert "Ada" in page and "Pia" not in page, "names of real people are covered"


def test_no_unit_ticked_is_said(house: House, lead: Client) -> None:
    add_units(house)
    reply = lead.post(HERE + "new/", {"kind": "invitation", "whom": "units"})
    assert reply.status_code == 422 and "Tick at least one unit" in shown(reply)


def test_units_ticked_beside_everybody_are_asked_about(house: House, lead: Client) -> None:
    care, _, _ = add_units(house)
    reply = lead.post(HERE + "new/", {"kind": "invitation", "whom": "all", "units": [care.pk]})
    assert reply.status_code == 422 and "Choose one of the two" in shown(reply)
    assert not Wave.objects.exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Hello {frist name}, {link}", "{frist name} is not a field. Did you mean {first name}?"),
        ("Hello {salary} {link}", "{salary} is not a field. There are:"),
        ("Hello {first name}", "The text has no {link}."),
        ("Hello {first name {link}", "A brace stands alone."),
        ("Hello } {link}", "A brace stands alone."),
        ("", "Write what the mail says."),
    ],
)
def test_words_that_cannot_be_filled_are_named_with_their_mend(
    house: House, lead: Client, body: str, said: str
) -> None:
    wave = draft(house)
    reply = lead.post(f"{HERE}{wave.pk}/words/en/", {"subject": "Come in", "body": body})
    assert reply.status_code == 422 and said in shown(reply) and (not body or body in shown(reply))
    assert wave.texts.get(language="en").body != body


def test_changed_words_are_kept_and_shown(house: House, lead: Client) -> None:
    wave = draft(house)
    words = {"subject": "Come in, {first_name}", "body": "Dear {first name},\r\n\r\n{link}", "stay": "1"}
    page = shown(lead.post(f"{HERE}{wave.pk}/words/en/", words))
    assert "Come in, Ada" in page and "Dear Ada," in page


def test_the_mail_to_oneself_lets_nobody_in(house: House, lead: Client) -> None:
    wave = draft(house)
    lead.post(f"{HERE}{wave.pk}/try/", {"language": "de"})
    (message,) = mail.outbox
    assert message.to == ["lead@county.example"] and "Guten Tag Ada" in message.body
    assert "/in/…/" in message.body and "no-reminders" not in message.body


def test_sending_off_leaves_a_moment_to_think_again(house: House, lead: Client) -> None:
    add(house, 3)
    wave = draft(house)
    page = shown(lead.post(f"{HERE}{wave.pk}/send/", {"at": ""}, follow=True))
    wave.refresh_from_db()
    assert wave.state == WaveState.READY and wave.send_at and wave.send_at > timezone.now()
    assert "It leaves on" in page
    page = shown(lead.post(f"{HERE}{wave.pk}/stop/", follow=True))
    assert "Stopped. Nothing has left." in page
    lead.post(f"{HERE}{wave.pk}/send/", {"at": ""})
    wave.refresh_from_db()
    assert wave.state == WaveState.READY


@pytest.mark.parametrize(("at", "said"), [("2020-01-01T09:00", "That time has passed"), ("soon", "Write day and time")])
def test_a_time_that_makes_no_sense_is_said(house: House, lead: Client, at: str, said: str) -> None:
    wave = draft(house)
    reply = lead.post(f"{HERE}{wave.pk}/send/", {"at": at})
    assert reply.status_code == 422 and said in shown(reply)


def test_nobody_to_write_to_is_said(house: House, lead: Client) -> None:
    care, _, _ = add_units(house)
    wave = draft(house, units=(care,))
    assert "There is nobody to write to" in shown(lead.post(f"{HERE}{wave.pk}/send/", {"at": ""}, follow=True))


def test_a_draft_is_thrown_away_and_a_sent_one_is_not(house: House, lead: Client) -> None:
    first, second = draft(house), draft(house)
    actions.send_wave(wave=second, by=None, now=timezone.now())
    lead.post(f"{HERE}{first.pk}/drop/")
    assert "was sent off" in shown(lead.post(f"{HERE}{second.pk}/drop/", follow=True))
    assert list(Wave.objects.all()) == [second]
    assert lead.get(f"{HERE}{second.pk}/words/en/").status_code == 404


def test_an_open_page_is_told_only_what_is_new(house: House, lead: Client) -> None:
    wave = draft(house)
    actions.send_wave(wave=wave, by=None, now=timezone.now())
    first = lead.get(f"{HERE}{wave.pk}/progress/")
    again = lead.get(f"{HERE}{wave.pk}/progress/", headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_every_page_answers_in_a_fixed_number_of_queries(
    house: House, lead: Client, django_assert_max_num_queries: Any
) -> None:
    add(house, 30)
    for _ in range(4):
        wave = draft(house)
    with django_assert_max_num_queries(25):
        lead.get(HERE)
    with django_assert_max_num_queries(35):
        lead.get(f"{HERE}{wave.pk}/")


def test_names_of_units_and_people_are_escaped(house: House, lead: Client) -> None:
    care, _, _ = add_units(house)
    type(care).objects.filter(pk=care.pk).update(name="<script>alert(1)</script>")
    Member.objects.filter(pk=house.members[0].pk).update(full_name="<b>x</b>")
    wave = draft(house, units=(care,))
    for page in (HERE, HERE + "new/", f"{HERE}{wave.pk}/", HERE + "letters/"):
        raw = lead.get(page).content.decode()
        assert "<script>alert" not in raw and "<b>x" not in raw
