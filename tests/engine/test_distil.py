"""From a conversation to a snapshot: the planted truth comes out, the schema holds, the bytes repeat."""

import json
from importlib import resources

import jsonschema
import numpy as np
import pytest
from threadpoolctl import threadpool_info

from planted import planted_groups
from sayso.engine.common_ground import bold_views, measure_divisiveness
from sayso.engine.conversation import Conversation
from sayso.engine.distil import Settings, distil
from sayso.engine.duplicates import near_identical
from sayso.engine.estimates import false_discovery_q, probability_above, share_of
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.sources import read_conversation
from sayso.engine.votes import VoteMatrix

SCHEMA = json.loads(resources.files("sayso.engine").joinpath("snapshot.schema.json").read_text("utf-8"))
WORDS = "apple brook candle dune ember fern glade harbour iris jetty kettle lantern meadow night orchard"
TEXTS = WORDS.split(" ")


def conversation_of(votes, **given):
    n_participants, n_statements = votes.shape
    usual = {
        "participant_ids": tuple(f"p{i}" for i in range(n_participants)),
        "statement_ids": tuple(f"s{j}" for j in range(n_statements)),
        "texts": tuple(f"{TEXTS[j % 15]} {TEXTS[j // 15 % 15]} {j * 7919}" for j in range(n_statements)),
        "topics": ("",) * n_statements,
        "is_seed": np.zeros(n_statements, dtype=bool),
        "rejected": np.zeros(n_statements, dtype=bool),
        "author": np.full(n_statements, -1),
        "title": "A try",
        "question": "What then?",
        "n_members": None,
    }
    return Conversation(votes=votes, **(usual | given))


@pytest.fixture(scope="module")
def planted():
    """Two groups; statements 0 to 4 are common ground, 5 to 9 part them."""
    votes, group, _ = planted_groups(1, n_participants=400, n_statements=40, n_groups=2, votes_each=30)
    rng = np.random.default_rng(2)
    stance = votes.stance.copy()
    shared, parting = votes.statement < 5, (votes.statement >= 5) & (votes.statement < 10)
    sure = rng.random(votes.n_votes) < 0.95
    stance[shared] = np.where(sure[shared], 1, -1)
    side = np.where(group[votes.participant] == 0, 1, -1)
    stance[parting] = np.where(sure[parting], side[parting], -side[parting])
    return conversation_of(VoteMatrix.from_arrays(votes.participant, votes.statement, stance, n_statements=40))


@pytest.fixture(scope="module")
def snapshot(planted):
    return distil(planted, seed=4).snapshot


def test_planted_common_ground_is_found(snapshot):
    assert {"s0", "s1", "s2", "s3", "s4"} <= set(snapshot["common_ground"])
    for statement in snapshot["statements"]:
        if statement["common_ground"]:
            assert statement["agree"] >= 0.74
            assert min(cell["agree"] for cell in statement["by_group"]) >= 0.55


def test_planted_divides_are_found_and_are_no_common_ground(snapshot):
    parting = {"s5", "s6", "s7", "s8", "s9"}
    assert parting <= set(snapshot["divisive"])
    assert not parting & set(snapshot["common_ground"])
    assert {told["statement_id"] for told in snapshot["groups"][0]["representative"]} & parting


def test_the_schema_holds(snapshot):
    jsonschema.validate(snapshot, SCHEMA)


def test_each_interval_holds_its_value(snapshot):
    for statement in snapshot["statements"]:
        assert statement["agree_low"] <= statement["agree"] <= statement["agree_high"]
        assert statement["n_agree"] + statement["n_pass"] + statement["n_disagree"] == statement["seen"]


def test_equal_input_and_seed_give_equal_bytes(planted, snapshot):
    again = distil(planted, seed=4)
    assert again.snapshot == snapshot
    assert again.to_json() == distil(planted, seed=4).to_json()


def test_two_threads_give_the_same_bytes_and_linear_algebra_keeps_to_one(planted, snapshot):
    n_threads = set()

    def look(share, step):
        n_threads.update(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")

    assert distil(planted, seed=4, threads=2, progress=look).snapshot == snapshot
    assert n_threads == {1}


def test_no_participants_name_is_in_a_snapshot_and_the_map_tells_no_order(planted):
    renamed = conversation_of(planted.votes, participant_ids=tuple(f"secret-{i}" for i in range(400)))
    made = distil(renamed, seed=4)
    assert "secret" not in made.to_json()
    along = [point["x"] for point in made.snapshot["map"]["points"]]
    assert along == sorted(along)


def test_progress_rises_to_one(planted):
    told = []
    distil(planted, seed=4, progress=lambda share, step: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("cast", "code"),
    [
        (([], [], []), "no_votes"),
        (([0], [0], [1]), "few_people"),
        (([0, 1, 2, 3], [0, 1, 0, 1], [0, 0, 0, 0]), "all_passes"),
    ],
    ids=["nobody voted", "one participant", "all passes"],
)
def test_next_to_nothing_gives_a_valid_snapshot_that_says_so(cast, code):
    votes = VoteMatrix.from_arrays(*cast, n_participants=max([*cast[0], -1]) + 1, n_statements=3)
    snapshot = distil(conversation_of(votes), seed=0).snapshot
    jsonschema.validate(snapshot, SCHEMA)
    assert code in {warning["code"] for warning in snapshot["warnings"]}
    assert snapshot["groups"] == []
    assert snapshot["common_ground"] == []
    unseen = [statement for statement in snapshot["statements"] if not statement["seen"]]
    assert all(statement["agree"] is None for statement in unseen)


def test_rejected_statements_count_for_the_map_and_are_listed_nowhere(planted):
    rejected = np.arange(40) < 10
    snapshot = distil(conversation_of(planted.votes, rejected=rejected), seed=4).snapshot
    listed = {*snapshot["common_ground"], *snapshot["divisive"]}
    listed |= {told["statement_id"] for group in snapshot["groups"] for told in group["representative"]}
    assert not listed & {f"s{j}" for j in range(10)}
    assert len(snapshot["groups"]) == 2


def test_settings_decide_and_are_written_down(planted):
    strict = Settings(common_ground_overall=0.99)
    snapshot = distil(planted, seed=4, settings=strict).snapshot
    assert snapshot["settings"]["common_ground_overall"] == 0.99
    assert snapshot["common_ground"] == []


def test_a_conversation_whose_parts_do_not_fit_is_refused():
    with pytest.raises(ValueError, match="texts has 1 entries; the votes have 2"):
        conversation_of(VoteMatrix.from_arrays([0, 0], [0, 1], [1, 1]), texts=("one",))


def test_the_digest_changes_with_every_part_but_names():
    votes = VoteMatrix.from_arrays([0, 0], [0, 1], [1, 1])
    base = conversation_of(votes)
    assert conversation_of(votes, participant_ids=("somebody else",)).digest() == base.digest()
    other_votes = VoteMatrix.from_arrays([0, 0], [0, 1], [1, 0])
    others = [conversation_of(votes, texts=("a", "b")), conversation_of(votes, title="B"), conversation_of(other_votes)]
    assert len({base.digest(), *(other.digest() for other in others)}) == 4


def test_a_bold_view_is_held_by_the_like_minded_and_noise_is_not_bold():
    """Forty of 400 think alike on ten statements; on the eleventh forty people agree at random."""
    rng = np.random.default_rng(0)
    stance = np.full((400, 31), -1)
    stance[:, 11:] = rng.choice([-1, 1], (400, 20))
    stance[:40, :10] = 1
    stance[rng.choice(400, 40, replace=False), 10] = 1
    rows, columns = np.divmod(np.arange(stance.size), 31)
    votes = VoteMatrix.from_arrays(rows, columns, stance.ravel())
    space = fit_opinion_space(votes, rng=rng)
    everybody = np.arange(400)
    firm = measure_divisiveness(space, everybody, rng=rng).firm_share
    found = {view.statement for view in bold_views(votes, space, everybody, firm, may_be_shown=np.ones(31, dtype=bool))}
    assert found == set(range(10))


def test_an_interval_leaves_out_the_tails_of_its_beta_distribution():
    """15 of 20: by summing the density of Beta(15.5, 5.5) on a fine grid, without a statistics library."""
    grid = np.linspace(0, 1, 1_000_001)
    below = np.cumsum(grid**14.5 * (1 - grid) ** 4.5)
    low, high = (grid[np.searchsorted(below / below[-1], tail)] for tail in (0.025, 0.975))
    share = share_of([15, 0], [20, 0])
    assert share.value[0] == 0.75
    assert (share.low[0], share.high[0]) == pytest.approx((low, high), abs=1e-4)
    assert np.isnan([share.value[1], share.low[1], share.high[1]]).all()


def test_a_count_above_its_total_is_refused():
    with pytest.raises(ValueError, match="between 0 and its total"):
        share_of([3], [2])


def test_intervals_cover_as_often_as_they_say():
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.05, 0.95, 20_000)
    count = rng.binomial(40, truth)
    share = share_of(count, np.full(20_000, 40))
    assert 0.93 < np.mean((share.low <= truth) & (truth <= share.high)) < 0.97


def test_probability_above_and_q_values_by_hand():
    assert probability_above(50, 100, 0.5) == pytest.approx(0.5, abs=0.01)
    assert false_discovery_q(np.array([0.005, 0.5, 0.02])).tolist() == pytest.approx([0.015, 0.5, 0.03])


def test_near_identical_words_are_named_and_others_left_alone():
    texts = [
        "The break room is too small for the night shift.",
        "Break room is too small for the night shift!",
        "The break room is too cold.",
        "the break room is too small for the night shift",
        "Nobody tells us what was decided.",
        "🙂",
        "",
    ]
    assert near_identical(texts).tolist() == [-1, 0, -1, 0, -1, -1, -1]


@pytest.mark.slow
def test_every_open_conversation_gives_a_valid_snapshot(polis):
    for folder in sorted(polis.iterdir()):
        conversation = read_conversation(folder)
        snapshot = distil(conversation, seed=0).snapshot
        jsonschema.validate(snapshot, SCHEMA)
        assert snapshot["n_votes"] == conversation.votes.n_votes, folder.name
        assert snapshot["n_statements"] > 30, folder.name
