"""`sayso match` from tables to a table."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sayso.cli import main
from sayso.engine.key_points.table import read_sayings


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    statements, points = tmp_path / "statements.csv", tmp_path / "points.csv"
    statements.write_text(
        "statement_id,text,topic,stance\n1,The canteen costs too much,food,1\n2,Parking is full,cars,-1\n"
        "3,Lunch in the canteen is too dear,food,1\n4,Nobody asked us,other,1\n"
    )
    points.write_text("key_point_id,text,topic,stance\na,The canteen is too dear,food,1\nb,More parking,cars,-1\n")
    return statements, points


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_every_pair_of_a_topic_and_stance_is_scored_and_no_other(tables, tmp_path, capsys):
    out = tmp_path / "scores.csv"
    assert main(["match", *map(str, tables), "--out", str(out)]) == 0
    header, *rows = rows_of(out)
    assert header == ["statement_id", "key_point_id", "score"]
    assert [row[:2] for row in rows] == [["1", "a"], ["3", "a"], ["2", "b"]]
    assert all(0 <= float(row[2]) <= 1 for row in rows)
    assert "statement has no key point" in capsys.readouterr().err


def test_what_the_other_side_says_counts_and_is_not_scored_itself(tables, tmp_path):
    statements, points = tables
    alone, among = tmp_path / "alone.csv", tmp_path / "among.csv"
    said = "statement_id,text,topic,stance\n" + "".join(f"{i},The canteen is cheap,food,1\n" for i in range(12))
    points.write_text("key_point_id,text,topic,stance\na,The canteen is too dear,food,1\n")
    statements.write_text(said)
    main(["match", str(statements), str(points), "--out", str(alone)])
    statements.write_text(said + "".join(f"n{i},The canteen is cheap,food,-1\n" for i in range(12)))
    main(["match", str(statements), str(points), "--out", str(among)])
    assert [row[:2] for row in rows_of(among)] == [row[:2] for row in rows_of(alone)]
    for row, before in zip(rows_of(among)[1:], rows_of(alone)[1:], strict=True):
        assert float(row[2]) < float(before[2])


@pytest.mark.parametrize(
    "elsewhere",
    [["food,"], ["food,0"], ["food,-1", "food,unsure"], ["cars,-1"], [" food , 1 "]],
    ids=["of no stance", "between the sides", "of two more stances", "on another topic", "of the same stance"],
)
def test_nobody_else_counts_as_the_other_side(tables, elsewhere):
    statements, _ = tables
    rows = [f"{i}x,The canteen is cheap,{part}" for i, part in enumerate(elsewhere)]
    statements.write_text("\n".join(["statement_id,text,topic,stance", "1,The canteen costs too much,food,1", *rows]))
    assert read_sayings(statements, "statement_id").of_the_other_side(("food", "1")) == []


def test_who_takes_no_stance_has_no_other_side(tables):
    statements, _ = tables
    statements.write_text("statement_id,text,topic,stance\n1,One,food,\n2,Two,food,1\n3,Three,food,-1\n4,Four,food,0\n")
    found = read_sayings(statements, "statement_id")
    told = [found.of_the_other_side(("food", stance)) for stance in ("", "0", "1", "-1")]
    assert told == [[], [], ["Three"], ["Two"]]


def test_one_and_two_threads_give_the_same_bytes(argkp, tmp_path):
    """On real arguments, in processes of their own, since the number of threads is fixed when numpy is loaded."""
    tables = []
    for name, own_id in (("arguments", "statement_id"), ("key_points", "key_point_id")):
        rows = (argkp / f"{name}_dev.csv").read_text(encoding="utf-8").split("\n", 1)[1]
        tables.append(tmp_path / f"{name}.csv")
        tables[-1].write_text(f"{own_id},text,topic,stance\n{rows}", encoding="utf-8")
    made = []
    for threads in ("1", "2"):
        out = tmp_path / f"{threads}.csv"
        command = [sys.executable, "-m", "sayso.cli", "match", *map(str, tables), "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OPENBLAS_NUM_THREADS": threads})
        made.append(out.read_bytes())
    assert made[0] == made[1]


def test_what_is_wrong_is_named_and_nothing_overwritten(tables, tmp_path, capsys):
    statements, points = tables
    points.write_text("key_point_id,text\na,One\na,Two\n,Three\n")
    out = tmp_path / "scores.csv"
    out.write_text("kept")
    assert main(["match", str(statements), str(points), "--out", str(out)]) == 1
    told = capsys.readouterr().err
    assert "points.csv, row 3, column key_point_id: 'a' stands in row 2 already." in told
    assert "points.csv, row 4" in told
    assert out.read_text() == "kept"


def test_a_table_without_texts_is_refused(tables, tmp_path, capsys):
    statements, points = tables
    statements.write_text("statement_id\n1\n")
    assert main(["match", str(statements), str(points), "--out", str(tmp_path / "s.csv")]) == 1
    assert "text" in capsys.readouterr().err
