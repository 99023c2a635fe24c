"""Which card somebody gets next, and with what probability, from what the worker last found worth asking.

The same formula as `sayso.engine.routing`, which explains it, in plain Python: a web process loads no arrays. Which
group somebody belongs to is worked out from their own answers for the moment of drawing, and kept nowhere.

Knows numbers and ids; knows no tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

FLOOR, SHARPNESS, PLACE_SHARE = 0.1, 3.0, 0.1
SAME_TOPIC_IN_A_ROW = 2

Row = list[float]  # a number for each statement the worker knew, and a last one for any that nobody has answered


@dataclass(frozen=True)
class Weights:
    """What a vote is worth in each group: `need` [group], `stances` [disagree, pass, agree][group], `doubt` [group]."""

    share: list[float]
    position: Mapping[int, int]
    need: list[Row]
    stances: list[list[Row]]
    doubt: list[Row]

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Weights:
        position = {pk: number for number, pk in enumerate(body["statements"])}
        return cls(body["share"], position, body["need"], body["stances"], body["doubt"])

    def columns(self, statements: Iterable[int]) -> list[int]:
        find, new = self.position.get, len(self.position)
        return [find(statement, new) for statement in statements]


# Before the worker has been: one group, every answer as likely, every statement as much worth.
NOTHING_KNOWN = Weights([1.0], {}, [[1.0]], [[[1 / 3]]] * 3, [[log(3)]])


def belonging(weights: Weights, answers: Sequence[tuple[int, int]]) -> list[float]:
    """How likely somebody with these (statement, stance) belongs to each group; adds up to 1."""
    evidence = [log(share) for share in weights.share]
    for column, (_, stance) in zip(weights.columns(statement for statement, _ in answers), answers, strict=True):
        for group, row in enumerate(weights.stances[stance + 1]):
            evidence[group] += log(row[column])
    likeliest = max(evidence)
    return _scaled([exp(value - likeliest) for value in evidence])


def probabilities(
    weights: Weights,
    answers: Sequence[tuple[int, int]],
    open_statements: Mapping[int, int],
    recent_topics: Sequence[int] = (),
) -> dict[int, float]:
    """Probability of each open statement to be the next card; adds up to 1, empty when none is open.

    `open_statements` holds the topic of each; `recent_topics` those answered last, newest last. What would be the third
    card of one topic in a row is left out as long as something else is open.
    """
    allowed = _varied(open_statements, recent_topics)
    if not allowed:
        return {}
    columns = weights.columns(allowed)
    group = belonging(weights, answers)
    need = _mixed(group, weights.need)
    drawn = _scaled([need[column] ** SHARPNESS for column in columns])
    place_share = PLACE_SHARE * _doubt_about_group(weights, group)
    if place_share > 0:
        tells = _information(weights, group)
        told = _scaled([tells[column] for column in columns])
        drawn = [(1 - place_share) * needs + place_share * tells for needs, tells in zip(drawn, told, strict=True)]
    floor = FLOOR / len(allowed)
    return {statement: floor + (1 - FLOOR) * chance for statement, chance in zip(allowed, drawn, strict=True)}


def _varied(open_statements: Mapping[int, int], recent_topics: Sequence[int]) -> list[int]:
    last = recent_topics[-SAME_TOPIC_IN_A_ROW:]
    if len(last) < SAME_TOPIC_IN_A_ROW or len(set(last)) > 1:
        return list(open_statements)
    others = [statement for statement, topic in open_statements.items() if topic != last[0]]
    return others or list(open_statements)


def _information(weights: Weights, group: Sequence[float]) -> Row:
    """What each answer would tell of the group somebody belongs to, in nats."""
    answers = zip(*(_mixed(group, rows) for rows in weights.stances), _mixed(group, weights.doubt), strict=True)
    return [max(-(d * log(d) + p * log(p) + a * log(a)) - doubt, 0.0) for d, p, a, doubt in answers]


def _doubt_about_group(weights: Weights, group: Sequence[float]) -> float:
    most = _entropy(weights.share)
    return min(_entropy(group) / most, 1.0) if most > 0 else 0.0


def _mixed(group: Sequence[float], rows: Sequence[Row]) -> Row:
    """The groups' rows, each by its share."""
    mixed = [0.0] * len(rows[0])
    for share, row in zip(group, rows, strict=True):
        mixed = [so_far + share * value for so_far, value in zip(mixed, row, strict=True)]
    return mixed


def _entropy(chances: Sequence[float]) -> float:
    return -sum(chance * log(chance) for chance in chances if chance > 0)


def _scaled(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values] if total > 0 else [1 / len(values)] * len(values)
