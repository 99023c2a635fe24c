"""The first sheet of a workbook (XLSX, XLS), once it is known not to be a bomb. Knows files; knows no people.

A few kilobytes of XLSX can unpack to gigabytes, or name a single cell in the last row of the last column, for which a
reader sets aside a whole sheet. So each part is unpacked and counted here before anything builds a table of it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sayso.web.kept_words import sentence

MOST_UNPACKED = 400 * 2**20
MOST_CELLS = 12_000_000
CHUNK = 2**20
PLACE = re.compile(rb"""\sr=["']([A-Za-z]{1,3})(\d{1,9})["']""")
LONGEST_PLACE = 24  # bytes: a place cut in two by the end of a chunk is found whole with the next


class UnreadableWorkbook(ValueError):
    """The text says why, and the mend."""


@dataclass(frozen=True)
class FirstSheet:
    """others : names of further sheets that hold something and are not read"""

    name: str
    rows: list[list[Any]]
    others: list[str]


def read_workbook(path: Path, name: str) -> FirstSheet | None:
    """The first sheet that holds anything; None when none does. `name` is what its owner calls the file.

    Raises UnreadableWorkbook.
    """
    if zipfile.is_zipfile(path):
        _check_parts(path, name)
    import python_calamine

    try:
        book = python_calamine.load_workbook(str(path))
        return _first_filled(book)
    except (python_calamine.CalamineError, OSError, ValueError) as problem:
        told = sentence("%(name)s could not be read as a workbook: %(problem)s. Mend: save it anew.",
                    name=name, problem=str(problem))  # fmt: skip
        raise UnreadableWorkbook(told) from problem


def spelled(cell: Any) -> str:
    """A cell as its writer would read it: 4711, not 4711.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def _first_filled(book: Any) -> FirstSheet | None:
    first: tuple[str, list[list[Any]]] | None = None
    others = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if not sheet.height:
            continue
        if first is None:
            first = name, sheet.to_python(skip_empty_area=False)
        else:
            others.append(name)
    return FirstSheet(*first, others) if first else None


def _check_parts(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as book:
            if "xl/workbook.xml" not in book.namelist():
                raise UnreadableWorkbook(
                    sentence("%(name)s is no Excel workbook. Mend: save it as XLSX or as CSV.", name=name)
                )
            unpacked = n_cells = 0
            for part in book.infolist():
                last_row = last_column = 0
                for chunk in _chunks(book, part):
                    unpacked += CHUNK
                    n_cells += chunk.count(b"<c")
                    row, column = _furthest(chunk)
                    last_row, last_column = max(last_row, row), max(last_column, column)
                    _check_size(name, unpacked, max(n_cells, last_row * last_column))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as problem:
        told = sentence("%(name)s is damaged or locked: %(problem)s. Mend: save it anew, without a password.",
                    name=name, problem=str(problem))  # fmt: skip
        raise UnreadableWorkbook(told) from None


def _check_size(name: str, unpacked: int, n_cells: int) -> None:
    if unpacked > MOST_UNPACKED:
        raise UnreadableWorkbook(
            sentence(
                "%(name)s unpacks to more than %(most)s MB. Mend: copy the people alone into a new sheet, or save it "
                "as CSV.",
                name=name,
                most=MOST_UNPACKED // 2**20,
            )
        )
    if n_cells > MOST_CELLS:
        raise UnreadableWorkbook(
            sentence(
                "%(name)s spans more than %(most)s cells. Mend: copy the people alone into a new sheet, or save it "
                "as CSV.",
                name=name,
                most=f"{MOST_CELLS:,}",
            )
        )


def _chunks(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Each with the end of the one before it."""
    end = b""
    with book.open(part) as file:
        while chunk := file.read(CHUNK):
            yield end + chunk
            end = chunk[-LONGEST_PLACE:]


def _furthest(chunk: bytes) -> tuple[int, int]:
    """The last row and column that cells here name, from 1; noughts where none does."""
    found = PLACE.findall(chunk)
    if not found:
        return 0, 0
    columns, rows = {letters for letters, _ in found}, {digits for _, digits in found}
    return max(map(int, rows)), max(map(_column, columns))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
