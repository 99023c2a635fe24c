"""A later map lies as the earlier one did, and groups keep their letters, whoever has come since."""

import json

import numpy as np
import pytest

from planted import planted_groups
from sayso.engine.conversation import Conversation
from sayso.engine.distil import Settings, distil
from sayso.engine.earlier import Earlier, letters_of, likeness
from sayso.engine.posterior import tiers
from sayso.engine.representative import GroupCounts


def conversation_of(votes):
    m = votes.n_statements
    nothing = np.zeros(m, dtype=bool)
    return Conversation(
        votes=votes,
        participant_ids=tuple(map(str, range(votes.n_participants))),
        statement_ids=tuple(map(str, range(m))),
        texts=tuple(f"statement number {j} of them all" for j in range(m)),
        topics=("",) * m,
        is_seed=nothing,
        rejected=nothing,
        author=np.full(m, -1),
        title="",
        question="",
        n_members=None,
    )


def distilled(votes, **options):
    return distil(conversation_of(votes), seed=1, settings=Settings(tier="fast"), **options)


@pytest.fixture(autouse=True, scope="module")
def as_in_use():
    """Fits as long as users' are: cut short, as for the other tests, the second axis of a map is mostly noise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(tiers.BUDGET, tiers.Tier.FAST, 20_000_000)
        patch.setattr(tiers, "FEWEST_SWEEPS", 300)
        yield


@pytest.fixture(scope="module")
def planted():
    return planted_groups(3, n_participants=900, n_statements=60, n_groups=3, votes_each=30)[0]


@pytest.fixture(scope="module")
def first(planted):
    return distilled(planted.select(planted.participant < 600)).snapshot


def mirrored(snapshot):
    """The same snapshot, its map turned upside down and its groups numbered otherwise."""
    other = json.loads(json.dumps(snapshot))
    for statement in other["statements"]:
        statement["y"] = -statement["y"]
    for group, letter in zip(other["groups"], "BCA", strict=True):
        group["label"] = letter
    return other


def test_as_more_people_come_groups_keep_their_letters_and_the_map_its_sides(planted, first):
    then = mirrored(first)
    now = distilled(planted, turned_onto=likeness(then)).snapshot
    assert [group["label"] for group in now["groups"]] == ["A", "B", "C"]
    apart = {
        (new["label"], old["label"]): np.nanmean(
            [
                abs(a["by_group"][new["id"]]["agree"] - b["by_group"][old["id"]]["agree"])
                for a, b in zip(now["statements"], then["statements"], strict=True)
            ]
        )
        for new in now["groups"]
        for old in then["groups"]
    }
    assert max(apart[letter, letter] for letter in "ABC") < 0.1 < min(apart["A", "B"], apart["B", "C"], apart["A", "C"])
    for axis in "xy":
        places = [[statement[axis] for statement in body["statements"]] for body in (now, then)]
        assert np.corrcoef(places)[0, 1] > 0.9


def test_turning_a_map_changes_nothing_that_is_told_of_statements(planted, first):
    plain = distilled(planted).snapshot
    turned = distilled(planted, turned_onto=likeness(mirrored(first))).snapshot
    for one, other in zip(plain["statements"], turned["statements"], strict=True):
        assert (one["agree"], one["common_ground_probability"]) == (other["agree"], other["common_ground_probability"])
    assert sorted(group["size"] for group in plain["groups"]) == sorted(group["size"] for group in turned["groups"])


def test_a_snapshot_holds_what_is_needed_to_make_it_again(planted, first):
    once = distilled(planted, turned_onto=likeness(first))
    assert distilled(planted, turned_onto=json.loads(once.to_json())["turned_onto"]).to_json() == once.to_json()


def counts(*agree):
    """Twenty votes of each group on each statement."""
    agreed = np.array(agree)
    return GroupCounts(np.stack([20 - agreed, 0 * agreed, agreed]))


def test_a_new_group_gets_a_letter_nobody_had():
    then = {"letters": "AB", "statements": {"1": [0, 0, 1.0, 0.0], "2": [0, 0, 1.0, 0.5]}}
    assert letters_of(counts([0, 10], [19, 19], [0, 0]), Earlier.of(then, ("1", "2"))) == "BAC"


def test_a_group_that_went_leaves_the_others_their_letters():
    then = {"letters": "ABC", "statements": {"1": [0, 0, 1.0, 0.0, 0.5], "2": [0, 0, 1.0, 0.0, 0.0]}}
    assert letters_of(counts([10, 0], [20, 20]), Earlier.of(then, ("1", "2"))) == "CA"


def test_without_a_statement_in_common_nothing_is_known_of_before():
    then = {"letters": "AB", "statements": {"9": [0, 0, 1.0, 0.0]}}
    assert letters_of(counts([0, 0], [20, 20]), Earlier.of(then, ("1", "2"))) == "CD"


def test_a_map_of_nothing_is_turned_nowhere():
    first = {"letters": "", "statements": {}}
    votes, *_ = planted_groups(0, n_participants=40, n_statements=10, n_groups=1, votes_each=5)
    assert distilled(votes, turned_onto=first).snapshot["statements"] == distilled(votes).snapshot["statements"]
