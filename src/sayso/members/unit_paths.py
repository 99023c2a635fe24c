"""Units as a file names them: "Care > Home care > North", the new ones told, renamed ones found again.

Pure: paths in, paths out. Knows no database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sayso.web.kept_words import listed, sentence_counted

UNITS_APART = ">"
JOINT = f" {UNITS_APART} "
SHOWN = 10


def one_path(typed: str) -> str:
    """
    >>> one_path(" Care>Home care > ")
    'Care > Home care'
    """
    return JOINT.join(filter(None, (part.strip() for part in typed.split(UNITS_APART))))


def path_today(path: str, units: frozenset[str], renamed: Mapping[str, str]) -> str:
    """Where a unit stands by now, when it, or one above it, has been renamed or moved.

    >>> path_today("Care > North > New", frozenset({"Health"}), {"Care > North": "Health > North"})
    'Health > North > New'
    """
    parts = path.split(JOINT)
    for n in range(len(parts), 0, -1):
        head = JOINT.join(parts[:n])
        if head in units:
            return path
        if head in renamed:
            return JOINT.join([renamed[head], *parts[n:]])
    return path


def place_units(told: list[dict[str, str]], units: frozenset[str], renamed: Mapping[str, str]) -> list[str]:
    """Put today's path in place of a former one in every line; gives what a keeper should know of the units."""
    named = Counter(line["unit"] for line in told if line.get("unit"))
    today = {path: path_today(path, units, renamed) for path in named}
    moved = {path: now for path, now in today.items() if path != now}
    if moved:
        for line in told:
            line["unit"] = today.get(line.get("unit", ""), line.get("unit", ""))
    notices = [
        sentence_counted(
            "“%(path)s” is now called “%(now)s”, in %(n)s row.",
            "“%(path)s” is now called “%(now)s”, in %(n)s rows.",
            named[path],
            path=path,
            now=now,
        )
        for path, now in moved.items()
    ]
    return [*notices, *_new_ones(sorted(set(today.values()) - units))]


def _new_ones(paths: list[str]) -> Sequence[str]:
    if not paths:
        return []
    told = sentence_counted(
        "%(n)s unit is new and would be made: %(units)s.",
        "%(n)s units are new and would be made: %(units)s.",
        len(paths),
        units=listed([f"“{path}”" for path in paths], SHOWN),
    )
    return [told]
