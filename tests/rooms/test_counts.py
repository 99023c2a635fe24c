"""After any run of entering, correcting, taking out, taking over and voting online, every vote is accounted for once.

The model is a dict on paper; the truth is asked of rows and of the event log, which must both agree with it.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from house import open_house
from rooms.building import room_in, sheet_of
from sayso.distillations import votes_store
from sayso.engagements.models import CameBy, Event, Vote
from sayso.engagements.withdrawing import take_back_all_votes
from sayso.rooms.models import EntryBatch, SheetState
from sayso.rooms.rules import Refused
from sayso.rooms.sheet_actions import (
    TypedSheet,
    correct_sheet,
    enter_file,
    enter_sheet,
    leave_out,
    take_back,
    take_over,
    withdraw_sheet,
)

PEOPLE, SHEETS, LINES = 4, 5, 4
person = st.integers(0, PEOPLE - 1)
number = st.integers(1, SHEETS)
line = st.integers(1, LINES)
stance = st.sampled_from([-1, 0, 1])
answers = st.dictionaries(line, stance, min_size=1, max_size=LINES)


class RoomsAndPeople(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        """Each run begins with an empty house."""
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.house = open_house(people=PEOPLE, statements=LINES)
        self.session = room_in(self.house, n_sheets=SHEETS)
        self.lead = self.house.members[0]
        self.online: dict[int, dict[int, int]] = {n: {} for n in range(PEOPLE)}
        self.paper: dict[int, dict[int, int]] = {}
        self.gone: set[int] = set()
        self.in_batch: dict[int, set[int]] = {}

    @rule(who=person, on=line, what=stance)
    def vote(self, who: int, on: int, what: int) -> None:
        self.house.vote(who, on - 1, what)
        self.online[who][on] = what

    @rule(who=person)
    def take_all_back(self, who: int) -> None:
        take_back_all_votes(participant=self.house.participants[who])
        self.online[who] = {}

    @rule(which=number, typed=answers)
    def enter(self, which: int, typed: dict[int, int]) -> None:
        known = which in self.paper or which in self.gone
        try:
            enter_sheet(sheet=sheet_of(self.session, which), answers=typed, by=self.lead)
        except Refused:
            assert known
        else:
            assert not known
            self._came_in({which: typed})

    @rule(which=st.sets(number, min_size=1), typed=answers)
    def bring(self, which: set[int], typed: dict[int, int]) -> None:
        rows = [TypedSheet(sheet_of(self.session, n), typed) for n in sorted(which)]
        try:
            enter_file(session=self.session, sheets=rows, by=self.lead)
        except Refused:
            assert which & (self.paper.keys() | self.gone), "one of them is in already, so none came in"
        else:
            self._came_in(dict.fromkeys(sorted(which), typed))

    def _came_in(self, sheets: dict[int, dict[int, int]]) -> None:
        self.paper |= {n: dict(typed) for n, typed in sheets.items()}
        for members in self.in_batch.values():
            members -= sheets.keys()
        self.in_batch[EntryBatch.objects.latest("pk").pk] = set(sheets)

    @rule(which=number, typed=answers)
    def correct(self, which: int, typed: dict[int, int]) -> None:
        with suppress(Refused):
            correct_sheet(sheet=sheet_of(self.session, which), answers=typed, by=self.lead)
            assert which in self.paper
            self.paper[which] = dict(typed)

    @rule(which=number)
    def withdraw(self, which: int) -> None:
        with suppress(Refused):
            withdraw_sheet(sheet=sheet_of(self.session, which), by=self.lead)
            del self.paper[which]

    @rule(place=st.integers(0, 9))
    def undo(self, place: int) -> None:
        if self.in_batch:
            pk = sorted(self.in_batch)[place % len(self.in_batch)]
            take_back(batch=EntryBatch.objects.get(pk=pk), by=self.lead)
            for n in self.in_batch.pop(pk):
                self.paper.pop(n, None)

    @rule(which=number, who=person)
    def over(self, which: int, who: int) -> None:
        with suppress(Refused):
            take_over(sheet=sheet_of(self.session, which), participant=self.house.participants[who])
            self.online[who] = {**self.paper.pop(which), **self.online[who]}
            self.gone.add(which)

    @rule(which=number, who=person)
    def out(self, which: int, who: int) -> None:
        with suppress(Refused):
            leave_out(sheet=sheet_of(self.session, which), participant=self.house.participants[who])
            self.paper.pop(which, None)
            self.gone.add(which)

    @invariant()
    def rows_and_log_are_what_was_done(self) -> None:
        if not hasattr(self, "house"):
            return
        expected = Counter(
            (on, what) for given in (*self.online.values(), *self.paper.values()) for on, what in given.items()
        )
        place = {statement.pk: n for n, statement in enumerate(self.house.statements, 1)}
        rows = Counter((place[s], what) for s, what in Vote.objects.values_list("statement", "stance"))
        log = votes_store.load(self.house.engagement, Event.objects.latest("pk").pk)
        column = [place[int(pk)] for pk in log.statement_ids]
        told = Counter(
            (column[s], what) for s, what in zip(log.votes.statement.tolist(), log.votes.stance.tolist(), strict=True)
        )
        assert rows == told == expected
        people = sum(1 for given in (*self.online.values(), *self.paper.values()) if given)
        assert log.votes.n_participants == people
        assert {s.number for s in self.session.sheets.filter(state=SheetState.ENTERED)} == set(self.paper)
        assert not Vote.objects.filter(participant__came_by=CameBy.TABLE).exists()


RUNS = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@pytest.mark.slow
@pytest.mark.django_db
def test_every_vote_is_accounted_for() -> None:
    run_state_machine_as_test(RoomsAndPeople, settings=RUNS)  # type: ignore[no-untyped-call]
