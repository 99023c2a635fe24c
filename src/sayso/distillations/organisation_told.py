"""What may be told of units and roles: nothing of small ones, nothing that gives one away by subtraction. Pure.

A unit's figure rests on the model as well as on its votes, but where all of it voted it is their very votes: so it is
guarded as counts are (see `suppression`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sayso.distillations.suppression import cells_to_hide, is_safe_step

Json = Mapping[str, Any]
KINDS = ("units", "roles")
FIGURES = ("seen", "agree", "agree_low", "agree_high")


def parts_told(organisation: Json | None) -> dict[str, Any] | None:
    """Units and roles by name and size; how many of each took part would say who did not, where nearly all did."""
    if organisation is None:
        return None
    return {
        **organisation,
        **{kind: [{**part, "n_took_part": None} for part in organisation[kind]] for kind in KINDS},
    }


def small_parts(organisation: Json | None, least: int) -> dict[str, set[int]]:
    """Units and roles of which nothing is told, by kind: too few of their people took part."""
    if organisation is None:
        return {}
    counts = {kind: {k: part["n_took_part"] for k, part in enumerate(organisation[kind])} for kind in KINDS}
    return {kind: cells_to_hide(of_kind, sum(of_kind.values()), least) for kind, of_kind in counts.items()}


def figures_told(
    now: Json | None, before: Json | None, small: Mapping[str, set[int]], least: int
) -> dict[str, Any] | None:
    """A statement's figures for the organisation: those of now where they may follow the ones told before, else those.

    `now` and `before` are `organisation` of the statement's row.
    """
    if now is None:
        return None
    told = {**now, **{kind: _cells(now[kind], small[kind], least) for kind in KINDS}}
    if before is not None and not all(_may_follow(before, told, kind, least) for kind in KINDS):
        return {**before, **{kind: _hidden(before[kind], small[kind]) for kind in KINDS}}
    return told


def _cells(cells: Sequence[Json], small: set[int], least: int) -> list[dict[str, Any]]:
    counts = {cell["part"]: cell["seen"] for cell in cells}
    # Where nobody of a part answered, the figure is the model's alone: it says so by its width, and tells of nobody.
    out = cells_to_hide(counts, sum(counts.values()), least, small)
    return _hidden(cells, out)


def _hidden(cells: Sequence[Json], out: set[int]) -> list[dict[str, Any]]:
    return [{**cell, **dict.fromkeys(FIGURES)} if cell["part"] in out else dict(cell) for cell in cells]


def _may_follow(before: Json, told: Json, kind: str, least: int) -> bool:
    old = {cell["part"]: cell["seen"] for cell in before[kind]}
    new = {cell["part"]: cell["seen"] for cell in told[kind]}
    return is_safe_step(old, before["seen"], new, told["seen"], least)
