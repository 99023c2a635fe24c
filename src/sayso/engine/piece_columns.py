"""Pieces of words as columns of a hash, many texts at once: as `wording.pieces` and CRC-32 one by one, in arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sayso.engine.votes import IntArray

LONGEST = 5
ALL_BITS = np.uint32(0xFFFFFFFF)


def piece_columns(lines: Sequence[str], n_columns: int) -> tuple[IntArray, IntArray]:
    """Line and column of every run of three to five letters, a run as often as it stands there.

    `n_columns` is a power of two. O(letters) time; some 200 bytes a letter of memory.

    >>> from zlib import crc32
    >>> line, column = piece_columns(["né!", "abcd"], 1 << 20)
    >>> sorted(zip(line.tolist(), column.tolist())) == sorted(
    ...     (at, crc32(piece.encode()) % (1 << 20)) for at, piece in [(0, "né!"), (1, "abc"), (1, "bcd"), (1, "abcd")])
    True
    """
    raw = np.frombuffer("".join(lines).encode(), dtype=np.uint8)
    begin = np.flatnonzero((raw & 0xC0) != 0x80)
    width = np.diff(np.append(begin, len(raw)))
    letters = np.array([len(line) for line in lines], dtype=np.int64)
    line, end = np.repeat(np.arange(len(lines)), letters), np.repeat(np.cumsum(letters), letters)
    at, state = np.arange(len(begin)), np.full(len(begin), ALL_BITS)
    found: list[IntArray] = []
    columns: list[IntArray] = []
    for length in range(1, LONGEST + 1):
        fits = at + length <= end[at]
        at, state = at[fits], state[fits]
        last = at + length - 1
        for byte in range(int(width[last].max(initial=0))):
            has = width[last] > byte
            read = raw[begin[last[has]] + byte]
            state[has] = REMAINDERS[(state[has] ^ read) & 0xFF] ^ (state[has] >> 8)
        if length > 2:
            found.append(line[at])
            columns.append(((state ^ ALL_BITS) & np.uint32(n_columns - 1)).astype(np.int64))
    return np.concatenate(found), np.concatenate(columns)


def _remainders() -> NDArray[np.uint32]:
    """CRC-32's table: what each byte leaves."""
    left = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        left = np.where(left & 1, (left >> 1) ^ np.uint32(0xEDB88320), left >> 1)
    return left


REMAINDERS = _remainders()
