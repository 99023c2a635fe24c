"""One's own votes with the way from each to the root: a few hundred letters a vote, checked without the whole record.

{"format": "sayso ballot proof 1", "engagement": …, "root": …, "votes": [{"line": …, "path": [["left", …], …]}, …]}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sayso.custody.ballots.receipt import tag
from sayso.custody.ballots.record import ballot_line, lines_of, votes_under
from sayso.custody.ballots.tree import levels_of, path_in, root_from

FORMAT = "sayso ballot proof 1"

Json = Mapping[str, Any]


def make_proof(record: Json, secret: bytes) -> dict[str, Any]:
    lines = list(lines_of(record))
    levels, place = levels_of(lines), {line: number for number, line in enumerate(lines)}
    own = [ballot_line(it.statement, it.mark, it.stance) for it in votes_under(record, secret) if it.stance is not None]
    votes = [
        {"line": line.decode(), "path": [[side, other.hex()] for side, other in path_in(levels, place[line])]}
        for line in own
    ]
    return {"format": FORMAT, "engagement": record["engagement"], "root": record["root"], "votes": votes}


def votes_in(proof: Json) -> dict[str, int]:
    """Statement → stance, as the proof tells them."""
    parts = [vote["line"].split("|") for vote in proof["votes"]]
    return {statement: int(stance) for _, statement, _, stance in parts}


def faults_of_proof(proof: Json, secret: bytes) -> list[str]:
    """Everything that is wrong with it, a sentence each: another's vote, or one that does not lead to the root."""
    faults = []
    for vote in proof["votes"]:
        kind, statement, mark, _ = vote["line"].split("|")
        if kind != "ballot" or mark != tag(secret, statement):
            faults.append(f"Statement {statement}: this vote is not under your mark.")
        path = [(side, bytes.fromhex(other)) for side, other in vote["path"]]
        if root_from(vote["line"].encode(), path).hex() != proof["root"]:
            faults.append(f"Statement {statement}: this vote does not lead to the root.")
    return faults
