"""`sayso check-ballot`: looks for own votes in a ballot record, and counts it anew. Needs no server, no Django."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from sayso.custody.ballots import proof as proofs
from sayso.custody.ballots.receipt import Misread, read
from sayso.custody.ballots.record import NAMES, Broken, faults_of, read_record, votes_under


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", type=Path, help="the ballot record, or your votes with proof, as downloaded (JSON)")
    parser.add_argument("receipt", help="the letters of your receipt; - reads them from standard input")
    parser.add_argument("--root", help="the root that a colleague, or the results page, told you")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    """0: all is right; 1: the record contradicts itself, is another one, or cannot be read."""
    try:
        text = args.record.read_text(encoding="utf-8")
        secret = read(sys.stdin.readline() if args.receipt == "-" else args.receipt)
        told = _of_proof(text, secret) if proofs.FORMAT in text[:200] else _of_record(text, secret)
    except (OSError, UnicodeDecodeError, Misread, Broken) as problem:
        print(f"sayso check-ballot: {problem}", file=sys.stderr)
        return 1
    if args.root and args.root.strip().lower() != told["root"]:
        told["faults"].append("The root is not the one you gave: this is another record.")
    print(json.dumps(told) if args.json else _in_words(told))
    return 1 if told["faults"] else 0


def _of_record(text: str, secret: bytes) -> dict[str, Any]:
    record = read_record(text)
    votes = {it.statement: it.stance for it in votes_under(record, secret)}
    n_votes = sum(len(told["ballots"]) for told in record["statements"])
    return {"root": record["root"], "n_votes": n_votes, "votes": votes, "faults": faults_of(record)}


def _of_proof(text: str, secret: bytes) -> dict[str, Any]:
    try:
        proof = json.loads(text)
        votes, faults = proofs.votes_in(proof), proofs.faults_of_proof(proof, secret)
        return {"root": proof["root"], "n_votes": len(votes), "votes": votes, "faults": faults}
    except (ValueError, KeyError, TypeError) as wrong:
        raise Broken("This is no proof, or it was cut off.") from wrong


def _in_words(told: dict[str, Any]) -> str:
    lines = [
        f"statement {statement}: {'no vote of yours' if stance is None else f'you {NAMES[stance]}'}"
        for statement, stance in told["votes"].items()
    ]
    n_found = sum(stance is not None for stance in told["votes"].values())
    lines.append(f"{n_found} of your votes are among {told['n_votes']:,}. Root: {told['root']}")
    return "\n".join([*lines, *(told["faults"] or ["All votes lead to the root."])])
