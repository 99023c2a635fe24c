"""Who reports to whom in a roster file: managers nobody knows and circles of them left out, and told of.

Pure: knows no database.
"""

from __future__ import annotations

from collections.abc import Mapping

from sayso.members.roster.keys import Keys, OnRoster
from sayso.web.kept_words import rows_listed, sentence, sentence_counted


def settle_managers(
    wanted: list[tuple[int, OnRoster | None, dict[str, str]]], keys: Keys
) -> tuple[dict[int | None, int], list[tuple[int, str]]]:
    """Leave out managers nobody knows, and those in circles; tell how deep below the top each row stands.

    People of the file are known by their row, those outside it by their member's number below nought: a circle may
    pass through them.
    """
    told_in: dict[int, dict[str, str]] = {row: told for row, _, told in wanted}
    notices: list[tuple[int, str]] = []
    held_in = {row: known.told for row, known, _ in wanted if known}
    above: dict[int, int | None] = {}
    for row, known, told in wanted:
        key = told["manager"] if "manager" in told else known.told.get("manager", "") if known else ""
        above[row] = at = keys.place(key)
        if "manager" not in told:
            continue
        if key and at is None:
            told_of = sentence("Manager “%(key)s” is nobody's staff number or e-mail address; left out.", key=key)
            notices.append((row, told_of))
        # Of somebody on the roster the key they have now: one this file gives them is not there yet when it is needed.
        manager = held_in.get(at) or told_in.get(at) or keys.outside[at].told if at is not None else {}
        told["manager"] = manager.get("staff_number") or manager.get("email", "")
    level: dict[int | None, int] = {None: -1}
    for row, _, _ in wanted:
        path: list[int] = []
        on_path: set[int] = set()
        at = row
        while at is not None and at not in level and at not in on_path:
            path.append(at)
            on_path.add(at)
            if at not in above:
                above[at] = keys.place(keys.outside[at].told.get("manager", ""))
            at = above[at]
        if at in on_path:
            circle = path[path.index(at) :]
            notices += _open_circle(circle, told_in, above, level)
            path = path[: path.index(at)]
        for one in reversed(path):
            level[one] = 1 + level[above[one]]
    return level, notices


def _open_circle(
    circle: list[int],
    told_in: Mapping[int, dict[str, str]],
    above: dict[int, int | None],
    level: dict[int | None, int],
) -> list[tuple[int, str]]:
    """Everybody in it has no manager, but for those the file does not tell of."""
    rows = [one for one in circle if "manager" in told_in.get(one, ())]
    for one in rows:
        told_in[one]["manager"] = ""
        above[one] = None
    for one in circle:
        level[one] = 0
    if not rows:
        return []
    outside, in_file = len(circle) - len(rows), rows_listed(rows)
    if not outside:
        told = sentence("Managers go round in a circle: rows %(rows)s. Left out for all of these rows.", rows=in_file)
        return [(min(rows), told)]
    told = sentence_counted(
        "Managers go round in a circle: rows %(rows)s and %(n)s person outside the file. "
        "Left out for all of these rows.",
        "Managers go round in a circle: rows %(rows)s and %(n)s people outside the file. "
        "Left out for all of these rows.",
        outside,
        rows=in_file,
    )
    return [(min(rows), told)]
