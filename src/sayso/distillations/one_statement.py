"""What the page of one statement says, from what is published: figures in sentences, and how sure they are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from sayso.distillations.presentation import read_whole, with_sources
from sayso.web.charts import words

Json = Mapping[str, Any]


@dataclass(frozen=True)
class OneStatement:
    """One statement's page, ready for its template; lists are empty where nothing may be told."""

    statement: Json
    sentence: str
    how_sure: str
    groups: Sequence[Json]
    organisation: str
    silence: str
    bold: Json | None = None
    is_divisive: bool = False
    earlier: Json | None = None
    said_again: list[Json] = field(default_factory=list)
    key_points: list[Json] = field(default_factory=list)
    portraits: list[Json] = field(default_factory=list)


def one_statement_of(body: Json, statement_id: str) -> OneStatement | None:
    """None where it is not among the published ones."""
    body, by_id = read_whole(body)
    statement = by_id.get(statement_id)
    if statement is None:
        return None
    is_known = statement["seen"] is not None
    return OneStatement(
        statement=statement,
        sentence=sentence_of(statement, body["n_participants"]),
        how_sure=words.how_sure(statement["agree_low"], statement["agree_high"]) if is_known else "",
        groups=body["groups"] if is_known and any(cell["agree"] is not None for cell in statement["by_group"]) else (),
        organisation=_organisation(body, statement),
        silence=_silence(statement),
        bold=next((item for item in body["bold_views"] if item["statement_id"] == statement_id), None),
        is_divisive=statement_id in body["divisive"],
        earlier=by_id.get(statement["duplicates_of"] or ""),
        said_again=[other for other in body["statements"] if other["duplicates_of"] == statement_id],
        key_points=[
            with_sources(point, by_id) for point in body["key_points"] if statement_id in point["statement_ids"]
        ],
        portraits=[
            {"group": group, **item}
            for group in body["groups"]
            for item in group["representative"]
            if item["statement_id"] == statement_id
        ],
    )


def sentence_of(statement: Json, n: int | None = None) -> str:
    """The figure in one sentence, with its range and what it rests on."""
    if statement["seen"] is None:
        return _("Too few have answered to tell.")
    low, high = statement["agree_low"], statement["agree_high"]
    asked = words.asked(statement["seen"], n or None)
    if not words.is_known(statement["agree"], low, high):
        return _("Not yet known how many agree (%(asked)s).") % {"asked": asked}
    agree = words.about_agree(statement["agree"])
    return f"{agree[:1].upper()}{agree[1:]} ({words.percent_range(low, high)}, {asked})."


def _organisation(body: Json, statement: Json) -> str:
    """What the whole roster would say, by those of it who answered."""
    told, everybody = statement["organisation"], body["organisation"]
    if not told or not everybody or not words.is_known(told["agree"], told["agree_low"], told["agree_high"]):
        return ""
    about, n = words.about(told["agree"]), words.count(everybody["n_people"])
    between = words.percent_range(told["agree_low"], told["agree_high"])
    sentence = _("If all %(n)s of us were asked, %(about)s would agree, as far as we can tell (%(between)s).")
    return sentence % {"n": n, "about": about, "between": between}


def _silence(statement: Json) -> str:
    told = statement["organisation"]
    if not told or told["if_none"] is None or told["if_all"] is None:
        return ""
    between = words.percent_range(told["if_none"], told["if_all"])
    sentence = _("Whoever took no part may think otherwise. If all of them agreed, or none: %(between)s.")
    return sentence % {"between": between}
