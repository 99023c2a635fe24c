"""Reads a published ballot record sheet by sheet: the whole of it as a stream, one's own votes, and their proof."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from sayso.custody.ballots.proof import FORMAT as PROOF
from sayso.custody.ballots.receipt import tag
from sayso.custody.ballots.record import FORMAT, as_json, ballot_line, first_line, statement_line, told_of
from sayso.custody.ballots.sheet import WIDTH, counts_in, place_of, stance_at, unpacked
from sayso.custody.ballots.tree import GrowingTree, levels_above, levels_of, path_in
from sayso.custody.models import BallotRecord, BallotSheet

SHEETS_AT_ONCE = 50
HASH_BYTES = 32


def head_of(record: BallotRecord) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "engagement": record.engagement.slug,
        "counted_to": record.counted_to,
        "root": record.root,
    }


def sheets_of(record: BallotRecord) -> Any:
    """A query set, by statement."""
    return BallotSheet.objects.filter(engagement=record.engagement, making=record.making).order_by("statement")


def told_on(sheet: BallotSheet) -> dict[str, Any]:
    return told_of(sheet.statement, list(unpacked(bytes(sheet.ballots))))


def whole(record: BallotRecord) -> dict[str, Any]:
    """All of it in memory: for small ones and for tests."""
    return {**head_of(record), "statements": [told_on(sheet) for sheet in _each(record)]}


def json_parts(record: BallotRecord) -> Iterator[str]:
    """Exactly what `ballots.record.as_json` gives, in pieces; "statements" comes last by its letter."""
    yield as_json(head_of(record))[:-1] + ',"statements":['
    for number, sheet in enumerate(_each(record)):
        yield ("," if number else "") + as_json(told_on(sheet))
    yield "]}"


def csv_parts(record: BallotRecord) -> Iterator[str]:
    yield "statement,mark,stance\r\n"
    for sheet in _each(record):
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerows([sheet.statement, mark, stance] for mark, stance in unpacked(bytes(sheet.ballots)))
        yield file.getvalue()


def own_votes(record: BallotRecord, secret: bytes) -> dict[int, int]:
    """Statement → stance, for each vote under the marks of this secret. Looks through every sheet."""
    return {sheet.statement: stance_at(bytes(sheet.ballots), place) for sheet, place in _own(record, secret)}


def proof_of(record: BallotRecord, secret: bytes) -> dict[str, Any]:
    """The same as `ballots.proof.make_proof`, out of the blocks that hold own votes."""
    roots = bytes(record.block_roots)
    upper = levels_above([roots[at : at + HASH_BYTES] for at in range(0, len(roots), HASH_BYTES)])
    votes = [_with_path(record, upper, sheet, place) for sheet, place in _own(record, secret)]
    return {"format": PROOF, "engagement": record.engagement.slug, "root": record.root, "votes": votes}


def _with_path(record: BallotRecord, upper: list[list[bytes]], sheet: BallotSheet, place: int) -> dict[str, Any]:
    told = bytes(sheet.ballots)
    ((mark, stance),) = unpacked(told[place * WIDTH : (place + 1) * WIDTH])
    block, inside = divmod(sheet.first_line + 1 + place, GrowingTree.BLOCK)
    path = path_in(levels_of(_lines_of_block(record, block)), inside) + path_in(upper, block)
    line = ballot_line(str(sheet.statement), mark, stance).decode()
    return {"line": line, "path": [[side, other.hex()] for side, other in path]}


def _lines_of_block(record: BallotRecord, block: int) -> list[bytes]:
    begins, ends = block * GrowingTree.BLOCK, (block + 1) * GrowingTree.BLOCK
    lines = [first_line(head_of(record))] if block == 0 else []
    for sheet in sheets_of(record).filter(first_line__lt=ends, end_line__gt=begins):
        lines += _lines_between(sheet, max(begins - sheet.first_line, 0), ends - sheet.first_line)
    return lines


def _lines_between(sheet: BallotSheet, low: int, high: int) -> Iterator[bytes]:
    """Of a sheet's lines, the first of which is the one with its counts."""
    packed, number = bytes(sheet.ballots), str(sheet.statement)
    if low == 0:
        yield statement_line({"statement": number, **counts_in(packed)})
    for mark, stance in unpacked(packed[max(low - 1, 0) * WIDTH : (high - 1) * WIDTH]):
        yield ballot_line(number, mark, stance)


def _own(record: BallotRecord, secret: bytes) -> Iterator[tuple[BallotSheet, int]]:
    for sheet in _each(record):
        place = place_of(bytes(sheet.ballots), tag(secret, str(sheet.statement)))
        if place is not None:
            yield sheet, place


def _each(record: BallotRecord) -> Iterator[BallotSheet]:
    return sheets_of(record).iterator(chunk_size=SHEETS_AT_ONCE)  # type: ignore[no-any-return]
