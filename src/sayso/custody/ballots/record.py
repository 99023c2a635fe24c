"""The record of ballots: for each statement with a published count, every vote in it under its mark; and its checks.

    {"format": "sayso ballot record 1", "engagement": …, "counted_to": …, "root": …,
     "statements": [{"statement": "7", "agree": 3, "pass": 1, "disagree": 2, "ballots": [["<mark>", 1], …]}, …]}

Statements stand in the order of their numbers, ballots in that of their marks: the order tells nothing. The root is
the hash (`tree`) over the lines of `lines_of`. Standard library only, so that anybody can check without our server.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sayso.custody.ballots.receipt import tag
from sayso.custody.ballots.tree import root_of

FORMAT = "sayso ballot record 1"
NAMES = {1: "agree", 0: "pass", -1: "disagree"}

Json = Mapping[str, Any]


class Broken(ValueError):
    """This is no ballot record, or not one that holds together."""


def make_record(
    *, engagement: str, counted_to: int, ballots: Mapping[int, Iterable[tuple[str, int]]]
) -> dict[str, Any]:
    """A record from each statement's (mark, stance) pairs."""
    statements = [told_of(number, sorted(ballots[number])) for number in sorted(ballots)]
    record = {"format": FORMAT, "engagement": engagement, "counted_to": counted_to, "statements": statements}
    return {**record, "root": root_of(list(lines_of(record))).hex()}


def told_of(number: int, ballots: list[tuple[str, int]]) -> dict[str, Any]:
    """One statement of a record, from its ballots in the order of their marks."""
    return {"statement": str(number), **count(ballots), "ballots": [list(ballot) for ballot in ballots]}


def count(ballots: Iterable[Iterable[Any]]) -> dict[str, int]:
    stances = [stance for _, stance in ballots]
    return {name: stances.count(stance) for stance, name in NAMES.items()}


def lines_of(record: Json) -> Iterator[bytes]:
    """What the root is the hash of: a line that names the record, one a statement with its counts, one a ballot."""
    yield first_line(record)
    for told in record["statements"]:
        yield from lines_on(told)


def first_line(record: Json) -> bytes:
    return f"{record['format']}|{record['engagement']}|{record['counted_to']}".encode()


def lines_on(told: Json) -> Iterator[bytes]:
    """Those of one statement: its counts, then its ballots."""
    yield statement_line(told)
    for mark, stance in told["ballots"]:
        yield ballot_line(told["statement"], mark, stance)


def statement_line(told: Json) -> bytes:
    counts = "|".join(str(told[name]) for name in NAMES.values())
    return f"statement|{told['statement']}|{counts}".encode()


def ballot_line(statement: str, mark: str, stance: int) -> bytes:
    return f"ballot|{statement}|{mark}|{stance}".encode()


def as_json(record: Json) -> str:
    return json.dumps(record, separators=(",", ":"), sort_keys=True)


def as_csv(record: Json) -> str:
    """One row a ballot; no cell can begin as a formula but the stance −1, which is a number."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["statement", "mark", "stance"])
    for told in record["statements"]:
        writer.writerows([told["statement"], mark, stance] for mark, stance in told["ballots"])
    return file.getvalue()


def read_record(text: str) -> dict[str, Any]:
    """A record as somebody downloaded it. Raises Broken when it is another thing, or cut off."""
    try:
        record = json.loads(text)
        if record["format"] != FORMAT:
            raise Broken(f"This is {record['format']!r}; we know {FORMAT!r}.")
        list(lines_of(record))
    except (ValueError, KeyError, TypeError) as wrong:
        raise wrong if isinstance(wrong, Broken) else Broken("This is no ballot record, or it was cut off.") from wrong
    return dict(record)


def faults_of(record: Json) -> list[str]:
    """Everything by which the record contradicts itself, a sentence each; an empty list is what one wants."""
    faults = []
    for told in record["statements"]:
        name = f"Statement {told['statement']}"
        marks = [mark for mark, _ in told["ballots"]]
        if len(set(marks)) < len(marks):
            faults.append(f"{name}: a mark comes twice.")
        if any(stance not in NAMES for _, stance in told["ballots"]):
            faults.append(f"{name}: a vote is neither agree, pass nor disagree.")
        elif count(told["ballots"]) != {name: told[name] for name in NAMES.values()}:
            faults.append(f"{name}: the votes do not add up to its counts.")
    if root_of(list(lines_of(record))).hex() != record.get("root"):
        faults.append("The votes do not give the root that stands in the record.")
    return faults


@dataclass(frozen=True)
class Found:
    """One statement with the stance under one's own mark; None when there is no such vote."""

    statement: str
    mark: str
    stance: int | None


def votes_under(record: Json, secret: bytes) -> list[Found]:
    """What a receipt finds: for every statement in the record, one's own vote or none."""
    found = []
    for told in record["statements"]:
        mark = tag(secret, told["statement"])
        found.append(Found(told["statement"], mark, dict(map(tuple, told["ballots"])).get(mark)))
    return found
