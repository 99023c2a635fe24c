"""What the report says, chosen from a snapshot that has passed publication: sentences, lists, order. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sayso.distillations.report.organisation import WholeOrganisation, whole_organisation
from sayso.publication.snapshots import publish
from sayso.web.charts import words

Json = Mapping[str, Any]

MOST_SHARED, MOST_PARTED, MOST_BOLD, MOST_IN_PORTRAIT = 12, 10, 10, 5
MOST_KEY_POINTS, MOST_SOURCES = 15, 12
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Portrait:
    """One group in its own words: what it says, and what everybody else says to the same."""

    group: Json
    items: list[dict[str, Any]]


@dataclass(frozen=True)
class Contents:
    """The whole report, ready for its template."""

    body: Json
    snapshot: Json
    sentences: list[str]
    groups: list[Json]
    common_ground: list[Json]
    n_more_shared: int
    divisive: list[Json]
    n_more_divisive: int
    portraits: list[Portrait]
    key_points: list[tuple[Json, list[Json]]]
    n_more_key_points: int
    bold_views: list[dict[str, Any]]
    n_more_bold: int
    organisation: WholeOrganisation | None
    repeats: list[tuple[Json, list[Json]]]
    rows: list[Json]
    n_rejected: int
    silence: str


def contents_of(snapshot: Json) -> Contents:
    """Everything the report shows; only what publication lets through."""
    body = publish(snapshot)
    by_id = {statement["statement_id"]: statement for statement in body["statements"]}
    groups = [group for group in body["groups"] if group["size"] is not None]
    bold = [{**view, "statement": by_id[view["statement_id"]]} for view in body["bold_views"]]
    return Contents(
        body=body,
        snapshot=snapshot,
        sentences=[_asked(body), _found(body, groups), _sure(body)],
        groups=groups,
        common_ground=[by_id[key] for key in body["common_ground"][:MOST_SHARED]],
        n_more_shared=max(len(body["common_ground"]) - MOST_SHARED, 0),
        divisive=[by_id[key] for key in body["divisive"][:MOST_PARTED]],
        n_more_divisive=max(len(body["divisive"]) - MOST_PARTED, 0),
        portraits=[_portrait(group, by_id) for group in groups],
        key_points=[
            (point, [by_id[key] for key in point["statement_ids"][:MOST_SOURCES]])
            for point in body["key_points"][:MOST_KEY_POINTS]
        ],
        n_more_key_points=max(len(body["key_points"]) - MOST_KEY_POINTS, 0),
        bold_views=bold[:MOST_BOLD],
        n_more_bold=max(len(bold) - MOST_BOLD, 0),
        organisation=whole_organisation(body),
        repeats=_repeats(body["statements"], by_id),
        rows=_most_agreed_first(body["statements"]),
        n_rejected=sum(statement["rejected"] for statement in snapshot["statements"]),
        silence=_silence(body),
    )


def number(value: int) -> str:
    """Small numbers as words, as people write them."""
    return NUMBERS[value] if value < len(NUMBERS) else words.count(value)


def _things(value: int, one: str, many: str) -> str:
    return f"{number(value)} {one if value == 1 else many}"


def _asked(body: Json) -> str:
    if not body["n_participants"]:
        return f"Fewer than {number(body['settings']['min_group_scores'])} people have answered."
    people = words.count(body["n_participants"])
    if body["n_members"]:
        people += f" of {words.count(body['n_members'])}"
    statements = _things(body["n_statements"], "statement", "statements")
    votes = words.count(body["n_votes"])
    return f"{people} {_people(body)} gave about {votes} answers to {statements}."


def _people(body: Json) -> str:
    return "person" if body["n_participants"] == 1 and not body["n_members"] else "people"


def _found(body: Json, groups: Sequence[Json]) -> str:
    if not any(statement["agree"] is not None for statement in body["statements"]):
        return "There are too few answers yet to say what people think."
    shared, parted = len(body["common_ground"]), len(body["divisive"])
    share = f"They share {_things(shared, 'thing', 'things')}" if shared else "Nothing is shared by nearly all"
    part = f"they part on {number(parted)}" if parted else "nothing clearly divides them"
    return f"{share}, and {part}{_group_clause(groups)}."


def _group_clause(groups: Sequence[Json]) -> str:
    if not groups:
        return "; the answers show no separate groups"
    return f"; {_things(len(groups), 'group', 'groups')} can be told apart by the answers"


def _sure(body: Json) -> str:
    widths = [
        statement["agree_high"] - statement["agree_low"]
        for statement in body["statements"]
        if statement["agree_low"] is not None
    ]
    if not widths:
        return "How sure we can be is not yet known."
    points = max(words.percent(median(widths) / 2), 1)
    sure = words.percent(body["settings"]["confidence"])
    return f"The figure for a typical statement is right to within {points} points, {sure} times in 100."


def _silence(body: Json) -> str:
    if not body["n_members"]:
        return "How many people were invited is not known: the figures speak for those who took part, not for all."
    silent = max(body["n_members"] - body["n_participants"], 0)
    if not silent:
        return "Everybody on the roster took part."
    heard = words.percent(min(body["n_participants"] / body["n_members"], 1.0))
    return (
        f"{words.count(silent)} of {words.count(body['n_members'])} people have not answered. "
        f"The figures speak for the {heard}{words.PERCENT} who did; the others may think otherwise."
    )


def _portrait(group: Json, by_id: Mapping[str, Json]) -> Portrait:
    items = [{**item, "statement": by_id[item["statement_id"]]} for item in group["representative"]]
    return Portrait(group, items[:MOST_IN_PORTRAIT])


def _repeats(statements: Sequence[Json], by_id: Mapping[str, Json]) -> list[tuple[Json, list[Json]]]:
    repeats: dict[str, list[Json]] = {}
    for statement in statements:
        if statement["duplicates_of"] in by_id:
            repeats.setdefault(statement["duplicates_of"], []).append(statement)
    return [(by_id[first], again) for first, again in repeats.items()]


def _most_agreed_first(statements: Sequence[Json]) -> list[Json]:
    known = [statement for statement in statements if statement["agree"] is not None]
    unknown = [statement for statement in statements if statement["agree"] is None]
    return sorted(known, key=lambda statement: (-statement["agree"], -statement["seen"])) + unknown
