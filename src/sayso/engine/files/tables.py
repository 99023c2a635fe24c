"""Reads the wanted columns of a CSV file in batches, whatever their order, and finds what is wrong with its form.

Knows encodings, delimiters, rows and columns; knows nothing of what a column means.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path

from sayso.engine.files.problems import Findings, quoted

Progress = Callable[[float, str], None]
BATCH_ROWS = 4_096  # larger ones fall out of the processor's cache and are slower
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
SAVE_AS_UTF8 = (
    "Mend: save it as UTF-8 (Excel: Save as, “CSV UTF-8”; LibreOffice: Save as, “Edit filter settings”, “UTF-8”)."
)
NOT_CLOSED = 'Mend: put texts with commas, quotes or line breaks in "quotes", with a quote inside doubled ("").'


@dataclass(frozen=True)
class Batch:
    """Some rows on end: `columns[name][i]` stands in the file's row `rows[i]`. A column that is not there is None."""

    rows: Sequence[int]
    columns: dict[str, Sequence[str] | None]


class Unreadable(Exception):
    """The rest of a file cannot be read; what is wrong was noted already."""


def open_text(path: Path, findings: Findings) -> tuple[io.BufferedReader, io.TextIOWrapper]:
    """The file as bytes and as text; raises `Unreadable` when it is none, empty, or plainly not UTF-8."""
    try:
        raw = path.open("rb")
        start = raw.peek(4)[:4]
    except OSError as error:
        findings.problem(
            path.name, None, None, f"It cannot be read: {error.strerror}.", "Mend: check its name and its rights."
        )
        raise Unreadable from None
    trouble = None
    if not start:
        trouble = ("The file is empty.", "Mend: export it again.")
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        trouble = ("The file is in UTF-16, not UTF-8.", SAVE_AS_UTF8)
    elif start.startswith(b"PK\x03\x04"):
        trouble = ("The file is a spreadsheet or a zip archive, not CSV.", SAVE_AS_UTF8)
    if trouble:
        raw.close()
        findings.problem(path.name, None, None, *trouble)
        raise Unreadable
    return raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")


class CsvTable:
    """One CSV file, opened: its header is known, its rows can be had once.

    Use as a context manager. Raises `Unreadable` on opening when it has no usable header.
    """

    def __init__(
        self, path: Path, findings: Findings, *, required: Sequence[str], progress: Progress | None = None
    ) -> None:
        self.path = path
        self.findings = findings
        self._progress = progress
        self._row = 0
        self._raw, self._text = open_text(path, findings)
        try:
            self.header = self._read_header(required)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> CsvTable:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._text.close()

    def _read_header(self, required: Sequence[str]) -> list[str]:
        line = self._guarded(lambda: self._text.readline(1 << 20))
        self._text.seek(0)
        delimiter = max(DELIMITERS, key=lambda sign: (_n_named(line, sign, required), sign == ","))
        self._reader = csv.reader(self._text, delimiter=delimiter, strict=True)
        header = [name.strip() for name in self._next_row() or []]
        missing = [name for name in required if name not in header]
        for name in missing:
            self.findings.problem(
                self.path.name,
                1,
                name,
                f"The column is missing; the header has {_listed(header)}.",
                "Mend: name the columns in the first row, exactly so.",
            )
        for name in sorted({name for name in header if name and header.count(name) > 1}):
            self.findings.problem(
                self.path.name, 1, name, "The header names this column twice.", "Mend: keep one of the two."
            )
            missing.append(name)
        if missing:
            raise Unreadable
        return header

    def rows(self) -> Iterator[tuple[list[int], list[list[str]]]]:
        """Batches of (row numbers, rows); blank rows are left out, rows of the wrong length noted and left out."""
        size = max(self.path.stat().st_size, 1)
        while batch := self._next_batch():
            first = self._row - len(batch) + 1
            numbers: list[int] = list(range(first, self._row + 1))
            if set(map(len, batch)) != {len(self.header)}:
                numbers, batch = self._of_right_length(numbers, batch)
            if self._progress:
                self._progress(min(self._raw.tell() / size, 1.0), f"reading {self.path.name}")
            if batch:
                yield numbers, batch

    def batches(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """Batches of the wanted columns."""
        pick = {name: itemgetter(self.header.index(name)) for name in wanted if name in self.header}
        for numbers, rows in self.rows():
            yield Batch(numbers, {name: [*map(pick[name], rows)] if name in pick else None for name in wanted})

    def _of_right_length(self, numbers: list[int], batch: list[list[str]]) -> tuple[list[int], list[list[str]]]:
        width = len(self.header)
        kept_numbers, kept = [], []
        for number, row in zip(numbers, batch, strict=True):
            if not any(row):
                continue
            if len(row) > width and not any(row[width:]):
                row = row[:width]
            if len(row) == width:
                kept_numbers.append(number)
                kept.append(row)
                continue
            self.findings.problem(
                self.path.name,
                number,
                None,
                f"The row has {len(row)} field{'s' * (len(row) != 1)}, the header has {width}.",
                "Mend: the file may have been cut off here; export it again."
                if len(row) < width
                else 'Mend: put texts with commas in "quotes".',
            )
        return kept_numbers, kept

    def _next_row(self) -> list[str] | None:
        batch = self._take(1)
        self._row += len(batch)
        return batch[0] if batch else None

    def _next_batch(self) -> list[list[str]]:
        batch = self._take(BATCH_ROWS)
        self._row += len(batch)
        return batch

    def _take(self, n_rows: int) -> list[list[str]]:
        # One list, filled as far as it goes: after an error its length says in which row it was.
        taken: list[list[str]] = []
        self._guarded(lambda: taken.extend(islice(self._reader, n_rows)), taken)
        return taken

    def _guarded(self, read: Callable[[], str | None], taken: Sequence[object] = ()) -> str:
        """`read()`, with what Python says of bad bytes and bad quotes turned into a problem."""
        try:
            return read() or ""
        except UnicodeDecodeError:
            byte, line, found = _first_bad_byte(self.path)
            self.findings.problem(
                self.path.name,
                line,
                None,
                f"Byte {byte:,} (0x{found:02X}) is not UTF-8.",
                SAVE_AS_UTF8,
            )
        except csv.Error as error:
            row = self._row + len(taken) + 1
            self.findings.problem(self.path.name, row, None, _plainly(error), NOT_CLOSED)
        raise Unreadable


def _n_named(line: str, delimiter: str, required: Sequence[str]) -> int:
    names = {name.strip().strip('"') for name in line.split(delimiter)}
    return sum(name in names for name in required)


def _listed(header: Sequence[str]) -> str:
    if not any(header):
        return "no names"
    names = ", ".join(quoted(name) for name in header[:8])
    return names + (f" and {len(header) - 8} more" if len(header) > 8 else "")


def _plainly(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "A quote is opened and never closed, or the file was cut off."
    if "expected after" in text:
        return "A closing quote has something after it."
    if "field larger" in text:
        return "A field has more than 131,072 characters; a quote may be opened and never closed."
    if "new-line character" in text:
        return "A line break stands in the middle of it."
    return f"The row cannot be taken apart: {text}."


def _first_bad_byte(path: Path) -> tuple[int, int, int]:
    """(position from 1, line from 1, value) of the first byte that is not UTF-8; reads the file in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    done, line = 0, 1
    with path.open("rb") as raw:
        while True:
            piece = raw.read(1 << 20)
            waiting = decoder.getstate()[0]
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                good = (waiting + piece)[: error.start]
                bad = (waiting + piece)[error.start]
                return done - len(waiting) + error.start + 1, line + good[len(waiting) :].count(b"\n"), bad
            done += len(piece)
            line += piece.count(b"\n")
