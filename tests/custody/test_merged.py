"""Merges, splits and what is hidden: in the ballot record, and in the log written anew when the key is gone."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from custody.conftest import close, distil, everybody_speaks, follow, give_role
from house import House, open_house
from sayso.custody import actions as custody
from sayso.custody import sealing
from sayso.custody.ballot_store import whole
from sayso.custody.models import CustodyJob
from sayso.distillations.distilling import distil_again
from sayso.distillations.models import Snapshot
from sayso.engagements import actions
from sayso.engagements.models import Event, RoleName, Statement, Vote
from sayso.engagements.withdrawing import withdraw_statement
from sayso.moderation import actions as moderating

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 12


@pytest.fixture
def put_together() -> House:
    """What 0 and 1 said stands in what the organisers say first, 0 by way of 1, who withdrew their words since; 2 and 3
    are split, with votes that go on and with votes that do not; 4 and one part of 3 are hidden."""
    house = open_house("put-together", people=PEOPLE, statements=4)
    give_role(house, 0, RoleName.LEAD)
    give_role(house, 1, RoleName.GUARDIAN)
    house.everybody_votes()
    everybody_speaks(house)
    by, said = house.members[0], [statement_of(house, number) for number in range(6)]
    take_back_votes_on(house.statements[0], house.participants[6:])
    for number, statement in enumerate(said):
        for place, participant in enumerate(house.participants[number + 1 :]):
            actions.cast_vote(participant=participant, statement=statement, stance=(1, -1, 0, 1)[place % 4])
    moderating.merge(statement=said[0], into=said[1], by=by)
    moderating.merge(statement=said[1], into=house.statements[0], by=by)
    withdraw_statement(participant=house.participants[1], statement=said[1])
    moderating.split(statement=said[2], texts=["Open them.", "Close them."], keeps=0, by=by)
    moderating.split(statement=said[3], texts=["More of it.", "Less of it."], keeps=None, by=by)
    moderating.hide(statement=said[4], by=by, reason="It hurts.")
    moderating.hide(statement=Statement.objects.get(text="Less of it."), by=by, reason="It hurts.")
    for participant in house.participants[3:]:
        actions.cast_vote(participant=participant, statement=Statement.objects.get(text="Close them."), stance=-1)
    distil()
    close(house)
    assert custody.publish_ballots(engagement=house.engagement) is not None
    return house


def statement_of(house: House, number: int) -> Statement:
    return Statement.objects.get(author=house.participants[number], text=f"Thought {number} of somebody.")


def take_back_votes_on(statement: Statement, participants: list[Any]) -> None:
    for participant in participants:
        actions.withdraw_vote(participant=participant, statement=statement)


def test_each_published_count_has_its_ballots_those_carried_among_them(put_together: House) -> None:
    published = json.loads(Snapshot.objects.get().body)["statements"]
    told = {int(row["statement_id"]): (row["n_agree"], row["n_pass"], row["n_disagree"]) for row in published}
    seed = put_together.statements[0]
    assert sum(told[seed.pk]) == PEOPLE, "six by their own vote, six by one that was carried"
    record = {
        int(one["statement"]): one["ballots"] for one in whole(put_together.engagement.ballot_record)["statements"]
    }
    assert {number: counted(ballots) for number, ballots in record.items()} == {
        number: counts for number, counts in told.items() if number in record
    }
    kept = Statement.objects.get(text="Open them.")
    assert seed.pk in record and kept.pk in record and statement_of(put_together, 0).pk not in record


def counted(ballots: list[tuple[str, int]]) -> tuple[int, int, int]:
    n_of = Counter(stance for _, stance in ballots)
    return n_of[1], n_of[0], n_of[-1]


def test_the_log_written_anew_gives_the_same_figures(put_together: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "VOTES_A_BATCH", PEOPLE)
    snapshot, votes = Snapshot.objects.get(), votes_as_rows()
    house = put_together
    custody.destroy_engagement_key(engagement=house.engagement, by=house.members[1], typed_title=house.engagement.title)
    follow()
    assert CustodyJob.objects.get(kind="seal").state == "done"
    assert distil_again(house.engagement, json.loads(snapshot.body)).distillation.to_json() == snapshot.body
    assert votes_as_rows() == votes
    kinds = Counter(Event.objects.values_list("kind", flat=True))
    assert {kind: kinds[kind] for kind in ("statement_merged", "statement_split", "statement_hidden")} == {
        "statement_merged": 2, "statement_split": 2, "statement_hidden": 1,
    }, "what is hidden and was never answered is told of nowhere"  # fmt: skip
    assert {told["statement"] for told in payloads("statement_said")} == set(
        Statement.objects.exclude(author=None).filter(split_from=None).values_list("pk", flat=True)
    )


def votes_as_rows() -> set[tuple[Any, ...]]:
    return set(Vote.objects.values_list("participant", "statement", "stance", "is_important"))


def payloads(kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind=kind).values_list("payload", flat=True))
