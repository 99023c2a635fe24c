"""What others install: the wheel is whole, and the bare install distils without Django."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from missing import could_not
from real_data import REPOSITORY
from tracked import tracked

VOTERS, STATEMENTS = 40, 12


@pytest.fixture(scope="module")
def uv():
    places = (shutil.which("uv"), Path(sys.executable).parent / "uv", REPOSITORY / "build" / "uv" / "bin" / "uv")
    found = next((str(place) for place in places if place and Path(place).is_file()), None)
    if found is None:
        could_not("uv is missing, so nothing was built. Mend: pip install uv")
    return found


@pytest.fixture(scope="module")
def wheel(uv, tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    run_or_say(uv, "build", "--quiet", "--wheel", "--out-dir", str(out))
    return next(out.glob("*.whl"))


def run_or_say(*command):
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode and ("Failed to fetch" in done.stderr or "dns error" in done.stderr):
        could_not(f"PyPI cannot be reached, so nothing was built or installed: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_package(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    expected = {path.relative_to("src").as_posix() for path in tracked("src/sayso")}
    assert len(expected) > 20
    assert expected - inside == set()


@pytest.fixture(scope="module")
def bare(uv, wheel, tmp_path_factory):
    """The python of a fresh environment with the wheel and its own dependencies only."""
    place = tmp_path_factory.mktemp("bare") / "env"
    run_or_say(uv, "venv", "--quiet", "--python", sys.executable, str(place))
    python = place / "bin" / "python"
    run_or_say(uv, "pip", "install", "--quiet", "--python", str(python), str(wheel))
    return python


@pytest.mark.slow
def test_the_bare_install_distils_without_django(bare, tmp_path):
    assert subprocess.run([bare, "-c", "import django"], capture_output=True, check=False).returncode == 1
    (tmp_path / "in").mkdir()
    write_two_camps(tmp_path / "in")
    command = [bare.parent / "sayso", "distil", tmp_path / "in", "--out", tmp_path / "out", "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    snapshot = json.loads((tmp_path / "out" / "snapshot.json").read_text(encoding="utf-8"))
    assert (snapshot["n_participants"], snapshot["n_statements"]) == (VOTERS, STATEMENTS)
    assert (tmp_path / "out" / "report.html").stat().st_size > 5_000


def write_two_camps(folder):
    statements = [f"{i},Statement number {i}" for i in range(STATEMENTS)]
    votes = [f"{p},{i},{1 if (p + i) % 2 else -1}" for p in range(VOTERS) for i in range(STATEMENTS)]
    (folder / "statements.csv").write_text("\n".join(["statement_id,text", *statements]), encoding="utf-8")
    (folder / "votes.csv").write_text("\n".join(["participant_id,statement_id,stance", *votes]), encoding="utf-8")
