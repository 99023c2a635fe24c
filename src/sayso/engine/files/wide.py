"""Votes from Polis' wide file, ``participants-votes.csv``: one row a participant, one column a statement.

The columns of statements are those whose name is a number. Blank means unseen.
"""

from __future__ import annotations

from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from sayso.engine.files.ballots import STANCES, Ballots
from sayso.engine.files.problems import Findings, quoted
from sayso.engine.files.tables import CsvTable

UNSEEN, ODD = 9, 8


class _Cells(dict[str, int]):
    def __missing__(self, written: str) -> int:
        return self.get(written.strip(), ODD)


def read_wide(table: CsvTable, statements: dict[str, int], statements_file: str, findings: Findings) -> Ballots:
    """All votes of the wide file, participants in its order, its sign turned when its own counts say so."""
    places = _statement_columns(table, statements, statements_file, findings)
    cells = _Cells({**STANCES, "": UNSEEN})
    first_row: dict[str, int] = {}
    participant, statement, stance, sign = [], [], [], 0
    pick = itemgetter(*(at for at, _ in places), 0)  # never one alone, so always a tuple
    numbers = np.array([number for _, number in places], dtype=np.int32)
    for rows, batch in table.rows():
        for row, fields in zip(rows, batch, strict=True):
            if not _is_new(table, row, fields, first_row, findings):
                continue
            values = np.fromiter(map(cells.__getitem__, pick(fields)[:-1]), np.int8, len(places))
            for i in np.flatnonzero(values == ODD):
                _odd(table, row, places[i][0], fields, findings)
            cast = np.flatnonzero(values != UNSEEN)
            participant.append(np.full(len(cast), len(first_row) - 1, dtype=np.int32))
            statement.append(numbers[cast])
            stance.append(values[cast])
            sign += _sign_of(table.header, fields, values)
    if not any(map(len, stance)) and not findings.n_problems:
        findings.problem(table.path.name, None, None, "It holds no vote.", "Mend: export it again.")
        return Ballots((), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8))
    if sign < 0:
        findings.notes.append(f"{table.path.name}: -1 means agree in this file, by its own counts; signs were turned.")
    turned = np.int8(-1 if sign < 0 else 1)
    if not stance:
        return Ballots((), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8))
    return Ballots(
        tuple(first_row), np.concatenate(participant), np.concatenate(statement), turned * np.concatenate(stance)
    )


def _statement_columns(
    table: CsvTable, statements: dict[str, int], statements_file: str, findings: Findings
) -> list[tuple[int, int]]:
    """(place in the row, statement number) of each column that is a statement."""
    places = []
    for at, name in enumerate(table.header):
        if not (name.isascii() and name.isdigit()):
            continue
        if name in statements:
            places.append((at, statements[name]))
            continue
        findings.problem(
            table.path.name,
            1,
            name,
            f"There is no statement {quoted(name)} in {statements_file}.",
            f"Mend: add it to {statements_file}, or take the column out.",
        )
    if not places and not findings.n_problems:
        findings.problem(
            table.path.name, 1, None, "No column is named for a statement.", "Mend: export it again from Polis."
        )
    return places


def _is_new(table: CsvTable, row: int, fields: list[str], first_row: dict[str, int], findings: Findings) -> bool:
    participant = fields[table.header.index("participant")].strip()
    if participant and participant not in first_row:
        first_row[participant] = row
        return True
    what = f"{quoted(participant)} stands in row {first_row[participant]} already." if participant else "It is empty."
    findings.problem(table.path.name, row, "participant", what, "Mend: one row a participant, each with an id.")
    return False


def _odd(table: CsvTable, row: int, at: int, fields: list[str], findings: Findings) -> None:
    findings.problem(
        table.path.name,
        row,
        table.header[at],
        f"{quoted(fields[at])} is not a stance.",
        "Mend: write 1 for agree, 0 for pass, -1 for disagree, nothing for not seen.",
    )


def _sign_of(header: list[str], fields: list[str], values: NDArray[np.int8]) -> int:
    """Above 0 when the row's own counts (n-agree, n-disagree) say that 1 means agree, below 0 when -1 does."""
    try:
        n_agree = int(fields[header.index("n-agree")])
        n_disagree = int(fields[header.index("n-disagree")])
    except ValueError:
        return 0
    return (n_agree - n_disagree) * int((values == 1).sum() - (values == -1).sum())
