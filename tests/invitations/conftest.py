"""An organisation with people in two units and in several languages, and a mail server beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from house import House, open_house
from invitations.sink import Sink
from sayso.engagements.models import RoleName
from sayso.engagements.roles.actions import grant_role
from sayso.invitations import actions
from sayso.invitations.models import Wave, WaveKind
from sayso.invitations.worker import Sender
from sayso.members.actions import add_member, add_unit
from sayso.members.models import Member, Unit

SITE = "https://say.example.org"


@pytest.fixture
def house() -> House:
    """The county, its lead with an address, nobody else yet."""
    made = open_house("how-we-work", statements=3)
    lead = add_member(organisation=made.organisation, full_name="Lea Lead", email="lead@county.example")
    made.members.append(lead)
    grant_role(engagement=made.engagement, member=lead, name=RoleName.LEAD)
    return made


def add(house: House, number: int, *, unit: Unit | None = None, mail: bool = True, **told: Any) -> list[Member]:
    """People without a participant: they have not been here."""
    found = []
    for _ in range(number):
        serial = Member.objects.count() + 1
        email = f"p{serial}@county.example" if mail else None
        member = add_member(organisation=house.organisation, full_name=f"Pia Person{serial}", email=email, unit=unit)
        Member.objects.filter(pk=member.pk).update(staff_number=f"S{serial}", **told)
        member.refresh_from_db()
        found.append(member)
    return found


def add_units(house: House) -> tuple[Unit, Unit, Unit]:
    """Care, Home care below it, and Roads."""
    care = add_unit(organisation=house.organisation, name="Care")
    home = add_unit(organisation=house.organisation, name="Home care", parent=care)
    return care, home, add_unit(organisation=house.organisation, name="Roads")


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The mail server that this installation sends to."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
        settings.MAIL_PER_MINUTE = 60_000
        settings.DEFAULT_FROM_EMAIL = "Sayso <say@county.example>"
        yield sink


@pytest.fixture
def sent(house: House) -> Callable[..., Wave]:
    """A function that makes a wave and sends it off; a worker has still to come."""

    def sent(kind: WaveKind = WaveKind.INVITATION, units: tuple[Unit, ...] = (), **more: Any) -> Wave:
        lead = house.members[0]
        wave = actions.make_wave(engagement=house.engagement, kind=kind, site=SITE, by=lead, units=units, **more)
        actions.send_wave(wave=wave, by=lead, now=timezone.now())
        return wave

    return sent


def work(name: str = "one", rounds: int = 10_000) -> Sender:
    """A worker that does all that can be done now."""
    sender = Sender(worker=name, stop=threading.Event())
    while rounds and sender.round():
        rounds -= 1
    return sender
