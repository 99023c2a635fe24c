"""Texts with named fields in braces: checked when they are written, filled for each person. Knows words only."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

FIELDS = {
    "first name": lazily("the person's first name"),
    "link": lazily("the person's own link"),
    "reply date": lazily("the day by which all have answers"),
    "title": lazily("the title of having our say"),
    "organisation": lazily("the organisation's name"),
}
FIELD = re.compile(r"\{([^{}\n]*)\}")
LINK = "{link}"


class Unfillable(Exception):
    """A text that cannot be filled; says what is wrong and the mend."""


@dataclass(frozen=True)
class Text:
    """What is said in one language."""

    language: str
    subject: str
    body: str


def check_text(text: str, *, needs_link: bool) -> None:
    """Raises Unfillable for an unknown field, a lone brace, or a body without its link."""
    for name in FIELD.findall(text):
        if _plain(name) not in FIELDS:
            raise Unfillable(_unknown(name))
    if re.search(r"[{}]", FIELD.sub("", text)):
        raise Unfillable(_("A brace stands alone. Mend: write a field as {first name}, with both braces."))
    if needs_link and "link" not in map(_plain, FIELD.findall(text)):
        raise Unfillable(_("The text has no {link}. Nobody could come in. Mend: put {link} on a line of its own."))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each field's value; values are put in as they are and never read again."""
    return FIELD.sub(lambda found: values[_plain(found[1])], text)


def values_for(
    *, full_name: str, link: str, answers_due: date | None, title: str, organisation: str, language: str
) -> dict[str, str]:
    with translation.override(language):
        # As everywhere in our pages; Django writes English dates the American way.
        form = "j F Y" if language == "en" else "DATE_FORMAT"
        reply_date = date_format(answers_due, form) if answers_due else "…"  # a preview, before the mandate is whole
    return {
        "first name": first_name(full_name),
        "link": link,
        "reply date": reply_date,
        "title": title,
        "organisation": organisation,
    }


def first_name(full_name: str) -> str:
    """What somebody is called, as far as one can tell from how rosters write names.

    >>> first_name("Ann Marie Li"), first_name("Li, Ann Marie"), first_name("Cher")
    ('Ann', 'Ann', 'Cher')
    """
    given = full_name.partition(",")[2].strip() or full_name.strip()
    return given.split()[0] if given else ""


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())


def _unknown(name: str) -> str:
    known = ", ".join(f"{{{field}}}" for field in FIELDS)
    close = difflib.get_close_matches(_plain(name), FIELDS, n=1, cutoff=0.5)
    mend = (
        _("Did you mean {%(field)s}?") % {"field": close[0]}
        if close
        else _("There are: %(fields)s.") % {"fields": known}
    )
    return _("{%(name)s} is not a field. %(mend)s") % {"name": name.strip(), "mend": mend}
