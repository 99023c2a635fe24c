"""No few people follow from figures by unit and by role: every sum of told figures is tried by a solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sayso.engine.overlapping.singling_out import singles_out_few
from sayso.engine.parts_told import parts_told

LEAST = 5


def fewest_derived(people, unit, role, unit_told, role_told):
    """The smallest number of people that any sum of told figures gives, weights and subtraction allowed; inf for none.

    For each cell: weigh the told sums so that it counts at least once and nobody less than nothing, and few in all.
    """
    there = people > 0
    told = [np.ones(int(there.sum()))]
    told += [(unit[there] == k).astype(float) for k in np.flatnonzero(unit_told)]
    told += [(role[there] == k).astype(float) for k in np.flatnonzero(role_told)]
    sums, count = np.array(told), people[there]
    fewest = np.inf
    for cell in range(len(count)):
        need = np.zeros(len(count))
        need[cell] = -1
        found = linprog(sums @ count, A_ub=-sums.T, b_ub=need, bounds=(None, None))
        assert found.status == 0, found.message
        fewest = min(fewest, found.fun)
    return fewest


@st.composite
def tables(draw):
    n_units, n_roles = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    size = st.sampled_from([0, 0, 0, 1, 2, 4, 5, 6, 9, 20])
    table = np.array(
        draw(st.lists(st.lists(size, min_size=n_roles, max_size=n_roles), min_size=n_units, max_size=n_units))
    )
    unit, role = np.divmod(np.arange(table.size), n_roles)
    return table.ravel(), unit, role, n_units, n_roles


@given(tables(), st.data())
@settings(max_examples=300, deadline=None)
def test_it_is_what_a_solver_finds(table, data):
    people, unit, role, n_units, n_roles = table
    if people.sum() < LEAST:
        return
    unit_told = np.array(data.draw(st.lists(st.booleans(), min_size=n_units, max_size=n_units)))
    role_told = np.array(data.draw(st.lists(st.booleans(), min_size=n_roles, max_size=n_roles)))
    if not (unit_told.any() and role_told.any()):
        return
    derived = fewest_derived(people, unit, role, unit_told, role_told)
    assert singles_out_few(people, unit, role, unit_told, role_told, least=LEAST) == (derived < LEAST - 1e-6)


@given(st.lists(tables(), min_size=1, max_size=1), st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_no_few_people_follow_from_all_that_is_told_of_units_and_roles(found, shift):
    people, unit, role, *_ = found[0]
    seen = np.stack([people, np.roll(people, shift) * (people > 0)], axis=1)
    told = parts_told(seen, people, unit, role, np.zeros(2, dtype=np.int64), least=LEAST)
    for j in range(2):
        if seen[:, j].sum() >= LEAST:
            derived = fewest_derived(seen[:, j], unit, role, told.by_unit[:, j], told.by_role[:, j])
            assert derived >= LEAST - 1e-6


def test_several_units_less_one_role_are_found():
    """Two wards of ten nurses and one clerk each, ten clerks elsewhere: each single subtraction is harmless."""
    people, unit, role = np.array([10, 1, 10, 1, 10]), np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 1])
    told = parts_told(people[:, None], people, unit, role, np.array([0]), least=LEAST)
    assert told.by_unit.all()
    assert not told.by_role.any()


def test_roles_spread_over_units_are_told_beside_them():
    people = np.full(12, 6)
    unit, role = np.divmod(np.arange(12), 3)
    told = parts_told(people[:, None], people, unit, role, np.array([0]), least=LEAST)
    assert told.by_unit.all()
    assert told.by_role.all()


@pytest.mark.parametrize("n_units", [300])
def test_many_units_and_roles_take_moments(n_units):
    rng = np.random.default_rng(1)
    unit, role = np.divmod(np.arange(n_units * 20), 20)
    people = rng.poisson(rng.gamma(0.6, 8, len(unit)))
    every = np.ones(n_units, dtype=bool), np.ones(20, dtype=bool)
    assert not singles_out_few(people, unit, role, *every, least=LEAST)
