"""Statements from a file: ids, texts, who wrote them. Knows both our columns and those of a Polis export by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sayso.engine.files.problems import Findings, counted, quoted
from sayso.engine.files.tables import Batch, Unreadable

YES_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}


@dataclass(frozen=True)
class Columns:
    """What each thing about a statement is called in a file; None: the file does not say it."""

    id: str
    text: str
    author: str | None
    topic: str | None
    is_seed: str | None
    rejected: str | None
    moderated: str | None = None

    def names(self) -> tuple[str, ...]:
        every = (self.id, self.text, self.author, self.topic, self.is_seed, self.rejected, self.moderated)
        return tuple(name for name in every if name is not None)


OURS = Columns("statement_id", "text", "author_id", "topic", "is_seed", "rejected")
POLIS = Columns("comment-id", "comment-body", "author-id", None, "is-seed", None, "moderated")


@dataclass
class Statements:
    """Parallel lists, one entry a statement, in the order of the file; `number` finds an id's place."""

    file: str
    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    is_seed: list[bool] = field(default_factory=list)
    rejected: list[bool] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)


def read_statements(file: str, columns: Columns, batches: Iterable[Batch], findings: Findings) -> Statements:
    """All statements of a file; what is wrong goes to `findings`. Raises `Unreadable` when there is none."""
    found = Statements(file)
    first_row: dict[str, int] = {}
    n_empty = 0
    for batch in batches:
        for i, row in enumerate(batch.rows):
            cell = _cells(batch, i)
            statement_id = cell(columns.id).strip()
            if not _id_is_usable(file, row, columns.id, statement_id, first_row, findings):
                continue
            text = clean(cell(columns.text))
            n_empty += not text
            found.number[statement_id] = len(found.ids)
            found.ids.append(statement_id)
            found.texts.append(text)
            found.topics.append(clean(cell(columns.topic)))
            found.authors.append(cell(columns.author).strip())
            found.is_seed.append(_yes_no(file, row, columns.is_seed, cell(columns.is_seed), findings))
            turned_down = _yes_no(file, row, columns.rejected, cell(columns.rejected), findings)
            moderated = _was_rejected(file, row, columns, cell(columns.moderated), findings)
            found.rejected.append(turned_down or moderated or not text)
    if n_empty:
        they = counted(n_empty, "statement has", "statements have")
        findings.notes.append(f"{file}: {they} no text; treated as turned down.")
    if not found.ids and not findings.n_problems:
        findings.problem(file, None, None, "It holds no statement.", "Mend: give at least one row below the header.")
        raise Unreadable
    return found


def clean(text: str) -> str:
    """The text on one line: line breaks and tabs become spaces, other control characters go.

    >>> clean(" Nobody tells\\n the night shift\\x07 ")
    'Nobody tells the night shift'
    """
    spaced = " ".join(text.split())
    if spaced.isprintable():
        return spaced
    # Cc control, Cs half of a character, and the marks that turn the direction of all that follows on the page.
    return "".join(
        sign for sign in spaced if unicodedata.category(sign) not in {"Cc", "Cs"} and sign not in DIRECTION_MARKS
    )


DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _cells(batch: Batch, i: int) -> Callable[[str | None], str]:
    """A function from a column's name to what stands in row `i`; empty when the file has no such column."""

    def cell(name: str | None) -> str:
        column = batch.columns[name] if name is not None else None
        return "" if column is None else column[i]

    return cell


def _id_is_usable(
    file: str, row: int, column: str, statement_id: str, first_row: dict[str, int], findings: Findings
) -> bool:
    if not statement_id:
        findings.problem(file, row, column, "It is empty.", "Mend: give every statement an id of its own.")
        return False
    if statement_id in first_row:
        findings.problem(
            file,
            row,
            column,
            f"{quoted(statement_id)} stands in row {first_row[statement_id]} already.",
            "Mend: give every statement an id of its own.",
        )
        return False
    first_row[statement_id] = row
    return True


def _yes_no(file: str, row: int, column: str | None, value: str, findings: Findings) -> bool:
    known = YES_NO.get(value.strip().lower())
    if known is None:
        findings.problem(file, row, column, f"{quoted(value)} is neither yes nor no.", "Mend: write 1 or 0.")
    return bool(known)


def _was_rejected(file: str, row: int, columns: Columns, value: str, findings: Findings) -> bool:
    """Polis' moderation: −1 rejected, 0 not yet, 1 accepted."""
    if value.strip() not in {"-1", "0", "1", ""}:
        findings.problem(
            file, row, columns.moderated, f"{quoted(value)} is not known.", "Mend: write -1 (rejected), 0 or 1."
        )
    return value.strip() == "-1"
