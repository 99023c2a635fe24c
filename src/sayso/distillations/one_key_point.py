"""What one key point's page says, from what is published: who says it, part by part, and how sure that is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sayso.distillations.presentation import mark_of, read_whole, with_sources
from sayso.web.charts import words

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A unit's row: its name, the share in words, and range and base."""

    name: str
    about: str
    beside: str


@dataclass(frozen=True)
class OneKeyPoint:
    """One key point's page, ready for its template; lists are empty where nothing may be told."""

    point: Json
    sentence: str
    how_sure: str
    groups: Sequence[Json]
    groups_apart: str
    units: Sequence[Part]
    units_apart: str
    least: int
    statements: Sequence[Json]


def one_key_point_of(body: Json, mark: str, *, with_units: bool = True) -> OneKeyPoint | None:
    """None where it is not among the published ones."""
    body, by_id = read_whole(body)
    point = next((point for point in body["key_points"] if mark_of(point) == mark), None)
    if point is None:
        return None
    point = with_sources(point, by_id)
    told = {cell["group"] for cell in point.get("by_group", ())}
    groups = [group for group in body["groups"] if group["id"] in told]
    letters = {group["id"]: _("group %(letter)s") % {"letter": group["label"]} for group in groups}
    units = {
        k: unit["name"] or _("people in no unit")
        for k, unit in enumerate((body["organisation"] or {}).get("units", ()))
    }
    in_unit = [cell for cell in point.get("by_unit", ()) if cell["part"] in units] if with_units else []
    return OneKeyPoint(
        point=point,
        sentence=_sentence(point),
        how_sure=words.how_sure(point["share_low"], point["share_high"]) if point["share"] is not None else "",
        groups=groups,
        groups_apart=apart([(letters[cell["group"]], cell) for cell in point.get("by_group", ()) if groups]),
        units=[_part(units[cell["part"]], cell) for cell in in_unit],
        units_apart=apart([(units[cell["part"]], cell) for cell in in_unit]),
        least=body["settings"]["min_group_words"],
        statements=point["statements"],
    )


def _sentence(point: Json) -> str:
    if point["share"] is None:
        return _("Said by several. How many shows with the next count.")
    between = words.percent_range(point["share_low"], point["share_high"])
    sentence = _("Said by %(about)s of those who wrote something (%(between)s).")
    return sentence % {"about": words.about(point["share"]), "between": between}


def _part(name: str, cell: Json) -> Part:
    known = words.is_known(cell["share"], cell["share_low"], cell["share_high"])
    about = words.about(cell["share"]) if known else words.not_yet_known()
    between = words.percent_range(cell["share_low"], cell["share_high"])
    return Part(name, about, f"{between}, {words.wrote(cell['people'])}")


def apart(cells: Sequence[tuple[str, Json]]) -> str:
    """Whether parts differ by more than chance, in one sentence: ranges that do not touch.

    >>> apart([("North", {"share_low": .5, "share_high": .8}), ("South", {"share_low": .1, "share_high": .3})])
    'It is said more often in North than in South. Chance alone would hardly do that.'
    """
    if len(cells) < 2:
        return ""
    lowest = min(cells, key=lambda pair: float(pair[1]["share_high"]))
    more = [name for name, cell in cells if cell["share_low"] > lowest[1]["share_high"]]
    if not more:
        return _("It is said nowhere clearly more often than elsewhere: what differs may be chance.")
    told = {"more": words.in_a_list(more), "less": lowest[0]}
    return _("It is said more often in %(more)s than in %(less)s. Chance alone would hardly do that.") % told
