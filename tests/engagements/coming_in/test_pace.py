"""Guests say so much in a minute and no more, by browser and by address; members are not counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from house import House, open_house
from sayso.engagements.coming_in import pace
from sayso.engagements.models import Event, IdentityLevel
from sayso.members.models import WrongTry
from sayso.members.ways_in import tries

pytestmark = pytest.mark.django_db

HERE = "/e/open-day/"


@pytest.fixture
def house() -> House:
    house = open_house("open-day", people=2, statements=2)
    house.engagement.identity_level = IdentityLevel.GUEST
    house.engagement.save()
    return house


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The moment it is, for whoever counts tries."""
    moment = {"now": 1_795_000_000.0}
    monkeypatch.setattr(tries.time, "time", lambda: moment["now"])
    return moment


def come_in(address: str) -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post(f"{HERE}guest/")
    return client


def say(house: House, client: Client, text: str) -> Any:
    return client.post(f"{HERE}say/", {"topic": house.topic.pk, "text": text})


def test_thirty_in_a_minute_by_one_guest_are_met_with_a_word_and_what_was_typed_is_kept(
    house: House, clock: dict[str, float]
) -> None:
    guest = come_in("192.0.2.7")
    replies = [say(house, guest, f"The hall is too cold on day {n}.") for n in range(30)]
    assert [reply.status_code for reply in replies] == [302] * pace.MOST_OF_GUEST + [422] * (30 - pace.MOST_OF_GUEST)
    page = replies[-1].content.decode()
    assert "You have sent many things in one minute." in page and ">The hall is too cold on day 29.</textarea>" in page
    assert house.engagement.statements.filter(is_seed=False).count() == pace.MOST_OF_GUEST
    clock["now"] += 60
    assert say(house, guest, "The hall is too cold on day 29.").status_code == 302


def test_thirty_in_a_minute_from_one_address_are_too_many_however_many_browsers_and_elsewhere_they_are_not(
    house: House, clock: dict[str, float]
) -> None:
    codes = [say(house, come_in("192.0.2.7"), f"The hall is too cold on day {n}.").status_code for n in range(30)]
    assert codes == [302] * pace.MOST_OF_ADDRESS + [422] * (30 - pace.MOST_OF_ADDRESS)
    refused = say(house, come_in("192.0.2.7"), "One more.").content.decode()
    assert "Many things came from where you are in one minute." in refused and ">One more.</textarea>" in refused
    assert say(house, come_in("192.0.2.8"), "One more.").status_code == 302


def test_replies_of_a_guest_count_too_and_come_back_when_they_are_too_many(
    house: House, clock: dict[str, float]
) -> None:
    guest = come_in("192.0.2.7")
    for n in range(pace.MOST_OF_GUEST):
        say(house, guest, f"The hall is too cold on day {n}.")
    statement = house.statements[0].pk
    guest.post(f"{HERE}votes/", {"statement": statement, "stance": 1})
    refused = guest.post(f"{HERE}statements/{statement}/reply/", {"text": "In winter above all."})
    page = refused.content.decode()
    assert refused.status_code == 422 and "many things in one minute" in page and "In winter above all." in page


def test_a_member_is_not_counted(house: House, clock: dict[str, float]) -> None:
    member = Client(REMOTE_ADDR="192.0.2.7")
    member.force_login(house.members[0])
    codes = {say(house, member, f"The hall is too cold on day {n}.").status_code for n in range(30)}
    assert codes == {302} and not WrongTry.objects.exists()


def test_no_address_is_kept_and_the_marks_go_with_their_quarter_of_an_hour(
    house: House, clock: dict[str, float]
) -> None:
    guest = come_in("192.0.2.7")
    say(house, guest, "The hall is too cold.")
    marks = set(WrongTry.objects.values_list("mark", flat=True))
    assert len(marks) == 2
    kept = [*map(str, Event.objects.values_list("payload", flat=True)), *marks]
    kept += map(str, house.engagement.statements.values())
    assert not [row for row in kept if "192.0.2" in row]
    clock["now"] += 15 * 60
    say(house, guest, "The hall is too warm.")
    assert not WrongTry.objects.filter(mark__in=marks).exists()
