"""The same columns from a Parquet file, as batches of text. The only place that knows pyarrow, and only when asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sayso.engine.files.problems import Findings
from sayso.engine.files.tables import Batch, Progress, Unreadable

BATCH_ROWS = 65_536


class ParquetTable:
    """One Parquet file, opened; a context manager like `CsvTable`. Rows are numbered from 1: there is no header row."""

    def __init__(
        self, path: Path, findings: Findings, *, required: Sequence[str], progress: Progress | None = None
    ) -> None:
        self.path = path
        self._progress = progress
        self._findings = findings
        self._file = _opened(path, findings)
        self.header = list(self._file.schema_arrow.names)
        missing = [name for name in required if name not in self.header]
        for name in missing:
            findings.problem(path.name, None, name, "The column is missing.", "Mend: name the columns exactly so.")
        if missing:
            self._file.close()
            raise Unreadable

    def __enter__(self) -> ParquetTable:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def batches(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Batches of the wanted columns; a missing value is an empty text."""
        present = [name for name in wanted if name in self.header]
        done, n_rows = 0, max(self._file.metadata.num_rows, 1)
        try:
            for piece in self._file.iter_batches(batch_size=BATCH_ROWS, columns=present):
                rows = range(done + 1, done + 1 + piece.num_rows)
                done += piece.num_rows
                if self._progress:
                    self._progress(done / n_rows, f"reading {self.path.name}")
                cells = {name: [*map(_as_text, piece.column(name).to_pylist())] for name in present}
                yield Batch(rows, {name: cells.get(name) for name in wanted})
        except (OSError, ValueError) as error:
            self._findings.problem(
                self.path.name, done + 1, None, f"It cannot be read from here on: {error}.", "Mend: write it again."
            )
            raise Unreadable from None


def _opened(path: Path, findings: Findings) -> Any:
    try:
        from pyarrow import parquet
    except ImportError:
        mend = "Mend: pip install 'sayso[parquet]', or give CSV."
        findings.problem(path.name, None, None, "Reading Parquet needs pyarrow, which is not installed.", mend)
        raise Unreadable from None
    try:
        return parquet.ParquetFile(path)
    except (OSError, ValueError):
        findings.problem(path.name, None, None, "It is not a whole Parquet file.", "Mend: write it again.")
        raise Unreadable from None


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
