"""What a results page says, from what is published: sentences, lists, order. Pure; knows no database, draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Json = Mapping[str, Any]

ROWS_AT_FIRST = 100
KEY_POINTS = 15
FEW_ANSWERS = 5
DIFFERS_FROM = 0.75
QUITE_SURE = 0.95

SORTS = {
    "shared": gettext_lazy("Most agreed"),
    "refused": gettext_lazy("Most disagreed"),
    "divided": gettext_lazy("Most divided"),
    "answers": gettext_lazy("Most answered"),
    "said": gettext_lazy("As they were said"),
}
_SORT_BY = {"shared": "agree", "refused": "disagree", "divided": "divisiveness", "answers": "seen"}


# What stands in for a snapshot's body before the first one.
NOTHING_YET: Json = {"groups": [], "statements": [], "common_ground": [], "key_points": [], "map": {"points": []}}


@dataclass(frozen=True)
class Results:
    """One results page, ready for its template."""

    body: Json
    opening: str
    has_figures: bool
    common_ground: list[Json]
    divisive: list[Json]
    groups: list[Json]
    portraits: list[dict[str, Any]]
    bold_views: list[dict[str, Any]]
    key_points: list[dict[str, Any]]
    rows: list[Json]
    n_more_rows: int
    sort: str
    silence: dict[str, Any] | None


def results_of(body: Json, *, sort: str = "shared", show_all: bool = False) -> Results:
    """Everything the page shows, in its order; an unknown `sort` is the usual one."""
    body, by_id = read_whole(body)
    groups = body["groups"]
    sort = sort if sort in SORTS else "shared"
    rows = sorted_rows(body["statements"], sort)
    shown = rows if show_all else rows[:ROWS_AT_FIRST]
    return Results(
        body=body,
        opening=opening(body),
        has_figures=any(statement["seen"] is not None for statement in body["statements"]),
        common_ground=[by_id[key] for key in each_point_first(body["common_ground"], body)],
        divisive=[by_id[key] for key in each_point_first(body["divisive"], body)],
        groups=groups,
        portraits=[_portrait(group, by_id, body) for group in groups if group["representative"]],
        bold_views=[{**item, "statement": by_id[item["statement_id"]]} for item in body["bold_views"]],
        key_points=[with_sources(point, by_id) for point in body["key_points"][:KEY_POINTS]],
        rows=shown,
        n_more_rows=len(rows) - len(shown),
        sort=sort,
        silence=silence(body),
    )


def without_unknown(body: Json) -> Json:
    """The body without statements that few have answered: who is not in here reads those that many have."""
    return {**body, "statements": [statement for statement in body["statements"] if statement["seen"] is not None]}


def with_told_groups(body: Json) -> Json:
    """The body without the groups that are too small to be told of."""
    return {**body, "groups": [group for group in body["groups"] if group["size"] is not None]}


def read_whole(body: Json) -> tuple[Json, dict[str, Json]]:
    """The body with the groups that are told of, and its statements by number."""
    return with_told_groups(body), {statement["statement_id"]: statement for statement in body["statements"]}


def opening(body: Json) -> str:
    """The one sentence that stands before every picture."""
    # 0: fewer than are told.
    n_people = body["n_participants"]
    who = ngettext("What %(n)s of us says", "What %(n)s of us say", n_people) % {"n": f"{n_people:,}"}
    who = who if n_people else _("What we say")
    n_shared, n_parted = len(body["common_ground"]), len(body["divisive"])
    if not any(statement["seen"] is not None for statement in body["statements"]):
        return _("%(who)s: too little yet to tell.") % {"who": who}
    shared, parted = _("nothing is shared by nearly all"), _("we part on nothing much")
    if n_shared:
        shared = ngettext("we share one thing", "we share %(n)s things", n_shared) % {"n": f"{n_shared:,}"}
    if n_parted:
        parted = ngettext("we part on %(n)s", "we part on %(n)s", n_parted) % {"n": f"{n_parted:,}"}
    return _("%(who)s: %(shared)s; %(parted)s.") % {"who": who, "shared": shared, "parted": parted}


def each_point_first(keys: Sequence[str], body: Json) -> list[str]:
    """Statements in their order, but those whose key point stands there already come last: what a page shows at first
    would otherwise be one thing in six wordings.

    >>> points = [{"statement_ids": ["3", "1"]}]
    >>> each_point_first(["1", "2", "3", "4"], {"key_points": points})
    ['1', '2', '4', '3']
    """
    points: dict[str, set[int]] = {}
    for number, point in enumerate(body["key_points"]):
        for key in point["statement_ids"]:
            points.setdefault(key, set()).add(number)
    first: list[str] = []
    again: list[str] = []
    told: set[int] = set()
    for key in keys:
        if told & points.get(key, set()):
            again.append(key)
        else:
            first.append(key)
            told |= points.get(key, set())
    return first + again


def _portrait(group: Json, by_id: Mapping[str, Json], body: Json) -> dict[str, Any]:
    told = {item["statement_id"]: item for item in group["representative"] if item["statement_id"] in by_id}
    said = [{**told[key], "statement": by_id[key]} for key in each_point_first(list(told), body)]
    return {"group": group, "said": said}


def mark_of(point: Json) -> str:
    """What stands for a key point in an address: its words, which it has no number beside."""
    return sha256(f"{point.get('topic', '')}\0{point['text']}".encode()).hexdigest()[:12]


def with_sources(point: Json, by_id: Mapping[str, Json]) -> dict[str, Any]:
    """With its mark, with who says it, and with the number of the statement whose words it is, empty where it is in
    words of a lead: so it is in that one's language."""
    statements = [by_id[key] for key in point["statement_ids"] if key in by_id]
    spoken = (said["statement_id"] for said in statements if point["text"] in " ".join(said["text"].split()))
    return {**point, "mark": mark_of(point), "statements": statements, "statement_id": next(spoken, "")}


def sorted_rows(statements: Sequence[Json], sort: str) -> list[Json]:
    """Statements in the order asked for; those not yet known come last, in the order they were said."""
    if sort not in _SORT_BY:
        return list(statements)
    name = _SORT_BY[sort]
    known = [statement for statement in statements if statement[name] is not None]
    unknown = [statement for statement in statements if statement[name] is None]
    return sorted(known, key=lambda statement: -statement[name]) + unknown


def query_of(sort: str, show_all: bool) -> str:
    """The address's tail that keeps the order of rows a reader asked for; empty when they asked for none."""
    asked = [*([f"sort={sort}"] if sort in SORTS else []), *(["all=1"] if show_all else [])]
    return "?" + "&".join(asked) if asked else ""


def silence(body: Json) -> dict[str, Any] | None:
    """What those who have not taken part leave open: the range for all of us behind a share of those who have.

    With a share p and a part r of us heard, between p·r (all others disagree) and p·r + 1 − r (all agree).
    """
    if not body["n_members"] or not body["n_participants"]:
        return None
    heard = min(body["n_participants"] / body["n_members"], 1.0)
    share = body["settings"]["common_ground_overall"]
    return {
        "n_silent": max(body["n_members"] - body["n_participants"], 0),
        "heard_percent": round(100 * heard),
        "share_percent": round(100 * share),
        "low_percent": round(100 * share * heard),
        "high_percent": round(100 * (share * heard + 1 - heard)),
    }


@dataclass(frozen=True)
class Standing:
    """Where one participant stands, ready for that participant's eyes only."""

    sentence: str
    group: Json | None
    you: dict[str, Any] | None
    shared: list[Json]
    differing: list[dict[str, Any]]


def standing_of(body: Json, place: Json | None, stances: Mapping[str, int]) -> Standing:
    """Nearest group and how sure, what is shared with almost all, where one differs from most."""
    groups = with_told_groups(body)["groups"]
    group = next((group for group in groups if place and group["id"] == place["group"]), None)
    common = set(body["common_ground"])
    known = [statement for statement in body["statements"] if statement["seen"] is not None]
    return Standing(
        sentence=_standing_sentence(groups, group, place),
        group=group,
        you={**place, "group": group["id"] if group else -1} if place and body["map"]["points"] else None,
        shared=[s for s in known if s["statement_id"] in common and stances.get(s["statement_id"]) == 1],
        differing=[
            {"statement": statement, "stance": stance, "others_percent": round(100 * (1 - same))}
            for statement in known
            if (stance := stances.get(statement["statement_id"], 0)) != 0
            and (same := statement["agree" if stance == 1 else "disagree"]) <= 1 - DIFFERS_FROM
        ],
    )


def _standing_sentence(groups: Sequence[Json], group: Json | None, place: Json | None) -> str:
    if place is None:
        return _("It is too early to say where you stand.")
    if not groups:
        return _("We see no separate camps in these votes.")
    if group is None:
        return _("You stand between the groups.")
    if place["probability"] >= QUITE_SURE:
        return _("You are nearest to group %(group)s. We are quite sure.") % {"group": group["label"]}
    return _("You are nearest to group %(group)s. We are fairly sure.") % {"group": group["label"]}


def age_in_words(age: timedelta) -> str:
    """As "just now", "3 minutes ago", "20 minutes ago", "5 hours ago": steps coarse enough to stay true for a while."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        n = minutes if minutes < 5 else minutes // 5 * 5
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", n) % {"n": n}
    if minutes < 48 * 60:
        n = minutes // 60
        return ngettext("%(n)s hour ago", "%(n)s hours ago", n) % {"n": n}
    n = minutes // (24 * 60)
    return ngettext("%(n)s day ago", "%(n)s days ago", n) % {"n": n}
