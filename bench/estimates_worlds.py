"""Planted organisations for the bench of estimates: who answers depends on unit and role, and so does what they think.

People, opinions and statements come from `simulate_engagement`; here come the roles, who takes part, when, and which
statements an adaptive router shows whom, with the probability of each choice written down. What everybody would
answer to everything is drawn first, for the whole roster: that is the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from sayso.engine.exposure import exposure_weights
from sayso.engine.roster import Roster
from sayso.engine.simulate import simulate_engagement
from sayso.engine.votes import VoteMatrix


@dataclass(frozen=True)
class Scenario:
    """One kind of organisation."""

    name: str
    n_people: int
    n_statements: int
    n_groups: int
    n_worlds: int = 8
    n_units: int = 9
    n_roles: int = 4
    response: float = 0.35
    response_spread: float = 0.9  # of units' and roles' log-odds of taking part
    votes_each: float = 25.0
    local: float = 0.0  # spread of log-odds that a unit adds to a statement, beyond what its people's places say
    adaptive: bool = True
    late: float = 0.25  # share of statements that come while people vote; units vote one after the other
    continuous: bool = False


SCENARIOS = (
    Scenario("200 people", 200, 40, 2, n_worlds=24, n_units=5, n_roles=3, response=0.5, votes_each=15),
    Scenario("1,200 people, three groups", 1_200, 80, 3),
    Scenario("1,200 people, units of their own mind", 1_200, 80, 2, local=0.6),
    Scenario("1,200 people, nothing adaptive or late", 1_200, 80, 3, adaptive=False, late=0.0),
    Scenario("3,000 people, no groups", 3_000, 80, 1, response=0.3, continuous=True),
    Scenario("3,000 people, one in eight takes part", 3_000, 80, 2, n_units=20, response=0.12),
    Scenario("20,000 people", 20_000, 100, 3, n_worlds=2, n_units=30, n_roles=6, response=0.25),
)


@dataclass(frozen=True, eq=False)
class World:
    votes: VoteMatrix
    roster: Roster
    answers: np.ndarray  # int8 [n_people, n_statements]: what everybody would say
    group: np.ndarray  # planted, of everybody
    exposure: np.ndarray  # float [n_votes]: weights that undo the router


def make_world(rng: np.random.Generator, kind: Scenario) -> World:
    n, j = kind.n_people, kind.n_statements
    people = simulate_engagement(
        rng,
        n_participants=n,
        n_statements=j,
        n_groups=kind.n_groups,
        votes_per_participant=1,
        n_units=kind.n_units,
        spread="continuous" if kind.continuous else "groups",
    )
    role = _roles(rng, people, kind.n_roles)
    answers = _answers(rng, people, kind)
    odds = logit(kind.response) + rng.normal(0, kind.response_spread, kind.n_units)[people.unit]
    odds += rng.normal(0, kind.response_spread, kind.n_roles)[role]
    takes_part = rng.random(n) < expit(odds)
    takes_part[rng.integers(0, n, 3)] = True
    person, column, chance, step = _route(rng, kind, people, answers, takes_part)
    who = np.flatnonzero(takes_part)
    row = np.full(n, -1)
    row[who] = np.arange(len(who))
    rows = row[person]
    votes = VoteMatrix.from_arrays(rows, column, answers[person, column], n_participants=len(who), n_statements=j)
    order = np.argsort(rows * j + column)
    n_steps = votes.votes_per_participant()[votes.participant]
    unit_names = tuple(f"u{k}" for k in range(kind.n_units))
    roster = Roster(people.unit, role, unit_names, tuple(f"r{k}" for k in range(kind.n_roles)), person=who)
    return World(votes, roster, answers, people.group, exposure_weights(chance[order], step[order], n_steps))


def _roles(rng, people, n_roles):
    """A role goes with where people stand."""
    direction = rng.standard_normal((people.position.shape[1], n_roles))
    spread = people.position.std(axis=0).mean()
    pull = people.position @ direction / spread * 0.6 + rng.normal(0, 0.5, n_roles)
    return (pull + rng.gumbel(size=pull.shape)).argmax(axis=1).astype(np.int64)


def _answers(rng, people, kind):
    n, j = people.votes.shape
    answers = np.empty((n, j), dtype=np.int8)
    local = rng.normal(0, kind.local, (kind.n_units, j)) if kind.local else np.zeros((kind.n_units, j))
    for start in range(0, n, 2000):
        some = np.arange(start, min(start + 2000, n))
        rows, columns = np.repeat(some, j), np.tile(np.arange(j), len(some))
        agree = people.agree_probability(rows, columns)
        agree = expit(logit(np.clip(agree, 1e-6, 1 - 1e-6)) + local[people.unit[rows], columns])
        passes = rng.random(len(rows)) < people.pass_probability(rows, columns)
        said = np.where(passes, 0, np.where(rng.random(len(rows)) < agree, 1, -1))
        answers[some] = said.reshape(len(some), j)
    return answers


def _route(rng, kind, people, answers, takes_part):
    """(person, statement, probability of the draw, draws before) of every vote.

    The router knows a loading of each statement (here: the true one with noise) and places people by what they said
    so far; it prefers statements on which someone of that place is undecided or keen, new statements, and those that
    interest (a fixed appeal), with a floor for all.
    """
    j = answers.shape[1]
    who = np.flatnonzero(takes_part)
    arrival = (people.unit[who] / kind.n_units + rng.random(len(who))) / 2  # units one after the other, overlapping
    appears = np.where(rng.random(j) < kind.late, rng.random(j) * 0.8, 0.0)
    loading = people.loading + rng.normal(0, 0.2, people.loading.shape)
    appeal = rng.normal(0, 1.0, j)
    wanted = np.maximum(rng.poisson(kind.votes_each * rng.gamma(1.5, 1 / 1.5, len(who))), 1)
    seen_by_all = np.zeros(j)
    out = []
    for wave in np.array_split(np.argsort(arrival), 20):
        if not len(wave):
            continue
        open_now = np.repeat((appears <= arrival[wave].min())[None], len(wave), axis=0)
        place = np.zeros((len(wave), loading.shape[1]))
        for step in range(int(wanted[wave].max())):
            going = (wanted[wave] > step) & open_now.any(axis=1)
            if not going.any():
                break
            g = np.flatnonzero(going)
            score = np.zeros((len(g), j))
            if kind.adaptive:
                lean = place[g] @ loading.T / np.sqrt(step + 1)
                score = 0.8 * np.tanh(lean) - 0.5 * np.abs(lean) + appeal - 0.5 * np.log1p(seen_by_all)
            score = np.where(open_now[g], score, -np.inf)
            chance = np.exp(score - score.max(axis=1, keepdims=True))
            chance /= chance.sum(axis=1, keepdims=True)
            chance = 0.85 * chance + 0.15 * open_now[g] / open_now[g].sum(axis=1, keepdims=True)
            pick = (np.cumsum(chance, axis=1) < rng.random((len(g), 1))).sum(axis=1)
            pick = np.minimum(pick, j - 1)
            person = who[wave[g]]
            said = answers[person, pick]
            place[g] += said[:, None] * loading[pick]
            open_now[g, pick] = False
            np.add.at(seen_by_all, pick, 1)
            out.append(np.stack([person, pick, chance[np.arange(len(g)), pick], np.full(len(g), step)]))
    person, pick, chance, step = np.concatenate(out, axis=1)
    return person.astype(np.int64), pick.astype(np.int64), chance, step
