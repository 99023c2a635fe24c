"""What of a snapshot may be told, and when: the part of the gate that all results pass.

Takes a snapshot's body (snapshot.schema.json) and what was told last; gives a dict of the same shape in which
None means "not told". Pure Python, knows no database and no page. The rules:

- Figures need `min_group_scores` votes, a group's portrait in words `min_group_words` people, the map ten people.
- What follows by subtraction from other figures is not told either (see `cells`).
- Figures move only when enough new votes came at once, and the map only with enough new people or none, so that no
  two snapshots differ by one person.
- How many took part moves in steps too, and those who did not are never one to four (see `counts`).
- Key points are told by group and unit from `min_group_words` writers on, all of a topic in one step (see `splits`).
- A threshold that was raised holds for what was told before as well; one that was lowered opens nothing.
- Turned-down statements are left out whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sayso.publication.cells import cells_to_hide, is_safe_step
from sayso.publication.counts import people_told
from sayso.publication.key_points import as_wished, key_points_told, novelty_told, themes_told, without_gone
from sayso.publication.lettering import Lettering, letters_then
from sayso.publication.organisation import figures_told, organisation_told, small_parts
from sayso.publication.splits import Splits
from sayso.publication.thresholds import thresholds, told_still

FEWEST_POINTS = 10
# Vote totals are told in whole fives; two of them apart means at least six new votes.
ROUND_TO = 5

Json = Mapping[str, Any]

WORDS = ("statement_id", "text", "topic", "is_seed", "rejected", "duplicates_of")
CELL_FIGURES = ("seen", "agree", "agree_low", "agree_high")
BOLD_FIGURES = ("holders", "holders_share", "agree_among_holders", "agree_elsewhere")
PORTRAIT_FIGURES = ("share", "share_low", "share_high", "elsewhere", "seen", "q_value")


def publish(body: Json, previous_published: Json | None = None) -> dict[str, Any]:
    """What may be told of `body`, given what was told before; neither is changed."""
    least, least_words = thresholds(body, previous_published or {})
    previous = told_still(previous_published or {}, least)
    n_votes = body["n_votes"] // ROUND_TO * ROUND_TO
    if previous and not _has_moved(n_votes, body["n_placed"], previous, least):
        return _with_people(_kept(body, previous), body, previous, least, least_words)
    hidden_groups = _hidden_groups(body, least)
    before = {statement["statement_id"]: statement for statement in previous.get("statements", ())}
    n_groups = len(body["groups"])
    told_cells = {key: (_told_before(old, n_groups) or {}).get("by_group", ()) for key, old in before.items()}
    then = letters_then(body, told_cells)
    small = small_parts(body["organisation"])
    telling = _Telling(hidden_groups, small, then, least)
    small_units = small.get("units", set())
    splits = Splits(body, previous, then, hidden_groups, small_units, least=least, least_words=least_words)
    rejected = {statement["statement_id"] for statement in body["statements"] if statement["rejected"]}
    statements = [
        telling.statement(statement, before.get(statement["statement_id"]), rejected)
        for statement in body["statements"]
        if not statement["rejected"]
    ]
    told = _Told(statements, before, least)
    published = {
        **{name: body[name] for name in ("schema_version", "engine_version", "seed", "last_event", "settings")},
        **{name: body[name] for name in ("title", "question", "n_participants", "n_members", "n_placed", "warnings")},
        # A digest of all votes would let a guess about one of them be checked.
        **dict.fromkeys(("input_digest", "model", "n_agree", "n_pass", "n_disagree", "turned_onto", "wishes")),
        "n_votes": n_votes,
        "n_statements": len(statements),
        "groups": _groups(body, previous if then.is_same else {}, told, telling, least_words),
        "organisation": organisation_told(body["organisation"], previous.get("organisation"), statements, least),
        "statements": statements,
        "common_ground": told.listed(body["common_ground"], previous.get("common_ground", ())),
        "divisive": told.listed(body["divisive"], previous.get("divisive", ())),
        "bold_views": _bold_views(body, previous, told),
        "key_points": (key_points := key_points_told(body, previous, least, splits)),
        "spoke": splits.told,
        "themes": themes_told(body["themes"], key_points),
        "novelty": novelty_told(body["novelty"], least),
        "map": _map(body, hidden_groups),
    }
    return _with_people(published, body, previous, least, least_words)


def _with_people(published: dict[str, Any], body: Json, previous: Json, least: int, least_words: int) -> dict[str, Any]:
    """How many took part, and the thresholds that held."""
    people = people_told(
        body["n_participants"],
        previous.get("n_participants"),
        whole=body["n_members"] or 0,
        least=least,
        known=max((statement["seen"] or 0 for statement in published["statements"]), default=0),
    )
    settings = {**published["settings"], "min_group_scores": least, "min_group_words": least_words}
    return {**published, "n_participants": people, "settings": settings}


def without_memory(published: Json) -> dict[str, Any]:
    """The same for readers elsewhere: without what is kept only to compare the next snapshot with."""
    statements = [
        {name: value for name, value in statement.items() if name != "told_before"}
        for statement in published["statements"]
    ]
    return {**published, "statements": statements, "spoke": None}


def _has_moved(n_votes: int, n_placed: int, previous: Json, least: int) -> bool:
    """Enough new votes, and not one to four new people: the new marks on the map would be theirs."""
    n_new = abs(n_placed - previous["n_placed"]) if previous["map"]["points"] else 0
    has_new_votes = bool(abs(n_votes - previous["n_votes"]) >= 2 * ROUND_TO)
    return has_new_votes and (n_new == 0 or n_new >= least)


def _kept(body: Json, previous: Json) -> dict[str, Any]:
    """Too little is new: the same figures, without what was turned down meanwhile and with what was opened."""
    told = {statement["statement_id"]: statement for statement in previous["statements"]}
    # Turned down, or withdrawn by its author and so not in the body at all.
    gone = {*told, *(statement["statement_id"] for statement in body["statements"])}
    gone -= {statement["statement_id"] for statement in body["statements"] if not statement["rejected"]}
    cells = [_hidden_cell(group["id"]) for group in previous["groups"]]
    statements = [
        {**told.get(statement["statement_id"], _untold(statement, cells)), **_only(statement, WORDS)}
        for statement in body["statements"]
        if not statement["rejected"]
    ]
    groups = [
        {**group, "representative": [item for item in group["representative"] if item["statement_id"] not in gone]}
        for group in previous["groups"]
    ]
    for statement in statements:
        statement["duplicates_of"] = None if statement["duplicates_of"] in gone else statement["duplicates_of"]
    key_points = as_wished(without_gone(previous["key_points"], body, previous["statements"]), body)
    return {
        **previous,
        "n_statements": len(statements),
        "statements": statements,
        "groups": groups,
        **{name: [key for key in previous[name] if key not in gone] for name in ("common_ground", "divisive")},
        "bold_views": [item for item in previous["bold_views"] if item["statement_id"] not in gone],
        "key_points": key_points,
        "spoke": previous.get("spoke", []),
        "themes": themes_told(previous.get("themes", ()), key_points),
        "novelty": previous.get("novelty"),
    }


# Statements


class _Telling:
    """Decides row by row, given which groups are too small, and which letters the groups bore before."""

    def __init__(
        self, hidden_groups: set[int], small_parts: Mapping[str, set[int]], then: Lettering, least: int
    ) -> None:
        self.hidden_groups, self.small_parts, self.then, self.least = hidden_groups, small_parts, then, least

    def statement(self, statement: Json, before: Json | None, rejected: set[str]) -> dict[str, Any]:
        """One statement's row: its new figures when they may be told, else those told before, else none."""
        words = {name: statement[name] for name in WORDS}
        if statement["duplicates_of"] in rejected:
            words["duplicates_of"] = None
        told = before["seen"] if before is not None else None
        if before is not None and told is not None and abs(statement["seen"] - told) < self.least:
            return {**before, **words, **self._kept(statement, before)}
        if statement["seen"] < self.least:
            return {**_untold(statement, []), **words, **self._no_cells(statement, before)}
        then = before.get("organisation") if before is not None else None
        organisation = figures_told(statement["organisation"], statement["seen"], then, self.small_parts, self.least)
        return {**statement, **words, **self._cells(statement, before), "organisation": organisation}

    def _cells(self, statement: Json, before: Json | None) -> dict[str, Any]:
        """The group cells, and how many votes the statement had when they were counted."""
        counts = {cell["group"]: cell["seen"] for cell in statement["by_group"]}
        out = cells_to_hide(counts, statement["seen"], self.least, self.hidden_groups)
        told = self._told_last(statement, before)
        if before is not None and told is not None:
            new = {group: None if group in out else count for group, count in counts.items()}
            # Under today's letters and under those of then: which of the two a reader takes is not ours to know.
            by_answers = {cell["group"]: cell["seen"] for cell in told["by_group"]}
            by_letter = {then: by_answers[now] for then, now in self.then.now.items() if now in by_answers}
            for old in (by_answers, by_letter):
                if not is_safe_step(old, told["groups_seen"], new, statement["seen"], self.least):
                    return self._kept(statement, before)
        cells = [
            _hidden_cell(cell["group"]) if cell["group"] in out else _only(cell, ("group", *CELL_FIGURES))
            for cell in statement["by_group"]
        ]
        return self._with_memory(before, {"by_group": cells, "groups_seen": statement["seen"]})

    def _kept(self, statement: Json, before: Json) -> dict[str, Any]:
        """The cells told before, under today's letters; none when the groups are others now.

        New cells never stand beside an older total: taken from it they would give the votes between.
        """
        told = self._told_last(statement, before)
        if told is None or not self.then.is_same:
            return self._no_cells(statement, before)
        shown = [
            _hidden_cell(cell["group"]) if cell["group"] in self.hidden_groups else cell for cell in told["by_group"]
        ]
        return {**self._with_memory(before, told), "by_group": shown}

    def _no_cells(self, statement: Json, before: Json | None) -> dict[str, Any]:
        cells = [_hidden_cell(cell["group"]) for cell in statement["by_group"]]
        told = self._told_last(statement, before)
        return {**self._with_memory(before, told), "by_group": cells, "groups_seen": None}

    def _told_last(self, statement: Json, before: Json | None) -> Json | None:
        """The cells told last by as many groups as now, under today's letters, and the votes they were counted from."""
        told = _told_before(before, len(statement["by_group"]))
        if told is None:
            return None
        cells = [{**cell, "group": self.then.now[cell["group"]]} for cell in told["by_group"]]
        return {**told, "by_group": sorted(cells, key=lambda cell: int(cell["group"]))}

    @staticmethod
    def _with_memory(before: Json | None, told: Json | None) -> dict[str, Any]:
        """The cells, and beside them what was told last by each number of groups: they may come, go and come again."""
        memory = before["told_before"] if before else {}
        return {**(told or {}), "told_before": {**memory, str(len(told["by_group"])): told} if told else memory}


def _told_before(before: Json | None, n_groups: int) -> Json | None:
    found: Json | None = before["told_before"].get(str(n_groups)) if before else None
    return found


def _untold(statement: Json, cells: list[dict[str, Any]]) -> dict[str, Any]:
    """A statement's words, and none of its figures."""
    none = dict.fromkeys(statement)
    kept = {"common_ground": False, "by_group": cells, "groups_seen": None, "told_before": {}}
    return {**none, **_only(statement, WORDS), **kept}


def _hidden_cell(group: int) -> dict[str, Any]:
    return {"group": group, **dict.fromkeys(CELL_FIGURES)}


class _Told:
    """Which statements have figures to tell, and whose figures are new this time."""

    def __init__(self, statements: Sequence[Json], before: Mapping[str, Json], least: int) -> None:
        self.statements = {statement["statement_id"]: statement for statement in statements}
        self.known = {key for key, statement in self.statements.items() if statement["seen"] is not None}
        self.fresh = {key for key in self.known if before.get(key, {}).get("seen") != self.statements[key]["seen"]}
        self.least = least

    def listed(self, now: Sequence[str], then: Sequence[str]) -> list[str]:
        """A list of statements in which only those with new figures come or go."""
        stay = [key for key in now if key in self.fresh or key in then]
        stay += [key for key in then if key not in self.fresh and key not in now]
        return [key for key in stay if key in self.known]

    def item(self, new: Json, old: Json | None, figures: Sequence[str], is_fresh: bool) -> dict[str, Any]:
        """An item about a statement with new figures, those told before, or none."""
        if is_fresh:
            return dict(new)
        return {**new, **(_only(old, figures) if old else dict.fromkeys(figures))}


# Groups


def _hidden_groups(body: Json, least: int) -> set[int]:
    sizes = {group["id"]: group["size"] for group in body["groups"]}
    return cells_to_hide(sizes, sum(sizes.values()), least)


def _groups(body: Json, previous: Json, told: _Told, telling: _Telling, words_from: int) -> list[dict[str, Any]]:
    before = {telling.then.now.get(group["id"]): group for group in previous.get("groups", ())}
    groups = []
    for group in body["groups"]:
        if group["id"] in telling.hidden_groups:
            groups.append({**dict.fromkeys(group), "id": group["id"], "label": group["label"], "representative": []})
            continue
        portrait = _portrait(group, before.get(group["id"]), told) if group["size"] >= words_from else []
        groups.append({**group, "representative": portrait})
    return groups


def _portrait(group: Json, before: Json | None, told: _Told) -> list[dict[str, Any]]:
    """What sets a group apart, its figures taken from the very cells that are told."""
    old = {(item["statement_id"], item["stance"]): item for item in (before or {}).get("representative", ())}
    portrait = []
    for item in group["representative"]:
        statement = told.statements.get(item["statement_id"])
        if statement is None or statement["seen"] is None:
            continue
        cell = next(cell for cell in statement["by_group"] if cell["group"] == group["id"])
        is_fresh = cell["seen"] == item["seen"] and statement["groups_seen"] == statement["seen"]
        is_fresh = is_fresh and item["statement_id"] in told.fresh
        then = old.get((item["statement_id"], item["stance"])) if cell["seen"] is not None else None
        portrait.append(told.item(item, then, PORTRAIT_FIGURES, is_fresh))
    return portrait


# Lists and the map


def _bold_views(body: Json, previous: Json, told: _Told) -> list[dict[str, Any]]:
    """Bold views by at least the smallest group; fewer holders are not told of."""
    old = {item["statement_id"]: item for item in previous.get("bold_views", ())}
    new = {item["statement_id"]: item for item in body["bold_views"] if item["holders"] >= told.least}
    return [
        told.item(new[key], old.get(key), BOLD_FIGURES, key in told.fresh) if key in new else dict(old[key])
        for key in told.listed(list(new), list(old))
    ]


def _map(body: Json, hidden_groups: set[int]) -> dict[str, Any]:
    points = body["map"]["points"]
    if len(points) < FEWEST_POINTS:
        return {"n_shown": None, "explained": [], "points": []}
    told = {group["id"] for group in body["groups"]} - hidden_groups
    shown = [{**point, "group": point["group"] if point["group"] in told else -1} for point in points]
    return {**body["map"], "points": shown}


def _only(item: Json, names: Sequence[str]) -> dict[str, Any]:
    return {name: item[name] for name in names}
