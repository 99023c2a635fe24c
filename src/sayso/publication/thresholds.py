"""A threshold raised while results stand: what was told before, as far as it may be told on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sayso.publication.cells import cells_to_hide
from sayso.publication.counts import least_for_scores, least_for_words

Json = Mapping[str, Any]


def thresholds(body: Json, previous: Json) -> tuple[int, int]:
    """Those in force for scores and for words: the highest so far, so that lowering one opens nothing."""
    settings = [body["settings"], *([previous["settings"]] if previous else [])]
    return (
        max(least_for_scores(chosen["min_group_scores"]) for chosen in settings),
        max(least_for_words(chosen["min_group_words"]) for chosen in settings),
    )


def told_still(previous: Json, least: int) -> Json:
    """What was told before, without the figures of groups and statements that are too small by now."""
    if not previous or least <= least_for_scores(previous["settings"]["min_group_scores"]):
        return previous
    sizes = {group["id"]: group["size"] for group in previous["groups"] if group["size"] is not None}
    small = cells_to_hide(sizes, previous["n_placed"], least)
    groups = [_without_figures(group) if group["id"] in small else group for group in previous["groups"]]
    statements = [_told_still(statement, least) for statement in previous["statements"]]
    known = {statement["statement_id"] for statement in statements if statement["seen"] is not None}
    return {
        **previous,
        "groups": groups,
        "statements": statements,
        **{name: [key for key in previous[name] if key in known] for name in ("common_ground", "divisive")},
        "bold_views": [
            item for item in previous["bold_views"] if item["statement_id"] in known and (item["holders"] or 0) >= least
        ],
        "key_points": [],
        "themes": [],
        "novelty": None,
    }


def _told_still(statement: Json, least: int) -> Json:
    """Its figures where enough people gave them; never its cells, which only a new count can tell again."""
    cells = [{**dict.fromkeys(cell), "group": cell["group"]} for cell in statement["by_group"]]
    kept: dict[str, Any] = {"by_group": cells, "groups_seen": None, "told_before": {}, "organisation": None}
    if statement["seen"] is not None and statement["seen"] >= least:
        return {**statement, **kept}
    words = ("statement_id", "text", "topic", "is_seed", "rejected", "duplicates_of")
    return {
        **dict.fromkeys(statement),
        **{name: statement[name] for name in words},
        "common_ground": False,
        **kept,
    }


def _without_figures(group: Json) -> Json:
    return {**dict.fromkeys(group), "id": group["id"], "label": group["label"], "representative": []}
