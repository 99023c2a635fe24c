"""How an earlier snapshot lay, so that the next lies alike: the map turned likewise, groups under their letters.

Knows the places of statements and what groups answered; knows nothing of participants, who may be others by now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from sayso.engine.representative import GroupCounts
from sayso.engine.votes import FloatArray, IntArray

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SAME_WITHIN = 0.15  # mean difference in agreement beyond which a group is another one, not the same with newer votes
FEWEST_VOTES = 5  # of a group on a statement, for its agreement to be compared

Json = dict[str, Any]


def likeness(snapshot: Mapping[str, Any]) -> Json:
    """What of a snapshot the next one is turned onto: letters of groups, and of each statement [x, y, agreement …]."""
    statements = {
        statement["statement_id"]: [
            statement["x"],
            statement["y"],
            *(cell["agree"] if cell["seen"] >= FEWEST_VOTES else None for cell in statement["by_group"]),
        ]
        for statement in snapshot["statements"]
        if statement["x"] is not None
    }
    letters = "".join(group["label"] for group in snapshot["groups"])
    return {"letters": letters, "statements": statements, "said": _said(snapshot)}


def _said(snapshot: Mapping[str, Any]) -> Json:
    """What was said by then, as `key_points.continuing.Earlier` reads it; snapshots of before there were themes too."""
    novelty = snapshot.get("novelty") or {"recent": []}
    return {
        "key_points": [[point.get("topic", ""), point["text"]] for point in snapshot["key_points"]],
        "themes": [
            [theme["id"], theme["name"], theme["topic"], theme["statement_ids"]] for theme in snapshot.get("themes", ())
        ],
        "statements": [said["statement_id"] for said in snapshot["statements"] if not said["is_seed"]],
        "recent": novelty["recent"],
    }


@dataclass(frozen=True, eq=False)
class Earlier:
    """The likeness of an earlier snapshot, beside the statements of today.

    letters : str, one for each group it had
    places : float64 [n_statements, 2], NaN for statements it did not have
    agreement : float64 [n_groups, n_statements], NaN where too few had voted
    """

    letters: str
    places: FloatArray
    agreement: FloatArray

    @classmethod
    def of(cls, likeness: Mapping[str, Any], statement_ids: tuple[str, ...]) -> Earlier:
        """Lay a `likeness` beside these statements; O(n_statements)."""
        letters, known = likeness["letters"], likeness["statements"]
        nothing = [None] * (2 + len(letters))
        table = np.array([known.get(key, nothing) for key in statement_ids], dtype=np.float64)
        table = table.reshape(len(statement_ids), len(nothing))
        return cls(letters, table[:, :2], table[:, 2:].T)


def letters_of(counts: GroupCounts, earlier: Earlier | None) -> str:
    """A letter for each group: that of the earlier group that answered alike, or the next one not yet used.

    Groups are matched one to one by their mean difference in agreement (Kuhn 1955). O(n_groups² · n_statements).

    >>> agree = np.array([[9, 8, 1], [1, 0, 9]])
    >>> now = GroupCounts(np.stack([10 - agree, 0 * agree, agree]))
    >>> then = {"letters": "AC", "statements": {"1": [0, 0, 0.0, 1.0], "2": [1, 0, 0.1, 0.8]}}
    >>> letters_of(now, Earlier.of(then, ("1", "2", "3"))), letters_of(now, None)
    ('CA', 'AB')
    """
    n_groups = counts.seen.shape[0]
    if earlier is None:
        return LETTERS[:n_groups]
    with np.errstate(invalid="ignore"):
        now = np.where(counts.seen >= FEWEST_VOTES, counts.of(1) / np.maximum(counts.seen, 1), np.nan)
    apart = _mean_without_gaps(np.abs(now[:, None] - earlier.agreement[None]))
    found = {
        int(new): earlier.letters[old]
        for new, old in zip(*linear_sum_assignment(apart), strict=True)
        if apart[new, old] <= SAME_WITHIN
    }
    used = max((LETTERS.index(letter) for letter in earlier.letters), default=-1) + 1
    fresh = iter(LETTERS[used:])
    return "".join(found.get(group) or next(fresh) for group in range(n_groups))


def order_of(letters: str) -> IntArray:
    """The groups in the order of their letters."""
    return np.argsort(np.frombuffer(letters.encode(), dtype=np.uint8), kind="stable").astype(np.int64)


def _mean_without_gaps(values: FloatArray) -> FloatArray:
    """Along the last axis; 1, as far as agreement can be apart, where there is nothing but gaps."""
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=-1)
    mean: FloatArray = np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), 1.0)
    return mean
