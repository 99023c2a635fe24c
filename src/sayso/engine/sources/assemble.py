"""Joins what a folder holds to a `Conversation`."""

from __future__ import annotations

import numpy as np

from sayso.engine.conversation import Conversation
from sayso.engine.files.problems import Findings, counted
from sayso.engine.files.said import Said, laid_out
from sayso.engine.votes import VoteMatrix


def assemble(said: Said, findings: Findings, *, n_members: int | None = None) -> Conversation:
    """The conversation, in the order of `laid_out`; what was noticed on the way is added to `findings`."""
    layout, statements = laid_out(said), said.statements
    kept = layout.statements
    votes = VoteMatrix.from_arrays(
        layout.row,
        layout.column,
        layout.stance,
        n_participants=len(layout.participants),
        n_statements=len(kept),
    )
    if repeats := len(layout.stance) - votes.n_votes:
        findings.notes.append(
            f"{counted(repeats, 'vote was', 'votes were')} replaced by a later one of the same participant."
        )
    if left_out := len(statements.ids) - len(kept):
        they = counted(left_out, "statement was", "statements were")
        it = "it" if left_out == 1 else "them"
        findings.notes.append(f"{they} turned down before anybody voted on {it}; left out.")
    participant_ids = tuple(said.ballots.participant_ids[i] for i in layout.participants)
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
        title=said.title,
        question=said.question,
        n_members=n_members,
        notes=tuple(findings.notes),
    )
