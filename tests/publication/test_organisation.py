"""Nothing told of units and roles gives a small one away: not at once, not by subtraction, not from time to time."""

import json
from itertools import pairwise

import numpy as np
import pytest

from sayso.distillations.report.organisation import whole_organisation
from sayso.engine.conversation import Conversation
from sayso.engine.distil import Settings, distil
from sayso.engine.roster import Roster
from sayso.engine.votes import VoteMatrix
from sayso.publication.snapshots import publish

LEAST = 5
N_STATEMENTS = 6


def body_of(people_by_unit, took_part_by_unit, seed=0, role=None, n_beside=0):
    """A snapshot of an organisation in which the first so many of each unit answered everything.

    `role` gives each person's, in order; `n_beside` more people answered who are not on the roster.
    """
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(people_by_unit)), people_by_unit)
    first = np.concatenate([[0], np.cumsum(people_by_unit)[:-1]])
    person = np.concatenate([start + np.arange(n) for start, n in zip(first, took_part_by_unit, strict=True)])
    person = np.concatenate([person, np.full(n_beside, -1)])
    n = len(person)
    role = np.zeros(len(unit), dtype=np.int64) if role is None else np.array(role)
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
            role,
            tuple(f"unit {k}" for k in range(len(people_by_unit))),
            tuple(f"role {k}" for k in range(role.max() + 1)),
            person.astype(np.int64),
        ),
    )
    return distil(conversation, seed=1, settings=Settings(tier="fast")).snapshot


def told_units(body, kind="units"):
    """For each statement, the units of which something is told, with their votes."""
    return [
        {cell["part"]: cell["seen"] for cell in row["organisation"][kind] if cell["seen"] is not None}
        for row in body["statements"]
    ]


@pytest.mark.parametrize("took_part", [(40, 30, 3), (40, 30, 4, 2), (40, 7, 1), (12, 1, 1)])
def test_not_even_the_file_holds_a_small_unit_or_what_gives_one_away(took_part):
    body = body_of([60] * len(took_part), took_part)
    for told in (body, publish(body)):
        for row, units in zip(told["statements"], told_units(told), strict=True):
            assert all(took_part[unit] >= LEAST for unit in units)
            rest = row["organisation"]["seen"] - sum(units.values())
            assert rest == 0 or rest >= LEAST


def test_a_hidden_cell_holds_nothing_at_all():
    cells = [cell for row in body_of([60, 60, 60], [40, 30, 3])["statements"] for cell in row["organisation"]["units"]]
    hidden = [{key: value for key, value in cell.items() if key != "part"} for cell in cells if cell["agree"] is None]
    assert hidden and all(set(cell.values()) == {None} for cell in hidden)


def test_how_many_of_a_unit_took_part_is_not_written_down():
    body = body_of([60, 30, 41], [40, 30, 40])
    assert [set(part) for part in body["organisation"]["units"]] == [{"name", "n_people", "told"}] * 3


def test_units_and_roles_together_do_not_single_out_one_person():
    nurses_but_one = [0] * 19 + [1] + [1] * 20
    body = body_of([20, 20], [20, 20], role=nurses_but_one)
    assert all(units and not roles for units, roles in zip(told_units(body), told_units(body, "roles"), strict=True))


def test_roles_are_told_where_enough_people_tell_them_from_units():
    nurses_but_five = [0] * 15 + [1] * 5 + [1] * 20
    body = body_of([20, 20], [20, 20], role=nurses_but_five)
    assert all(len(roles) == 2 for roles in told_units(body, "roles"))


def test_a_role_that_is_two_units_and_one_person_more_is_not_told():
    role = [0] * 10 + [0] * 10 + [0] + [1] * 29
    body = body_of([10, 10, 30], [10, 10, 30], role=role)
    assert all(units and not roles for units, roles in zip(told_units(body), told_units(body, "roles"), strict=True))


@pytest.mark.parametrize(("n_beside", "is_told"), [(0, True), (1, False), (4, False), (5, True)])
def test_those_beside_the_roster_do_not_follow_by_subtraction(n_beside, is_told):
    body = body_of([60, 60], [40, 30], n_beside=n_beside)
    assert {row["organisation"] is not None for row in body["statements"]} == {is_told}
    assert {row["organisation"] is not None for row in publish(body)["statements"]} == {is_told}


def test_nor_do_they_from_one_snapshot_to_the_next():
    before = publish(body_of([60, 60], [40, 30], n_beside=5))
    after = publish(body_of([60, 60], [46, 30], n_beside=6), before)
    assert all(row["organisation"]["seen"] in (70, 76) for row in after["statements"])
    assert all(row["organisation"]["n_answers"] - row["organisation"]["seen"] == 5 for row in after["statements"])


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
