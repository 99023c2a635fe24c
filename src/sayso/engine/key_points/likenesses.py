"""How alike texts are, in four ways: as words, as pieces of words, in meaning, and in meaning for this topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sayso.engine.key_points.encoders import Encoder
from sayso.engine.votes import FloatArray
from sayso.engine.wording import pieces, weighted, words


@dataclass(frozen=True, eq=False)
class Texts:
    """Statements first, then key points, of one topic and stance.

    words, pieces : sparse float64 [n, n_features], rows of length 1 or 0
    meaning, sense : float64 [n, dims], rows of length 1; sense is meaning less what all statements here have in common;
        both None without an encoder
    """

    n_statements: int
    words: sparse.csr_array
    pieces: sparse.csr_array
    meaning: FloatArray | None
    sense: FloatArray | None

    @classmethod
    def of(cls, statements: Sequence[str], key_points: Sequence[str], encoder: Encoder | None) -> Texts:
        """Read the texts; O(letters), and the encoder's time."""
        texts = [*statements, *key_points]
        as_words, as_pieces = weighted(map(words, texts)), weighted(map(pieces, texts))
        if encoder is None:
            return cls(len(statements), as_words, as_pieces, None, None)
        meaning = encoder.encode(texts)
        sense = unit(meaning - meaning[: len(statements)].mean(axis=0))
        return cls(len(statements), as_words, as_pieces, meaning, sense)

    def to_key_points(self) -> list[FloatArray]:
        """Each likeness of statements to key points, float64 [n_statements, n_key_points]."""
        n = self.n_statements
        found = [np.asarray((rows[:n] @ rows[n:].T).todense()) for rows in (self.words, self.pieces)]
        return found + [rows[:n] @ rows[n:].T for rows in (self.meaning, self.sense) if rows is not None]

    def among_statements(self, start: int, stop: int) -> FloatArray:
        """Mean likeness of some statements to all, float64 [stop − start, n_statements]: who says something alike."""
        n = self.n_statements
        found = [np.asarray((rows[start:stop] @ rows[:n].T).todense()) for rows in (self.words, self.pieces)]
        if self.sense is not None:
            found.append(self.sense[start:stop] @ self.sense[:n].T)
        mean: FloatArray = np.mean(found, axis=0)
        return mean


def unit(rows: FloatArray) -> FloatArray:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: FloatArray = rows / np.maximum(length, 1e-12)
    return scaled
