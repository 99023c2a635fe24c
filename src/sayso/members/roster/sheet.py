"""The rows of a roster file, CSV or XLSX, as text. Knows files; knows no people, no database."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sayso.members.roster.workbook import UnreadableWorkbook, read_workbook, spelled
from sayso.web.kept_words import rows_listed, sentence, sentence_counted
from sayso.web.typed import one_line
from sayso.web.uploads import MOST_BYTES

DELIMITERS = ",;\t|"
MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class UnreadableRoster(ValueError):
    """The file cannot be read as a table; the text says why, and the mend."""


@dataclass(frozen=True)
class Sheet:
    """header : its first row that holds anything; no two headings are alike and none is empty
    rows : number in the file (the first is 1) and cells, as many as the header has, each one line of text
    notices : what somebody should know about how it was read
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    notices: list[str]


def read_sheet(path: Path, name: str = "") -> Sheet:
    """The first sheet of a file, empty rows left out; `name` is what its owner calls it. Raises UnreadableRoster."""
    name = name or path.name
    try:
        with path.open("rb") as file:
            start = file.read(8)
        size = path.stat().st_size
    except OSError as problem:
        raise UnreadableRoster(
            sentence("%(name)s could not be opened: %(problem)s.", name=name, problem=problem.strerror or "")
        ) from problem
    if size > MOST_BYTES:
        raise UnreadableRoster(
            sentence(
                "%(name)s is larger than %(most)s MB. Mend: bring it in several files.",
                name=name,
                most=MOST_BYTES // 2**20,
            )
        )
    is_workbook = start.startswith(b"PK") or start.startswith(b"\xd0\xcf\x11\xe0")
    table, notices = _read_workbook(path, name) if is_workbook else _read_csv(path, name)
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    wide: list[int] = []
    for number, raw in table:
        cells = [one_line(cell) for cell in raw]
        if not any(cells):
            continue
        if not header:
            header = _headings(cells, name)
            continue
        if len(rows) == MOST_ROWS:
            raise UnreadableRoster(
                sentence(
                    "%(name)s has more than %(most)s rows. Mend: bring it in several files.",
                    name=name,
                    most=f"{MOST_ROWS:,}",
                )
            )
        if any(cells[len(header) :]):
            wide.append(number)
        rows.append((number, (cells + [""] * len(header))[: len(header)]))
    if not header:
        raise UnreadableRoster(
            sentence("%(name)s is empty. Mend: a first row with headings, then one row for each person.", name=name)
        )
    if wide:
        notices.append(
            sentence_counted(
                "Row %(rows)s has more cells than there are headings; those beyond are not read.",
                "Rows %(rows)s have more cells than there are headings; those beyond are not read.",
                len(wide),
                rows=rows_listed(wide),
            )
        )
    return Sheet(header, rows, notices)


def _headings(cells: list[str], name: str) -> list[str]:
    """Told apart where two are alike, named by their place where one is empty."""
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise UnreadableRoster(
            sentence(
                "%(name)s has more than %(most)s columns. Mend: keep those about people.",
                name=name,
                most=f"{MOST_COLUMNS:,}",
            )
        )
    found: dict[str, int] = {}
    for column, cell in enumerate(cells, 1):
        heading, n = (cell or f"Column {column}")[:200], 1
        while heading in found:
            n += 1
            heading = f"{cell[:190]} ({n})"
        found[heading] = column
    return list(found)


def _read_csv(path: Path, name: str) -> tuple[Iterable[tuple[int, list[str]]], list[str]]:
    text, notices = _decoded(path.read_bytes())
    if "\0" in text:
        raise UnreadableRoster(sentence("%(name)s is no text. Mend: save it as CSV (UTF-8) or XLSX.", name=name))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=lambda sign: _width(first, sign))
    return _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), name), notices


def _width(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0  # told of when the rows are read


def _decoded(raw: bytes) -> tuple[str, list[str]]:
    """As UTF-8 or by its mark; else each line as UTF-8 if it can be, as Windows text if not, which is told."""
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding), []
    except UnicodeDecodeError:
        pass
    lines, odd = [], []
    for number, line in enumerate(raw.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", errors="replace"))
            odd.append(number)
    told = sentence_counted(
        "Line %(first)s is not in UTF-8 and read as Windows text: look whether names with accents are right.",
        "%(n)s lines, the first of them line %(first)s, are not in UTF-8 and read as Windows text: look whether names "
        "with accents are right.",
        len(odd),
        first=odd[0],
    )
    return "\n".join(lines), [told]


def _numbered(reader: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as problem:
        if "field limit" not in str(problem):
            told = sentence("%(name)s, line %(line)s: %(problem)s. Mend: save the file anew.",
                        name=name, line=reader.line_num, problem=str(problem))  # fmt: skip
            raise UnreadableRoster(told) from problem
        told = sentence(
            "%(name)s, about line %(line)s: a cell has more than %(most)s characters. Mend: shorten it, or close the "
            "quotation mark that was opened there.",
            name=name,
            line=reader.line_num,
            most=f"{csv.field_size_limit():,}",
        )
        raise UnreadableRoster(told) from problem


def _read_workbook(path: Path, name: str) -> tuple[Iterable[tuple[int, list[str]]], list[str]]:
    try:
        sheet = read_workbook(path, name)
    except UnreadableWorkbook as problem:
        raise UnreadableRoster(problem.args[0]) from problem
    if sheet is None:
        return (), []
    notices: list[str] = []
    if sheet.others:
        others = ", ".join(f"“{other}”" for other in sheet.others)
        notices.append(
            sentence(
                "Only the first sheet, “%(sheet)s”, is read; there is also %(others)s.", sheet=sheet.name, others=others
            )
        )
    return ((number, [spelled(cell) for cell in row]) for number, row in enumerate(sheet.rows, 1)), notices
