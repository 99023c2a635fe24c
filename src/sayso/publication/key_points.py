"""What may be told of key points, given what was told before. Knows snapshots' bodies only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sayso.publication.splits import Splits

Json = Mapping[str, Any]
WORD = re.compile(r"[^\W_]+")


def key_points_told(body: Json, previous: Json, least: int, splits: Splits) -> list[dict[str, Any]]:
    """As they are, but for those that differ by one to four sources from what was told; parts as `splits` decides.

    Whether a share grows with one more statement says whether its author is behind another one that is listed.
    """
    before = as_wished(without_gone(previous.get("key_points", ()), body, previous.get("statements", ())), body)
    told: list[dict[str, Any]] = []
    for item in without_gone(body["key_points"], body):
        sources = set(item["statement_ids"])
        alike = max(before, key=lambda old: len(sources & set(old["statement_ids"])), default=None)
        its = set(alike["statement_ids"]) if alike else set()
        stays = alike is not None and sources & its and 0 < len(sources ^ its) < least
        kept = splits.kept(alike) if alike is not None and stays else splits.fresh(item, alike)
        if kept not in told:
            told.append(kept)
    return told


def as_wished(before: Iterable[Json], body: Json) -> list[dict[str, Any]]:
    """What was told before, as leads want it listed by now: words change at once, figures as ever.

    One in place of several has no share until it is counted anew: it is not the sum of theirs.
    """
    rejected = {(topic, text) for topic, text in body["wishes"]["rejected"]}
    by_lead = [point for point in body["key_points"] if point["is_by_lead"]]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for old in before:
        key, sources = (old.get("topic", ""), old["text"]), set(old["statement_ids"])
        if key not in rejected:
            found[key] = dict(old)
            continue
        instead = max(by_lead, key=lambda point: len(sources & set(point["statement_ids"])), default=None)
        if instead is None or not sources & set(instead["statement_ids"]):
            continue
        new = {**old, **{name: instead[name] for name in ("topic", "text", "is_by_lead")}}
        key = instead["topic"], instead["text"]
        if key in found:
            both = dict.fromkeys([*found[key]["statement_ids"], *old["statement_ids"]])
            new |= {"share": None, "share_low": None, "share_high": None, "statement_ids": list(both)}
            new |= {"by_group": [], "by_unit": []}
        found[key] = new
    return list(found.values())


def themes_told(themes: Iterable[Json], told: Iterable[Json]) -> list[dict[str, Any]]:
    """Themes of the key points that are told, named by words that stand in those: none of what is gone."""
    sources = {point["text"]: point["statement_ids"] for point in told}
    found = []
    for theme in themes:
        texts = [text for text in theme["key_points"] if text in sources]
        spoken = _spoken(" ".join(texts))
        name = ", ".join(part for part in theme["name"].split(", ") if _spoken(part) in spoken)
        if texts and name:
            listed = sorted({key for text in texts for key in sources[text]})
            found.append({**theme, "name": name, "key_points": texts, "statement_ids": listed})
    return found


def _spoken(text: str) -> str:
    """In small letters, a blank around each word."""
    return f" {' '.join(WORD.findall(text.casefold()))} "


def novelty_told(novelty: Json | None, least: int) -> dict[str, Any] | None:
    """The rate alone, in whole steps of statements; which were new would tell who came last."""
    if novelty is None or novelty["n"] < least:
        return None
    return {**novelty, "n": novelty["n"] // least * least, "recent": None}


def without_gone(key_points: Iterable[Json], body: Json, before: Iterable[Json] = ()) -> list[dict[str, Any]]:
    """Without statements turned down or withdrawn, and without key points in their words or with no other source.

    What was withdrawn is in no body; `before` are the statements told last, which know its words.
    """
    still_there = {statement["statement_id"] for statement in body["statements"] if not statement["rejected"]}
    known = [*before, *body["statements"]]
    gone = {said["statement_id"]: said for said in known if said["statement_id"] not in still_there}
    words = [" ".join(statement["text"].split()) for statement in gone.values()]
    kept = [
        {**item, "statement_ids": [key for key in item["statement_ids"] if key not in gone]}
        for item in key_points
        if not any(item["text"] in text for text in words)
    ]
    return [item for item in kept if item["statement_ids"]]
