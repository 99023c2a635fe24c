"""`sayso integrity` tells the guardian which accounts and why; the report and the snapshot tell nobody."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import numpy as np
import pytest

from sayso import cli

SCRIPTED = [f"secret-{n:03d}" for n in range(8)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty people of their own minds, and eight accounts that answer alike."""
    path = tmp_path_factory.mktemp("said")
    rng = np.random.default_rng(0)
    stance = rng.choice([-1, 1], (68, 40))
    stance[:8] = stance[0]
    names = SCRIPTED + [f"person-{n:03d}" for n in range(60)]
    with (path / "statements.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [[str(j), f"Statement number {j} is of its own."] for j in range(40)]
        csv.writer(file).writerows([["statement_id", "text"], *rows])
    with (path / "votes.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [[names[i], str(j), str(stance[i, j])] for i in range(68) for j in range(40)]
        csv.writer(file).writerows([["participant_id", "statement_id", "stance"], *rows])
    return path


def test_the_guardian_reads_which_accounts_how_sure_and_why(folder: Path, tmp_path: Path) -> None:
    assert cli.main(["integrity", str(folder), "--out", str(tmp_path)]) == 0
    told = json.loads((tmp_path / "integrity.json").read_text("utf-8"))
    (suspicion,) = told["suspicions"]
    assert sorted(account["account"] for account in suspicion["accounts"]) == SCRIPTED
    assert suspicion["kind"] == "shared script" and suspicion["reason"].startswith("8 accounts")
    page = (tmp_path / "integrity.html").read_text("utf-8")
    assert all(account in page for account in SCRIPTED)
    assert "person-" not in page and "person-" not in json.dumps(told)


def test_every_statement_stands_with_and_without_the_accounts(folder: Path, tmp_path: Path) -> None:
    cli.main(["integrity", str(folder), "--out", str(tmp_path)])
    told = json.loads((tmp_path / "integrity.json").read_text("utf-8"))
    with (folder / "votes.csv").open(encoding="utf-8") as file:
        votes = [row for row in csv.DictReader(file) if row["statement_id"] == "0"]
    (first,) = [figure for figure in told["figures"] if figure["statement"] == "0"]
    assert len(told["figures"]) == 40
    assert first["raw_percent"] == percent_agreeing(votes)
    honest = percent_agreeing([row for row in votes if row["participant_id"] not in SCRIPTED])
    assert abs(first["robust_percent"] - honest) <= 1 < abs(first["raw_percent"] - honest)
    needed = [figure["votes_to_turn"] for figure in told["figures"]]
    assert needed == sorted(needed) and first["text"] in (tmp_path / "integrity.html").read_text("utf-8")


def percent_agreeing(votes: list[dict[str, str]]) -> int:
    return round(100 * sum(row["stance"] == "1" for row in votes) / len(votes))


def test_nobody_but_its_owner_may_read_the_files(folder: Path, tmp_path: Path) -> None:
    cli.main(["integrity", str(folder), "--out", str(tmp_path)])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}


def test_snapshot_and_report_name_no_account(folder: Path, tmp_path: Path) -> None:
    assert cli.main(["distil", str(folder), "--out", str(tmp_path)]) == 0
    for name in ("snapshot.json", "report.html", "statements.csv"):
        text = (tmp_path / name).read_text("utf-8")
        assert "secret-" not in text and "suspicion" not in text.lower()


def test_bad_input_is_told_and_nothing_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["integrity", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "Mend:" in capsys.readouterr().err and not (tmp_path / "out").exists()
