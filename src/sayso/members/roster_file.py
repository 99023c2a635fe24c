"""The rows of a roster file, CSV or XLSX, as text. Knows files; knows no people, no database."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sayso.web.typed import one_line

DELIMITERS = ",;\t|"
MOST_ROWS = 1_000_000
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class UnreadableRoster(ValueError):
    """The file cannot be read as a table; the text says why, and the mend."""


@dataclass(frozen=True)
class Sheet:
    """header : its first row that holds anything
    rows : number in the file (the first is 1) and cells, as many as the header has, each one line of text
    notices : what somebody should know about how it was read
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    notices: list[str]


def read_sheet(path: Path) -> Sheet:
    """The first sheet of a file, empty rows left out. Raises UnreadableRoster."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as problem:
        raise UnreadableRoster(f"{path} could not be opened: {problem.strerror}.") from problem
    is_xlsx = start.startswith(b"PK") or start.startswith(b"\xd0\xcf\x11\xe0")
    table, notices = _read_xlsx(path) if is_xlsx else _read_csv(path)
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, raw in table:
        cells = [one_line(cell) for cell in raw]
        if not any(cells):
            continue
        if not header:
            header = cells
            continue
        if len(rows) == MOST_ROWS:
            raise UnreadableRoster(f"{path.name} has more than {MOST_ROWS:,} rows. Mend: bring it in several files.")
        if any(cells[len(header) :]):
            notices.append(f"Row {number} has more cells than there are headings; those beyond are not read.")
        rows.append((number, (cells + [""] * len(header))[: len(header)]))
    if not header:
        raise UnreadableRoster(f"{path.name} is empty. Mend: a first row with headings, then one row for each person.")
    return Sheet(header, rows, notices)


def _read_csv(path: Path) -> tuple[Iterable[tuple[int, list[str]]], list[str]]:
    raw, notices = path.read_bytes(), []
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        notices.append(
            "The file is not in UTF-8 and was read as Windows text: look whether names with accents are right."
        )
    if "\0" in text:
        raise UnreadableRoster(f"{path.name} is no text. Mend: save it as CSV (UTF-8) or XLSX.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
    return _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), path), notices


def _numbered(reader: Any, path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as problem:
        raise UnreadableRoster(
            f"{path.name}, line {reader.line_num}: {problem}. Mend: save the file anew."
        ) from problem


def _read_xlsx(path: Path) -> tuple[Iterable[tuple[int, list[str]]], list[str]]:
    import python_calamine

    try:
        book = python_calamine.load_workbook(str(path))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        filled = [sheet for sheet in sheets if sheet.height]
        rows = filled[0].to_python(skip_empty_area=False) if filled else []
    except (python_calamine.CalamineError, OSError) as problem:
        raise UnreadableRoster(
            f"{path.name} could not be read as a workbook: {problem}. Mend: save it anew."
        ) from problem
    notices = []
    if len(filled) > 1:
        others = ", ".join(f"“{sheet.name}”" for sheet in filled[1:])
        notices.append(f"Only the first sheet, “{filled[0].name}”, is read; there is also {others}.")
    return ((number, [_spelled(cell) for cell in row]) for number, row in enumerate(rows, 1)), notices


def _spelled(cell: Any) -> str:
    """A cell as its writer would read it: 4711, not 4711.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
