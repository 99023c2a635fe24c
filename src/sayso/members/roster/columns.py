"""Which column of a roster file holds what: guessed from its headings, corrected by whoever brings it.

Knows headings; knows no people, no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sayso.web.kept_words import sentence
from sayso.web.typed import one_line

# What a column may hold, and the headings that say so, in the languages rosters came in so far.
HEADINGS = {
    "staff_number": """staff number, staff no, staff id, employee id, employee number, employee no, personnel number,
        person id, payroll number, personalnummer, personalnr, mitarbeiternummer, matricule, número de empleado, id""",
    "full_name": "name, full name, employee name, display name, vor- und nachname, nom complet, nombre completo",
    "first_name": "first name, given name, forename, vorname, prénom, nombre",
    "last_name": "last name, surname, family name, nachname, familienname, nom, apellido, apellidos",
    "email": "e-mail, email, mail, e-mail address, email address, work email, e-mail-adresse, correo, courriel",
    "unit": "unit, department, org unit, organisation unit, organization unit, division, team, abteilung, bereich, "
    "organisationseinheit, departamento, unidad, service, département",
    "manager": "manager, manager id, manager number, manager email, line manager, reports to, supervisor, "
    "supervisor id, vorgesetzte, vorgesetzter, führungskraft, jefe, responsable",
    "role": "role, role family, job family, function, job function, funktion, funktionsgruppe, función, fonction",
    "site": "site, location, office, place, standort, ort, sede, lieu",
    "language": "language, preferred language, sprache, idioma, langue",
}
KNOWN = {
    " ".join(heading.split()): field for field, headings in HEADINGS.items() for heading in headings.lower().split(",")
}


class ColumnsUnclear(ValueError):
    """No way to tell people apart, or to name them, from these columns; the text says what is missing and the mend."""


def guess_columns(header: Sequence[str], remembered: Mapping[str, str] = {}) -> dict[str, int]:
    """Where each field stands: by what was remembered (field to heading), else by the heading's own words.

    >>> guess_columns(["Personalnummer", "Vorname", "Nachname", "E-Mail", "Kostenstelle"])
    {'staff_number': 0, 'first_name': 1, 'last_name': 2, 'email': 3}
    >>> guess_columns(["Nr", "Name"], {"staff_number": "nr"})
    {'staff_number': 0, 'full_name': 1}
    """
    headings = [_plain(heading) for heading in header]
    found = {field: headings.index(_plain(name)) for field, name in remembered.items() if _plain(name) in headings}
    for column, heading in enumerate(headings):
        field = KNOWN.get(heading)
        if field and field not in found and column not in found.values():
            found[field] = column
    return found


def corrected(columns: Mapping[str, int], header: Sequence[str], told: Mapping[str, str]) -> dict[str, int]:
    """The guess with what somebody told about it (field to heading; an empty heading leaves the field out).

    Raises ColumnsUnclear naming the field or heading that does not exist, with those that do.
    """
    found, headings = dict(columns), [_plain(heading) for heading in header]
    for field, heading in told.items():
        if field not in HEADINGS:
            raise ColumnsUnclear(
                sentence(
                    "There is no “%(field)s” on a roster. Mend: one of %(fields)s.",
                    field=field,
                    fields=", ".join(HEADINGS),
                )
            )
        found.pop(field, None)
        if not heading:
            continue
        if _plain(heading) not in headings:
            named = ", ".join(f"“{name}”" for name in header[:20] if name)
            raise ColumnsUnclear(
                sentence("The file has no column “%(heading)s”. It has %(named)s.", heading=heading, named=named)
            )
        found[field] = headings.index(_plain(heading))
    return found


def check_columns(columns: Mapping[str, int], header: Sequence[str] = ()) -> None:
    """Raises ColumnsUnclear where nobody could be named, or told from others."""
    hint = _hint(header)
    if "full_name" not in columns and "last_name" not in columns:
        raise ColumnsUnclear(
            sentence("No column with names was found.%(hint)s Mend: say which it is, as in full_name=Who.", hint=hint)
        )
    if "staff_number" not in columns and "email" not in columns:
        raise ColumnsUnclear(
            sentence(
                "No column with staff numbers or e-mail addresses was found, so nobody could be told from others of "
                "the same name.%(hint)s Mend: say which it is, as in staff_number=Nr.",
                hint=hint,
            )
        )


def looks_like_a_person(header: Sequence[str]) -> bool:
    """Whether the row of headings seems to be missing.

    >>> looks_like_a_person(["4711", "Ann Lee", "ann@x.org"]), looks_like_a_person(["Nr", "Name", "E-Mail"])
    (True, False)
    """
    return any("@" in heading for heading in header) or any(heading.isdecimal() for heading in header)


def _hint(header: Sequence[str]) -> str:
    if len(header) == 1:
        return sentence(" There is a single column; columns are told by comma, semicolon, tab or bar.")
    if looks_like_a_person(header):
        return sentence(" The first row looks like a person; a row of headings belongs above it.")
    return ""


def _plain(heading: str) -> str:
    return one_line(heading).lower().replace("_", " ").strip(" :*")
