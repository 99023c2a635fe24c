"""What the lead's page of key points lists, from what is published and from standing wishes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sayso.distillations.presentation import with_sources

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """Key points of one theme, or of a topic with too few for themes; each has its sources beside it."""

    name: str
    points: list[dict[str, Any]]


@dataclass(frozen=True)
class Listing:
    """The page, by theme or topic, the most said first; what says none of them; how much of what came last was new."""

    parts: list[Part]
    unmatched: list[Json]
    novelty: dict[str, int] | None

    @property
    def texts(self) -> set[str]:
        return {point["text"] for part in self.parts for point in part.points}

    def topic_of(self, text: str) -> str:
        found = (point.get("topic", "") for part in self.parts for point in part.points if point["text"] == text)
        return next(found, "")


def listing_of(body: Json) -> Listing:
    """
    >>> said = [{"statement_id": "1", "text": "Dear.", "is_seed": False},
    ...         {"statement_id": "2", "text": "Late.", "is_seed": False}]
    >>> found = listing_of({"key_points": [{"text": "Dear.", "statement_ids": ["1"]}], "statements": said})
    >>> [part.name for part in found.parts], [statement["text"] for statement in found.unmatched]
    ([''], ['Late.'])
    >>> points = [{"text": text, "topic": "Lunch", "statement_ids": []} for text in ("Dear.", "Cold.")]
    >>> themes = [{"name": "price", "key_points": ["Dear."]}]
    >>> found = listing_of({"key_points": points, "statements": said, "themes": themes})
    >>> [(part.name, [point["text"] for point in part.points]) for part in found.parts]
    [('price', ['Dear.']), ('Lunch', ['Cold.'])]
    """
    by_id = {statement["statement_id"]: statement for statement in body["statements"]}
    points = [with_sources(point, by_id) for point in body["key_points"]]
    theme_of = {text: theme["name"] for theme in body.get("themes", ()) for text in theme["key_points"]}
    parts: dict[str, Part] = {}
    for point in points:
        name = theme_of.get(point["text"]) or point.get("topic", "")
        parts.setdefault(name, Part(name, [])).points.append(point)
    listed = {key for point in points for key in point["statement_ids"]}
    return Listing(
        parts=list(parts.values()),
        unmatched=[said for key, said in by_id.items() if key not in listed and not said["is_seed"]],
        novelty=_percents(body.get("novelty")),
    )


def _percents(novelty: Json | None) -> dict[str, int] | None:
    if novelty is None or novelty["share"] is None:
        return None
    return {
        "n": novelty["n"],
        "percent": round(100 * novelty["share"]),
        "low": round(100 * novelty["share_low"]),
        "high": round(100 * novelty["share_high"]),
    }
