"""Writes that leave an event take the engagement's log before any row, so that none ever waits in a ring."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "sayso"
# What takes the log: begun so, or by the first thing that is done. A new engagement is nobody else's yet.
TAKES_THE_LOG = re.compile(r"\b(locked|_prepared|_running|hold_log)\(|Engagement\.objects\.create\(|settled_events\(")
WRITES_EVENTS = re.compile(r"\b_?record(_all)?\($")


def _begins(path: Path) -> Iterator[tuple[str, str]]:
    """Of each function that writes an event: its place, and how its transaction begins."""
    text = path.read_text()
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef):
            continue
        calls = [ast.unparse(node.func) + "(" for node in ast.walk(function) if isinstance(node, ast.Call)]
        if not any(WRITES_EVENTS.search(call) for call in calls):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.With) and "transaction.atomic" in (head := ast.unparse(node.items[0])):
                opened = " ".join([head, *map(ast.unparse, node.items[1:])])
                yield f"{path.relative_to(PACKAGE)}:{function.name}", f"{opened} {ast.unparse(node.body[0])}"


def test_whoever_writes_an_event_takes_the_log_first() -> None:
    writers = [path for path in PACKAGE.rglob("*.py") if "engagements.events import" in path.read_text()]
    assert len(writers) > 10
    late = [place for path in writers for place, begin in _begins(path) if not TAKES_THE_LOG.search(begin)]
    assert late == [], "begin with engagements.locking.writing() instead of transaction.atomic()"
