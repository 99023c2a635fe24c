"""Who is known by which staff number or e-mail address, on the roster and in a file so far.

Pure: knows no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sayso.web.kept_words import sentence

KEYS = ("staff_number", "email")  # what tells people apart


class RowRefused(ValueError):
    """A row that cannot be taken; the text says why, and the mend."""


@dataclass(frozen=True)
class OnRoster:
    """Somebody the roster holds already.

    told : field to text; units as paths, managers by their staff number, or else their e-mail address
    """

    member: int
    is_active: bool
    told: Mapping[str, str]


class Keys:
    """Who is known by which staff number or e-mail address, on the roster and in the file so far."""

    def __init__(self, people: Sequence[OnRoster]) -> None:
        self.people = {(name, person.told[name]): person for person in people for name in KEYS if person.told.get(name)}
        self.outside = {-person.member: person for person in people}
        self.rows: dict[tuple[str, str], int] = {}
        self.member_rows: dict[int, int] = {}

    def place(self, key: str) -> int | None:
        """The row, or the member's number below nought, of whoever has this staff number or e-mail address."""
        if not key:
            return None
        ways = [(name, key.lower() if name == "email" else key) for name in KEYS]
        if row := next((self.rows[way] for way in ways if way in self.rows), None):
            return row
        person = next((self.people[way] for way in ways if way in self.people), None)
        return self.member_rows.get(person.member, -person.member) if person else None

    def whose(self, row: int, told: Mapping[str, str], taken_elsewhere: frozenset[str]) -> OnRoster | None:
        """The person of the roster a row is about, or None for somebody new. Raises RowRefused."""
        keys = [(name, told[name]) for name in KEYS if told.get(name)]
        for name, key in keys:
            if (name, key) in self.rows:
                raise RowRefused(
                    sentence("%(field)s “%(key)s” stands in row %(row)s already. Mend: keep one.",
                         field=in_words(name), key=key, row=self.rows[name, key])
                )  # fmt: skip
        if told.get("email") in taken_elsewhere:
            raise RowRefused(sentence("The e-mail address is in use already. Mend: correct it, or leave it empty."))
        known = {person.member: person for key in keys if (person := self.people.get(key))}
        if len(known) > 1:
            raise RowRefused(
                sentence("Staff number and e-mail address belong to two different people. Mend: correct one of them.")
            )
        person = next(iter(known.values()), None)
        if person:
            held = person.told.get("staff_number", "")
            if held and told.get("staff_number") and told["staff_number"] != held:
                raise RowRefused(
                    sentence(
                        "The e-mail address belongs to staff number “%(held)s”. Mend: correct one of them.", held=held
                    )
                )
            if person.member in self.member_rows:
                raise RowRefused(
                    sentence("The same person stands in row %(row)s already. Mend: keep one.",
                         row=self.member_rows[person.member])
                )  # fmt: skip
            self.member_rows[person.member] = row
        self.rows.update(dict.fromkeys(keys, row))
        return person


# As pages call them: `field_words` has the same.
FIELD_WORDS = {
    "full_name": sentence("Name"),
    "first_name": sentence("First name"),
    "last_name": sentence("Last name"),
    "staff_number": sentence("Staff number"),
    "email": sentence("E-mail address"),
    "unit": sentence("Unit"),
    "manager": sentence("Manager"),
    "role": sentence("Family of roles"),
    "site": sentence("Site"),
    "language": sentence("Language"),
}


def in_words(name: str) -> str:
    return FIELD_WORDS[name]
