"""What happened in the demo so far, as votes and as a log in order of time. Knows ids and moments; writes nothing."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from sayso.demo.population import Population
from sayso.demo.sayings import NOT_BEFORE_THE_END
from sayso.engagements.events import EventKind

READING_TAKES = 0.0005  # of the phase so far, from being said to being open: some minutes
IMPORTANT = 0.15  # share of the votes with a side that "matter to me"


@dataclass(frozen=True)
class Happening:
    """An event to be; `at` is a share of the phase so far, 0 to 1."""

    at: float
    kind: EventKind
    payload: dict[str, Any]


class History:
    """The days so far, told once as rows of votes and once as events; both from the same numbers."""

    def __init__(
        self,
        population: Population,
        participant_ids: np.ndarray,
        statement_ids: np.ndarray,
        topic_ids: np.ndarray,
        moderator: int,
    ) -> None:
        """Ids by row and by column of the simulation; 0 for who takes no part and for what is not said yet."""
        made = population.simulated
        self._simulated = made
        self._participant_ids, self._statement_ids, self._topic_ids = participant_ids, statement_ids, topic_ids
        self._moderator = moderator
        drawn = np.random.default_rng([population.seed, 2]).random(made.votes.n_votes)
        self._is_important = (drawn < IMPORTANT) & made.votes.is_stated

    def votes(self) -> Iterator[tuple[int, int, int, bool]]:
        """Participant id, statement id, stance and importance of each vote."""
        return self._votes_in(np.arange(self._simulated.votes.n_votes))

    def happenings(self) -> Iterator[Happening]:
        """Everything that happened, in order of time; a person comes in before they speak."""
        few = sorted([*self._joinings(), *self._sayings()], key=attrgetter("at"))
        return heapq.merge(few, self._castings(), key=attrgetter("at"))

    def _votes_in(self, order: np.ndarray) -> Iterator[tuple[int, int, int, bool]]:
        votes = self._simulated.votes
        return zip(
            self._participant_ids[votes.participant[order]].tolist(),
            self._statement_ids[votes.statement[order]].tolist(),
            votes.stance[order].tolist(),
            self._is_important[order].tolist(),
            strict=True,
        )

    def _castings(self) -> Iterator[Happening]:
        order = np.argsort(self._simulated.cast_at, kind="stable")
        moments = self._simulated.cast_at[order].tolist()
        for at, (participant, statement, stance, is_important) in zip(moments, self._votes_in(order), strict=True):
            payload = {
                "participant": participant,
                "statement": statement,
                "stance": stance,
                "is_important": is_important,
            }
            yield Happening(at, EventKind.VOTE_CAST, payload)

    def _joinings(self) -> Iterator[Happening]:
        """Each participant comes in with the first thing they do."""
        made = self._simulated
        first = np.ones(len(self._participant_ids))
        np.minimum.at(first, made.votes.participant, made.cast_at)
        for _, author, said_at, _ in self._said():
            first[author] = min(first[author], said_at)
        for row in np.flatnonzero(self._participant_ids).tolist():
            payload = {"participant": int(self._participant_ids[row])}
            yield Happening(float(first[row]), EventKind.PARTICIPANT_JOINED, payload)

    def _sayings(self) -> Iterator[Happening]:
        """Statements said and opened; those that wait are said only."""
        for number, author, said_at, opened_at in self._said():
            statement, topic = int(self._statement_ids[number]), int(self._topic_ids[number])
            if author < 0:
                yield Happening(opened_at or said_at, EventKind.STATEMENT_SEEDED, {"statement": statement})
                continue
            said = {"statement": statement, "participant": int(self._participant_ids[author]), "topic": topic}
            yield Happening(said_at, EventKind.STATEMENT_SAID, said)
            if opened_at is not None:
                decided = {"statement": statement, "moderator": self._moderator}
                yield Happening(opened_at, EventKind.STATEMENT_PUBLISHED, decided)

    def _said(self) -> Iterator[tuple[int, int, float, float | None]]:
        """Number, author's row (−1: the organisers), moment of saying, moment of opening or None while it waits."""
        appears_at = self._simulated.plan.appears_at
        is_told = (self._statement_ids > 0) & (appears_at > 0)
        for rank, number in enumerate(np.flatnonzero(is_told).tolist()):
            author, opened_at = int(self._simulated.author[number]), float(appears_at[number])
            if opened_at < NOT_BEFORE_THE_END:
                yield number, author, opened_at - READING_TAKES, opened_at
            else:
                yield number, author, opened_at + (1 - opened_at) * rank / len(appears_at), None
