"""Votes as one sparse matrix: participants × statements, agree +1, pass 0, disagree −1, unseen absent.

Knows row and column numbers only; who a row is and what a column says is in `conversation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """Every vote once, sorted by participant, then statement.

    The one orientation of the whole engine: rows are participants, columns are statements. Arrays are read-only.

    Attributes
    ----------
    row_start : int64 [n_participants + 1]
        Votes of participant i are the entries ``row_start[i]:row_start[i + 1]`` (CSR).
    statement : int64 [n_votes]
        Column number of each vote.
    stance : int8 [n_votes]
        +1 agree, 0 pass, −1 disagree.
    n_statements : int
        Number of columns, voted on or not.

    Examples
    --------
    >>> votes = VoteMatrix.from_arrays([0, 0, 1, 0], [0, 1, 1, 0], [1, 0, -1, -1])
    >>> votes.n_participants, votes.n_statements, votes.n_votes
    (2, 2, 3)
    >>> votes.toarray(unseen=9).tolist()   # participant 0 changed their mind on statement 0
    [[-1, 0], [9, -1]]
    """

    row_start: IntArray
    statement: IntArray
    stance: NDArray[np.int8]
    n_statements: int

    @classmethod
    def from_arrays(
        cls,
        participant: ArrayLike,
        statement: ArrayLike,
        stance: ArrayLike,
        *,
        n_participants: int | None = None,
        n_statements: int | None = None,
    ) -> VoteMatrix:
        """Votes from three parallel arrays; where a pair repeats, the last one counts.

        Parameters
        ----------
        participant, statement : int [n_votes]
            Row and column numbers from 0, in the order the votes were cast.
        stance : int [n_votes]
            −1, 0 or 1.
        n_participants, n_statements : int, optional
            Size of the matrix when some rows or columns may have no vote; by default the largest number + 1.

        Raises
        ------
        ValueError
            When lengths differ, a number is negative or beyond the stated size, not whole, or a stance is unknown.

        Notes
        -----
        O(n log n) time for n votes, O(n) memory; one stable sort of a combined key.
        """
        rows = _whole_numbers("participant", participant)
        columns = _whole_numbers("statement", statement)
        stances = _whole_numbers("stance", stance)
        if not len(rows) == len(columns) == len(stances):
            raise ValueError(
                "participant, statement and stance must be equally long; "
                f"they have {len(rows)}, {len(columns)} and {len(stances)} entries."
            )
        if len(stances) and (stances.min() < -1 or stances.max() > 1):
            bad = int(np.flatnonzero((stances < -1) | (stances > 1))[0])
            raise ValueError(f"stance[{bad}] is {stances[bad]}; a stance is -1, 0 or 1.")
        height = _size("participant", rows, n_participants)
        width = _size("statement", columns, n_statements)
        key = rows * max(width, 1) + columns
        order = np.argsort(key, kind="stable")
        sorted_key = key[order]
        is_last = np.ones(len(order), dtype=bool)
        is_last[:-1] = sorted_key[1:] != sorted_key[:-1]
        kept = order[is_last]
        row_start = np.zeros(height + 1, dtype=np.int64)
        np.cumsum(np.bincount(rows[kept], minlength=height), out=row_start[1:])
        return cls._frozen(row_start, columns[kept], stances[kept].astype(np.int8), width)

    @classmethod
    def from_polis_export(cls, folder: str | Path) -> VoteMatrix:
        """Votes of a Polis export folder (``comments.csv`` with ``votes.csv`` or ``participants-votes.csv``).

        Rows and columns in order of their ids. Raises `sayso.engine.files.problems.BadInput`, naming file, row, column
        and mend.
        """
        from sayso.engine.files.polis import read_polis_soundly
        from sayso.engine.files.said import laid_out

        layout = laid_out(read_polis_soundly(Path(folder)))
        size = {"n_participants": len(layout.participants), "n_statements": len(layout.statements)}
        return cls.from_arrays(layout.row, layout.column, layout.stance, **size)

    @classmethod
    def _frozen(
        cls, row_start: IntArray, statement: IntArray, stance: NDArray[np.int8], n_statements: int
    ) -> VoteMatrix:
        for array in (row_start, statement, stance):
            array.flags.writeable = False
        return cls(row_start, statement, stance, n_statements)

    @property
    def n_participants(self) -> int:
        """Number of rows."""
        return len(self.row_start) - 1

    @property
    def n_votes(self) -> int:
        """Number of votes, passes included, after the last one of each pair was kept."""
        return len(self.stance)

    @property
    def shape(self) -> tuple[int, int]:
        """(n_participants, n_statements)."""
        return self.n_participants, self.n_statements

    @cached_property
    def participant(self) -> IntArray:
        """Row number of each vote, int64 [n_votes]."""
        numbers = np.repeat(np.arange(self.n_participants, dtype=np.int64), np.diff(self.row_start))
        numbers.flags.writeable = False
        return numbers

    @cached_property
    def is_stated(self) -> BoolArray:
        """Which votes take a side (agree or disagree), bool [n_votes]."""
        stated: BoolArray = self.stance != 0
        return stated

    def votes_per_participant(self) -> IntArray:
        """Votes cast by each participant, passes included, int64 [n_participants]."""
        return np.diff(self.row_start)

    def count(self, stance: int) -> IntArray:
        """How often each statement got `stance` (−1, 0 or 1), int64 [n_statements]."""
        return np.bincount(self.statement[self.stance == stance], minlength=self.n_statements)

    def seen(self) -> IntArray:
        """Votes on each statement, passes included, int64 [n_statements]."""
        return np.bincount(self.statement, minlength=self.n_statements)

    def select(self, keep: BoolArray) -> VoteMatrix:
        """The same matrix with only the votes where `keep` (bool [n_votes]) holds; rows and columns stay.

        >>> votes = VoteMatrix.from_arrays([0, 1], [0, 0], [1, 0])
        >>> votes.select(votes.is_stated).n_votes
        1
        """
        if keep.shape != self.stance.shape:
            raise ValueError(
                f"keep must have one entry for each of the {self.n_votes} votes; it has shape {keep.shape}."
            )
        row_start = np.zeros_like(self.row_start)
        np.cumsum(np.bincount(self.participant[keep], minlength=self.n_participants), out=row_start[1:])
        return self._frozen(row_start, self.statement[keep], self.stance[keep], self.n_statements)

    def take_rows(self, rows: Sequence[int] | IntArray) -> VoteMatrix:
        """The matrix of these participants only, in this order; columns stay. A row may be taken twice (bootstrap)."""
        rows = np.asarray(rows, dtype=np.int64)
        length = np.diff(self.row_start)[rows]
        row_start = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(length, out=row_start[1:])
        entry = np.arange(row_start[-1]) + np.repeat(self.row_start[rows] - row_start[:-1], length)
        return self._frozen(row_start, self.statement[entry], self.stance[entry], self.n_statements)

    def to_csr(self, data: FloatArray | None = None) -> sparse.csr_array:
        """A scipy CSR array [n_participants, n_statements] with `data` (default: 1) where a vote is.

        The stance itself is no good as data: scipy drops nothing, but a pass is 0 and would look unseen.
        """
        values = np.ones(self.n_votes) if data is None else data
        return sparse.csr_array((values, self.statement, self.row_start), shape=self.shape)

    def toarray(self, *, unseen: int) -> NDArray[np.int8]:
        """Dense int8 [n_participants, n_statements] with `unseen` where there is no vote. For small matrices."""
        dense = np.full(self.shape, unseen, dtype=np.int8)
        dense[self.participant, self.statement] = self.stance
        return dense


def _whole_numbers(name: str, values: ArrayLike) -> IntArray:
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional; it has shape {array.shape}.")
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.dtype.kind not in "iub":
        whole = array.astype(np.float64)
        if not np.array_equal(whole, np.round(whole)):
            raise ValueError(f"{name} must hold whole numbers.")
    return array.astype(np.int64)


def _size(name: str, numbers: IntArray, stated: int | None) -> int:
    if len(numbers) and numbers.min() < 0:
        bad = int(np.flatnonzero(numbers < 0)[0])
        raise ValueError(f"{name}[{bad}] is {numbers[bad]}; numbers run from 0.")
    needed = int(numbers.max()) + 1 if len(numbers) else 0
    if stated is None:
        return needed
    if stated < needed:
        raise ValueError(f"n_{name}s is {stated}, but {name} number {needed - 1} has votes.")
    return stated
