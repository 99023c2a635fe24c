"""Accesses as a table file, safe to open in a spreadsheet. Knows rows of the record of accesses."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import override

from sayso.distillations.table_file import FORMULA_SIGNS
from sayso.members.models import AccessRecord


def accesses_as_csv(accesses: Iterable[AccessRecord]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["at", "who", "what", "detail"])
    for access in accesses:
        with override("en"):
            what = str(access.get_kind_display())
        who = access.by.full_name if access.by else "command line"
        told = [access.at.isoformat(timespec="seconds"), who, what, access.detail]
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in told])
    # The mark at the start tells spreadsheets that it is UTF-8.
    return "\ufeff" + file.getvalue()
