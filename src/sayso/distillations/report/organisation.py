"""What the report says of the whole organisation: figures for everybody on the roster, where units and roles differ.

Takes a body that has passed publication; None there stands for what is not told. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

MOST_ROWS, MOST_DIFFERENCES = 12, 3
MOST_COLUMNS = 12  # more parts than these make no table to be read; their figures are in snapshot.json
KINDS = ("units", "roles")


@dataclass(frozen=True)
class Difference:
    """A statement on which a part answers clearly otherwise than the whole."""

    statement: Json
    cell: Json
    whole: Json
    is_more: bool


@dataclass(frozen=True)
class Differing:
    """A unit or role, and what it answers clearly otherwise, most of all first."""

    name: str
    n_people: int
    differences: list[Difference]


@dataclass(frozen=True)
class Parts:
    """All units, or all roles: those that differ; names of those that do not; names of those too small to be told.

    columns and table: the told ones by name, and beside each statement their figures, None where not told; empty when
    there are too many.
    """

    differing: list[Differing]
    alike: list[str]
    untold: list[str]
    columns: list[str]
    table: list[tuple[Json, list[Json | None]]]


@dataclass(frozen=True)
class WholeOrganisation:
    """n_people, n_took_part; rows: statements most agreed first; parts of the kinds "units" and "roles"."""

    n_people: int
    n_took_part: int
    rows: list[Json]
    n_more: int
    parts: dict[str, Parts]


def whole_organisation(body: Json) -> WholeOrganisation | None:
    """None where the roster is not known."""
    told = body["organisation"]
    if told is None:
        return None
    known = [statement for statement in body["statements"] if statement["organisation"]]
    known.sort(key=lambda statement: -statement["organisation"]["agree"])
    return WholeOrganisation(
        n_people=told["n_people"],
        n_took_part=told["n_took_part"],
        rows=known[:MOST_ROWS],
        n_more=max(len(known) - MOST_ROWS, 0),
        parts={kind: _parts(told[kind], kind, known) for kind in KINDS if told[kind]},
    )


def _parts(parts: Sequence[Json], kind: str, statements: Sequence[Json]) -> Parts:
    found = Parts([], [], [], *_table(parts, kind, statements))
    for number, part in enumerate(parts):
        name = _name(part)
        cells = [(statement, _cell(statement["organisation"][kind], number)) for statement in statements]
        told = [(statement, cell) for statement, cell in cells if cell is not None]
        apart = [difference for statement, cell in told if (difference := _difference(statement, cell))]
        if not told:
            found.untold.append(name)
        elif not apart:
            found.alike.append(name)
        else:
            apart.sort(key=lambda difference: -_distance(difference))
            found.differing.append(Differing(name, part["n_people"], apart[:MOST_DIFFERENCES]))
    return found


def _table(
    parts: Sequence[Json], kind: str, statements: Sequence[Json]
) -> tuple[list[str], list[tuple[Json, list[Json | None]]]]:
    told = [number for number, part in enumerate(parts) if part["told"]]
    if len(told) > MOST_COLUMNS:
        return [], []
    rows = [
        (statement, [_cell(statement["organisation"][kind], number) for number in told])
        for statement in statements[:MOST_ROWS]
    ]
    return [_name(parts[number]) for number in told], [row for row in rows if any(row[1])]


def _name(part: Json) -> str:
    return part["name"] or "not stated"


def _cell(cells: Sequence[Json], number: int) -> Json | None:
    return next((cell for cell in cells if cell["part"] == number and cell["agree"] is not None), None)


def _difference(statement: Json, cell: Json) -> Difference | None:
    """Only where both ranges lie apart: with many units and statements, less would find chance."""
    whole = statement["organisation"]
    if cell["agree_low"] > whole["agree_high"]:
        return Difference(statement, cell, whole, is_more=True)
    if cell["agree_high"] < whole["agree_low"]:
        return Difference(statement, cell, whole, is_more=False)
    return None


def _distance(found: Difference) -> float:
    distance: float = abs(found.cell["agree"] - found.whole["agree"])
    return distance
