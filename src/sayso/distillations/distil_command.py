"""`sayso distil`: from a folder of statements and votes to a report. Needs no Django.

All four files are written beside their names first and moved into place together, so that nothing stands half-written.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sayso.engine.conversation import Conversation
    from sayso.engine.distil import Distillation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=Path, help="a Polis export folder, or a folder with statements.csv and votes.csv"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the report; made when missing")
    parser.add_argument("--seed", type=int, default=0, help="starts every random number (default 0)")
    parser.add_argument("--roster", type=Path, help="people.csv: who was asked, for how sure we are")
    parser.add_argument(
        "--earlier", type=Path, metavar="SNAPSHOT", help="an earlier snapshot.json: map and groups keep their bearings"
    )
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")


def run(args: argparse.Namespace) -> int:
    from sayso.engine.distil import distil
    from sayso.engine.sources import BadInput, read_conversation

    tell = progress_line(sys.stderr.isatty())
    try:
        turned_onto = _likeness_of(args.earlier)
        conversation = read_conversation(args.source, roster=args.roster, progress=lambda share, step: tell(0.0, step))
    except BadInput as problems:
        print(problems, file=sys.stderr)
        return 1
    except ValueError as problem:
        print(f"{args.earlier} is no snapshot of Sayso: {problem}", file=sys.stderr)
        return 1
    made = distil(conversation, seed=args.seed, turned_onto=turned_onto, threads=os.cpu_count() or 1, progress=tell)
    try:
        written = _write(made, conversation, args.out)
    except OSError as problem:
        print(f"Could not write to {args.out}: {problem.strerror}. Nothing was left half-written.", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"files": [str(path) for path in written], "seconds": made.timings}))
    else:
        print(f"The report: {args.out / 'report.html'}")
    return 0


def _likeness_of(path: Path | None) -> dict[str, Any] | None:
    """Raises ValueError when `path` holds no snapshot."""
    from sayso.engine.earlier import likeness

    if path is None:
        return None
    try:
        return likeness(json.loads(path.read_text(encoding="utf-8")))
    except OSError as problem:
        raise ValueError(problem.strerror) from problem
    except (KeyError, TypeError) as problem:
        raise ValueError(f"{problem} is missing or not as it should be.") from problem


def _write(made: Distillation, conversation: Conversation, out: Path) -> list[Path]:
    from sayso.distillations.report import write_participants_csv, write_report, write_statements_csv

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".unfinished-") as name:
        unfinished = Path(name)
        write_report(made.snapshot, unfinished / "report.html")
        (unfinished / "snapshot.json").write_text(made.to_json(), encoding="utf-8", newline="")
        write_statements_csv(made.snapshot, unfinished / "statements.csv")
        write_participants_csv(
            unfinished / "participants.csv",
            participant_ids=conversation.participant_ids,
            n_votes=conversation.votes.votes_per_participant().tolist(),
            positions=made.positions.tolist(),
            position_sd=made.position_sd.tolist(),
            membership=made.membership.tolist(),
            probability=made.probability.tolist(),
        )
        return [path.replace(out / path.name) for path in sorted(unfinished.iterdir(), key=lambda path: path.name)]


def progress_line(is_terminal: bool) -> Callable[[float, str], None]:
    """Tells steps on standard error: one line drawn over and over on a terminal, a line for each step elsewhere."""
    told: list[str] = []

    def tell(share: float, step: str) -> None:
        if is_terminal:
            print(f"\r\033[K{share:4.0%}  {step}", end="\n" if share >= 1 else "", file=sys.stderr, flush=True)
        elif step not in told:
            told.append(step)
            print(f"{share:4.0%}  {step}", file=sys.stderr, flush=True)

    return tell
