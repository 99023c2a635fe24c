"""Our own folder: ``statements`` and ``votes``, each as ``.csv`` or ``.parquet``; ``summary.csv`` may give a title."""

from __future__ import annotations

from pathlib import Path

from sayso.engine.files import ballots, statements
from sayso.engine.files.parquet import ParquetTable
from sayso.engine.files.problems import Findings
from sayso.engine.files.said import Said
from sayso.engine.files.summary import title_and_question
from sayso.engine.files.tables import CsvTable, Progress


def table_of(folder: Path, name: str) -> Path | None:
    """The file of this table: ``name.parquet`` or else ``name.csv``; None when there is neither."""
    return next((path for end in (".parquet", ".csv") if (path := folder / (name + end)).is_file()), None)


def open_table(
    path: Path, findings: Findings, required: tuple[str, ...], progress: Progress | None
) -> CsvTable | ParquetTable:
    """The table, whichever kind it is; raises `Unreadable`."""
    kind = ParquetTable if path.suffix == ".parquet" else CsvTable
    return kind(path, findings, required=required, progress=progress)


def read_pair(said: Path, voted: Path, findings: Findings, *, progress: Progress | None = None) -> Said:
    """What a pair of files holds; raises `BadInput` with all that was found wrong."""
    columns = statements.OURS
    with open_table(said, findings, (columns.id, columns.text), progress) as table:
        found = statements.read_statements(said.name, columns, table.batches(columns.names()), findings)
    cast = read_votes(voted, found.number, said.name, findings, progress=progress)
    findings.stop_if_any()
    title, question = title_and_question(said.parent / "summary.csv")
    return Said(found, cast, title, question)


def read_votes(
    voted: Path,
    statements: dict[str, int],
    statements_file: str,
    findings: Findings,
    *,
    progress: Progress | None = None,
) -> ballots.Ballots:
    """Votes on statements of another file, whose numbers these are by their ids; raises `Unreadable`."""
    columns = ballots.OURS
    with open_table(voted, findings, columns.names()[:3], progress) as table:
        batches = table.batches(columns.names())
        return ballots.read_ballots(voted.name, columns, batches, statements, statements_file, findings)
