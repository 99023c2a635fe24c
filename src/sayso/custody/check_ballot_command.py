"""`sayso check-ballot`: looks for one's own votes in a ballot record, and counts it anew. Needs no server, no Django."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sayso.custody.ballots.receipt import Misread, read
from sayso.custody.ballots.record import NAMES, Broken, faults_of, read_record, votes_under


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", type=Path, help="the ballot record, as downloaded (JSON)")
    parser.add_argument("receipt", help="the letters of a receipt, or - to be asked for them")
    parser.add_argument("--root", help="the root that a colleague, or the results page, told you")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    """0: all is right; 1: the record contradicts itself, is another one, or cannot be read."""
    try:
        record = read_record(args.record.read_text(encoding="utf-8"))
        secret = read(sys.stdin.readline() if args.receipt == "-" else args.receipt)
    except (OSError, UnicodeDecodeError, Misread, Broken) as problem:
        print(f"sayso check-ballot: {problem}", file=sys.stderr)
        return 1
    faults = faults_of(record)
    if args.root and args.root.strip().lower() != record["root"]:
        faults.append("The root is not the one you gave: this is another record.")
    found = votes_under(record, secret)
    if args.json:
        told = {it.statement: it.stance for it in found}
        print(json.dumps({"root": record["root"], "faults": faults, "votes": told}))
    else:
        for it in found:
            print(f"statement {it.statement}: {'–' if it.stance is None else 'you ' + NAMES[it.stance]}")
        n_votes = sum(len(told["ballots"]) for told in record["statements"])
        n_found = sum(it.stance is not None for it in found)
        print(f"{n_found} of your votes are among {n_votes:,}. Root: {record['root']}")
        print("\n".join(faults) if faults else "All votes add up, and give the root.")
    return 1 if faults else 0
