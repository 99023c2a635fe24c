"""Links that were to be posted to a channel: none failed, some did, and none that matters any more."""

from __future__ import annotations

import datetime

import pytest

from doctor.asking import found, state
from house import open_house
from sayso.embedding.models import Channel, PostingState, Program
from sayso.engagements.models import Engagement

pytestmark = pytest.mark.django_db


def test_links_that_could_not_be_posted_are_told_without_naming_a_channel() -> None:
    here = open_house(people=1).engagement
    kept = {"host": "hooks.slack.com", "sealed": "x", "trouble": "answered 404"}
    assert state("channels") == "ok"
    Channel.objects.create(engagement=here, program=Program.TEAMS, state=PostingState.POSTED, **kept)
    assert state("channels") == "ok"
    Channel.objects.create(engagement=here, program=Program.SLACK, state=PostingState.FAILED, **kept)
    told = found("channels")
    assert told.state == "warn" and "1 (answered 404)" in told.cause and "Show it elsewhere" in told.mend
    assert "hooks.slack.com" not in str(told)


def test_what_is_over_cannot_be_posted_again_and_is_no_trouble() -> None:
    here = open_house(people=1).engagement
    Channel.objects.create(engagement=here, program=Program.SLACK, host="h", sealed="x", state=PostingState.FAILED)
    Engagement.objects.update(key_destroyed_on=datetime.date(2027, 1, 1))
    assert state("channels") == "ok"
