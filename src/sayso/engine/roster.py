"""Who could have taken part: everybody's unit and role, and which of them is which participant.

Knows numbers of people, units and roles; knows nobody's name and no votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sayso.engine.votes import IntArray

UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Roster:
    """Everybody who could have taken part.

    Attributes
    ----------
    unit, role : int64 [n_people]
        Numbers into `unit_names` and `role_names`. Somebody without a stated one has the number of the empty name.
    unit_names, role_names : str [n_units], [n_roles]
    person : int64 [n_participants]
        Place on the roster of each row of the votes; −1 where it is not known.

    Raises
    ------
    ValueError
        When arrays differ in length, a number is out of range, or two participants are one person.

    Examples
    --------
    >>> roster = Roster(np.array([0, 0, 1]), np.array([0, 1, 1]), ("North", "South"), ("nurse", "office"),
    ...                 person=np.array([2, 0, -1]))
    >>> roster.n_people, roster.unit_of_participants().tolist(), roster.cell_size.tolist()
    (3, [1, 0, -1], [1, 1, 1])
    """

    unit: IntArray
    role: IntArray
    unit_names: tuple[str, ...]
    role_names: tuple[str, ...]
    person: IntArray

    def __post_init__(self) -> None:
        if self.unit.shape != self.role.shape or self.unit.ndim != 1:
            raise ValueError(f"unit has shape {self.unit.shape}, role {self.role.shape}; they must be equal lists.")
        for name, number, names in (("unit", self.unit, self.unit_names), ("role", self.role, self.role_names)):
            if len(number) and (number.min() < 0 or number.max() >= len(names)):
                raise ValueError(f"{name} holds a number outside 0 to {len(names) - 1}.")
        known = self.person[self.person != UNKNOWN]
        if len(known) and (known.min() < 0 or known.max() >= self.n_people):
            raise ValueError(f"person holds a place outside 0 to {self.n_people - 1}.")
        if len(np.unique(known)) < len(known):
            raise ValueError("Two participants have one place on the roster.")

    @property
    def n_people(self) -> int:
        """Everybody on it."""
        return len(self.unit)

    @property
    def n_units(self) -> int:
        return len(self.unit_names)

    @property
    def n_roles(self) -> int:
        return len(self.role_names)

    @cached_property
    def cell(self) -> IntArray:
        """Number of each person's cell: a unit and a role that somebody has; int64 [n_people]."""
        number: IntArray = np.unique(self._pair, return_inverse=True)[1].astype(np.int64)
        return number

    @cached_property
    def cell_unit(self) -> IntArray:
        """Unit of each cell, int64 [n_cells]."""
        return np.unique(self._pair) // max(self.n_roles, 1)

    @cached_property
    def cell_role(self) -> IntArray:
        """Role of each cell, int64 [n_cells]."""
        return np.unique(self._pair) % max(self.n_roles, 1)

    @cached_property
    def cell_size(self) -> IntArray:
        """People in each cell, int64 [n_cells]."""
        return np.bincount(self.cell, minlength=len(self.cell_unit))

    @property
    def _pair(self) -> IntArray:
        return self.unit * max(self.n_roles, 1) + self.role

    def unit_of_participants(self) -> IntArray:
        """Unit of each participant, −1 where it is not known; int64 [n_participants]."""
        return self._of_participants(self.unit)

    def role_of_participants(self) -> IntArray:
        """Role of each participant, −1 where it is not known; int64 [n_participants]."""
        return self._of_participants(self.role)

    def cell_of_participants(self) -> IntArray:
        """Cell of each participant, −1 where it is not known; int64 [n_participants]."""
        return self._of_participants(self.cell)

    def _of_participants(self, number: IntArray) -> IntArray:
        found = np.full(len(self.person), UNKNOWN, dtype=np.int64)
        known = self.person != UNKNOWN
        found[known] = number[self.person[known]]
        return found
