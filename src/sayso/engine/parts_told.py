"""Which figures of units and roles may be written down at all, so that a snapshot's file gives no small part away.

Knows how many of each took part and voted; knows no figures. What may be told by one snapshot after another is for
`publication` to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sayso.engine.overlapping.singling_out import singles_out_few
from sayso.engine.suppression import cells_to_hide
from sayso.engine.votes import BoolArray, IntArray

LEAST = 5  # whatever the settings say: nothing is ever told of fewer people


@dataclass(frozen=True, eq=False)
class PartsTold:
    """Where something may be told.

    statements : bool [n_statements], of the whole roster
    unit, role : bool [n_parts], of the part at all
    by_unit, by_role : bool [n_parts, n_statements]
    """

    statements: BoolArray
    unit: BoolArray
    role: BoolArray
    by_unit: BoolArray
    by_role: BoolArray


def parts_told(
    cell_seen: IntArray, cell_took_part: IntArray, unit: IntArray, role: IntArray, beside: IntArray, *, least: int
) -> PartsTold:
    """What may be told of an organisation.

    Parameters
    ----------
    cell_seen : int64 [n_cells, n_statements], votes of each cell, the people of one unit and one role
    cell_took_part : int64 [n_cells], people of it who voted
    unit, role : int64 [n_cells], the cell's
    beside : int64 [n_statements], votes of people who are not on the roster
    least : int, votes or people under which nothing is told; at least 5 whatever is asked

    Notes
    -----
    Units alone, and roles alone, hide nothing that subtraction gives back. Told together they could: where all of a
    unit but one are nurses, and all nurses are of that unit, the unit less the nurses is one person (`overlapping`).
    There only units are told. O(n_cells · n_statements), and pure Python for each part and statement.

    Examples
    --------
    A ward of 20, one of them a clerk; ten more clerks elsewhere. On the first statement all voted, on the second only
    the ward's nurses and the others:

    >>> told = parts_told(np.array([[19, 19], [1, 0], [10, 10]]), np.array([19, 1, 10]), np.array([0, 0, 1]),
    ...                   np.array([0, 1, 1]), np.array([0, 0]), least=5)
    >>> told.by_unit.tolist(), told.by_role.tolist()
    ([[True, True], [True, True]], [[False, True], [False, True]])
    """
    least = max(LEAST, least)
    units, roles = int(unit.max(initial=-1)) + 1, int(role.max(initial=-1)) + 1
    unit_seen, role_seen = _summed(cell_seen, unit, units), _summed(cell_seen, role, roles)
    unit_told = _whole(_summed(cell_took_part[:, None], unit, units)[:, 0], least)
    role_told = _whole(_summed(cell_took_part[:, None], role, roles)[:, 0], least)
    by_unit, by_role = _each(unit_seen, unit_told, least), _each(role_seen, role_told, least)
    singled_out = np.array(
        [
            singles_out_few(cell_seen[:, j], unit, role, by_unit[:, j], by_role[:, j], least=least)
            for j in range(cell_seen.shape[1])
        ],
        dtype=bool,
    )
    return PartsTold(
        statements=(beside == 0) | (beside >= least),
        unit=unit_told,
        role=role_told,
        by_unit=by_unit,
        by_role=by_role & ~singled_out,
    )


def _summed(values: IntArray, part: IntArray, n_parts: int) -> IntArray:
    total = np.zeros((n_parts, values.shape[1]), dtype=np.int64)
    np.add.at(total, part, values)
    return total


def _whole(took_part: IntArray, least: int) -> BoolArray:
    told: BoolArray = _each(took_part[:, None], np.ones(len(took_part), dtype=bool), least)[:, 0]
    return told


def _each(seen: IntArray, told: BoolArray, least: int) -> BoolArray:
    """Parts of which something may be told, for each statement; those not `told` stay so."""
    hidden = set(np.flatnonzero(~told).tolist())
    may = np.ones(seen.shape, dtype=bool)
    for j, counts in enumerate(seen.T.tolist()):
        may[list(cells_to_hide(dict(enumerate(counts)), sum(counts), least, hidden)), j] = False
    return may
