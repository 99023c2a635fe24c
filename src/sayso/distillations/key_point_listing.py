"""What the lead's page of key points lists, from what is published and from standing wishes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sayso.distillations.presentation import with_sources

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """Key points of one theme, or those in none; each has its sources beside it."""

    name: str
    points: list[dict[str, Any]]


@dataclass(frozen=True)
class Listing:
    """The page, by theme; what says none of them; how much of what came last was new."""

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
    """
    by_id = {statement["statement_id"]: statement for statement in body["statements"]}
    points = [with_sources(point, by_id) for point in body["key_points"]]
    theme_of = {text: theme["name"] for theme in body.get("themes", ()) for text in theme["key_points"]}
    names = [*(theme["name"] for theme in body.get("themes", ())), ""]
    parts = [Part(name, [point for point in points if theme_of.get(point["text"], "") == name]) for name in names]
    listed = {key for point in points for key in point["statement_ids"]}
    return Listing(
        parts=[part for part in parts if part.points],
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
