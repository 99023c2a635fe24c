"""Results on an open page: drawn once for all who read them, asked for again and again, sent only when they are new."""

from __future__ import annotations

import gzip
import re
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from distillations.test_pages import LIVE, RESULTS, as_person, show, text_of
from hand_made import hand_made_snapshot
from house import House
from sayso.distillations.models import Snapshot
from sayso.distillations.shared_part import shared_part
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement, Phase

pytestmark = pytest.mark.django_db


# What all share is drawn once


def test_the_second_reader_gets_what_the_first_had_drawn(house: House, django_assert_num_queries: Any) -> None:
    show(house)
    first = as_person(house, 0).get(LIVE).content
    second = as_person(house, 1)
    with django_assert_num_queries(7):  # who it is, and which snapshot; no figures
        assert second.get(LIVE).content == first


def test_all_who_ask_at_once_wait_for_one_drawing(house: House) -> None:
    drawings = []

    def figures() -> dict[str, Any]:
        drawings.append(threading.get_ident())
        time.sleep(0.1)
        return {"published": None}

    askers = [
        threading.Thread(target=shared_part, args=(house.engagement, {"snapshot": None}, figures)) for _ in range(6)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(drawings) == 1


def test_another_title_is_another_part(house: House) -> None:
    show(house)
    client = as_person(house, 0)
    client.get(LIVE)
    house.engagement.title = "How we shall work"
    house.engagement.save()
    assert "How we shall work" in client.get(LIVE).content.decode()


# Live


def test_whoever_has_the_newest_is_told_so(house: House, django_assert_max_num_queries: Any) -> None:
    show(house)
    client = as_person(house, 0)
    first = client.get(LIVE)
    assert (first.status_code, first["Cache-Control"]) == (200, "private, no-cache")
    assert "<html" not in first.content.decode()
    with django_assert_max_num_queries(7):
        second = client.get(LIVE, headers={"If-None-Match": first["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"]


def test_packed_or_not_it_is_the_same_page(house: House) -> None:
    show(house)
    client = as_person(house, 0)
    plain = client.get(LIVE)
    packed = client.get(LIVE, headers={"Accept-Encoding": "gzip, br"})
    assert (packed["Content-Encoding"], "Content-Encoding" in plain) == ("gzip", False)
    assert "Accept-Encoding" in packed["Vary"] and "Accept-Encoding" in plain["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == f"W/{plain['ETag']}"
    for tag in (packed["ETag"], plain["ETag"]):
        assert client.get(LIVE, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"}).status_code == 304


def test_a_new_snapshot_comes_at_the_next_asking(house: House) -> None:
    show(house)
    client = as_person(house, 0)
    etag = client.get(LIVE)["ETag"]
    body = hand_made_snapshot()
    body["n_participants"] = 240
    show(house, body)
    reply = client.get(LIVE, headers={"If-None-Match": etag})
    assert reply.status_code == 200
    assert "What 240 of us say" in text_of(reply)
    assert reply["ETag"] != etag


def test_the_page_knows_the_mark_of_what_it_shows(house: House) -> None:
    for _ in range(2):
        client = as_person(house, 0)
        html = client.get(RESULTS).content.decode()
        mark = re.search(r'data-poll-etag="([^"]+)"', html)
        assert mark is not None
        etag = mark[1].replace("&quot;", '"')
        assert client.get(LIVE, headers={"If-None-Match": etag}).status_code == 304
        show(house)


def test_the_age_stays_true_while_nothing_new_comes(house: House) -> None:
    snapshot = show(house)
    client = as_person(house, 0)
    etag = client.get(LIVE)["ETag"]
    Snapshot.objects.filter(pk=snapshot.pk).update(created_at=timezone.now() - timedelta(minutes=17))
    reply = client.get(LIVE, headers={"If-None-Match": etag})
    assert reply.status_code == 200
    assert "Counted 15 minutes ago" in text_of(reply)


def test_the_end_comes_to_open_pages(house: House) -> None:
    client = as_person(house, 0)
    for is_counted in (False, True):
        if is_counted:
            Engagement.objects.filter(pk=house.engagement.pk).update(closed_at=None, phase=Phase.LISTEN)
            show(house)
        known = client.get(LIVE)["ETag"]
        assert client.get(LIVE, headers={"If-None-Match": known}).status_code == 304
        close_engagement(engagement=Engagement.objects.get(pk=house.engagement.pk), by=house.members[0])
        assert client.get(LIVE, headers={"If-None-Match": known}).status_code == 200
