"""The ballots on one statement in seventeen bytes each, so that millions can be kept and looked through. Knows no rows.

Sixteen bytes are the mark, one the stance; they stand in the order of their marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sayso.custody.ballots.record import NAMES

MARK_BYTES = 16
WIDTH = MARK_BYTES + 1


def packed(ballots: Iterable[tuple[str, int]]) -> bytes:
    """
    >>> list(unpacked(packed([("00" * 16, 1), ("ff" * 16, -1)]))) == [("00" * 16, 1), ("ff" * 16, -1)]
    True
    """
    return b"".join(bytes.fromhex(mark) + bytes([stance + 1]) for mark, stance in ballots)


def unpacked(sheet: bytes) -> Iterator[tuple[str, int]]:
    for at in range(0, len(sheet), WIDTH):
        yield sheet[at : at + MARK_BYTES].hex(), sheet[at + MARK_BYTES] - 1


def place_of(sheet: bytes, mark: str) -> int | None:
    """Which ballot is under the mark, counted from 0; None when there is none. Halves what is left at each step."""
    wanted, low, high = bytes.fromhex(mark), 0, len(sheet) // WIDTH
    while low < high:
        middle = (low + high) // 2
        if sheet[middle * WIDTH : middle * WIDTH + MARK_BYTES] < wanted:
            low = middle + 1
        else:
            high = middle
    is_there = sheet[low * WIDTH : low * WIDTH + MARK_BYTES] == wanted
    return low if is_there else None


def stance_at(sheet: bytes, place: int) -> int:
    return sheet[place * WIDTH + MARK_BYTES] - 1


def counts_in(sheet: bytes) -> dict[str, int]:
    """How many agree, pass and disagree."""
    stances = sheet[MARK_BYTES::WIDTH]
    return {name: stances.count(stance + 1) for stance, name in NAMES.items()}
