"""A roster line as a keeper reads it. Knows lines and the words for their fields; knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.members.models import LineKind, RosterLine
from sayso.members.roster.field_words import FIELDS
from sayso.web.kept_told import in_words as kept_in_words

NOTHING = lazily("nothing")
NAMELESS = lazily("Somebody who left")


@dataclass(frozen=True)
class ShownLine:
    """changes : field's word, before, after"""

    row: int | None
    name: str
    told: str
    changes: list[tuple[str, str, str]]


def in_words(lines: Iterable[RosterLine]) -> list[ShownLine]:
    return [_in_words(line) for line in lines]


def _in_words(line: RosterLine) -> ShownLine:
    if line.kind == LineKind.ADDED and not line.after:
        return ShownLine(line.row, str(NAMELESS), "", [])
    if line.kind == LineKind.ADDED:
        told = " · ".join(
            _detail(name, line.after[name]) for name in FIELDS if line.after.get(name) and name != "full_name"
        )
        return ShownLine(line.row, line.after.get("full_name", ""), told, [])
    if line.member:
        who = " · ".join(filter(None, (line.member.staff_number, line.member.email)))
        changes = _changes(line.before, line.after) if line.kind == LineKind.CHANGED else []
        return ShownLine(line.row, line.member.full_name, who, changes)
    cells = line.before
    name = cells.get("full_name") or f"{cells.get('first_name', '')} {cells.get('last_name', '')}".strip()
    return ShownLine(line.row, name, kept_in_words(line.told), [])


def _detail(name: str, value: object) -> str:
    return _("reports to %(who)s") % {"who": value} if name == "manager" else str(value)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """In one order, which PostgreSQL does not keep in JSON."""
    names = [name for name in (*FIELDS, "is_active") if name in after]
    return [(_word(name), _value(before.get(name, "")), _value(after[name])) for name in names]


def _word(name: str) -> str:
    return str(FIELDS[name]) if name in FIELDS else _("Is")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("here") if value else _("gone")
    return str(value) or str(NOTHING)
