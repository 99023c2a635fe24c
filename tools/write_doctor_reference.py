"""Writes docs/reference/doctor.md from the checks themselves; `--print` only shows it."""

from __future__ import annotations

import sys
from pathlib import Path

from sayso.doctor import CHECKS

REPOSITORY = Path(__file__).resolve().parents[1]
HEAD = """# What the doctor looks at

Written by `make docs` from the checks themselves. `sayso doctor` prints one line a check: `✓` in order, `!` look at it,
`✗` mend it; with `--json`, for machines: `id`, `state` (`ok`, `warn`, `fail`), `cause`, `mend`. It exits with 1 when
something fails, else with 0. It sends nothing, asks nobody outside but the mail server, the database and the providers
of accounts you set, names nobody, and changes nothing.

A setting that makes no sense is found before all else, as `settings`. Checks of the mail server, of HTTPS and of
accounts of elsewhere are left out where mail stays here, HTTPS is off and there are no such accounts.

| id | what it asks | mend |
|---|---|---|
"""


def reference() -> str:
    return HEAD + "".join(f"| `{check.id}` | {check.looks_at} | {check.mend} |\n" for check in CHECKS)


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(reference())
    else:
        (REPOSITORY / "docs" / "reference" / "doctor.md").write_text(reference(), encoding="utf-8")
