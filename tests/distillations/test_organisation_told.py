"""Nothing told of units and roles gives a small one away: not at once, not by subtraction, not from time to time."""

import json
from itertools import pairwise

import numpy as np
import pytest

from sayso.distillations.publication import publish
from sayso.distillations.report.organisation import whole_organisation
from sayso.engine.conversation import Conversation
from sayso.engine.distil import Settings, distil
from sayso.engine.roster import Roster
from sayso.engine.votes import VoteMatrix

LEAST = 5
N_STATEMENTS = 6


def body_of(people_by_unit, took_part_by_unit, seed=0):
    """A snapshot of an organisation in which the first so many of each unit answered everything."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(people_by_unit)), people_by_unit)
    first = np.concatenate([[0], np.cumsum(people_by_unit)[:-1]])
    person = np.concatenate([start + np.arange(n) for start, n in zip(first, took_part_by_unit, strict=True)])
    n = len(person)
    rows, columns = np.divmod(np.arange(n * N_STATEMENTS), N_STATEMENTS)
    agrees = rng.random(len(rows)) < 0.2 + 0.6 * (unit[person][rows] % 2)
    nothing = np.zeros(N_STATEMENTS, dtype=bool)
    conversation = Conversation(
        votes=VoteMatrix.from_arrays(rows, columns, np.where(agrees, 1, -1)),
        participant_ids=tuple(f"p{i}" for i in range(n)),
        statement_ids=tuple(map(str, range(N_STATEMENTS))),
        texts=tuple(f"thought number {j}" for j in range(N_STATEMENTS)),
        topics=("",) * N_STATEMENTS,
        is_seed=nothing,
        rejected=nothing,
        author=np.full(N_STATEMENTS, -1),
        title="",
        question="",
        n_members=len(unit),
        roster=Roster(
            unit,
            np.zeros(len(unit), dtype=np.int64),
            tuple(f"unit {k}" for k in range(len(people_by_unit))),
            ("",),
            person.astype(np.int64),
        ),
    )
    return distil(conversation, seed=1, settings=Settings(tier="fast")).snapshot


def told_units(published):
    """For each statement, the units of which something is told, with their votes."""
    return [
        {cell["part"]: cell["seen"] for cell in row["organisation"]["units"] if cell["seen"] is not None}
        for row in published["statements"]
    ]


@pytest.mark.parametrize("took_part", [(40, 30, 3), (40, 30, 4, 2), (40, 7, 1), (12, 1, 1)])
def test_no_small_unit_is_told_nor_follows_by_subtraction(took_part):
    published = publish(body_of([60] * len(took_part), took_part))
    for row, units in zip(published["statements"], told_units(published), strict=True):
        assert all(took_part[unit] >= LEAST for unit in units)
        rest = row["organisation"]["seen"] - sum(units.values())
        assert rest == 0 or rest >= LEAST


def test_how_many_of_a_unit_took_part_is_not_told():
    published = publish(body_of([60, 30, 41], [40, 30, 40]))
    assert {part["n_took_part"] for part in published["organisation"]["units"]} == {None}


def test_figures_told_one_after_the_other_never_differ_by_a_handful():
    steps = [(30, 30, 3), (31, 30, 4), (31, 36, 5), (37, 36, 6), (45, 36, 9), (45, 44, 20)]
    published, seen = None, []
    for took_part in steps:
        published = publish(body_of([60, 60, 60], took_part), published)
        seen.append([(row["organisation"]["seen"], row["organisation"]["units"]) for row in published["statements"]])
    for then, now in pairwise(seen):
        for (whole_then, before), (whole_now, after) in zip(then, now, strict=True):
            both = [
                (a["seen"], b["seen"])
                for a, b in zip(before, after, strict=True)
                if a["seen"] is not None and b["seen"] is not None
            ]
            steps_told = [b - a for a, b in both]
            rest = (whole_now - sum(b for _, b in both)) - (whole_then - sum(a for a, _ in both))
            assert all(step == 0 or abs(step) >= LEAST for step in [*steps_told, rest])


def test_a_statement_turned_down_tells_nothing_of_the_organisation():
    body = body_of([60, 60], [30, 30])
    body["statements"][2]["rejected"] = True
    published = publish(body)
    assert "2" not in {row["statement_id"] for row in published["statements"]}
    assert "thought number 2" not in json.dumps(published)


def test_without_a_roster_nothing_is_told_of_the_organisation():
    body = body_of([60, 60], [30, 30])
    body["organisation"] = None
    for row in body["statements"]:
        row["organisation"] = None
    published = publish(body)
    assert published["organisation"] is None and whole_organisation(published) is None


def test_the_report_lists_units_that_differ_those_that_do_not_and_those_too_small():
    whole = whole_organisation(publish(body_of([90, 90, 90, 90], [80, 80, 3, 4])))
    units = whole.parts["units"]
    assert {found.name for found in units.differing} <= {"unit 0", "unit 1"}
    assert units.differing[0].differences[0].is_more is (units.differing[0].name == "unit 1")
    assert units.untold == ["unit 2", "unit 3"]
    assert [*units.alike, *units.untold, *(found.name for found in units.differing)].count("unit 0") == 1
