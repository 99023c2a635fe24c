"""What may be told of key points by opinion group and by unit, given what was told before. Pure.

A key point opens to its sources, so its share in a part ties words to that part: a part is told from the threshold for
words on. All key points of a topic share the people who wrote on it, so their parts move together or not at all: one
that moved alone would give the others' step away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sayso.publication.cells import cells_to_hide, is_safe_step
from sayso.publication.lettering import Lettering

Json = Mapping[str, Any]
Counts = dict[int, int | None]


class Splits:
    """Decides topic by topic, given which groups and units are too small, and which letters groups bore before.

    told : of each topic, the counts told last, kept to compare with later
    """

    def __init__(
        self,
        body: Json,
        previous: Json,
        then: Lettering,
        hidden_groups: Collection[int],
        small_units: Collection[int],
        *,
        least: int,
        least_words: int,
    ) -> None:
        self.then, self.hidden_groups, self.small_units = then, hidden_groups, small_units
        self.least, self.least_words = least, least_words
        self.letters_stay = then.is_same and len(body["groups"]) == len(previous.get("groups", ()))
        self.cells: dict[str, tuple[Counts, Counts]] = {}  # of topics whose parts are told anew
        before = {told["topic"]: told for told in previous.get("spoke", ())}
        for now in body.get("spoke", ()):
            told = self._topic(now, before.get(now["topic"]))
            if told is not None:
                before[now["topic"]] = told
        self.told = list(before.values())

    def fresh(self, item: Json, before: Json | None) -> dict[str, Any]:
        """A key point with figures of now: its parts of now, or those told before while the topic's stand still."""
        if item["topic"] not in self.cells:
            is_it = before is not None and (before.get("topic", ""), before["text"]) == (item["topic"], item["text"])
            old = self.kept(before) if before is not None and is_it else {}
            return {**item, "by_group": old.get("by_group", []), "by_unit": old.get("by_unit", [])}
        in_group, in_unit = self.cells[item["topic"]]
        return {
            **item,
            "by_group": [cell for cell in item.get("by_group", ()) if in_group.get(cell["group"])],
            "by_unit": [cell for cell in item.get("by_unit", ()) if in_unit.get(cell["part"])],
        }

    def kept(self, item: Json) -> dict[str, Any]:
        """A key point as it was told before, its groups under today's letters; none where they are others now."""
        groups = [{**cell, "group": self.then.now[cell["group"]]} for cell in item.get("by_group", ())]
        groups = [cell for cell in groups if self.letters_stay and cell["group"] not in self.hidden_groups]
        units = [dict(cell) for cell in item.get("by_unit", ()) if cell["part"] not in self.small_units]
        return {**item, "by_group": sorted(groups, key=lambda cell: int(cell["group"])), "by_unit": units}

    def _topic(self, now: Json, before: Json | None) -> dict[str, Any] | None:
        """The counts told last: those of now, where they may follow the ones before."""
        n_groups = str(len(now["by_group"]))
        in_group = self._visible(now, "by_group", "group", self.hidden_groups)
        in_unit = self._visible(now, "by_unit", "part", self.small_units)
        memory = dict(before["told_before"]) if before else {}
        last = self._lettered(memory.get(n_groups))
        if last is not None:
            memory[n_groups] = last
        if not any(in_group.values()) and not any(in_unit.values()):
            return {**before, "told_before": memory} if before else None
        if before is not None and not self._may_follow(before, last, now["people"], in_group, in_unit):
            return {**before, "told_before": memory}
        self.cells[now["topic"]] = in_group, in_unit
        counted = {"people": now["people"], "by_group": _rows("group", in_group)}
        units = {"people": now["people"], "by_unit": _rows("part", in_unit)}
        return {"topic": now["topic"], **units, "told_before": {**memory, n_groups: counted}}

    def _visible(self, now: Json, kind: str, name: str, hidden: Collection[int]) -> Counts:
        counts = {cell[name]: cell["people"] for cell in now[kind]}
        known = {part: n for part, n in counts.items() if n is not None}
        out = cells_to_hide(known, now["people"], self.least_words, [part for part in hidden if part in known])
        return {part: None if part in out else n for part, n in counts.items()}

    def _may_follow(self, before: Json, last: Json | None, people: int, in_group: Counts, in_unit: Counts) -> bool:
        units = {cell["part"]: cell["people"] for cell in before["by_unit"]}
        if not is_safe_step(units, before["people"], in_unit, people, self.least):
            return False
        if last is None:
            return True
        by_answers = {cell["group"]: cell["people"] for cell in last["by_group"]}
        # Under today's letters and under those of then: which of the two a reader takes is not ours to know.
        by_letter = {then: by_answers[now] for then, now in self.then.now.items() if now in by_answers}
        return all(is_safe_step(old, last["people"], in_group, people, self.least) for old in (by_answers, by_letter))

    def _lettered(self, last: Json | None) -> dict[str, Any] | None:
        if last is None:
            return None
        rows = {self.then.now.get(cell["group"], cell["group"]): cell["people"] for cell in last["by_group"]}
        return {**last, "by_group": _rows("group", rows)}


def _rows(name: str, counts: Counts) -> list[dict[str, int | None]]:
    return [{name: part, "people": counts[part]} for part in sorted(counts)]
