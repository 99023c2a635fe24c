"""Which group of now is which group of before: by how they answer, since a new fit may number them otherwise. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from statistics import fmean
from typing import Any

Json = Mapping[str, Any]

# Mean difference in agreement beyond which a group is another one, not the same one with newer votes.
SAME_WITHIN = 0.15
# A letter moves only for a clear gain: the engine numbers groups along their first axis, so most stay.
CLEAR_GAIN = 0.1


@dataclass(frozen=True)
class Lettering:
    """`now[old group]` is the group's number of today; `is_same` when they still answer alike."""

    now: Mapping[int, int]
    is_same: bool


def letters_then(body: Json, told: Mapping[str, Sequence[Json]]) -> Lettering:
    """Match today's groups to as many whose cells were told last (statement id → cells), each to one.

    O(n_groups! · n_groups + n_statements · n_groups²); there are at most six groups.
    """
    ids = [group["id"] for group in body["groups"]]
    pairs = [
        (_shares(statement["by_group"]), _shares(told[statement["statement_id"]]))
        for statement in body["statements"]
        if told.get(statement["statement_id"])
    ]
    apart = {(old, new): _apart(pairs, old, new) for old in ids for new in ids}
    far = {pair: 1.0 if distance is None else distance for pair, distance in apart.items()}
    orders = [dict(zip(ids, order, strict=True)) for order in permutations(ids)]
    now = min(orders, key=lambda order: sum(far[pair] + CLEAR_GAIN * (pair[0] != pair[1]) for pair in order.items()))
    return Lettering(now, all(far[pair] <= SAME_WITHIN for pair in now.items()))


def _shares(cells: Sequence[Json]) -> dict[int, float]:
    return {cell["group"]: cell["agree"] for cell in cells if cell["agree"] is not None}


def _apart(pairs: Sequence[tuple[dict[int, float], dict[int, float]]], old: int, new: int) -> float | None:
    """Mean difference of agreement over the statements both answered; None when there are none."""
    steps = [abs(now[new] - then[old]) for now, then in pairs if new in now and old in then]
    return fmean(steps) if steps else None
