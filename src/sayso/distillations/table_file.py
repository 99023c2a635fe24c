"""Every statement with its published figures as CSV, safe to open in a spreadsheet. Knows published dicts only."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

COLUMNS = (
    "statement_id",
    "text",
    "topic",
    "is_seed",
    "seen",
    "n_agree",
    "n_pass",
    "n_disagree",
    "agree",
    "agree_low",
    "agree_high",
    "disagree",
    "disagree_low",
    "disagree_high",
    "common_ground",
    "divisiveness",
    "duplicates_of",
)
# A cell that begins so is run as a formula by spreadsheets.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def rows_as_csv(published: Mapping[str, Any] | None) -> str:
    """One row a statement; an empty cell is not yet known. Only the header before the first snapshot."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    groups = [group for group in published["groups"] if group["size"] is not None] if published else []
    writer.writerow([*COLUMNS, *(f"agree_{group['label']}" for group in groups)])
    for statement in published["statements"] if published else ():
        by_group = {cell["group"]: cell["agree"] for cell in statement["by_group"]}
        cells = [statement[name] for name in COLUMNS] + [by_group.get(group["id"]) for group in groups]
        writer.writerow([_cell(cell) for cell in cells])
    # The mark at the start tells spreadsheets that it is UTF-8.
    return "\ufeff" + file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value
