"""A file that is either whole or not there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """A path to write to, moved to `out` once all is written. Whatever goes wrong, nothing is left beside it."""
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".unfinished-") as folder:
        unfinished = Path(folder) / out.name
        yield unfinished
        unfinished.replace(out)
