"""A conversation's title and question from Polis' ``summary.csv``: rows of key and value, of uneven length."""

from __future__ import annotations

import csv
from pathlib import Path

from sayso.engine.files.statements import clean


def title_and_question(path: Path) -> tuple[str, str]:
    """(topic, conversation-description), each on one line; empty where the file or the row is missing.

    The file is a courtesy: when it cannot be read, the votes still can.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
            values = {row[0].strip(): ",".join(row[1:]) for row in csv.reader(text) if row}
    except (OSError, csv.Error):
        return "", ""
    return clean(values.get("topic", "")), clean(values.get("conversation-description", ""))
