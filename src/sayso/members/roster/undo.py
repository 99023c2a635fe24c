"""What of an update may be taken back: only what still stands as the file left it.

A directory, or a page, may have changed people since; what they told is newer, and stays. Knows rows; writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sayso.members.models import Member, RosterLine, RosterUpdate
from sayso.members.queries import members_by_key, unit_paths
from sayso.members.roster.keys import KEYS

PLAIN = ("staff_number", "full_name", "email", "role", "site", "language")


def what_to_restore(update: RosterUpdate, lines: Sequence[RosterLine]) -> dict[int, dict[str, Any]]:
    """Member to what was told of them before the update, without what has changed since or belongs to others now."""
    touched = {line.member_id: line for line in lines if line.member_id is not None}
    members = {member.pk: member for member in Member.objects.filter(pk__in=touched)}
    managers = {line.after["manager"] for line in touched.values() if line.after.get("manager")}
    known, units = members_by_key(update.organisation, managers), unit_paths(update.organisation)
    now = {pk: _now(members[pk], units, line, known) for pk, line in touched.items()}
    restored = {
        pk: {
            name: value
            for name, value in line.before.items()
            if now[pk].get(name, line.after.get(name)) == line.after.get(name)
        }
        for pk, line in touched.items()
    }
    for name in KEYS:
        _leave_to_others(update, name, restored, now)
    return restored


def _leave_to_others(
    update: RosterUpdate, name: str, restored: dict[int, dict[str, Any]], now: dict[int, dict[str, Any]]
) -> None:
    """A number or address wanted back that is somebody else's by now stays theirs."""
    wanted = {told[name] for told in restored.values() if told.get(name)}
    held = Member.objects.filter(**{f"{name}__in": wanted}).exclude(pk__in=restored)
    held = held.filter(organisation=update.organisation_id) if name == "staff_number" else held
    taken = set(held.values_list(name, flat=True))
    taken |= {now[pk][name] for pk, told in restored.items() if name not in told}
    for told in restored.values():
        if told.get(name) in taken:
            del told[name]


def _now(member: Member, units: dict[int, str], line: RosterLine, known: dict[str, int]) -> dict[str, Any]:
    """As a file would tell of them. The manager is compared by who it is: addresses may have changed since."""
    now: dict[str, Any] = {name: getattr(member, name) or "" for name in PLAIN}
    now |= {"unit": units.get(member.unit_id or 0, ""), "is_active": member.is_active}
    manager = line.after.get("manager", "")
    if not manager or manager in known:
        now["manager"] = manager if known.get(manager) == member.manager_id else None
    return now
