"""The lead's page: places and channels kept, refused with what was typed, ended by the guardian; each on record."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.db import connection

from embedding.conftest import HERE, INTRANET, signed_in
from house import House
from sayso.embedding.actions import allow_places, keep_channel
from sayso.embedding.models import Channel, Embedding, Program
from sayso.embedding.queries import kept_origins
from sayso.engagements.events import EventKind
from sayso.engagements.models import Event

pytestmark = pytest.mark.django_db

PAGE = f"{HERE}elsewhere/"
SLACK = "https://hooks.slack.com/services/T000/B000/secret-of-the-channel"


def text(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def events(kind: EventKind) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind=kind).order_by("pk").values_list("payload", flat=True))


def test_a_lead_names_places_and_gets_what_to_put_there(house: House, settings: Any) -> None:
    settings.SITE = "https://say.example.org"
    lead = signed_in(house, 0)
    lead.post(PAGE, {"act": "places", "origins": f"{INTRANET}/home\nhttps://wiki.example.org"})
    assert kept_origins(house.engagement) == [INTRANET, "https://wiki.example.org"]
    shown = text(lead.get(PAGE))
    assert '<script src="https://say.example.org/embed.js" data-engagement="how-we-work" async></script>' in shown
    assert '<iframe src="https://say.example.org/e/how-we-work/embed/"' in shown
    assert "script-src https://say.example.org; frame-src https://say.example.org" in shown
    assert events(EventKind.EMBEDDING_CHANGED)[-1] == {
        "origins": [INTRANET, "https://wiki.example.org"], "by": house.members[0].pk,
    }  # fmt: skip


def test_what_is_no_place_is_told_at_the_field_and_kept_as_typed(house: House) -> None:
    reply = signed_in(house, 0).post(PAGE, {"act": "places", "origins": "intranet & wiki"})
    assert reply.status_code == 422
    assert (
        "intranet & wiki</textarea>" in text(reply) and "Mend: " in text(reply) and 'id="origins-error"' in text(reply)
    )
    assert kept_origins(house.engagement) == [INTRANET], "what stood there stands"


def test_the_same_again_writes_nothing(house: House) -> None:
    n = Event.objects.count()
    assert not allow_places(engagement=house.engagement, typed=f"{INTRANET}/again", by=house.members[0])
    assert Event.objects.count() == n


def test_the_row_is_not_kept_without_its_event(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.embedding.actions.record", lambda **_: 1 / 0)
    for write in (
        lambda: allow_places(engagement=house.engagement, typed="https://other.example", by=house.members[0]),
        lambda: keep_channel(engagement=house.engagement, program=Program.SLACK, address=SLACK, by=house.members[0]),
    ):
        with pytest.raises(ZeroDivisionError):
            write()
    assert Embedding.objects.get().origins == [INTRANET] and not Channel.objects.exists()


def test_a_guardian_ends_what_leads_outside_and_begins_nothing(house: House) -> None:
    keep_channel(engagement=house.engagement, program=Program.SLACK, address=SLACK, by=house.members[0])
    guardian = signed_in(house, 1)
    for act in ({"act": "places", "origins": "https://g.example"}, {"act": "post", "program": "slack"},
                {"act": "channel", "program": "teams", "address": SLACK}, {"act": ""}):  # fmt: skip
        assert guardian.post(PAGE, act).status_code == 404
    assert "Show them on no other page" in text(guardian.get(PAGE))
    guardian.post(PAGE, {"act": "end"})
    guardian.post(PAGE, {"act": "forget", "program": "slack"})
    assert kept_origins(house.engagement) == [] and not Channel.objects.exists()
    assert events(EventKind.CHANNEL_CHANGED)[-1]["by"] == house.members[1].pk


def test_members_have_no_such_page(house: House) -> None:
    assert signed_in(house, 2).get(PAGE).status_code == 404
    assert signed_in(house, 2).post(PAGE, {"act": "end"}).status_code == 404


def test_the_address_of_a_channel_is_sealed_and_never_shown_again(house: House) -> None:
    lead = signed_in(house, 0)
    reply = lead.post(PAGE, {"act": "channel", "program": "slack", "address": f" {SLACK} "}, follow=True)
    assert "hooks.slack.com" in text(reply) and "secret-of-the-channel" not in text(reply)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM embedding_channel")
        assert "secret-of-the-channel" not in repr(cursor.fetchall())
    assert "secret-of-the-channel" not in repr(list(Event.objects.values_list("payload", flat=True)))


def test_a_wrong_address_is_told_at_its_own_field_and_given_back(house: House) -> None:
    reply = signed_in(house, 0).post(PAGE, {"act": "channel", "program": "teams", "address": "https://10.0.0.1/x"})
    assert reply.status_code == 422 and 'value="https://10.0.0.1/x"' in text(reply)
    assert 'id="teams-error"' in text(reply) and 'id="slack-error"' not in text(reply)
    assert "SAYSO_CHANNEL_HOSTS" in text(reply)


@pytest.mark.parametrize(
    "sent", [{}, {"act": "post"}, {"act": "post", "program": "irc"}, {"act": "post", "program": "slack"}]
)
def test_nonsense_changes_nothing(house: House, sent: dict[str, str]) -> None:
    n = Event.objects.count()
    assert "Nothing was changed." in text(signed_in(house, 0).post(PAGE, sent, follow=True))
    assert Event.objects.count() == n


def test_messages_to_copy_hold_the_link_for_everybody_and_no_personal_one(house: House, settings: Any) -> None:
    settings.SITE = "https://say.example.org"
    shown = text(signed_in(house, 0).get(PAGE))
    assert shown.count('"url": "https://say.example.org/e/how-we-work/"') == 2
    assert "/in/" not in shown
