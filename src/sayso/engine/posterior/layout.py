"""Votes laid out for the kernels: by participant, in chunks of fixed bounds that threads may share.

The bounds depend on the votes alone, never on the number of threads, so that sums, and with them every result, are
the same with one thread and with many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sayso.engine.votes import FloatArray, IntArray, VoteMatrix

VOTES_PER_CHUNK = 50_000
MAX_CHUNKS = 8  # each holds sums for all statements

Spread: TypeAlias = Callable[..., Iterable[Any]]  # as `map`


@dataclass(frozen=True, eq=False)
class Layout:
    """Agree and disagree votes as the kernels read them, and the bounds of the chunks."""

    n_statements: int
    row_start: IntArray
    statement: NDArray[np.int32]
    sign: NDArray[np.int8]
    bounds: IntArray

    @classmethod
    def of(cls, votes: VoteMatrix) -> Layout:
        """`votes` holds agree and disagree only."""
        n_chunks = int(np.clip(votes.n_votes // VOTES_PER_CHUNK, 1, MAX_CHUNKS))
        cuts = np.searchsorted(votes.row_start, np.linspace(0, votes.n_votes, n_chunks + 1)[1:-1])
        bounds = np.concatenate([[0], cuts, [votes.n_participants]]).astype(np.int64)
        return cls(votes.n_statements, votes.row_start, votes.statement.astype(np.int32), votes.stance, bounds)

    @property
    def n_participants(self) -> int:
        """Number of rows."""
        return len(self.row_start) - 1

    @property
    def n_votes(self) -> int:
        """Number of votes that take a side."""
        return len(self.sign)

    def gather(
        self, spread: Spread, width: int, kernel: Callable[..., Any], *arguments: Any
    ) -> tuple[FloatArray, FloatArray, float]:
        """Run a pass on every chunk; the statements' evidence [m, K, K] and pull [m, K], and the returns, summed."""
        entries = width * (width + 1) // 2
        sums = [
            (np.zeros((self.n_statements, entries)), np.zeros((self.n_statements, width)))
            for _ in range(len(self.bounds) - 1)
        ]

        def run(chunk: int) -> float:
            first, last = self.bounds[chunk], self.bounds[chunk + 1]
            found = kernel(self.row_start, self.statement, self.sign, *arguments, first, last, *sums[chunk])
            return float(found or 0.0)

        total = sum(spread(run, range(len(sums))))
        evidence = np.sum([of_chunk[0] for of_chunk in sums], axis=0)
        pull = np.sum([of_chunk[1] for of_chunk in sums], axis=0)
        return unpack(evidence, width), pull, total


@contextmanager
def spread_over(threads: int) -> Iterator[Spread]:
    """`map`, its calls shared out among so many threads; with one of them, in the caller's own."""
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(max_workers=threads) as executor:
        yield executor.map


def unpack(packed: FloatArray, width: int) -> FloatArray:
    """Symmetric matrices [n, width, width] from their packed lower triangles [n, width (width + 1) / 2]."""
    rows, columns = np.tril_indices(width)
    full = np.zeros((len(packed), width, width))
    full[:, rows, columns] = packed
    full[:, columns, rows] = packed
    return full


def pack(full: NDArray[np.floating[Any]]) -> FloatArray:
    """The packed lower triangles of symmetric matrices [n, width, width]."""
    rows, columns = np.tril_indices(full.shape[-1])
    return np.asarray(full[:, rows, columns], dtype=np.float64)
