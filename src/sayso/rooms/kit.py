"""What the papers of a room say, as data for the setter: cards, table sheets, sheets for one person, how it goes.

Knows rooms; knows nothing of how a page is set. The words of the organisation and of its people come as data.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from sayso.publication.counts import least_for_scores
from sayso.rooms.codes import spaced, stub_code
from sayso.rooms.kit_texts import WORDS
from sayso.rooms.models import KitLine, RoomSession, Sheet
from sayso.web.languages import FALLBACK, RIGHT_TO_LEFT

TEMPLATES = Path(__file__).with_name("typst")
PARTS = {
    "cards": "Statement cards",
    "tables": "Table sheets",
    "sheets": "Sheets for one person",
    "how-it-goes": "How it goes",
}
MOST_SHEETS_IN_A_FILE = 250


def template_of(part: str) -> Path:
    return TEMPLATES / f"{part}.typ"


def part_of_kit(session: RoomSession, part: str, language: str, *, site: str, first: int = 1) -> dict[str, Any]:
    """The data of one part; of sheets, those from number `first` on, as many as one file holds."""
    makers = {"cards": _cards, "tables": _tables, "sheets": _sheets, "how-it-goes": _how_it_goes}
    told = makers[part](session, site, WORDS[language], first)
    return {**_frame(session, language, site), **told}


def language_of_kit(session: RoomSession) -> str:
    """The first language people are addressed in, of those there are texts for."""
    return next((code for code in session.engagement.languages if code in WORDS), FALLBACK)


def _frame(session: RoomSession, language: str, site: str) -> dict[str, Any]:
    with translation.override(language):
        day = date_format(session.day, "j F Y")
    return {
        "language": language,
        "rtl": language in RIGHT_TO_LEFT,
        "words": _for_this_many(WORDS[language], least_for_scores(session.engagement.min_group_scores)),
        "organisation": session.engagement.organisation.name,
        "engagement": session.engagement.title,
        "question": _said(session.topic.question or session.topic.title),
        "room": session.title,
        "when": day + (f" · {session.place}" if session.place else ""),
        "join": {"link": _here(session, site), "address": _here(session, site).partition("://")[2].rstrip("/")},
    }


def _said(text: str, language: str = "") -> dict[str, Any]:
    """With its language, for whoever has the file read aloud; where that is not known, with the direction of its first
    letter that has one."""
    if language:
        return {"text": text, "language": language, "rtl": language in RIGHT_TO_LEFT}
    strong = next((kind for sign in text if (kind := unicodedata.bidirectional(sign)) in {"L", "R", "AL"}), "L")
    return {"text": text, "language": "", "rtl": strong != "L"}


def _for_this_many(words: Any, least: int) -> Any:
    """The words with the smallest group that raises hands."""
    if isinstance(words, str):
        return words.replace("{least}", str(least))
    if isinstance(words, list):
        return [_for_this_many(part, least) for part in words]
    return {name: _for_this_many(part, least) for name, part in words.items()}


def _here(session: RoomSession, site: str) -> str:
    return f"{site}/e/{session.engagement.slug}/"


def _lines(session: RoomSession) -> list[KitLine]:
    return list(session.lines.select_related("statement"))


def _line(line: KitLine) -> dict[str, Any]:
    return _said(line.words, line.language) if line.words else _said("—")


def _cards(session: RoomSession, site: str, words: dict[str, Any], first: int) -> dict[str, Any]:
    here = _here(session, site)
    return {
        "cards": [
            {"number": line.number, **_line(line), "link": f"{here}cards/?again={line.statement_id}"}
            for line in _lines(session)
        ]
    }


def _tables(session: RoomSession, site: str, words: dict[str, Any], first: int) -> dict[str, Any]:
    return {
        "lines": [{"number": line.number, **_line(line)} for line in _lines(session)],
        "tables": [
            {
                "name": words["table"].format(table.number) if table.number else words["whole_room"],
                "code": spaced(table.code),
                "link": f"{_here(session, site)}rooms/in/{table.code}/",
            }
            for table in session.tables.order_by("number")
        ],
    }


def _sheets(session: RoomSession, site: str, words: dict[str, Any], first: int) -> dict[str, Any]:
    sheets = session.sheets.filter(number__gte=first).order_by("number")[:MOST_SHEETS_IN_A_FILE]
    return {
        "lines": [{"number": line.number, **_line(line)} for line in _lines(session)],
        "sheets": [_sheet(session, sheet, site) for sheet in sheets],
    }


def _sheet(session: RoomSession, sheet: Sheet, site: str) -> dict[str, Any]:
    here, stub = _here(session, site), stub_code(sheet.code)
    return {
        "code": spaced(sheet.code),
        "link": f"{here}rooms/in/{sheet.code}/",
        "stub": {"code": stub, "link": f"{here}my-sheet/?code={stub}"},
        "stub_page": f"{here}my-sheet/".partition("://")[2].rstrip("/"),
    }


def _how_it_goes(session: RoomSession, site: str, words: dict[str, Any], first: int) -> dict[str, Any]:
    return {"n_tables": session.n_tables, "n_sheets": session.n_sheets}
