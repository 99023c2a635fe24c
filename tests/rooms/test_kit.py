"""The papers of a room: one page a sheet, codes that a camera reads, no words of theirs read as markup."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdf
import pytest

from house import House
from printed import codes_on
from rooms.building import room_in, sheet_of, table_of
from sayso.engagements.models import Engagement
from sayso.rooms import kit
from sayso.rooms.codes import is_stub_code, plain, stub_code
from sayso.rooms.kit_texts import WORDS
from sayso.rooms.models import RoomSession
from sayso.web.languages import NAMES
from sayso.web.typesetting import set_pdf

pytestmark = pytest.mark.django_db

SITE = "https://say.example.org"
HERE = f"{SITE}/e/how-we-work/"


def pages_of(session: RoomSession, part: str, language: str = "en") -> list[str]:
    data = kit.part_of_kit(session, part, language, site=SITE)
    read = pypdf.PdfReader(io.BytesIO(set_pdf(kit.template_of(part), data)))
    return [page.extract_text() for page in read.pages]


def codes_of(session: RoomSession, part: str) -> list[str]:
    return codes_on(kit.template_of(part), kit.part_of_kit(session, part, "en", site=SITE))


def test_the_code_on_a_sheet_opens_its_entry_and_the_one_on_its_end_is_its_owners(session: RoomSession) -> None:
    found = codes_of(session, "sheets")
    sheet = sheet_of(session)
    assert {f"{HERE}rooms/in/{sheet.code}/", f"{HERE}my-sheet/?code={stub_code(sheet.code)}"} <= set(found)
    assert len(found) == 2 * 6, "two on each of six sheets"
    pages = pages_of(session, "sheets")
    assert len(pages) == 6
    assert stub_code(sheet.code) in pages[0] and f"{sheet.code[:3]} {sheet.code[3:]}" in pages[0]
    assert stub_code(sheet.code) not in pages[1]


def test_each_table_has_a_sheet_with_its_code(session: RoomSession) -> None:
    found = set(codes_of(session, "tables"))
    assert found == {f"{HERE}rooms/in/{table_of(session, n).code}/" for n in range(4)}
    pages = pages_of(session, "tables")
    assert "The whole room" in pages[0] and "Table 1" in pages[2]
    assert "Fewer than 5 at this table?" in pages[2]


def test_a_card_leads_to_its_own_statement(house: House, session: RoomSession) -> None:
    assert codes_of(session, "cards") == [f"{HERE}cards/?again={statement.pk}" for statement in house.statements]
    assert len(pages_of(session, "cards")) == 3, "five cards, two to a page"


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("part", kit.PARTS)
def test_every_part_is_set_in_every_language(session: RoomSession, part: str, language: str) -> None:
    pages = pages_of(session, part, language)
    assert pages
    if part == "how-it-goes":
        assert len(pages) == 1


def shape(words: Any) -> Any:
    """Keys and lengths, without the words."""
    if isinstance(words, dict):
        return {name: shape(part) for name, part in words.items()}
    return [shape(part) for part in words] if isinstance(words, list) else str


def test_each_language_says_the_same_things() -> None:
    assert {language: shape(WORDS[language]) for language in NAMES} == dict.fromkeys(NAMES, shape(WORDS["en"]))


def test_words_are_never_read_as_markup_and_twenty_statements_stay_on_one_page(house: House) -> None:
    house.seed(15)
    house.statements[0].text = '#panic("x") $a$ *b* <c> \\ @d'
    house.statements[0].save()
    session = room_in(house, n_sheets=1, title="#let x = 1")
    (page,) = pages_of(session, "sheets")
    assert '#panic("x") $a$ *b* <c>' in page and "#let x = 1" in page


def test_the_smallest_group_is_the_one_that_holds(house: House, session: RoomSession) -> None:
    Engagement.objects.filter(pk=house.engagement.pk).update(min_group_scores=8)
    session.engagement.refresh_from_db()
    assert "Fewer than 8 at this table?" in pages_of(session, "tables")[0]


def test_a_stub_code_is_known_by_its_proof(session: RoomSession) -> None:
    sheet, other = sheet_of(session, 1), sheet_of(session, 2)
    assert is_stub_code(stub_code(sheet.code)) and is_stub_code(plain(stub_code(sheet.code)).lower())
    mixed = sheet.code + stub_code(other.code)[6:]
    assert not is_stub_code(mixed) and not is_stub_code(sheet.code) and not is_stub_code("")


def languages_marked(read: pypdf.PdfReader) -> set[str]:
    """Of parts of a tagged file: beside its rows and cells, and beside words on its pages."""
    contents = [page.get_contents() for page in read.pages]
    drawn = b"".join(content.get_data() for content in contents if content is not None)
    parts = [read.get_object(number) for number in range(1, read.trailer["/Size"])]
    beside = {str(part["/Lang"]) for part in parts if isinstance(part, dict) and "/S" in part and "/Lang" in part}
    return beside | {found.decode() for found in re.findall(rb"/Lang ?\((\w+)\)", drawn)}


@pytest.mark.parametrize("part", ["cards", "tables", "sheets"])
def test_each_statement_is_in_its_own_language_for_whoever_has_the_paper_read_aloud(
    house: House, session: RoomSession, part: str
) -> None:
    house.statements[0].language, house.statements[1].language = "ar", "de"
    for statement in house.statements[:2]:
        statement.save()
    data = kit.part_of_kit(session, part, "en", site=SITE)
    read = pypdf.PdfReader(io.BytesIO(set_pdf(kit.template_of(part), data)))
    assert read.root_object["/Lang"] == "en"
    assert {"ar", "de"} <= languages_marked(read) <= {"ar", "de", "en"}
