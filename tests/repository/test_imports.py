"""Imports go down only, and a web process loads nothing heavy."""

from __future__ import annotations

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
