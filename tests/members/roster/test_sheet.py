"""Roster files as they come out of other programs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sayso.members.roster.sheet import UnreadableRoster, read_sheet

ROWS = [["Nr", "Name"], ["007", "Åsa Öberg"]]


def workbook(path: Path, sheets: dict[str, list[list[str | float]]]) -> Path:
    """A minimal XLSX written by hand: no library that writes them is needed for anything else."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )

    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    with zipfile.ZipFile(path, "w") as book:
        start = f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/>'
        book.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{start}</Relationships>')
        book.writestr("xl/workbook.xml", f'<workbook {main} xmlns:r="{relations}"><sheets>{listed}</sheets></workbook>')
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{links}</Relationships>')
        for n, rows in enumerate(sheets.values(), 1):
            told = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            book.writestr(f"xl/worksheets/sheet{n}.xml", f"<worksheet {main}><sheetData>{told}</sheetData></worksheet>")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_whatever_separates_and_encodes_the_cells(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in ROWS).encode(encoding))
    sheet = read_sheet(path)
    assert (sheet.header, sheet.rows) == (ROWS[0], [(2, ROWS[1])])
    assert bool(sheet.notices) == (encoding == "cp1252")


def test_a_workbook_is_read_as_its_writer_sees_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "people.xlsx", {"People": [["Nr", "Name"], [4711.0, "Åsa"]], "Old": [["x"]]})
    sheet = read_sheet(path)
    assert (sheet.header, sheet.rows) == (["Nr", "Name"], [(2, ["4711", "Åsa"])])
    assert sheet.notices == ["Only the first sheet, “People”, is read; there is also “Old”."]


def test_empty_rows_short_rows_and_two_hundred_columns(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    wide = ",".join(f"c{n}" for n in range(200))
    path.write_text(f"\n{wide}\n,,,\nonly one\n" + "x," * 200 + "more\n", encoding="utf-8")
    sheet = read_sheet(path)
    assert len(sheet.header) == 200
    assert [(number, len(cells), cells[0]) for number, cells in sheet.rows] == [(4, 200, "only one"), (5, 200, "x")]
    assert len(sheet.notices) == 1


def test_signs_nobody_sees_are_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('Nr,Name\n7,"A\u202enn\n Li\u200b"\n', encoding="utf-8")
    assert read_sheet(path).rows == [(3, ["7", "Ann Li"])]


@pytest.mark.parametrize(
    "content", [b"", b"\n,,\n", b"PK\x03\x04 broken", b"\x00\x01\x02", b'Nr,Name\n7,"' + b"x" * 200_000]
)
def test_what_is_no_table_is_refused_with_a_mend(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableRoster, match="Mend:"):
        read_sheet(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRoster, match="No such file"):
        read_sheet(tmp_path / "people.csv")
