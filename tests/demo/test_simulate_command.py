"""`sayso simulate`: files that `sayso distil` reads, whose truth it finds again."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import numpy as np
import pytest

from sayso.cli import main
from sayso.engine.distil import distil
from sayso.engine.sources import read_conversation


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_writes_what_distil_reads(tmp_path, capsys):
    assert main(["simulate", "--out", str(tmp_path), "--participants", "400", "--statements", "60"]) == 0
    conversation = read_conversation(tmp_path, roster=tmp_path / "people.csv")
    told = rows(tmp_path / "votes.csv")
    assert f"{len(told):,} votes" in capsys.readouterr().out
    assert conversation.votes.n_votes == len(told) > 3_000
    assert len(conversation.texts) == len(set(conversation.texts)) == 60
    assert conversation.n_members == len(rows(tmp_path / "people.csv")) == 400
    assert [row["cast_at"] for row in told] == sorted(row["cast_at"] for row in told)
    written = [row for row in rows(tmp_path / "statements.csv") if row["author_id"]]
    assert all(row["author_id"] in {person["person_id"] for person in rows(tmp_path / "people.csv")} for row in written)


def test_the_truth_beside_it_is_the_truth(tmp_path):
    main(["simulate", "--out", str(tmp_path), "--participants", "1500", "--statements", "80", "--groups", "2"])
    truth = json.loads((tmp_path / "truth.json").read_text())
    conversation = read_conversation(tmp_path)
    found = distil(conversation, seed=1)
    assert len(found.snapshot["groups"]) == 2
    placed = found.membership >= 0
    planted = np.array([truth["groups"][person] for person in conversation.participant_ids])
    same = np.mean(planted[placed] == found.membership[placed])
    assert max(same, 1 - same) > 0.95
    assert set(found.snapshot["common_ground"]) <= set(truth["common_ground"])
    assert len(found.snapshot["common_ground"]) >= 0.7 * len(truth["common_ground"])
    agree = {row["statement_id"]: row["agree"] for row in found.snapshot["statements"] if row["seen"] > 200}
    assert max(abs(share - truth["agree_overall"][name]) for name, share in agree.items()) < 0.15


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("first", "3"), ("again", "3"), ("other", "4")):
        main(["simulate", "--out", str(tmp_path / name), "--participants", "100", "--statements", "20", "--seed", seed])
    bytes_of = {
        name: [(tmp_path / name / file).read_bytes() for file in ("statements.csv", "votes.csv", "truth.json")]
        for name in ("first", "again", "other")
    }
    assert bytes_of["first"] == bytes_of["again"]
    assert bytes_of["first"][1] != bytes_of["other"][1]


@pytest.mark.parametrize("words", [("--groups", "0"), ("--participation", "2"), ("--continuous", "--groups", "2")])
def test_what_makes_no_sense_is_told_with_status_2_and_nothing_is_written(tmp_path, capsys, words):
    assert main(["simulate", "--out", str(tmp_path / "out"), *words]) == 2
    assert "sayso simulate:" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_told_with_status_1(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["simulate", "--out", str(tmp_path / "file" / "out"), "--participants", "50"]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_it_needs_no_django():
    code = "import sys, sayso.demo.simulate_command; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
