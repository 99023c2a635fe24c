"""`sayso integrity`: for the data guardian, accounts that seem not to answer for themselves. Needs no Django.

Writes apart from the report, readable by its owner only: what is here names accounts and belongs into no snapshot.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="a Polis export, or a folder with statements.csv and votes.csv")
    parser.add_argument("--out", type=Path, required=True, help="folder for integrity.html and integrity.json")
    parser.add_argument("--seed", type=int, default=0, help="starts every random number (default 0)")


def run(args: argparse.Namespace) -> int:
    from sayso.distillations.integrity import look
    from sayso.engine.sources import BadInput, read_conversation

    try:
        conversation = read_conversation(args.source)
    except BadInput as problems:
        print(problems, file=sys.stderr)
        return 1
    told = look(conversation, seed=args.seed)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        _write(args.out / "integrity.json", json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        _write(args.out / "integrity.html", page_of(told))
    except OSError as problem:
        print(f"Could not write to {args.out}: {problem.strerror}.", file=sys.stderr)
        return 1
    print(f"For the data guardian only: {args.out / 'integrity.html'}")
    return 0


def page_of(told: dict[str, Any]) -> str:
    """The same as one page without style, script or pictures."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sayso.distillations.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("integrity.html").render(told=told)


def _write(path: Path, text: str) -> None:
    """Readable by its owner only, from the first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
