"""Why people take no part: one tap, taken back by another, told in steps, and led back to nobody."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from django.test import Client

from house import House
from sayso.engagements.models import Event, NotTakingPart, Participant, Phase, Reason
from sayso.engagements.saying.silence import reason_of, reasons_told, tell_reason

pytestmark = pytest.mark.django_db

HERE = "/e/how-we-work/"
TELL = HERE + "not-taking-part/"
People = Callable[[int], Client]


def test_one_tap_tells_and_one_takes_back_and_nobody_takes_part_by_it(led: House, as_person: People) -> None:
    client = as_person(1)
    n_participants = Participant.objects.count()
    assert "Not taking part?" in client.get(HERE).content.decode()
    reply = client.post(TELL, {"reason": "no_time"}, follow=True)
    assert "Thank you for telling us." in reply.content.decode()
    assert "I have no time for it." in html.unescape(reply.content.decode())
    assert reason_of(led.members[1], led.engagement) == "no_time"
    client.post(TELL, {"reason": "no_use"})
    assert NotTakingPart.objects.values_list("reason", flat=True).get() == "no_use"
    client.post(TELL, {"reason": "back"})
    assert not NotTakingPart.objects.exists() and Participant.objects.count() == n_participants
    assert "Please tap one" in client.post(TELL, {"reason": "x"}, follow=True).content.decode()
    told = list(Event.objects.filter(kind__startswith="reason_").order_by("pk").values_list("kind", "payload"))
    assert [kind for kind, _ in told] == ["reason_told", "reason_taken_back", "reason_told", "reason_taken_back"]
    assert all(set(payload) == {"reason"} for _, payload in told)


def test_its_mark_is_not_that_of_the_participant(led: House) -> None:
    tell_reason(member=led.members[1], engagement=led.engagement, reason=Reason.NO_TIME)
    assert NotTakingPart.objects.get().mark not in set(Participant.objects.values_list("pseudonym", flat=True))


def test_a_reason_is_told_from_five_on_and_in_fives(led: House) -> None:
    led.add_people(12)
    for person in range(9):
        assert reasons_told(led.engagement) == ([] if person < 5 else [("I have no time for it.", 5)])
        tell_reason(member=led.members[person], engagement=led.engagement, reason=Reason.NO_TIME)
    for person in range(9, 13):
        tell_reason(member=led.members[person], engagement=led.engagement, reason=Reason.NOT_SAFE)
    assert reasons_told(led.engagement) == [("I have no time for it.", 5)]


def test_after_the_listening_none_is_asked_or_taken(led: House, as_person: People) -> None:
    led.engagement.phase = Phase.DISTIL
    led.engagement.save()
    assert "Not taking part?" not in as_person(1).get(HERE).content.decode()
    as_person(1).post(TELL, {"reason": "no_time"})
    assert not NotTakingPart.objects.exists()
