"""Simulated members who keep voting and now and then write, through the same actions as people.

A few sit at their cards at any time; each answers one, thinks, answers the next, and leaves after a sitting. What
they say to a statement is drawn from the same truth as the votes so far.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

import numpy as np
from django.db import Error, connection

from sayso.demo.population import Population
from sayso.demo.sayings import read_sayings
from sayso.demo.world import simulated_members, topics_of
from sayso.engagements import actions, queries
from sayso.engagements.models import Engagement, Participant, Statement
from sayso.engagements.rules import Refused

log = logging.getLogger("sayso.demo")

AT_ONCE = 4  # people at their cards
THINKING_S = 1.6  # mean between two answers of one person
SITTING = 20  # mean number of cards before somebody leaves
WRITES = 0.03  # chance that an answer is followed by words of one's own
NEWCOMERS = 0.25  # share of sittings by somebody who has not been here before
PLAIN_AGREE, PLAIN_PASS = 0.55, 0.12  # for statements the simulator does not know: a visitor's own


@dataclass
class Sitter:
    """Somebody at their cards: their row in the simulation, and how many they still mean to answer."""

    row: int
    participant: Participant
    n_left: int


class Crowd:
    """The simulated members of one engagement. `step` is one person's next answer."""

    def __init__(self, engagement: Engagement, population: Population, rng: np.random.Generator) -> None:
        self.engagement, self.population, self.rng = engagement, population, rng
        self._members = simulated_members(engagement)
        self._topics = topics_of(engagement)
        said = set(engagement.statements.values_list("text", flat=True))
        self._unsaid = [saying for saying in read_sayings("later") if saying.text not in said]
        self._sitters: list[Sitter] = []

    def run(self, stop: threading.Event) -> None:
        """Go on until asked to stop; a database that is busy or away is waited for."""
        while not stop.wait(float(self.rng.exponential(THINKING_S / AT_ONCE))):
            try:
                self.step()
            except Refused as refusal:
                log.debug("a simulated member was refused: %s", refusal)
            except Error as trouble:
                log.warning("the simulated members wait for the database: %s", trouble)
                connection.close()
                stop.wait(2.0)
        connection.close()

    def step(self) -> None:
        """One person answers one card, and perhaps writes; somebody new sits down when there is room."""
        while len(self._sitters) < AT_ONCE:
            self._sitters.append(self._sit_down())
        sitter = self._sitters[int(self.rng.integers(len(self._sitters)))]
        drawn = queries.next_statement(sitter.participant)
        if drawn is None or sitter.n_left == 0:
            self._sitters.remove(sitter)
            return
        sitter.n_left -= 1
        actions.cast_vote(
            participant=sitter.participant,
            statement=drawn.statement,
            stance=self.stance_of(sitter.row, drawn.statement),
            is_important=bool(self.rng.random() < 0.1),
            probability=drawn.probability,
        )
        if self._unsaid and self.rng.random() < WRITES:
            self._write(sitter)

    def stance_of(self, row: int, statement: Statement) -> int:
        """What this person says to this statement; to a visitor's own words, whatever people say on average."""
        column = self.population.column_of.get(statement.text)
        if column is None:
            passes, agrees = self.rng.random() < PLAIN_PASS, self.rng.random() < PLAIN_AGREE
            return 0 if passes else 1 if agrees else -1
        drawn = self.population.simulated.draw_stances(self.rng, np.array([row]), np.array([column]))
        return int(drawn[0])

    def _sit_down(self) -> Sitter:
        """Mostly somebody who has been here, sometimes a newcomer; two may be the same person at two devices."""
        takes_part = self.population.simulated.takes_part
        is_wanted = ~takes_part if self.rng.random() < NEWCOMERS and not takes_part.all() else takes_part
        row = int(self.rng.choice(np.flatnonzero(is_wanted)))
        participant = actions.join(engagement=self.engagement, member=self._members[row])
        return Sitter(row, participant, 1 + int(self.rng.poisson(SITTING)))

    def _write(self, sitter: Sitter) -> None:
        """The saying, of those not said yet, that this person agrees with most."""
        columns = np.array([self.population.column_of[saying.text] for saying in self._unsaid])
        rows = np.full(len(columns), sitter.row)
        likes = self.population.simulated.agree_probability(rows, columns)
        saying = self._unsaid.pop(int(likes.argmax()))
        actions.say_statement(participant=sitter.participant, topic=self._topics[saying.topic], text=saying.text)
