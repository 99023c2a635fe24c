"""Votes from a file of one row a vote: numbered, checked and counted while they stream past.

Knows that a participant's last vote on a statement counts; keeps 9 bytes a vote (17 with times).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from sayso.engine.files.problems import Findings, quoted
from sayso.engine.files.tables import Batch

BAD = -9  # in an array: this cell was refused, and a problem noted
STANCES = {"1": 1, "0": 0, "-1": -1, "+1": 1, "1.0": 1, "0.0": 0, "-1.0": -1, "\u22121": -1}
Array = TypeVar("Array", bound=np.generic)
# Of one batch: participant, statement, stance, and when, where the file says it.
Part: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8], NDArray[np.float64] | None]


@dataclass(frozen=True)
class VoteColumns:
    """What the columns of a file of votes are called."""

    participant: str
    statement: str
    stance: str
    cast_at: str

    def names(self) -> tuple[str, ...]:
        return (self.participant, self.statement, self.stance, self.cast_at)


OURS = VoteColumns("participant_id", "statement_id", "stance", "cast_at")
POLIS = VoteColumns("voter-id", "comment-id", "vote", "timestamp")


@dataclass(frozen=True)
class Ballots:
    """Parallel arrays [n_votes], in the order the votes were cast; repeats are still in."""

    participant_ids: tuple[str, ...]
    participant: NDArray[np.int32]
    statement: NDArray[np.int32]
    stance: NDArray[np.int8]


class _Numbers(dict[str, int]):
    """Numbers participants as they come; surrounding spaces do not make another person."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def __missing__(self, written: str) -> int:
        name = written.strip()
        if not name:
            return BAD
        if name == written or name not in self:
            self[name] = len(self.ids)
            self.ids.append(name)
        self[written] = self[name]
        return self[name]


class _Known(dict[str, int]):
    """What is known, with or without surrounding spaces; anything else is BAD."""

    def __missing__(self, written: str) -> int:
        return self.get(written.strip(), BAD)


def read_ballots(
    file: str,
    columns: VoteColumns,
    batches: Iterable[Batch],
    statements: dict[str, int],
    statements_file: str,
    findings: Findings,
) -> Ballots:
    """All votes of a file; what is wrong goes to `findings`. O(n_votes), about a million rows a second."""
    numbers, known, stances = _Numbers(), _Known(statements), _Known(STANCES)
    parts: list[Part] = []
    checks = (
        (columns.participant, numbers, _no_participant),
        (columns.statement, known, _unknown_statement(statements_file)),
        (columns.stance, stances, _unknown_stance),
    )
    for batch in batches:
        found = []
        for name, table, complaint in checks:
            written = _present(batch, name)
            values = np.fromiter(map(table.__getitem__, written), np.int32, len(written))
            for i in np.flatnonzero(values == BAD):
                findings.problem(file, batch.rows[i], name, *complaint(written[i]))
            found.append(values)
        times = _times(file, columns.cast_at, batch, findings)
        parts.append((found[0], found[1], found[2].astype(np.int8), times))
    if not parts and not findings.n_problems:
        findings.problem(file, None, None, "It holds no vote.", "Mend: give at least one row below the header.")
    return _joined(tuple(numbers.ids), parts)


def _present(batch: Batch, name: str) -> Sequence[str]:
    column = batch.columns[name]
    assert column is not None  # noqa: S101  # a required column; its absence was refused with the header
    return column


def _joined(ids: tuple[str, ...], parts: list[Part]) -> Ballots:
    participant, statement, stance, times = zip(*parts, strict=True) if parts else ((), (), (), ())
    ballots = (_end_to_end(participant, np.int32), _end_to_end(statement, np.int32), _end_to_end(stance, np.int8))
    moments = [part for part in times if part is not None]
    if moments:
        cast_at = np.concatenate(moments)
        if len(cast_at) == len(ballots[0]) and (cast_at[1:] < cast_at[:-1]).any():
            order = np.argsort(cast_at, kind="stable")
            return Ballots(ids, ballots[0][order], ballots[1][order], ballots[2][order])
    return Ballots(ids, *ballots)


def _end_to_end(parts: Sequence[NDArray[Array]], dtype: type[Array]) -> NDArray[Array]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def _times(file: str, name: str, batch: Batch, findings: Findings) -> NDArray[np.float64] | None:
    """When each vote was cast, in whatever unit the file counts; None when the file does not say."""
    written = batch.columns[name]
    if written is None:
        return None
    try:
        return np.fromiter(map(float, written), np.float64, len(written))
    except ValueError:
        return np.fromiter(_moments(file, name, batch.rows, written, findings), np.float64, len(written))


def _moments(file: str, name: str, rows: Sequence[int], written: Sequence[str], findings: Findings) -> Iterator[float]:
    for row, value in zip(rows, written, strict=True):
        try:
            moment = datetime.fromisoformat(value.strip())
            yield (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            findings.problem(
                file,
                row,
                name,
                f"{quoted(value)} is not a time.",
                "Mend: write 2026-03-14T09:30:00 in every row, or leave the whole column out.",
            )
            yield 0.0


def _no_participant(_: str) -> tuple[str, str]:
    return "It is empty.", "Mend: say who voted; any id will do, the same for the same person."


def _unknown_statement(statements_file: str) -> Callable[[str], tuple[str, str]]:
    def complaint(written: str) -> tuple[str, str]:
        return (
            f"There is no statement {quoted(written)} in {statements_file}.",
            f"Mend: add it to {statements_file}, or leave its votes out.",
        )

    return complaint


def _unknown_stance(written: str) -> tuple[str, str]:
    return f"{quoted(written)} is not a stance.", "Mend: write 1 for agree, 0 for pass, -1 for disagree."
