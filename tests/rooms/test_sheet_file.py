"""A file of sheets: every fault told by its row, nothing written before the second press, formulas are only text."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client

from house import House
from rooms.building import HERE, sheet_of
from sayso.engagements.models import Statement, Vote
from sayso.rooms import sheet_file
from sayso.rooms.models import RoomSession
from sayso.rooms.sheet_actions import enter_sheet

pytestmark = pytest.mark.django_db


def file_of(*rows: list[str]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode()


def codes(session: RoomSession) -> list[str]:
    return list(session.sheets.order_by("number").values_list("code", flat=True))


def test_each_row_that_cannot_be_entered_says_why(house: House, session: RoomSession) -> None:
    code = codes(session)
    enter_sheet(sheet=sheet_of(session, 4), answers={1: 1}, by=house.members[0])
    found = sheet_file.look(
        session,
        "sheets.csv",
        file_of(
            ["Sheet", "1", "No. 2", "3", "Own words", "Remark"],
            [code[0][:3].lower() + " " + code[0][3:], "1", "Agree", "3", "Doors | More light", "x"],
            [code[1], "5", "", "", "", ""],
            ["NOSUCH", "1", "", "", "", ""],
            [code[0], "1", "", "", "", ""],
            [code[3], "1", "", "", "", ""],
            [code[4], "", "", "", "", ""],
            [code[2], "", "", "", "=HYPERLINK(1)" + "x" * 300, ""],
        ),
    )
    assert [(typed.sheet.number, dict(typed.answers), list(typed.words)) for typed in found.typed] == [
        (1, {1: 1, 2: 1, 3: -1}, ["Doors", "More light"])
    ]
    rows = dict(found.wrong)
    assert rows.keys() == {3, 4, 5, 6, 8}
    assert "“5” is no answer. Write 1 for agree" in rows[3] and "Number 1" in rows[3]
    assert "NOSUCH" in rows[4] and "row 2 already" in rows[5] and "typed in already" in rows[6]
    assert "too many characters" in rows[8]
    assert found.notices == ["Not read: Remark.", "1 row without any answer is left out."]
    assert Vote.objects.count() == 1, "looking writes nothing"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"name,1\nAnn,1\n", "no column"),
        (b"sheet,1,77\nABC,1,1\n", "no number 77"),
        (b"PK\x03\x04 not a workbook", "could not be read as a workbook"),
        (b"sheet,1\nx\0y,1\n", "no text"),
    ],
)
def test_a_file_that_is_none_says_what_to_mend(session: RoomSession, content: bytes, why: str) -> None:
    found = sheet_file.look(session, "sheets.csv", content)
    assert not found.typed
    assert re.search(why, found.wrong[0][1]), found.wrong


def test_the_file_to_fill_in_holds_the_codes_that_are_not_in_yet(house: House, session: RoomSession) -> None:
    enter_sheet(sheet=sheet_of(session, 1), answers={1: 1}, by=house.members[0])
    rows = list(csv.reader(io.StringIO(sheet_file.example(session))))
    assert rows[0] == ["sheet", "1", "2", "3", "4", "5", "own words"]
    assert [row[0] for row in rows[1:]] == codes(session)[1:]


def test_the_second_press_does_exactly_what_was_looked_at(house: House, session: RoomSession) -> None:
    client = Client()
    client.force_login(house.members[0])
    page = f"{HERE}{session.pk}/sheets/file/"
    content = io.BytesIO(file_of(["sheet", "1", "own words"], [codes(session)[0], "1", "=1+1 is what we earn."]))
    content.name = "sheets.csv"
    looked = client.post(page, {"file": content})
    assert "1 sheet can be entered: 1 answer, 1 thing said." in looked.content.decode()
    assert Vote.objects.count() == 0
    sealed = looked.context["sealed"]
    assert client.post(page, {"sealed": sealed + "x"}).status_code == 422
    assert client.post(page, {"sealed": sealed}).status_code == 302
    assert Vote.objects.count() == 1
    assert Statement.objects.filter(is_seed=False).get().text == "=1+1 is what we earn."
    again = client.post(page, {"sealed": sealed})
    assert again.status_code == 422 and "Nothing was entered" in again.content.decode()
    assert Vote.objects.count() == 1


def test_a_workbook_is_read_like_a_file(session: RoomSession, tmp_path: object) -> None:
    found = sheet_file.look(session, "sheets.xlsx", workbook([["sheet", 1, 2], [codes(session)[0], 1, 3.0]]))
    assert [dict(typed.answers) for typed in found.typed] == [{1: 1, 2: -1}]


def workbook(rows: list[list[object]]) -> bytes:
    """The least that is an XLSX, written by hand."""
    import zipfile

    def cell(row: int, column: int, value: object) -> str:
        place = f"{'ABCDEFG'[column]}{row}"
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    lines = "".join(
        f'<row r="{n}">' + "".join(cell(n, m, value) for m, value in enumerate(row)) + "</row>"
        for n, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        '"application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type='
        f'"{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type='
        f'"{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return made.getvalue()
