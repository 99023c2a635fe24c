"""The tree of units, held in memory for one request. Knows which unit is in which; knows no people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sayso.members.models import Organisation
from sayso.members.unit_paths import UNITS_APART


@dataclass(frozen=True)
class Tree:
    """parents, names : unit to the unit above it, and to its name"""

    parents: dict[int, int | None]
    names: dict[int, str]

    @classmethod
    def of(cls, organisation: Organisation) -> Tree:
        rows = list(organisation.units.values_list("pk", "parent_id", "name"))
        return cls({pk: parent for pk, parent, _ in rows}, {pk: name for pk, _, name in rows})

    def above(self, unit: int) -> list[int]:
        """The unit itself, then the one above it, up to the top."""
        found = [unit]
        while (parent := self.parents.get(found[-1])) is not None:
            found.append(parent)
        return found

    def below(self, unit: int) -> list[int]:
        """The unit itself and all within it, at any depth."""
        found = [unit]
        for one in found:
            found += self._within.get(one, ())
        return found

    def path(self, unit: int) -> str:
        """As in a roster file: "Care > Home care > North"."""
        return f" {UNITS_APART} ".join(self.names[one] for one in reversed(self.above(unit)))

    @cached_property
    def paths(self) -> dict[int, str]:
        return {unit: self.path(unit) for unit in self.names}

    @cached_property
    def _within(self) -> dict[int, list[int]]:
        within: dict[int, list[int]] = {}
        for unit, parent in self.parents.items():
            if parent is not None:
                within.setdefault(parent, []).append(unit)
        return within
