"""Files nobody should bring: each gets a clear message in the page and on the command line, and nothing is lost."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from argparse import ArgumentParser
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from members.keeping import HEAD, Desk, open_desk, text_of
from members.roster.test_sheet import workbook
from sayso.members.models import Member, RosterFile
from sayso.members.roster import sheet as roster_file
from sayso.members.roster import workbook as workbooks
from sayso.members.roster.command import add_arguments
from sayso.members.roster.command import run as roster_command
from sayso.members.roster.sheet import UnreadableRoster, read_sheet
from sayso.web import uploads
from sayso.web.kept_told import in_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def picture() -> bytes:
    """A PNG of one white dot."""

    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0\xff")) + part(b"IEND", b"")


def zipped(parts: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as book:
        for name, body in parts.items():
            book.writestr(name, body)
    return raw.getvalue()


def far_cell(tmp_path: Path) -> bytes:
    """A workbook of under a kilobyte with one cell in the last row of the last column."""
    path = workbook(tmp_path / "far.xlsx", {"People": [["Nr", "Name"]]})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    return zipped(parts)


FILES = {
    "empty": (b"\n,,\n", "is empty. Mend:"),
    "picture": (picture(), "is no text. Mend: save it as CSV (UTF-8) or XLSX."),
    "one megabyte in a cell": (
        HEAD.encode() + b'1,"' + b"x" * 2**20 + b'",,,\n',
        "a cell has more than 131,072 characters",
    ),
    "another kind of zip": (zipped({"mimetype": b"x"}), "is no Excel workbook. Mend:"),
    "bomb": (
        zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * (workbooks.MOST_UNPACKED + 2**20)}),
        "unpacks to more than 400 MB. Mend:",
    ),
    "broken zip": (b"PK\x03\x04 broken", "could not be read as a workbook"),
}


@pytest.mark.parametrize("what", FILES)
def test_what_is_no_table_is_refused_in_the_page_and_the_roster_is_as_it_was(desk: Desk, what: str) -> None:
    content, told = FILES[what]
    page = text_of(desk.bring(content))
    assert told in page
    assert "The roster is as it was." in page
    assert "Bring another file" in page
    assert (Member.objects.count(), RosterFile.objects.count()) == (1, 0)


@pytest.mark.parametrize("what", FILES)
def test_the_command_says_the_same(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    content, told = FILES[what]
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    parser = ArgumentParser()
    add_arguments(parser)
    assert roster_command(parser.parse_args(["look", str(path)])) == 1
    assert told in capsys.readouterr().err
    assert Member.objects.count() == 1


def test_an_empty_upload_and_none_at_all_are_told(desk: Desk) -> None:
    assert "The file is empty." in text_of(desk.bring(b""))
    assert "Choose a file first." in text_of(desk.post("/roster/bring/"))


def test_a_file_too_large_is_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.members.roster.forms.MOST_BYTES", 10)
    assert "is larger than" in text_of(desk.post("/roster/bring/", file=SimpleUploadedFile("p.csv", b"x" * 11)))
    assert RosterFile.objects.count() == 0


def test_what_is_larger_is_dropped_on_the_way_before_the_disk_is_full(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 100_000)
    page = desk.post("/roster/bring/", file=SimpleUploadedFile("people.csv", b"x" * 100_001))
    assert (page.status_code, "The file is larger than 100 MB. Nothing is stored." in text_of(page)) == (422, True)
    assert page.wsgi_request.FILES == {}
    assert desk.bring(b"name\n" + b"x" * 90_000 + b"\n").status_code == 302


def test_a_cell_at_the_far_end_of_the_sheet_sets_no_sheet_aside(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(far_cell(tmp_path))
    assert path.stat().st_size < 2_000
    with pytest.raises(UnreadableRoster, match="spans more than 12,000,000 cells"):
        read_sheet(path)


def test_a_place_cut_in_two_by_the_end_of_a_chunk_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(far_cell(tmp_path))
    for chunk in range(40, 70):
        monkeypatch.setattr(workbooks, "CHUNK", chunk)
        monkeypatch.setattr(workbooks, "MOST_UNPACKED", 10**9)
        with pytest.raises(UnreadableRoster, match="spans more than"):
            read_sheet(path)


def test_no_headings_are_told_where_the_columns_are_chosen(desk: Desk) -> None:
    page = desk.client.get(desk.bring("4711,Ann Lee,ann@x.org\n4712,Bo Li,bo@x.org\n")["Location"])
    assert "The first row looks like a person." in text_of(page)


def test_a_wrong_separator_is_told_where_the_columns_are_chosen(desk: Desk) -> None:
    where = desk.bring("staff number^name\n1^Ann\n")["Location"]
    page = text_of(desk.client.post(where, {"column-0": "full_name"}))
    assert "No column with staff numbers or e-mail addresses was found" in page


def test_two_hundred_columns_and_two_alike_can_be_told_apart(desk: Desk) -> None:
    head = ["staff number", "name", "name", "", *(f"c{n}" for n in range(196))]
    page = desk.client.get(desk.bring(",".join(head) + "\n1,Ann,Other,x\n")["Location"])
    labels = [choice.label for choice in page.context["form"]]
    assert (len(labels), labels[:4]) == (200, ["staff number", "name", "name (2)", "Column 4"])


def test_a_second_sheet_is_told_of(desk: Desk, tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", {"People": [["staff number", "name"], [1.0, "Ann"]], "Old": [["x"]]})
    update = desk.look(path.read_bytes(), "p.xlsx")
    page = text_of(desk.client.get(f"/roster/updates/{update.pk}/?kind=notice"))
    assert "Only the first sheet, “People”, is read; there is also “Old”." in page


def test_mixed_encodings_are_read_line_by_line_and_told(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("Nr,Name\n1,Åsa\n".encode() + "2,Björn\n".encode("cp1252"))
    sheet = read_sheet(path)
    assert [cells[1] for _, cells in sheet.rows] == ["Åsa", "Björn"]
    assert sheet.notices == [
        "Line 3 is not in UTF-8 and read as Windows text: look whether names with accents are right."
    ]


def test_duplicates_circles_and_new_units_are_all_told_in_one_look(desk: Desk) -> None:
    rows = "1,Ann,a@x.org,Care,2\n2,Bo,A@x.org,,\n1,Cy,,,\n3,Di,d@x.org,Care > New,4\n4,Ed,,Care,3\n"
    update = desk.look(HEAD + rows)
    kept = update.lines.exclude(told="").order_by("position").values_list("told", flat=True)
    told = [in_words(row) for row in kept]
    assert any("E-mail address “a@x.org” stands in row 2 already." in text for text in told)
    assert any("Staff number “1” stands in row 2 already." in text for text in told)
    assert any("Managers go round in a circle: rows 5, 6." in text for text in told)
    assert "2 units are new and would be made: “Care”, “Care > New”." in told


def test_more_rows_than_anybody_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster_file, "MOST_ROWS", 3)
    path = tmp_path / "people.csv"
    path.write_text("Nr,Name\n" + "1,A\n" * 4, encoding="utf-8")
    with pytest.raises(UnreadableRoster, match="more than 3 rows"):
        read_sheet(path)


@pytest.mark.slow
def test_half_a_million_rows_are_read_and_planned(tmp_path: Path) -> None:
    from sayso.members.roster.columns import guess_columns
    from sayso.members.roster.plan import plan_roster

    path = tmp_path / "people.csv"
    rows = (f"{n},Person {n},p{n}@x.org,Unit {n % 500},{n // 10 or ''}\n" for n in range(1, 500_001))
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(rows)
    sheet = read_sheet(path)
    plan = plan_roster(sheet.rows, guess_columns(sheet.header), [])
    assert (len(plan.added), len(plan.refused)) == (500_000, 0)
