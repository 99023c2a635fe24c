"""The two tables: their columns, and that a spreadsheet runs nothing of them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from hand_made import hand_made_snapshot
from sayso.distillations.report import write_participants_csv, write_statements_csv


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def snapshot() -> dict[str, Any]:
    return hand_made_snapshot()


def test_statements_have_their_figures_and_a_block_a_group(snapshot: dict[str, Any], tmp_path: Path) -> None:
    write_statements_csv(snapshot, tmp_path / "s.csv")
    rows = rows_of(tmp_path / "s.csv")
    first = snapshot["statements"][0]
    assert len(rows) == 15
    assert rows[0]["text"] == first["text"]
    assert float(rows[0]["agree"]) == pytest.approx(first["agree"], abs=1e-4)
    assert float(rows[0]["low_B"]) == pytest.approx(first["by_group"][1]["agree_low"], abs=1e-4)
    assert rows[0]["common_ground"] == "1"


def test_words_turned_down_are_not_in_the_table(snapshot: dict[str, Any], tmp_path: Path) -> None:
    write_statements_csv(snapshot, tmp_path / "s.csv")
    assert "printing the minutes" not in (tmp_path / "s.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@now", "\t=1", " =1", "\r=1"])
def test_text_that_looks_like_a_formula_is_kept_as_text(snapshot: dict[str, Any], tmp_path: Path, text: str) -> None:
    snapshot["statements"][0]["text"] = text
    write_statements_csv(snapshot, tmp_path / "s.csv")
    assert rows_of(tmp_path / "s.csv")[0]["text"] == f"'{text}"


def test_participants_that_could_not_be_placed_have_empty_places(tmp_path: Path) -> None:
    nan = float("nan")
    write_participants_csv(
        tmp_path / "p.csv",
        participant_ids=["a", "=b"],
        n_votes=[20, 2],
        positions=[[-0.5, 1.25], [nan, nan]],
        position_sd=[0.2, nan],
        membership=[1, -1],
        probability=[0.9, nan],
    )
    assert (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines() == [
        "participant_id,n_votes,x,y,position_sd,group,probability",
        "a,20,-0.5000,1.2500,0.2000,1,0.9000",
        "'=b,2,,,,,",
    ]
