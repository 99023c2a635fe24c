"""`sayso replay`: the same bytes again, and what differs when they do not."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import pytest

from house import House
from sayso.distillations import replay_command
from sayso.distillations.models import Snapshot
from sayso.engine.distil import distil
from sayso.engine.key_points import encoders
from sayso.engine.sources import read_conversation


def arguments(*words: str) -> Namespace:
    parser = ArgumentParser()
    replay_command.add_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def snapshot(distilled: House) -> Snapshot:
    return Snapshot.objects.get()


def test_a_stored_snapshot_comes_out_the_same_byte_for_byte(snapshot: Snapshot, capsys: Any) -> None:
    assert replay_command.run(arguments(str(snapshot.pk))) == 0
    assert f"{len(snapshot.body.encode()):,} bytes" in capsys.readouterr().out


def test_later_votes_and_statements_change_nothing_in_it(distilled: House, snapshot: Snapshot) -> None:
    distilled.vote(0, 0, 0)
    distilled.seed(2)
    distilled.add_people(1)
    distilled.vote(20, 1, 1)
    assert replay_command.run(arguments(str(snapshot.pk))) == 0


def test_raised_thresholds_change_nothing_in_it(distilled: House, snapshot: Snapshot) -> None:
    distilled.engagement.min_group_scores = 8
    distilled.engagement.save()
    assert replay_command.run(arguments(str(snapshot.pk))) == 0


def test_a_tampered_snapshot_is_told_with_what_differs(snapshot: Snapshot, capsys: Any) -> None:
    body = json.loads(snapshot.body)
    body["statements"][2]["n_agree"] += 1
    Snapshot.objects.update(body=json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n")
    assert replay_command.run(arguments(str(snapshot.pk))) == 1
    said = capsys.readouterr().out
    assert f"statements/2/n_agree: {body['statements'][2]['n_agree']} was stored" in said


def test_it_tells_machines_too(snapshot: Snapshot, capsys: Any) -> None:
    assert replay_command.run(arguments(str(snapshot.pk), "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"same": True, "bytes": len(snapshot.body.encode()), "differences": []}


@pytest.mark.django_db
def test_a_number_that_is_not_there_is_said(capsys: Any) -> None:
    assert replay_command.run(arguments("4711")) == 1
    assert "no snapshot 4711" in capsys.readouterr().err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source folder and the snapshot.json distilled from it."""
    (tmp_path / "statements.csv").write_text("statement_id,text\n1,Open the windows.\n2,Shut the doors.\n")
    votes = "".join(f"p{person},{number},{person % 3 - 1}\n" for person in range(12) for number in (1, 2))
    (tmp_path / "votes.csv").write_text("participant_id,statement_id,stance\n" + votes)
    made = distil(read_conversation(tmp_path), seed=7)
    (tmp_path / "snapshot.json").write_text(made.to_json(), encoding="utf-8")
    return tmp_path


def test_a_file_is_replayed_from_its_folder(folder: Path) -> None:
    assert replay_command.run(arguments(str(folder / "snapshot.json"), "--source", str(folder))) == 0


def test_a_changed_folder_is_noticed(folder: Path, capsys: Any) -> None:
    with (folder / "votes.csv").open("a") as votes:
        votes.write("p99,1,1\n")
    assert replay_command.run(arguments(str(folder / "snapshot.json"), "--source", str(folder))) == 1
    assert "n_participants: 12 was stored, 13 came out" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["snapshot.json"], ["snapshot.json", "--source", "."], ["nothing.json", "--source", "."]]
)
def test_what_cannot_be_replayed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("snapshot.json").write_text("{ not json", encoding="utf-8")
    assert replay_command.run(arguments(*words)) == 1
    assert capsys.readouterr().err.startswith("sayso replay: ")


def test_a_snapshot_made_with_an_encoder_that_is_not_here_is_refused(
    folder: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, encoder: Any
) -> None:
    path = folder / "snapshot.json"
    assert '"meaning":"encoder"' in path.read_text(encoding="utf-8")
    monkeypatch.setitem(encoders.PINNED, "sp.model", "0" * 64)
    encoders.installed_encoder.cache_clear()
    try:
        status = replay_command.run(arguments(str(path), "--source", str(folder)))
    finally:
        encoders.installed_encoder.cache_clear()
    assert status == 1
    assert "sp.model is not the file Sayso was measured with. Mend:" in capsys.readouterr().err


def test_a_snapshot_of_other_settings_is_refused(folder: Path, capsys: Any) -> None:
    path = folder / "snapshot.json"
    body = json.loads(path.read_text())
    body["settings"]["from_the_future"] = 1
    path.write_text(json.dumps(body))
    assert replay_command.run(arguments(str(path), "--source", str(folder))) == 1
    assert "from_the_future" in capsys.readouterr().err
