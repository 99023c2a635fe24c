"""Writes docs/reference/cli.md from what `sayso --help` and each command's `--help` say; `--print` only shows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
HEAD = """# The command line

Written by `make docs` from the commands themselves. Exit codes: 0 done, 1 the work failed (with a message),
2 wrong usage. Progress goes to stderr.
"""


def help_of(*command: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).parent / "sayso", *command, "--help"],
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def section(title: str, text: str) -> str:
    return f"\n## {title}\n\n```\n{text}\n```\n"


def reference() -> str:
    top = help_of()
    commands = re.findall(r"^    ([a-z]+)  ", top, flags=re.MULTILINE)
    if not commands:
        raise SystemExit("`sayso --help` lists no commands.")
    return HEAD + section("sayso", top) + "".join(section(f"sayso {name}", help_of(name)) for name in commands)


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.write(reference())
    else:
        (REPOSITORY / "docs" / "reference" / "cli.md").write_text(reference(), encoding="utf-8")
