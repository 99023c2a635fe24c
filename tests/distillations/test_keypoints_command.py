"""`sayso keypoints` from a table to JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sayso.cli import main

ROWS = """statement_id,text,author_id,topic
1,Lunch is too dear.,a,food
2,Lunch is too dear!,b,food
3,Lunch is much too dear.,b,food
4,Too few places to park.,c,cars
5,Too few places to park!,d,cars
6,Far too few places to park.,e,cars
7,Nobody asked me.,,cars
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "statements.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_each_topic_has_its_key_points_with_sources_and_the_rest_is_listed(table, tmp_path, capsys):
    out = tmp_path / "found.json"
    assert main(["keypoints", str(table), "--out", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    food, cars = found["key_points"]
    assert (food["topic"], cars["topic"]) == ("food", "cars")
    assert sorted(food["statement_ids"]) == ["1", "2", "3"]
    assert (food["n_people"], food["share"]) == (2, 1.0)
    assert (cars["n_people"], cars["share"]) == (3, 0.75)
    for one in found["key_points"]:
        assert one["share_low"] <= one["share"] <= one["share_high"]
        assert one["source_id"] in one["statement_ids"]
    assert found["unmatched"] == ["7"]
    assert found["n_statements"] == 7
    assert "2 key points" in capsys.readouterr().out


def test_a_least_share_leaves_out_what_fewer_say(table, tmp_path):
    out = tmp_path / "found.json"
    assert main(["keypoints", str(table), "--out", str(out), "--min-share", "0.8"]) == 0
    assert [one["topic"] for one in json.loads(out.read_text(encoding="utf-8"))["key_points"]] == ["food"]
    with pytest.raises(SystemExit) as stop:
        main(["keypoints", str(table), "--out", str(out), "--min-share", "7"])
    assert stop.value.code == 2


def test_bad_tables_and_folders_are_told_and_nothing_is_written(table, tmp_path, capsys):
    bad = tmp_path / "bad.csv"
    bad.write_text("statement_id,text\n1,a\n1,b\n", encoding="utf-8")
    assert main(["keypoints", str(bad), "--out", str(tmp_path / "x.json")]) == 1
    assert "row" in capsys.readouterr().err
    assert main(["keypoints", str(table), "--out", str(tmp_path / "none" / "x.json")]) == 1
    assert "Could not write" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "statements.csv"]


def test_few_statements_are_named(table, tmp_path):
    out = tmp_path / "found.json"
    main(["keypoints", str(table), "--out", str(out)])
    assert "few_statements" in {one["code"] for one in json.loads(out.read_text(encoding="utf-8"))["warnings"]}


def test_one_thread_and_two_write_the_same_bytes(table, tmp_path):
    written = []
    for threads in ("1", "2"):
        out = tmp_path / f"{threads}.json"
        limits = {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        command = [sys.executable, "-m", "sayso.cli", "keypoints", str(table), "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **limits})
        written.append(out.read_bytes())
    assert written[0] == written[1]
