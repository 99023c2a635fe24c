"""`sayso simulate`: writes a made-up conversation as files, with the truth beside it. Needs no Django."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from sayso.engine.simulate import Simulated, simulate_engagement

FILES = ("statements.csv", "votes.csv", "people.csv", "truth.json")
BEGAN, LASTED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC), timedelta(days=14)  # any fortnight would do


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help=f"folder to write {', '.join(FILES)} into")
    parser.add_argument("--participants", type=int, default=1_200, help="people on the roster (default: 1200)")
    parser.add_argument("--statements", type=int, default=140, help="statements (default: 140)")
    parser.add_argument("--groups", type=int, default=3, help="opinion groups; 1 is none (default: 3)")
    parser.add_argument("--votes", type=int, default=40, help="mean votes of who takes part (default: 40)")
    parser.add_argument("--participation", type=float, default=0.65, help="mean share that takes part (default: 0.65)")
    parser.add_argument("--continuous", action="store_true", help="with one group: opinion wide, but without gaps")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same files (default: 0)")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    try:
        made = simulate_engagement(
            np.random.default_rng(args.seed),
            n_participants=args.participants,
            n_statements=args.statements,
            n_groups=args.groups,
            votes_per_participant=args.votes,
            participation=args.participation,
            spread="continuous" if args.continuous else "groups",
        )
    except ValueError as wrong:
        print(f"sayso simulate: {wrong}", file=sys.stderr)
        return 2
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        write_simulated(args.out, made, seed=args.seed)
    except OSError as wrong:
        print(f"sayso simulate: {args.out} cannot be written: {wrong.strerror}.", file=sys.stderr)
        return 1
    told = {"folder": str(args.out), "n_votes": made.votes.n_votes, "n_participants": int(made.takes_part.sum())}
    if args.json:
        print(json.dumps(told))
    else:
        print(f"{made.votes.n_votes:,} votes of {told['n_participants']:,} people are in {args.out}.")
    return 0


def write_simulated(folder: Path, made: Simulated, *, seed: int) -> None:
    """The four files of a simulation, in the columns that `sayso distil` reads."""
    _write(folder / "statements.csv", "statement_id text author_id created_at topic is_seed", _statement_rows(made))
    _write(folder / "votes.csv", "participant_id statement_id stance cast_at", _vote_rows(made))
    people = ((_person(row), f"Unit {unit + 1}") for row, unit in enumerate(made.unit.tolist()))
    _write(folder / "people.csv", "person_id unit", people)
    truth = json.dumps(_truth(made, seed), indent=1)
    (folder / "truth.json").write_text(truth + "\n", encoding="utf-8")


def _write(path: Path, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split())
        writer.writerows(rows)


def _statement_rows(made: Simulated) -> Iterable[Sequence[Any]]:
    for number, (kind, author) in enumerate(zip(made.plan.kind.tolist(), made.author.tolist(), strict=True)):
        text = f"{_invented_words(number)} ({kind})"
        created_at = _moment(made.plan.appears_at[number])
        author_id = "" if author < 0 else _person(author)
        yield _statement(number), text, author_id, created_at, f"Topic {number % 4 + 1}", int(author < 0)


def _invented_words(number: int) -> str:
    """Words that no other statement holds: nonsense on purpose, and never taken for near-duplicates."""
    rng = np.random.default_rng(number)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = ("".join(rng.choice(syllables, 3)) for _ in range(4))
    return " ".join(words).capitalize()


def _vote_rows(made: Simulated) -> Iterable[Sequence[Any]]:
    """In the order in which they were cast."""
    order = np.argsort(made.cast_at, kind="stable")
    votes = made.votes
    columns = (votes.participant[order], votes.statement[order], votes.stance[order], made.cast_at[order])
    for participant, statement, stance, cast_at in zip(*(column.tolist() for column in columns), strict=True):
        yield _person(participant), _statement(statement), stance, _moment(cast_at)


def _truth(made: Simulated, seed: int) -> dict[str, Any]:
    named = [_statement(number) for number in range(made.plan.n_statements)]
    return {
        "seed": seed,
        "groups": {_person(row): group for row, group in enumerate(made.group.tolist())},
        "camps": {_person(row): camp for row, camp in enumerate(made.camp.tolist()) if camp >= 0},
        "kind": dict(zip(named, made.plan.kind.tolist(), strict=True)),
        "agree_overall": dict(zip(named, made.agree_overall.round(4).tolist(), strict=True)),
        "agree_by_group": dict(zip(named, made.agree_by_group.T.round(4).tolist(), strict=True)),
        "common_ground": [named[number] for number in np.flatnonzero(made.common_ground)],
        "divisive": [named[number] for number in np.flatnonzero(made.divisive)],
        "bold_views": [named[number] for number in np.flatnonzero(made.bold_view)],
    }


def _person(row: int) -> str:
    return f"p{row + 1}"


def _statement(number: int) -> str:
    return f"s{number + 1}"


def _moment(share: float) -> str:
    return (BEGAN + LASTED * share).isoformat(timespec="seconds")
