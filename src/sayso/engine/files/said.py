"""What a folder holds: its statements, its ballots, its title; and the order in which they are laid out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sayso.engine.files.ballots import Ballots
from sayso.engine.files.statements import Statements


@dataclass(frozen=True)
class Said:
    """Read and found sound, in the order of the files."""

    statements: Statements
    ballots: Ballots
    title: str
    question: str


@dataclass(frozen=True, eq=False)
class Layout:
    """One order whatever the order of the files: rows and columns by id, numbers by size, other ids as they came.

    participants, statements : places in `Said` of each row and each column
    row, column, stance : int64 [n_ballots], of each ballot
    """

    participants: list[int]
    statements: list[int]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    stance: NDArray[np.int8]


def laid_out(said: Said) -> Layout:
    """A statement that was turned down before anybody voted on it is left out: nobody was asked."""
    statements, ballots = said.statements, said.ballots
    asked = np.bincount(ballots.statement, minlength=len(statements.ids)) > 0
    kept = [i for i in _in_order(tuple(statements.ids)) if asked[i] or not statements.rejected[i]]
    column = np.full(len(statements.ids), -1, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    participants = _in_order(ballots.participant_ids)
    row = np.empty(len(participants), dtype=np.int64)
    row[participants] = np.arange(len(participants))
    return Layout(participants, kept, row[ballots.participant], column[ballots.statement], ballots.stance)


def _in_order(ids: tuple[str, ...]) -> list[int]:
    """Places by number when every id is one, else as they are."""
    if all(name.isascii() and name.isdigit() for name in ids):
        return sorted(range(len(ids)), key=lambda i: (int(ids[i]), ids[i]))
    return list(range(len(ids)))
