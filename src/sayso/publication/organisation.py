"""What may be told of units and roles from one snapshot to the next. Pure.

What is small, or gives a small part away within one snapshot, is not in the snapshot (`engine.parts_told`). Here is
made sure that figures told one after the other never differ by a few people: where all of a unit voted, its figure is
their very votes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sayso.publication.cells import is_safe_step
from sayso.publication.counts import people_told

Json = Mapping[str, Any]
KINDS = ("units", "roles")
FIGURES = ("seen", "agree", "agree_low", "agree_high")


def organisation_told(
    now: Json | None, before: Json | None, statements: Sequence[Json], least: int
) -> dict[str, Any] | None:
    """The whole roster and its parts, with how many took part in steps as everywhere."""
    if now is None:
        return None
    then = before["n_took_part"] if before else None
    known = max((told["seen"] or 0 for row in statements if (told := row["organisation"])), default=0)
    people = people_told(now["n_took_part"], then, whole=now["n_people"], least=least, known=known)
    return {**now, "n_took_part": people}


def small_parts(organisation: Json | None) -> dict[str, set[int]]:
    """Units and roles of which nothing is told, by kind."""
    if organisation is None:
        return {}
    return {kind: {k for k, part in enumerate(organisation[kind]) if not part["told"]} for kind in KINDS}


def figures_told(
    now: Json | None, n_answers: int, before: Json | None, small: Mapping[str, set[int]], least: int
) -> dict[str, Any] | None:
    """A statement's figures for the organisation: those of now where they may follow the ones told before, else those.

    `now` and `before` are `organisation` of the statement's row, `n_answers` all its votes, also of people who are not
    on the roster. It is kept beside the figures, to compare the next ones with.
    """
    if now is None:
        return None
    told = {**now, **{kind: _hidden(now[kind], small[kind]) for kind in KINDS}, "n_answers": n_answers}
    if before is not None and not _may_follow(before, told, least):
        return {**before, **{kind: _hidden(before[kind], small[kind]) for kind in KINDS}}
    return told


def _hidden(cells: Sequence[Json], out: set[int]) -> list[dict[str, Any]]:
    return [{**cell, **dict.fromkeys(FIGURES)} if cell["part"] in out else dict(cell) for cell in cells]


def _may_follow(before: Json, told: Json, least: int) -> bool:
    roster = ({0: before["seen"]}, before["n_answers"], {0: told["seen"]}, told["n_answers"])
    return is_safe_step(*roster, least) and all(_may_parts_follow(before, told, kind, least) for kind in KINDS)


def _may_parts_follow(before: Json, told: Json, kind: str, least: int) -> bool:
    old = {cell["part"]: cell["seen"] for cell in before[kind]}
    new = {cell["part"]: cell["seen"] for cell in told[kind]}
    return is_safe_step(old, before["seen"], new, told["seen"], least)
