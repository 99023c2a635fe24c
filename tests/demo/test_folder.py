"""The demo's folder: what is somebody else's is never touched, and a world half built is seen as such."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sayso.demo.folder import DemoFolder, Unusable, World

WORLD = World(n_members=300, seed=7, words="abc", version="0.1.0")


def built(path: Path, *, is_finished: bool) -> DemoFolder:
    folder = DemoFolder(path)
    with folder.claimed():
        (path / "sayso.sqlite3").write_bytes(b"rows")
        folder.write_sign(WORLD, is_finished=is_finished)
    return folder


def test_a_missing_folder_is_made_for_its_owner_only(tmp_path):
    folder = DemoFolder(tmp_path / "a" / "b")
    with folder.claimed():
        assert folder.path.is_dir() and folder.path.stat().st_mode & 0o077 == 0
    assert folder.finished_world() is None and not folder.has_remains()


def test_a_folder_with_something_else_in_it_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "sayso.sqlite3").write_bytes(b"real people's votes")
    with pytest.raises(Unusable, match="holds something else"), DemoFolder(tmp_path).claimed():
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["sayso.sqlite3"]


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unusable, match="cannot be used"), DemoFolder(tmp_path / "file").claimed():
        pass


def test_a_finished_world_is_found_again_and_an_unfinished_one_is_not(tmp_path):
    assert built(tmp_path / "whole", is_finished=True).finished_world() == WORLD
    half = built(tmp_path / "half", is_finished=False)
    assert half.finished_world() is None and half.has_remains()


@pytest.mark.parametrize("sign", ["", "{", "[]", '{"world": {"n_members": 1}, "is_finished": true}'])
def test_a_damaged_sign_counts_as_unfinished(tmp_path, sign):
    folder = built(tmp_path, is_finished=True)
    (tmp_path / "demo.json").write_text(sign)
    assert folder.finished_world() is None


def test_a_sign_without_its_database_counts_as_unfinished(tmp_path):
    folder = built(tmp_path, is_finished=True)
    (tmp_path / "sayso.sqlite3").unlink()
    assert folder.finished_world() is None


def test_clearing_removes_the_world_and_its_key_and_nothing_else(tmp_path):
    folder = built(tmp_path, is_finished=True)
    (tmp_path / "keys").mkdir()
    for name in ("how-we-work.key", "secret"):
        (tmp_path / "keys" / name).write_text("x")
    (tmp_path / "notes.txt").write_text("mine")
    folder.clear()
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == {
        "keys/secret",
        "notes.txt",
        "demo.lock",
    }


HOLD = """
import sys, time
from pathlib import Path
from sayso.demo.folder import DemoFolder
with DemoFolder(Path(sys.argv[1])).claimed():
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_demos_cannot_share_a_folder_and_a_killed_one_frees_it(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(Unusable, match="another demo runs"), DemoFolder(tmp_path).claimed():
            pass
        other.kill()
    with DemoFolder(tmp_path).claimed():
        assert (tmp_path / "demo.lock").exists()
