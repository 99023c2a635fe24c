"""Imports go down only, and a web process loads nothing heavy."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from real_data import REPOSITORY

HEAVY = ("numba", "sklearn", "scipy", "numpy", "pyarrow", "pandas")


def test_the_contracts_are_kept():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_web_process_loads_nothing_heavy():
    script = (
        "import django, sys; django.setup(); import sayso.urls, sayso.wsgi; "
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_the_command_line_starts_without_the_web_half():
    script = "import sys, sayso.cli; print(*[name for name in ('django', 'numpy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_templates_include_and_extend_downward_only():
    """Names of addresses may point up, as in tabs; a file of a floor above may be another one tomorrow."""
    floors = floors_of_the_contract()
    upward = []
    for path in (REPOSITORY / "src/sayso").glob("*/templates/**/*.html"):
        own = floors.index(path.relative_to(REPOSITORY / "src/sayso").parts[0])
        used = re.findall(r"{% (?:include|extends) \"(\w+)/", path.read_text(encoding="utf-8"))
        upward += [f"{path.name}: {app}" for app in used if app in floors and floors.index(app) < own]
    assert upward == []


def floors_of_the_contract() -> list[str]:
    """The apps, the highest first, as `.importlinter` has them."""
    floors = (REPOSITORY / ".importlinter").read_text().split("layers =", 2)[1].split("ignore_imports")[0]
    return re.findall(r"\w+", floors)
