"""Which card somebody gets next, and with what probability, from what the worker last found worth asking.

The same formula as `sayso.engine.routing`, which explains it, in plain Python: a web process loads no arrays. Which
group somebody belongs to is worked out from their own answers for the moment of drawing, and kept nowhere.

Knows numbers and ids; knows no tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log
from typing import Any

FLOOR, SHARPNESS, PLACE_SHARE, PRIOR_VOTES = 0.1, 3.0, 0.1, 4.0
SAME_TOPIC_IN_A_ROW = 2

Stances = list[list[float]]  # for each group: the probability of disagree, pass, agree


@dataclass(frozen=True)
class Worth:
    """What a vote on one statement is worth, by group, and how each group answers it."""

    need: list[float]
    stances: Stances

    @cached_property
    def doubt(self) -> list[float]:
        return [_entropy(stances) for stances in self.stances]


@dataclass(frozen=True)
class Weights:
    """Worth of every statement the worker knew; `fresh` is that of one nobody has answered yet."""

    share: list[float]
    statements: Mapping[int, Worth]
    fresh: Worth

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Weights:
        worths = {int(pk): Worth(need, stances) for pk, (need, stances) in body["statements"].items()}
        return cls(body["share"], worths, Worth(*body["fresh"]))

    @classmethod
    def from_times_seen(cls, times_seen: Mapping[int, int]) -> Weights:
        """Before the worker has been: one group, every answer as likely, only how many have answered counts."""
        even = [[1 / 3, 1 / 3, 1 / 3]]
        worths = {pk: Worth([1 / (seen + PRIOR_VOTES + 1) ** 2], even) for pk, seen in times_seen.items()}
        return cls([1.0], worths, Worth([1.0], even))

    def worth(self, statement: int) -> Worth:
        return self.statements.get(statement, self.fresh)


def belonging(weights: Weights, answers: Sequence[tuple[int, int]]) -> list[float]:
    """How likely somebody with these (statement, stance) belongs to each group; adds up to 1."""
    evidence = [log(share) for share in weights.share]
    for statement, stance in answers:
        for group, stances in enumerate(weights.worth(statement).stances):
            evidence[group] += log(stances[stance + 1])
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
    group = belonging(weights, answers)
    worths = [weights.worth(statement) for statement in allowed]
    drawn = _scaled([_mixed(group, worth.need) ** SHARPNESS for worth in worths])
    place_share = PLACE_SHARE * _doubt_about_group(weights, group)
    if place_share > 0:
        told = _scaled([_information(group, worth) for worth in worths])
        drawn = [(1 - place_share) * need + place_share * tells for need, tells in zip(drawn, told, strict=True)]
    floor = FLOOR / len(allowed)
    return {statement: floor + (1 - FLOOR) * chance for statement, chance in zip(allowed, drawn, strict=True)}


def _varied(open_statements: Mapping[int, int], recent_topics: Sequence[int]) -> list[int]:
    last = recent_topics[-SAME_TOPIC_IN_A_ROW:]
    if len(last) < SAME_TOPIC_IN_A_ROW or len(set(last)) > 1:
        return list(open_statements)
    others = [statement for statement, topic in open_statements.items() if topic != last[0]]
    return others or list(open_statements)


def _information(group: Sequence[float], worth: Worth) -> float:
    """What the answer would tell of the group somebody belongs to, in nats."""
    answer = [_mixed(group, [stances[stance] for stances in worth.stances]) for stance in range(3)]
    return max(_entropy(answer) - _mixed(group, worth.doubt), 0.0)


def _doubt_about_group(weights: Weights, group: Sequence[float]) -> float:
    most = _entropy(weights.share)
    return min(_entropy(group) / most, 1.0) if most > 0 else 0.0


def _mixed(group: Sequence[float], values: Sequence[float]) -> float:
    return sum(share * value for share, value in zip(group, values, strict=True))


def _entropy(chances: Sequence[float]) -> float:
    return -sum(chance * log(chance) for chance in chances if chance > 0)


def _scaled(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values] if total > 0 else [1 / len(values)] * len(values)
