"""German statements and key points, marked by hand in `bench/german_pairs.csv`."""

from __future__ import annotations

import csv

import numpy as np

from real_data import POLIS, REPOSITORY, needs_polis
from sayso.engine.key_points.matching import match

PAIRS = list(csv.DictReader((REPOSITORY / "bench" / "german_pairs.csv").read_text(encoding="utf-8").splitlines()))
CONVERSATIONS = sorted({pair["conversation"] for pair in PAIRS})


def kept(conversation):
    """Statements that were not turned down, by id."""
    with (POLIS / conversation / "comments.csv").open(encoding="utf-8", newline="") as file:
        return {row["comment-id"]: row["comment-body"] for row in csv.DictReader(file) if row["moderated"] != "-1"}


def test_each_of_a_hundred_statements_stands_with_one_key_point_it_says_and_one_it_does_not():
    said = {}
    for pair in PAIRS:
        said.setdefault((pair["conversation"], pair["statement_id"]), {})[pair["label"]] = pair["key_point"]
    assert len(said) == 100 and [pair["label"] for pair in PAIRS] == ["1", "0"] * 100
    assert all(set(of_label) == {"0", "1"} and of_label["0"] != of_label["1"] for of_label in said.values())


@needs_polis
def test_of_its_two_key_points_a_german_statement_mostly_gets_the_one_it_says(encoder):
    """80 of 100; by chance 50."""
    probability = {}
    for conversation in CONVERSATIONS:
        said = kept(conversation)
        points = sorted({pair["key_point"] for pair in PAIRS if pair["conversation"] == conversation})
        found = match(list(said.values()), points, encoder=encoder)
        at, number = {one: i for i, one in enumerate(said)}, {point: j for j, point in enumerate(points)}
        probability |= {(conversation, one, point): found[at[one], number[point]] for one in said for point in points}
    told = np.array([probability[pair["conversation"], pair["statement_id"], pair["key_point"]] for pair in PAIRS])
    says, other = told[0::2], told[1::2]
    assert (says > other).mean() >= 0.75
