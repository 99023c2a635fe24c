"""What a check is, and what it found."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

OK, WARN, FAIL = "ok", "warn", "fail"
SIGNS = {OK: "✓", WARN: "!", FAIL: "✗"}


@dataclass(frozen=True)
class Finding:
    """What one check saw. `mend` is empty when there is nothing to mend."""

    id: str
    state: str
    cause: str
    mend: str = ""


Found = Finding | list[Finding]


@dataclass(frozen=True)
class Check:
    """One question. `looks_at` and `mend` stand in docs/reference/doctor.md; what it `needs` is "nothing", "database"
    or "tables"."""

    id: str
    ask: Callable[[], Found]
    looks_at: str
    mend: str
    needs: str = "nothing"

    def findings(self) -> Iterator[Finding]:
        """A check that itself fails is a finding too."""
        try:
            found = self.ask()
        except Exception as wrong:
            cause = f"The check itself failed: {type(wrong).__name__}: {wrong}"
            yield Finding(self.id, FAIL, cause, "Report it to us.")
            return
        yield from found if isinstance(found, list) else [found]


def is_loose(path: Path) -> bool:
    """Others than its owner may do something with it."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
