"""Joins statements and ballots to a `Conversation`, in one order whatever the order of the files."""

from __future__ import annotations

import numpy as np

from sayso.engine.conversation import Conversation
from sayso.engine.sources.ballots import Ballots
from sayso.engine.sources.problems import Findings, counted
from sayso.engine.sources.statements import Statements
from sayso.engine.votes import VoteMatrix


def assemble(
    statements: Statements,
    ballots: Ballots,
    findings: Findings,
    *,
    title: str = "",
    question: str = "",
    n_members: int | None = None,
) -> Conversation:
    """The conversation: rows and columns by id (numbers by size, other ids as the file has them).

    A statement that was turned down before anybody voted on it is left out: nobody was asked.
    """
    asked = np.bincount(ballots.statement, minlength=len(statements.ids)) > 0
    kept = [i for i in _in_order(tuple(statements.ids)) if asked[i] or not statements.rejected[i]]
    column = np.full(len(statements.ids), -1, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    row_order = _in_order(ballots.participant_ids)
    row = np.empty(len(row_order), dtype=np.int64)
    row[row_order] = np.arange(len(row_order))
    votes = VoteMatrix.from_arrays(
        row[ballots.participant],
        column[ballots.statement],
        ballots.stance,
        n_participants=len(row_order),
        n_statements=len(kept),
    )
    if repeats := len(ballots.stance) - votes.n_votes:
        findings.notes.append(
            f"{counted(repeats, 'vote was', 'votes were')} replaced by a later one of the same participant."
        )
    if left_out := len(statements.ids) - len(kept):
        they = counted(left_out, "statement was", "statements were")
        it = "it" if left_out == 1 else "them"
        findings.notes.append(f"{they} turned down before anybody voted on {it}; left out.")
    participant_ids = tuple(ballots.participant_ids[i] for i in row_order)
    row_of = {participant: i for i, participant in enumerate(participant_ids)}
    return Conversation(
        votes=votes,
        participant_ids=participant_ids,
        statement_ids=tuple(statements.ids[i] for i in kept),
        texts=tuple(statements.texts[i] for i in kept),
        topics=tuple(statements.topics[i] for i in kept),
        is_seed=np.array([statements.is_seed[i] for i in kept], dtype=bool),
        rejected=np.array([statements.rejected[i] for i in kept], dtype=bool),
        author=np.array([row_of.get(statements.authors[i], -1) for i in kept], dtype=np.int64),
        title=title,
        question=question,
        n_members=n_members,
        notes=tuple(findings.notes),
    )


def _in_order(ids: tuple[str, ...]) -> list[int]:
    """Places by number when every id is one, else as they are."""
    if all(name.isascii() and name.isdigit() for name in ids):
        return sorted(range(len(ids)), key=lambda i: (int(ids[i]), ids[i]))
    return list(range(len(ids)))
