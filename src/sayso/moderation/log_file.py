"""The log of decisions as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import override

from sayso.moderation.flags import FORMULA_SIGNS
from sayso.moderation.queries import Logged

COLUMNS = ("from", "to", "decision", "words", "reason", "merged into", "taken as")


def log_as_csv(rows: Iterable[Logged]) -> str:
    """One row a decision; only the header while too little was decided to tell. The same words for whoever takes it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        with override("en"):
            act = str(row.act.label)
        cells = (row.since.isoformat(), row.until.isoformat(), act, row.text, row.reason, row.into, row.taken_as)
        writer.writerow([f"'{cell}" if cell.startswith((*FORMULA_SIGNS, "\t", "\r")) else cell for cell in cells])
    # The mark at the start tells spreadsheets that it is UTF-8.
    return "\ufeff" + file.getvalue()
