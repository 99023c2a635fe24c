"""How alike texts are, in four ways: as words, as pieces of words, in meaning, and in meaning for this topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sayso.engine.key_points.encoders import Encoder
from sayso.engine.votes import BoolArray, FloatArray, IntArray
from sayso.engine.wording import pieces, says_no, weighted, words

Rows = slice | IntArray


@dataclass(frozen=True, eq=False)
class Texts:
    """Statements first, then key points, of one topic and stance.

    negated : bool [n], whether a text says no an odd number of times
    words, pieces : sparse float64 [n, n_features], rows of length 1 or 0
    meaning, sense : float64 [n, dims], rows of length 1; sense is meaning less what all statements here have in common;
        both None without an encoder
    """

    n_statements: int
    negated: BoolArray
    words: sparse.csr_array
    pieces: sparse.csr_array
    meaning: FloatArray | None
    sense: FloatArray | None

    @classmethod
    def of(cls, statements: Sequence[str], key_points: Sequence[str], encoder: Encoder | None) -> Texts:
        """Read the texts; O(letters), and the encoder's time."""
        texts = [*statements, *key_points]
        negated = np.array([says_no(text) for text in texts], dtype=bool)
        as_words, as_pieces = weighted(map(words, texts)), weighted(map(pieces, texts))
        if encoder is None:
            return cls(len(statements), negated, as_words, as_pieces, None, None)
        meaning = encoder.encode(texts)
        sense = unit(meaning - meaning[: len(statements)].mean(axis=0))
        return cls(len(statements), negated, as_words, as_pieces, meaning, sense)

    def between(self, rows: Rows, others: Rows) -> list[FloatArray]:
        """Each likeness of some texts to others, float64 [n_rows, n_others]."""
        found = [np.asarray((kind[rows] @ kind[others].T).todense()) for kind in (self.words, self.pieces)]
        return found + [kind[rows] @ kind[others].T for kind in (self.meaning, self.sense) if kind is not None]

    def to_key_points(self) -> list[FloatArray]:
        """Each likeness of statements to key points, float64 [n_statements, n_key_points]."""
        return self.between(slice(0, self.n_statements), slice(self.n_statements, None))

    def among_statements(self, start: int, stop: int, others: IntArray) -> FloatArray:
        """Mean likeness of some statements to others, float64 [stop − start, n_others]: who says something alike."""
        rows = slice(start, stop)
        found = [np.asarray((kind[rows] @ kind[others].T).todense()) for kind in (self.words, self.pieces)]
        if self.sense is not None:
            found.append(self.sense[rows] @ self.sense[others].T)
        mean: FloatArray = np.mean(found, axis=0)
        return mean


def unit(rows: FloatArray) -> FloatArray:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: FloatArray = rows / np.maximum(length, 1e-12)
    return scaled


def evenly(n: int, at_most: int) -> IntArray:
    """Numbers below n, all of them or so many that lie evenly: a sample that needs no chance.

    >>> evenly(3, 5).tolist(), evenly(9, 3).tolist()
    ([0, 1, 2], [0, 4, 8])
    """
    return np.linspace(0, n - 1, at_most).round().astype(np.int64) if n > at_most else np.arange(n)
