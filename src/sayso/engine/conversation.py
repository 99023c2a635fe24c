"""What was said and voted, ready to distil: the votes with the words and names of rows and columns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from sayso.engine.roster import Roster
from sayso.engine.votes import BoolArray, FloatArray, IntArray, VoteMatrix


@dataclass(frozen=True, eq=False)
class Conversation:
    """The input of a distillation.

    Attributes
    ----------
    votes : VoteMatrix
    participant_ids : str [n_participants]
        Pseudonyms; they reach no snapshot.
    statement_ids, texts, topics : str [n_statements]
    is_seed, rejected : bool [n_statements]
        Written by the organisers; turned down by moderation (its votes count, its words are not shown).
    author : int64 [n_statements]
        Row number of each statement's author, −1 when unknown or an organiser.
    title, question : str
    n_members : int or None
        Size of the roster, None when it is not known.
    roster : Roster or None
        Everybody who could have taken part, with unit and role, when it is known who of them the participants are.
    cast_at : float64 [n_votes] or None
        Seconds since any moment, of each vote in the order of `votes`; for `integrity` only, so no part of the digest.
    notes : str [any]
        What was noticed in the files and can be lived with; for the snapshot's warnings.
    """

    votes: VoteMatrix
    participant_ids: tuple[str, ...]
    statement_ids: tuple[str, ...]
    texts: tuple[str, ...]
    topics: tuple[str, ...]
    is_seed: BoolArray
    rejected: BoolArray
    author: IntArray
    title: str
    question: str
    n_members: int | None
    notes: tuple[str, ...] = ()
    roster: Roster | None = None
    cast_at: FloatArray | None = None

    def __post_init__(self) -> None:
        n_participants, n_statements = self.votes.shape
        lengths = {
            "participant_ids": (len(self.participant_ids), n_participants),
            "statement_ids": (len(self.statement_ids), n_statements),
            "texts": (len(self.texts), n_statements),
            "topics": (len(self.topics), n_statements),
            "is_seed": (len(self.is_seed), n_statements),
            "rejected": (len(self.rejected), n_statements),
            "author": (len(self.author), n_statements),
        }
        if self.roster is not None:
            lengths["roster.person"] = (len(self.roster.person), n_participants)
        if self.cast_at is not None:
            lengths["cast_at"] = (len(self.cast_at), self.votes.n_votes)
        for name, (found, expected) in lengths.items():
            if found != expected:
                raise ValueError(f"{name} has {found} entries; the votes have {expected}.")

    def digest(self) -> str:
        """SHA-256 over everything a distillation reads, as ``sha256:…``; O(votes + text).

        Two inputs with one digest give one snapshot. Participants' names are left out: they change nothing.
        """
        digest = hashlib.sha256()
        words = (
            self.title,
            self.question,
            str(self.n_members),
            *self.statement_ids,
            *self.texts,
            *self.topics,
        )
        for word in words:
            digest.update(str(len(word)).encode() + b":" + word.encode("utf-8", "surrogatepass"))
        for flags in (self.is_seed, self.rejected):
            digest.update(np.asarray(flags, dtype=np.uint8).tobytes())
        for numbers in (self.author, self.votes.row_start, self.votes.statement):
            digest.update(np.asarray(numbers, dtype="<i8").tobytes())
        digest.update(self.votes.stance.tobytes())
        if self.roster is not None:
            for part in (*self.roster.unit_names, "", *self.roster.role_names):
                digest.update(str(len(part)).encode() + b":" + part.encode("utf-8", "surrogatepass"))
            for numbers in (self.roster.unit, self.roster.role, self.roster.person):
                digest.update(np.asarray(numbers, dtype="<i8").tobytes())
        return f"sha256:{digest.hexdigest()}"
