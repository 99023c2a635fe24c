"""A file of sheets, CSV or XLSX: a row for each, with its code, a column for each number, and own words.

Everything that is wrong is told at once, by row. What is right comes back sealed, so that it can be carried out exactly
as it was looked at, without a file being kept.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sayso.engagements.wording import Unusable, clean_statement
from sayso.members.roster.sheet import UnreadableRoster, read_sheet
from sayso.rooms.answers import Unclear, stance_of
from sayso.rooms.codes import plain
from sayso.rooms.models import TO_BE_TYPED, RoomSession, SheetState
from sayso.rooms.sheet_actions import WHY_NOT, TypedSheet
from sayso.web.kept_told import in_words

SEAL = "sayso.rooms.file"
SEALED_FOR_S = 3_600
MOST_BYTES = 5 * 2**20
MOST_WRONG = 50
CODE_HEADINGS = {"sheet", "code", "bogen", "hoja", "ورقة"}
WORDS_HEADINGS = {"own words", "words", "eigene worte", "palabras", "كلمات"}
NUMBER = re.compile(r"(?:no\.?|nr\.?|#)?\s*(\d{1,3})(?:\.0)?")


@dataclass(frozen=True)
class LookedAt:
    """typed : what can be taken in · wrong : row (from 1; 0 for the file) and what is wrong · notices : asides"""

    typed: list[TypedSheet]
    wrong: list[tuple[int, str]]
    notices: list[str]
    n_votes: int
    n_words: int

    @property
    def numbers(self) -> int:
        return len(self.typed)


def example(session: RoomSession) -> str:
    """The file as it is to be filled in: all codes that are still to be typed, and a column for each number."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    numbers = list(session.lines.values_list("number", flat=True))
    writer.writerow(["sheet", *numbers, "own words"])
    for code in session.sheets.filter(state__in=TO_BE_TYPED).order_by("number").values_list("code", flat=True):
        writer.writerow([code, *[""] * len(numbers), ""])
    return made.getvalue()


def look(session: RoomSession, name: str, content: bytes) -> LookedAt:
    """What a file would do, and every row it would not; nothing is written."""
    if len(content) > MOST_BYTES:
        return LookedAt(
            [], [(0, f"The file is larger than {MOST_BYTES // 2**20} MB. Mend: bring fewer sheets.")], [], 0, 0
        )
    try:
        with tempfile.NamedTemporaryFile(suffix=Path(name).suffix[:8]) as kept:
            kept.write(content)
            kept.flush()
            sheet = read_sheet(Path(kept.name), name)
    except UnreadableRoster as problem:
        return LookedAt([], [(0, in_words(problem.args[0]))], [], 0, 0)
    return _compare(session, sheet.header, sheet.rows, [in_words(notice) for notice in sheet.notices])


def _nothing(wrong: str) -> LookedAt:
    return LookedAt([], [(0, wrong)], [], 0, 0)


def _compare(
    session: RoomSession, header: list[str], rows: list[tuple[int, list[str]]], notices: list[str]
) -> LookedAt:
    known = {line.number for line in session.lines.all()}
    code_at = next((at for at, cell in enumerate(header) if cell.casefold() in CODE_HEADINGS), None)
    words_at = next((at for at, cell in enumerate(header) if cell.casefold() in WORDS_HEADINGS), None)
    number_at = {at: int(found[1]) for at, cell in enumerate(header) if (found := NUMBER.fullmatch(cell.casefold()))}
    wrong: list[tuple[int, str]] = []
    if code_at is None:
        return _nothing(_("There is no column “sheet” with the code printed on each sheet. Mend: add it."))
    if odd := sorted(set(number_at.values()) - known):
        told = ", ".join(map(str, odd))
        return _nothing(
            _("There is no number %(odd)s on the sheets of this room. Mend: look at the headings.") % {"odd": told}
        )
    read = {code_at, words_at, *number_at}
    if ignored := [cell for at, cell in enumerate(header) if at not in read]:
        notices.append(_("Not read: %(headings)s.") % {"headings": ", ".join(ignored[:10])})
    sheets = {sheet.code: sheet for sheet in session.sheets.select_related("session")}
    typed: list[TypedSheet] = []
    seen: dict[str, int] = {}
    n_empty = 0
    for row, cells in rows:
        try:
            answers = {
                number_at[at]: stance for at in number_at if (stance := _stance(cells[at], number_at[at])) is not None
            }
            words = _words(cells[words_at]) if words_at is not None else []
            code = plain(cells[code_at])
            if not answers and not words:
                n_empty += 1
                continue
            typed.append(TypedSheet(_sheet(sheets, code, cells[code_at], seen, row), answers, words))
        except (Unclear, Unusable) as problem:
            wrong.append((row, str(problem)))
    if n_empty:
        told = ngettext(
            "%(n)s row without any answer is left out.", "%(n)s rows without any answer are left out.", n_empty
        )
        notices.append(told % {"n": n_empty})
    if not typed and not wrong:
        wrong.append((0, _("No sheet in this file holds an answer. Nothing would be entered.")))
    n_votes = sum(len(one.answers) for one in typed)
    return LookedAt(typed, wrong, notices, n_votes, sum(len(one.words) for one in typed))


def _stance(cell: str, number: int) -> int | None:
    try:
        stance = stance_of(cell)
    except Unclear as problem:
        raise Unclear(_("Number %(number)s: %(problem)s") % {"number": number, "problem": problem}) from None
    return None if stance is None else int(stance)


def _words(cell: str) -> list[str]:
    """Several things in one cell stand with a bar between them."""
    said = [clean_statement(part) for part in cell.split("|") if part.strip()]
    return list(dict.fromkeys(said))


def _sheet(sheets: dict[str, Any], code: str, shown: str, seen: dict[str, int], row: int) -> Any:
    if code not in sheets:
        raise Unclear(
            _("No sheet of this room has the code “%(code)s”. Look at the paper again.") % {"code": shown[:20]}
        )
    if code in seen:
        raise Unclear(
            _("Sheet %(code)s stands in row %(row)s already. Keep one of the two.") % {"code": code, "row": seen[code]}
        )
    seen[code] = row
    sheet = sheets[code]
    if sheet.state not in TO_BE_TYPED:
        raise Unclear(_("Sheet %(code)s: %(told)s") % {"code": code, "told": WHY_NOT[SheetState(sheet.state)]})
    return sheet


def seal(session: RoomSession, looked_at: LookedAt) -> str:
    """What was looked at, for the form that carries it out."""
    told = [[one.sheet.code, sorted(one.answers.items()), list(one.words)] for one in looked_at.typed]
    return signing.dumps(told, salt=f"{SEAL}.{session.pk}", compress=True)


def unseal(session: RoomSession, sealed: str) -> list[TypedSheet] | None:
    """What was sealed for this room, within the hour; None for anything else."""
    try:
        told = signing.loads(sealed, salt=f"{SEAL}.{session.pk}", max_age=SEALED_FOR_S)
    except signing.BadSignature:
        return None
    sheets = {sheet.code: sheet for sheet in session.sheets.select_related("session")}
    if any(code not in sheets for code, *_ in told):
        return None
    return [
        TypedSheet(sheets[code], {int(n): int(stance) for n, stance in answers}, words) for code, answers, words in told
    ]
