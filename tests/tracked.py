"""The files of this repository, as git knows them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from real_data import REPOSITORY


def tracked(*patterns: str) -> list[Path]:
    """Files under git that match, relative to the repository; those deleted but not yet committed are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    paths = [Path(name) for name in listed.split("\0") if name]
    return [path for path in paths if (REPOSITORY / path).is_file()]
