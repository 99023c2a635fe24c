"""What a directory tells of a person, brought into the roster's own form, by the rules that files obey.

Pure: resources in, plain values out. Knows no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from scim2_models import InvalidValueException

from sayso.members.lengths import LONGEST
from sayso.members.scim.resources import Email, EnterpriseUser, Name, Person
from sayso.members.unit_paths import UNITS_APART
from sayso.web.typed import one_line

MOST_UNITS_DEEP = 50


@dataclass(frozen=True)
class Told:
    """All of a person. An empty text, None for the manager: nothing.

    unit : names from the top
    manager : as the directory names them: an id, or an address that ends in one
    """

    user_name: str
    external_id: str
    full_name: str
    is_named: bool
    given_name: str
    family_name: str
    email: str
    staff_number: str
    role: str
    site: str
    language: str
    is_active: bool
    unit: tuple[str, ...]
    manager: str


def told_by(person: Person, before: Person | None = None, *, is_ours: bool = False) -> Told:
    """What a resource says; `before`, what was shown until now, tells what is new. Raises InvalidValueException.

    is_ours : of `before` the directory has told nothing yet
    """
    name, extension = person.name or Name(), person[EnterpriseUser] or EnterpriseUser()
    user_name = line("userName", person.user_name)
    if not user_name:
        raise InvalidValueException(detail="userName is empty. Mend: map what tells people apart in your directory.")
    full_name, manager = line("displayName", _full_name(person, before, is_ours)), extension.manager
    parts = line("name", " ".join(filter(None, (name.given_name, name.family_name))))
    return Told(
        user_name=user_name,
        external_id=line("externalId", person.external_id),
        full_name=full_name or parts or user_name,
        is_named=bool(full_name),
        given_name=line("name.givenName", name.given_name),
        family_name=line("name.familyName", name.family_name),
        email=_email(person, before),
        staff_number=line("employeeNumber", extension.employee_number),
        role=line("userType", person.user_type),
        site=line("addresses.locality", next((one.locality for one in person.addresses or () if one.locality), "")),
        language=line("preferredLanguage", person.preferred_language),
        is_active=person.active is not False,
        unit=unit_named(extension.department),
        manager=(manager.value or str(manager.ref or "")) if manager else "",
    )


def line(name: str, text: str | None) -> str:
    """On one line, without invisible characters. Raises InvalidValueException when it is longer than tables hold."""
    plain = one_line(text or "")
    if len(plain) > LONGEST:
        raise InvalidValueException(detail=f"{name} has {len(plain)} characters. Mend: {LONGEST} at most.")
    return plain


def unit_named(department: str | None) -> tuple[str, ...]:
    """The names of a path such as "Care > Home care", from the top."""
    parts = tuple(filter(None, (line("department", part) for part in (department or "").split(UNITS_APART))))
    if len(parts) > MOST_UNITS_DEEP:
        raise InvalidValueException(detail=f"department has {len(parts)} levels. Mend: {MOST_UNITS_DEEP} at most.")
    return parts


def _full_name(person: Person, before: Person | None, is_ours: bool) -> str:
    """The name to show; what is new goes first. Empty where only parts are told, or nothing.

    is_ours : the name shown until now came from a file; parts the directory tells go before it
    """
    name, old = person.name or Name(), (before.name if before else None) or Name()
    shown, shown_before = person.display_name or "", (before.display_name if before else None) or ""
    if shown != shown_before:
        return shown
    if name.formatted and name.formatted != old.formatted:
        return name.formatted
    has_new_parts = (name.given_name, name.family_name) != (old.given_name, old.family_name)
    return "" if is_ours and has_new_parts else shown


def _email(person: Person, before: Person | None) -> str:
    """The one address we hold, in lower case; where none is told, the userName if it is one.

    Where both were one until now, the address goes with a userName that changes alone.
    """
    chosen: str | None = _chosen(person.emails or ()) or ""
    old = (_chosen(before.emails or ()) or "") if before else ""
    was_both = bool(before and old and (before.user_name or "").lower() == old)
    if chosen == old and was_both and person.user_name and _is_address(person.user_name):
        chosen = person.user_name
    if not chosen:
        chosen = person.user_name if _is_address(person.user_name or "") else ""
    email = line("emails", (chosen or "").lower())
    if not email:
        return ""
    if not _is_address(email):
        raise InvalidValueException(detail=f"“{email}” is no e-mail address. Mend: correct it, or leave it empty.")
    return email


def _chosen(emails: Sequence[Email]) -> str | None:
    told = [one for one in emails if one.value]
    ranked = sorted(told, key=lambda one: (not one.is_primary, one.type != Email.Type.work))
    return ranked[0].value if ranked else None


def _is_address(text: str) -> bool:
    try:
        validate_email(one_line(text))
    except ValidationError:
        return False
    return True
