"""HTTPS, the clock, and whether people have a way in: broken and whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from doctor.asking import found, ids, state
from house import House, open_house
from sayso import doctor
from sayso.engagements.models import Event, RoleName
from sayso.engagements.roles.actions import grant_role
from sayso.members.actions import add_member
from sayso.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> House:
    return open_house(people=3, statements=2)


@pytest.fixture
def with_https(settings: Any) -> Any:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["say.county.example"]
    return settings


def test_pages_in_the_open_are_found(with_https: Any) -> None:
    assert (state("https"), state("https.cookies"), state("https.proxy")) == (doctor.OK,) * 3
    with_https.HTTPS = False
    assert state("https") == doctor.WARN
    assert ids().isdisjoint({"https.cookies", "https.proxy"})


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        (["say.county.example"], doctor.OK),
        (["localhost", "127.0.0.1"], doctor.WARN),
        (["*"], doctor.FAIL),
        ([".county.example"], doctor.FAIL),
        (["https://say.county.example"], doctor.FAIL),
        (["say.county.example:8000"], doctor.FAIL),
        (["192.0.2.7"], doctor.OK),
    ],
)
def test_names_that_nobody_can_type_or_anybody_can_forge_are_found(
    with_https: Any, hosts: list[str], expected: str
) -> None:
    with_https.ALLOWED_HOSTS = hosts
    assert state("https.hosts") == expected


def test_the_demos_doors_open_to_others_are_found(settings: Any) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["localhost"]
    assert state("https.hosts") == doctor.OK
    settings.ALLOWED_HOSTS = ["localhost", "demo.county.example"]
    assert "SAYSO_DEMO" in found("https.hosts").mend


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_SECURE", False),
        ("CSRF_COOKIE_SECURE", False),
        ("SESSION_COOKIE_HTTPONLY", False),
        ("SECURE_HSTS_SECONDS", 60),
        ("SECURE_SSL_REDIRECT", False),
    ],
)
def test_a_cookie_or_header_that_is_off_is_found(with_https: Any, name: str, value: object) -> None:
    setattr(with_https, name, value)
    finding = found("https.cookies")
    assert (finding.state, name in finding.cause) == (doctor.FAIL, True)


def test_a_proxy_that_is_not_believed_is_found(with_https: Any) -> None:
    with_https.SECURE_PROXY_SSL_HEADER = None
    assert "redirect" in found("https.proxy").cause


def test_an_event_from_the_future_is_found(house: House) -> None:
    house.vote(0, 0, 1)
    assert state("clock.events") == doctor.OK
    Event.objects.update(created_at=timezone.now() + timedelta(minutes=10))
    assert state("clock.events") == doctor.FAIL


@pytest.mark.parametrize(("ahead_s", "expected"), [(0, doctor.OK), (5, doctor.WARN), (60, doctor.FAIL)])
def test_clocks_that_are_apart_are_found(monkeypatch: pytest.MonkeyPatch, ahead_s: int, expected: str) -> None:
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(seconds=ahead_s))
    assert state("clock") == expected


def test_a_clock_that_was_never_set_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right().replace(year=1970))
    assert "1970" in found("clock").cause


def test_people_without_any_way_in_are_counted_and_not_named(house: House) -> None:
    assert state("roster.ways_in") == doctor.OK
    outside = add_member(organisation=house.organisation, full_name="Olga Outside")
    finding = found("roster.ways_in")
    assert (finding.state, finding.cause.startswith("1 on the roster")) == (doctor.WARN, True)
    assert "Olga" not in finding.cause
    Member.objects.filter(pk=outside.pk).update(staff_number="77")
    assert state("roster.ways_in") == doctor.OK


def test_an_engagement_without_a_lead_or_a_guardian_is_found(house: House) -> None:
    assert "how-we-work has not a lead" in found("roster.offices").cause
    for member, name in zip(house.members, (RoleName.LEAD, RoleName.GUARDIAN), strict=False):
        grant_role(engagement=house.engagement, member=member, name=name)
    assert state("roster.offices") == doctor.OK
    Member.objects.filter(pk=house.members[1].pk).update(is_active=False)
    assert "has not a data guardian" in found("roster.offices").cause
