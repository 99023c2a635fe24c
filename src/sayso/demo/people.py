"""Who works for the invented county: units, names, and how the planted groups spread over the units.

Everybody here is made up; names are common ones, put together at random.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from sayso.demo.sayings import WORDS

ORGANISATION = "Marlow County Council"
MAIL_HOST = "marlow.example"  # .example can never be a real host (RFC 2606)


@dataclass(frozen=True)
class UnitPlan:
    """A unit, its share of all members, and how strongly groups A, B and C are found in it."""

    name: str
    share: float
    mix: tuple[float, float, float]


UNITS = (
    UnitPlan("Adult social care", 24, (0.6, 1.3, 1.1)),
    UnitPlan("Children’s services", 17, (0.8, 1.5, 0.5)),
    UnitPlan("Highways", 12, (0.4, 0.4, 2.6)),
    UnitPlan("Waste and recycling", 12, (0.3, 0.5, 2.8)),
    UnitPlan("Libraries", 9, (2.0, 0.9, 0.5)),
    UnitPlan("Planning", 7, (1.9, 1.0, 0.2)),
    UnitPlan("Public health", 6, (1.8, 0.9, 0.4)),
    UnitPlan("Customer services", 7, (1.1, 1.2, 0.8)),
    UnitPlan("Finance and people", 6, (0.8, 1.9, 0.1)),
)
GROUP_SHARE = (38, 36, 26)
FIRST_FILE, LAST_FILE = "first_names.txt", "last_names.txt"


def draw_names(rng: np.random.Generator, n: int) -> list[str]:
    """Full names, each put together at random; with thousands of people some are namesakes."""
    first, last = (rng.choice(np.array(read_names(file)), n).tolist() for file in (FIRST_FILE, LAST_FILE))
    return [f"{a} {b}" for a, b in zip(first, last, strict=True)]


def read_names(file: str) -> list[str]:
    return (WORDS / file).read_text(encoding="utf-8").split("\n")[:-1]


def mail_names(full_names: list[str]) -> list[str]:
    """The part before the @, one of its own for each: namesakes are numbered.

    >>> mail_names(["Zoe O’Brien", "Irena Wójcik", "Zoe O’Brien"])
    ['zoe.obrien', 'irena.wojcik', 'zoe.obrien2']
    """
    counted: dict[str, int] = {}
    names = []
    for full_name in full_names:
        plain = unicodedata.normalize("NFKD", full_name).encode("ascii", "ignore").decode().lower().replace(" ", ".")
        counted[plain] = counted.get(plain, 0) + 1
        names.append(plain if counted[plain] == 1 else f"{plain}{counted[plain]}")
    return names
