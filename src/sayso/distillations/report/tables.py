"""The two tables beside the report. Text that a spreadsheet would run as a formula is kept as text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")

STATEMENT_COLUMNS = (
    *("statement_id", "text", "topic", "is_seed", "seen", "n_agree", "n_pass", "n_disagree"),
    *("agree", "agree_low", "agree_high", "disagree", "disagree_low", "disagree_high"),
    *("common_ground", "divisiveness", "divisiveness_low", "divisiveness_high", "duplicates_of"),
)
PARTICIPANT_COLUMNS = ("participant_id", "n_votes", "x", "y", "position_sd", "group", "probability")


def write_statements_csv(snapshot: Mapping[str, Any], path: Path) -> None:
    """Every published statement with its figures, and three columns a group. `snapshot` may be published or whole."""
    labels = [group["label"] for group in snapshot["groups"]]
    header = [*STATEMENT_COLUMNS, *(f"{name}_{label}" for label in labels for name in ("agree", "low", "high"))]
    rows = ([*_own(statement), *_by_group(statement)] for statement in snapshot["statements"] if _is_told(statement))
    _write(path, header, rows)


def write_participants_csv(
    path: Path,
    *,
    participant_ids: Sequence[str],
    n_votes: Sequence[int],
    positions: Sequence[Sequence[float]],
    position_sd: Sequence[float],
    membership: Sequence[int],
    probability: Sequence[float],
) -> None:
    """One row a participant, all arguments of one length; those not placed have empty places."""
    rows = (
        [participant, int(count), *_place(position, sd), "" if group < 0 else int(group), _figure(sure)]
        for participant, count, position, sd, group, sure in zip(
            participant_ids, n_votes, positions, position_sd, membership, probability, strict=True
        )
    )
    _write(path, PARTICIPANT_COLUMNS, rows)


def _is_told(statement: Mapping[str, Any]) -> bool:
    return not statement["rejected"]


def _own(statement: Mapping[str, Any]) -> list[object]:
    return [_figure(statement[name]) for name in STATEMENT_COLUMNS]


def _by_group(statement: Mapping[str, Any]) -> list[object]:
    return [_figure(cell[name]) for cell in statement["by_group"] for name in ("agree", "agree_low", "agree_high")]


def _place(position: Sequence[float], sd: float) -> list[object]:
    return [_figure(float(position[0])), _figure(float(position[1])), _figure(float(sd))]


def _figure(value: Any) -> object:
    """Four decimals, an empty cell for what is not known, yes or no as 1 and 0."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str | int) else f"{float(value):.4f}"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        # With the standard line ends a lone \r inside a text is quoted too; with "\n" it would break the row.
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([_safe(cell) for cell in row] for row in rows)


def _safe(cell: object) -> object:
    """An apostrophe before text that begins like a formula: spreadsheets then show it and run nothing."""
    if not isinstance(cell, str) or _is_number(cell):
        return cell
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_SIGNS) else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
