"""What lies in the repository: nothing of one person's machine, no dependency without its reason, nothing left out."""

from __future__ import annotations

import re
import subprocess

import pytest

from real_data import REPOSITORY
from tracked import tracked

# The names are put together here, so that this file does not name them itself.
PRIVATE_PLACES = re.compile(rf"/{'work'}/|/{'home'}/[a-z]|/{'root'}/|/{'Users'}/[A-Za-z]")
PICTURES = {".png", ".woff2", ".ico", ".jpg"}


def texts():
    for path in tracked():
        if path.suffix not in PICTURES:
            yield path, (REPOSITORY / path).read_text(encoding="utf-8")


def test_no_file_names_a_place_on_somebodys_machine():
    assert [str(path) for path, text in texts() if PRIVATE_PLACES.search(text)] == []


def test_git_ignores_nothing_of_the_package():
    files = [str(path) for path in (REPOSITORY / "src" / "sayso").rglob("*") if path.is_file()]
    # Compiled catalogues are made from those people write.
    kept = [path for path in files if "__pycache__" not in path and not path.endswith(".mo")]
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin"],
        cwd=REPOSITORY,
        input="\n".join(kept),
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert kept
    assert ignored == ""


def test_every_dependency_has_its_reason_beside_it():
    lines = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    dependencies = [line for line in lines if re.match(r'\s+"[a-z].*[<>=]=?.*",', line)]
    assert len(dependencies) > 15
    assert [line for line in dependencies if not re.search(r"#\s*\w+", line)] == []


@pytest.mark.parametrize("pattern", ["src/*.py", "tests/*.py", "bench/*.py", "tools/*.py"])
def test_every_file_opens_with_what_it_knows(pattern):
    bare = [
        str(path)
        for path in tracked(pattern)
        if (text := (REPOSITORY / path).read_text(encoding="utf-8").strip())
        and "migrations" not in path.parts
        and not text.removeprefix("#!/usr/bin/env python3\n").startswith(('"""', 'r"""'))
    ]
    assert bare == []


def test_nobody_writes_a_drawer_for_everything():
    drawers = {"utils.py", "helpers.py", "common.py", "misc.py", "utils", "helpers", "common", "misc"}
    assert [str(path) for path in tracked() if drawers & set(path.parts)] == []
