"""From a folder to a `Conversation`, or to a list of everything that is wrong with its files.

Knows which folder is which; the formats are in `engine.files`. Reads, never writes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sayso.engine.conversation import Conversation
from sayso.engine.files.pair import open_table, read_pair, table_of
from sayso.engine.files.polis import LONG, WIDE, is_polis, read_polis
from sayso.engine.files.problems import BadInput, Findings, Problem, counted
from sayso.engine.files.said import Said
from sayso.engine.files.tables import Progress, Unreadable
from sayso.engine.sources.assemble import assemble
from sayso.engine.sources.roster import COLUMNS, People, read_people

__all__ = ["BadInput", "Problem", "read_conversation"]

WHAT_IS_READ = (
    "Mend: give a folder with statements.csv and votes.csv, or a Polis export: comments.csv with "
    "participants-votes.csv or votes.csv."
)


def read_conversation(folder: Path, *, roster: Path | None = None, progress: Progress | None = None) -> Conversation:
    """Read a folder with our pair of files, or a Polis export.

    Parameters
    ----------
    folder : Path
        Holds ``statements`` and ``votes`` (``.csv`` or ``.parquet``), or ``comments.csv`` with
        ``participants-votes.csv`` or ``votes.csv``.
    roster : Path, optional
        ``people.csv``: who could have taken part, with their units and roles. By default the folder's own, when it has
        one. Where a `person_id` is a participant's id, the conversation gets a `roster`.
    progress : function, optional
        Called with the share of a file that was read, 0 to 1, and what is being read.

    Returns
    -------
    Conversation
        Rows and columns in order of their ids when these are numbers, else in order of appearance.

    Raises
    ------
    BadInput
        With every problem of the files, each naming file, row, column and mend.

    Notes
    -----
    O(bytes): about a million votes a second; memory about 9 bytes a vote (17 with times), then that of
    `VoteMatrix.from_arrays`.
    """
    findings = Findings()
    try:
        people = _people(folder, roster, findings, progress)
        n_members = None if people is None else len(people.ids)
        conversation = assemble(_read(Path(folder), findings, progress), findings, n_members=n_members)
    except Unreadable:
        raise BadInput(findings.problems, findings.n_problems) from None
    if n_members is not None and n_members < conversation.votes.n_participants:
        what = (
            f"It lists {counted(n_members, 'person', 'people')}, but {conversation.votes.n_participants:,} took part."
        )
        file = (roster or folder / "people.csv").name
        findings.problem(file, None, None, what, "Mend: list everybody who could have taken part.")
    findings.stop_if_any()
    if people is None:
        return conversation
    known = people.roster_of(conversation.participant_ids, findings)
    return replace(conversation, roster=known, notes=tuple(findings.notes))


def _read(folder: Path, findings: Findings, progress: Progress | None) -> Said:
    said, voted = table_of(folder, "statements"), table_of(folder, "votes")
    if not folder.is_dir():
        what = "It is a file, not a folder." if folder.exists() else "There is no such folder."
        findings.problem(str(folder), None, None, what, WHAT_IS_READ)
    elif said and voted:
        return read_pair(said, voted, findings, progress=progress)
    elif is_polis(folder) and ((folder / WIDE).is_file() or (folder / LONG).is_file()):
        return read_polis(folder, findings, progress=progress)
    else:
        has = sorted(path.name for path in folder.iterdir())[:8]
        what = f"It holds {', '.join(has)}." if has else "The folder is empty."
        findings.problem(str(folder), None, None, what, WHAT_IS_READ)
    raise Unreadable


def _people(folder: Path, roster: Path | None, findings: Findings, progress: Progress | None) -> People | None:
    path = roster or (folder / "people.csv" if (folder / "people.csv").is_file() else None)
    if path is None:
        return None
    with open_table(path, findings, COLUMNS[:1], progress) as table:
        return read_people(path.name, table.batches(COLUMNS), findings)
