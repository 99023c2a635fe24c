"""`sayso match` from tables to a table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sayso.cli import main


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


def test_the_same_tables_give_the_same_bytes(tables, tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    for out in (one, other):
        main(["match", *map(str, tables), "--out", str(out)])
    assert one.read_bytes() == other.read_bytes()


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
