"""The rows an update refuses, as a table file for whoever mends them. Safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from sayso.members.models import LineKind, RosterUpdate
from sayso.members.roster.columns import HEADINGS
from sayso.web.kept_told import reason_and_mend

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
MARK = "\N{BYTE ORDER MARK}"  # by which spreadsheets know UTF-8


def as_csv(update: RosterUpdate) -> str:
    """Row, reason, mend, then what stands in the file, under its own headings."""
    fields = [field for field in HEADINGS if field in update.columns]  # PostgreSQL keeps no order in JSON
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([_("row"), _("reason"), _("mend"), *(defused(update.columns[field]) for field in fields)])
    lines = update.lines.filter(kind=LineKind.REFUSED).order_by("position")
    for row, told, cells in lines.values_list("row", "told", "before").iterator():
        reason, mend = reason_and_mend(told)
        table.writerow([row, *map(defused, (reason, mend, *(cells.get(field, "") for field in fields)))])
    return MARK + text.getvalue()


def defused(cell: str) -> str:
    """Text a spreadsheet would take for a formula, made plain text.

    >>> defused("=HYPERLINK(1)"), defused("Ann")
    ("'=HYPERLINK(1)", 'Ann')
    """
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
