"""What pages call each field of a roster. Knows words; knows no people, no database."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazily

from sayso.members.roster.columns import HEADINGS

FIELDS = {
    "full_name": lazily("Name"),
    "first_name": lazily("First name"),
    "last_name": lazily("Last name"),
    "staff_number": lazily("Staff number"),
    "email": lazily("E-mail address"),
    "unit": lazily("Unit"),
    "manager": lazily("Manager"),
    "role": lazily("Family of roles"),
    "site": lazily("Site"),
    "language": lazily("Language"),
}
assert FIELDS.keys() == HEADINGS.keys()  # noqa: S101 - a field without a word would be nameless on a page
