"""A Polis export folder: ``comments.csv`` with ``participants-votes.csv`` or ``votes.csv``, and ``summary.csv``.

When both files of votes are there, the wide one is read: it is the matrix itself, with each row's own counts to
tell its sign by. The sign of ``votes.csv`` differs between Polis' API and its export; it is never assumed, but told
by the agrees and disagrees of ``comments.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sayso.engine.files import ballots, statements
from sayso.engine.files.ballots import Ballots
from sayso.engine.files.problems import BadInput, Findings
from sayso.engine.files.said import Said
from sayso.engine.files.statements import Statements
from sayso.engine.files.summary import title_and_question
from sayso.engine.files.tables import Batch, CsvTable, Progress, Unreadable
from sayso.engine.files.wide import read_wide

COMMENTS, WIDE, LONG, SUMMARY = "comments.csv", "participants-votes.csv", "votes.csv", "summary.csv"


def is_polis(folder: Path) -> bool:
    """Whether this folder is a Polis export and not our own pair."""
    return (folder / COMMENTS).is_file() and not (folder / "statements.csv").is_file()


def read_polis(folder: Path, findings: Findings, *, progress: Progress | None = None) -> Said:
    """What an export folder holds; raises `BadInput` with all that was found wrong."""
    columns = statements.POLIS
    counts: list[tuple[str, str]] = []
    with CsvTable(folder / COMMENTS, findings, required=(columns.id, columns.text), progress=progress) as table:
        batches = _noting_counts(table, columns.names(), counts)
        found = statements.read_statements(COMMENTS, columns, batches, findings)
    if (folder / WIDE).is_file():
        with CsvTable(folder / WIDE, findings, required=("participant",), progress=progress) as table:
            cast = read_wide(table, found.number, COMMENTS, findings)
    else:
        long = ballots.POLIS
        with CsvTable(folder / LONG, findings, required=long.names()[:3], progress=progress) as table:
            cast = ballots.read_ballots(LONG, long, table.batches(long.names()), found.number, COMMENTS, findings)
        findings.stop_if_any()
        cast = _with_sign(cast, found, counts, findings)
    findings.stop_if_any()
    title, question = title_and_question(folder / SUMMARY)
    return Said(found, cast, title, question)


def read_polis_soundly(folder: Path) -> Said:
    """The same, raising `BadInput` also where a file cannot be opened at all."""
    findings = Findings()
    try:
        return read_polis(folder, findings)
    except Unreadable:
        raise BadInput(findings.problems, findings.n_problems) from None


def _noting_counts(table: CsvTable, names: tuple[str, ...], counts: list[tuple[str, str]]) -> Iterator[Batch]:
    """The batches of statements, with (agrees, disagrees) of each row put by."""
    for batch in table.batches((*names, "agrees", "disagrees")):
        agrees, disagrees = batch.columns["agrees"], batch.columns["disagrees"]
        if agrees is not None and disagrees is not None:
            counts.extend(zip(agrees, disagrees, strict=True))
        yield batch


def _with_sign(cast: Ballots, found: Statements, counts: list[tuple[str, str]], findings: Findings) -> Ballots:
    """The ballots with 1 meaning agree: the sign whose sums lie nearer to the counts of ``comments.csv``."""
    if not cast.stance.any():
        return cast
    agrees, disagrees = _counted(counts, len(found.ids))
    ones, minus_ones = (
        np.bincount(cast.statement[cast.stance == stance], minlength=len(found.ids)) for stance in (1, -1)
    )
    as_written = np.abs(ones - agrees).sum() + np.abs(minus_ones - disagrees).sum()
    turned = np.abs(ones - disagrees).sum() + np.abs(minus_ones - agrees).sum()
    if as_written == turned:
        findings.problem(
            LONG,
            None,
            "vote",
            "Nothing tells whether 1 means agree or disagree; exports differ.",
            f"Mend: give {COMMENTS} its columns agrees and disagrees, or add {WIDE}.",
        )
        return cast
    if as_written < turned:
        return cast
    findings.notes.append(f"{LONG}: -1 means agree in this file, by the counts of {COMMENTS}; signs were turned.")
    return Ballots(cast.participant_ids, cast.participant, cast.statement, -cast.stance)


def _counted(counts: list[tuple[str, str]], n_statements: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    try:
        numbers = np.array(counts, dtype=np.float64).reshape(-1, 2)
    except ValueError:
        numbers = np.zeros((0, 2))
    if len(numbers) != n_statements:
        numbers = np.zeros((n_statements, 2))
    return numbers[:, 0], numbers[:, 1]
